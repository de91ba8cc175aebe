"""From ``rng=`` to the 64-bit key of a run."""

import secrets
from operator import index

import numpy as np

RNG = None | int | np.random.SeedSequence | np.random.Generator


def key_of(rng: RNG) -> int:
    """Tell the 64-bit key that a seed stands for.

    Parameters
    ----------
    rng
        As in SPEC 7: None for a fresh key of the operating system's; a non-negative int or a SeedSequence for the same
        key every time; a Generator for its next one, which moves it on.

    Raises
    ------
    TypeError, ValueError
        If it is none of these, or negative.

    Examples
    --------
    >>> key_of(7) == key_of(np.random.SeedSequence(7))
    True
    """
    if rng is None:
        return secrets.randbits(64)
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(0, 2**64 - 1, dtype=np.uint64, endpoint=True))
    if not isinstance(rng, np.random.SeedSequence):
        rng = np.random.SeedSequence(_seed(rng))
    return int(rng.generate_state(1, np.uint64)[0])


def _seed(rng: object) -> int:
    try:
        seed = index(None if isinstance(rng, bool) else rng)  # type: ignore[arg-type]  # None raises
    except TypeError:
        raise TypeError(
            f"rng = {rng!r}: must be None, a whole number >= 0, a numpy SeedSequence or a numpy Generator"
        ) from None
    if seed < 0:
        raise ValueError(f"rng = {seed}: a seed must be 0 or more")
    return seed
