"""Random words by address: Philox4x32-10, a counter-based generator.

Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC'11). Four 32-bit words are a
bijection of a 128-bit counter under a 64-bit key, with no state: the same address gives the same words, whoever asks
and in whatever order. ``docs/decisions/0001-address-table.md`` says which counter is whose.
"""

import numpy as np

from clustersim.kernel.jit import inline

Words = tuple[np.uint32, np.uint32, np.uint32, np.uint32]

_M0 = np.uint64(0xD2511F53)
_M1 = np.uint64(0xCD9E8D57)
_W0 = np.uint64(0x9E3779B9)
_W1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)

#: Counter word 2 is a cluster's launch order, or one of these.
PRACTICE = np.uint32(0x80000000)  # what is drawn once for a practice
MARKET = np.uint32(0x80000001)  # the market's noise, by month
ACCELERATOR = np.uint32(0x80000002)  # admissions, by month

#: Counter word 3 is a block of four months (month - 1) // 4, or this plus the number of a draw.
DRAW = np.uint32(0x80000000)


@inline
def low(word: np.uint64) -> np.uint32:
    """Lower half of a 64-bit word."""
    return np.uint32(word & _LOW)


@inline
def high(word: np.uint64) -> np.uint32:
    """Upper half of a 64-bit word."""
    return np.uint32(word >> _HALF)


@inline
def _round(c0: np.uint32, c1: np.uint32, c2: np.uint32, c3: np.uint32, k0: np.uint32, k1: np.uint32) -> Words:
    # The products are of 32-bit words kept in 64 bits: LLVM makes one vpmuludq of each.
    p0 = np.uint64(c0) * _M0
    p1 = np.uint64(c2) * _M1
    return np.uint32(high(p1) ^ c1 ^ k0), low(p1), np.uint32(high(p0) ^ c3 ^ k1), low(p0)


@inline
def _bump(key: np.uint32, step: np.uint64) -> np.uint32:
    return np.uint32((np.uint64(key) + step) & _LOW)


@inline
def philox(c0: np.uint32, c1: np.uint32, c2: np.uint32, c3: np.uint32, key: np.uint64) -> Words:
    """Four random words at one address.

    The ten rounds are written out: an inner loop would keep LLVM from vectorising the caller's loop over lanes.

    Parameters
    ----------
    c0, c1
        The trajectory, lower and upper 32 bits.
    c2
        The cluster or the purpose.
    c3
        The block of months or the draw.
    key
        64 bits, from the seed.
    """
    k0, k1 = low(key), high(key)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = _bump(k0, _W0), _bump(k1, _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = _bump(k0, _W0), _bump(k1, _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = _bump(k0, _W0), _bump(k1, _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = _bump(k0, _W0), _bump(k1, _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = _bump(k0, _W0), _bump(k1, _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = _bump(k0, _W0), _bump(k1, _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = _bump(k0, _W0), _bump(k1, _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = _bump(k0, _W0), _bump(k1, _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = _bump(k0, _W0), _bump(k1, _W1)
    return _round(c0, c1, c2, c3, k0, k1)


@inline
def of_lane(first: np.uint64, lane: np.int32, c2: np.uint32, c3: np.uint32, key: np.uint64) -> Words:
    """Four words of the trajectory ``first + lane``."""
    trajectory = first + np.uint64(lane)
    return philox(low(trajectory), high(trajectory), c2, c3, key)
