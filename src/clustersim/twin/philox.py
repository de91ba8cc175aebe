"""Random words by address, in Python's integers: Philox4x32-10, as published, a round after another.

Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC'11).
"""

_MULTIPLIERS = 0xD2511F53, 0xCD9E8D57
_STEPS = 0x9E3779B9, 0xBB67AE85
_WORD = 0xFFFFFFFF

#: Counter word 2 is a cluster's launch order, or one of these: what is drawn once for a practice; noise of the market,
#: and admissions, by month.
PRACTICE, MARKET, ACCELERATOR = 0x80000000, 0x80000001, 0x80000002

#: Counter word 3 is a block of four months, or this plus the number of a draw.
DRAW = 0x80000000


def words(trajectory: int, purpose: int, draw: int, key: int) -> list[int]:
    """Four words of 32 bits at one address, under a key of 64 bits.

    >>> [f"{word:08x}" for word in words(0, 0, 0, 0)]  # known answer, Random123's kat_vectors
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    counter = [trajectory & _WORD, trajectory >> 32, purpose, draw]
    keys = [key & _WORD, key >> 32]
    for _ in range(10):
        first, second = counter[0] * _MULTIPLIERS[0], counter[2] * _MULTIPLIERS[1]
        counter = [
            second >> 32 ^ counter[1] ^ keys[0],
            second & _WORD,
            first >> 32 ^ counter[3] ^ keys[1],
            first & _WORD,
        ]
        keys = [(half + step) & _WORD for half, step in zip(keys, _STEPS, strict=True)]
    return counter
