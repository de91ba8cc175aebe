"""Counts that can be: of their Program's shapes, and adding up. What comes from a file is held against it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from clustersim.tally import Tally

_LOW = (1 << 32) - 1


def impossibilities(tally: "Tally") -> Iterator[str]:
    """Tell, a sentence each, in what these counts are none of so many trajectories.

    Every trajectory has one month of the first passage of each event, or none; one number of launches; and one
    bin of revenue, of cash and of mission revenue in every month, where these are counted.
    """
    n = tally.n
    # Cash may be owed; all else is counted from 0 up.
    wrong = [name for name, counts in tally.counts().items() if name != "cash_sum" and _outside(counts, n)]
    if wrong:
        yield from (f"{name} has counts below 0 or above the {n:,} trajectories" for name in wrong)
        return
    histograms = [(name, (1,)) for name in ("histogram", "cash_histogram", "mission_histogram")]
    for name, axes in (("reached", (1, 2)), ("launches", (0,)), *histograms):
        totals = _exact_sum(getattr(tally, name), axes)
        if np.any(totals != n):
            yield f"{name} does not add up to the {n:,} trajectories"
    if _exact_sum(tally.origin, (0,)) != _exact_sum(tally.reached[len(tally.held), :, 1:], (0, 1)):
        yield "origin does not add up to the legacies"
    for what in ("revenue", "cash", "mission"):
        sums, squares = getattr(tally, f"{what}_sum"), getattr(tally, f"{what}_square_sum")
        if any(n * square < total**2 for total, square in zip(sums, squares, strict=True)):
            yield f"{what}_square_sum is smaller than any {what} of that sum has"


def _outside(counts: NDArray[Any], n: int) -> bool:
    """Tell whether a count is none of n trajectories; sums, which are Python's integers, have no upper limit here."""
    return bool(np.any(counts < 0)) or (not counts.dtype.hasobject and bool(np.any(counts > n)))


def _exact_sum(counts: NDArray[np.int64], axes: tuple[int, ...]) -> Any:
    """Add counts up in Python's integers, in which nothing comes round to the right number again."""
    high, low = ((part.sum(axis=axes)).astype(object) for part in (counts >> 32, counts & _LOW))
    return high * (1 << 32) + low
