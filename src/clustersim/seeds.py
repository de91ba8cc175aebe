"""From ``rng=`` to the 64-bit key of a run."""

import re
import secrets
from operator import index
from typing import Self

import numpy as np

from clustersim.plan.errors import shown

#: A key as text: no number, for that would be taken for a seed.
_TEXT = re.compile(r"Key\(([0-9]{1,20})\)")


class Key(int):
    """The 64-bit key of a run: given as ``rng=``, it repeats the run, and so does its text, ``"Key(7)"``.

    That text stands in ``outcome.provenance``, in JSON and in reports. A plain number is a seed, and another run.

    Attributes
    ----------
    seed
        The seed that it was made of; None if it was not made of one.

    Raises
    ------
    ValueError
        If it is not from 0 to 2^64 - 1.
    TypeError
        If it is no whole number.

    Examples
    --------
    >>> import clustersim as cs
    >>> outcome = cs.simulate(cs.Plan(), n=1_000)
    >>> cs.simulate(cs.Plan(), n=1_000, rng=outcome.provenance["key"]) == outcome
    True
    >>> Key("Key(7)")
    Key(7)
    """

    seed: int | None = None

    def __new__(cls, value: int | str) -> Self:  # noqa: D102  the class tells
        found = _TEXT.fullmatch(value) if isinstance(value, str) else None
        try:
            key = int(found[1]) if found else index(None if isinstance(value, bool) else value)  # type: ignore[arg-type]  # None raises
        except TypeError:
            raise TypeError(f"key = {shown(value)}: must be a whole number from 0 to 2^64 - 1, or 'Key(7)'") from None
        if not 0 <= key < 1 << 64:
            raise ValueError(f"key = {shown(key)}: must be from 0 to 2^64 - 1")
        made = super().__new__(cls, key)
        made.seed = getattr(value, "seed", None)
        return made

    def __repr__(self) -> str:
        return f"Key({int(self)})"


RNG = None | int | str | np.random.SeedSequence | np.random.Generator


def key_of(rng: RNG) -> Key:
    """Tell the key that a seed stands for.

    Parameters
    ----------
    rng
        None for a fresh key of the operating system's; a non-negative int or a SeedSequence for the same key every
        time; a Generator for its next one, which moves it on. So far as the Scientific Python project's SPEC 7 has it.
        A Key is the key itself, and so is its text.

    Raises
    ------
    TypeError, ValueError
        If it is none of these, or negative.

    Examples
    --------
    >>> key_of(7) == key_of(np.random.SeedSequence(7))
    True
    """
    if isinstance(rng, Key):
        return rng
    if isinstance(rng, str) and _TEXT.fullmatch(rng):
        return Key(rng)
    if rng is None:
        return Key(secrets.randbits(64))
    if isinstance(rng, np.random.Generator):
        return Key(int(rng.integers(0, 2**64 - 1, dtype=np.uint64, endpoint=True)))
    seed = None if isinstance(rng, np.random.SeedSequence) else _seed(rng)
    words = rng if isinstance(rng, np.random.SeedSequence) else np.random.SeedSequence(seed)
    key = Key(int(words.generate_state(1, np.uint64)[0]))
    key.seed = seed
    return key


def _seed(rng: object) -> int:
    try:
        seed = index(None if isinstance(rng, bool) else rng)  # type: ignore[arg-type]  # None raises
    except TypeError:
        raise TypeError(
            f"rng = {shown(rng)}: must be None, a whole number >= 0, a numpy SeedSequence or a numpy Generator, "
            "as np.random.default_rng(7), or the key of a run, as 'Key(7)'"
        ) from None
    if seed < 0:
        raise ValueError(f"rng = {shown(seed)}: a seed must be 0 or more")
    return seed
