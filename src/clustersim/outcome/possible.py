"""Counts that can be: adding up, and in the order that a practice lives in. What comes from a file is held against it.

Whatever holds of every single practice holds of counts of practices, in each group of them that is counted apart. What
is told here is all of that which counts can show, and nothing of what chance makes unlikely.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clustersim.outcome.fan import edges, signed_edges
from clustersim.outcome.notation import span
from clustersim.outcome.sequence import disorders

if TYPE_CHECKING:
    from clustersim.program import Program
    from clustersim.tally import Tally

_LOW = (1 << 32) - 1

#: Sums are compared with bins in floating point, and cash finds its bin as a float32: a share that explains either.
_ROUNDING = 1e-6

#: Histograms, and the amounts that they are of.
_AMOUNTS = {"histogram": "revenue", "cash_histogram": "cash", "mission_histogram": "mission"}


def impossibilities(program: "Program", tally: "Tally") -> Iterator[str]:
    """Tell, a sentence each, in what these counts are none of so many trajectories of this Program.

    Every trajectory has one month of the first passage of each event, or none; one number of viable clusters, and of
    launches; and one bin of revenue, of cash and of mission revenue in every month, where these are counted.
    """
    n = tally.n
    # Cash may be owed; all else is counted from 0 up.
    wrong = [name for name, counts in tally.counts().items() if name != "cash_sum" and _outside(counts, n)]
    if wrong:
        yield from (f"{name} has counts below 0 or above the {n:,} trajectories" for name in wrong)
        return
    short = [*_short(tally, n)]
    yield from short
    if short:
        return
    yield from _misplaced(tally)
    yield from _mistaken_launches(program, tally)
    yield from disorders(program, tally)


def _short(tally: "Tally", n: int) -> Iterator[str]:
    """Tell which tables do not have every trajectory once."""
    for name, axes in (("reached", (1, 2)), ("launches", (0,)), *((histogram, (1,)) for histogram in _AMOUNTS)):
        totals = _exact_sum(getattr(tally, name), axes)
        if np.any(totals != n):
            yield f"{name} does not add up to the {n:,} trajectories"
    viable = _exact_sum(tally.reached, (2,))
    if np.any(viable != viable[0]):
        yield "reached does not have the same numbers of viable clusters for every event"
    if _exact_sum(tally.origin, (0,)) != _exact_sum(tally.reached[len(tally.held), :, 1:], (0, 1)):
        yield "origin does not add up to the legacies"


def _misplaced(tally: "Tally") -> Iterator[str]:
    """Tell which sums are not those of the amounts in the bins."""
    for name, what in _AMOUNTS.items():
        histogram = getattr(tally, name)
        low, high = (signed_edges if what == "cash" else edges)(histogram.shape[1])
        sums, squares = getattr(tally, f"{what}_sum"), getattr(tally, f"{what}_square_sum")
        if any(tally.n * square < total**2 for total, square in zip(sums, squares, strict=True)):
            yield f"{what}_square_sum is smaller than any {what} of that sum has"
        elif not _between(sums, histogram @ low, histogram @ high, histogram @ np.abs(high)):
            yield f"{what}_sum is not that of the {what} in {name}"
        elif not _between(squares, *(histogram @ bound for bound in _squared(low, high))):
            yield f"{what}_square_sum is not that of the {what} in {name}"
    if len(tally.mission_sum) and any(tally.mission_sum > tally.revenue_sum * (1 + _ROUNDING)):
        yield "mission_sum is more than revenue_sum, of which it is a part"


def _squared(low: NDArray[np.float64], high: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Return the limits of the squares of what is in bins that do not reach across 0, and the larger once more."""
    one, other = low**2, high**2
    return np.minimum(one, other), np.maximum(one, other), np.maximum(one, other)


def _between(sums: NDArray[Any], low: Any, high: Any, size: Any) -> bool:
    slack = _ROUNDING * size
    return all(
        least - some <= total <= most + some
        for total, least, most, some in zip(sums.tolist(), low.tolist(), high.tolist(), slack.tolist(), strict=True)
    )


def _mistaken_launches(program: "Program", tally: "Tally") -> Iterator[str]:
    """Every practice launches in month 1, and then no sooner than its plan says."""
    most = 1 + (program.horizon - 1) // program.tables.every
    if tally.launches[0]:
        yield "launches has practices that launch nothing, and the first cluster is launched in month 1"
    if tally.launches[most + 1 :].any():
        yield f"launches has more than {most} clusters, and no more can be launched in {span(program.horizon)}"
    # Who has a legacy of origin k has launched more than k clusters.
    legacies, launched = tally.origin[::-1].cumsum()[::-1], tally.launches[::-1].cumsum()[::-1]
    if np.any(legacies > launched[1:]):
        yield "origin has more legacies of late clusters than have launched these"


def _outside(counts: NDArray[Any], n: int) -> bool:
    """Tell whether a count is none of n trajectories; sums, which are Python's integers, have no upper limit here."""
    return bool(np.any(counts < 0)) or (not counts.dtype.hasobject and bool(np.any(counts > n)))


def _exact_sum(counts: NDArray[np.int64], axes: tuple[int, ...]) -> Any:
    """Add counts up in Python's integers, in which nothing comes round to the right number again."""
    high, low = ((part.sum(axis=axes)).astype(object) for part in (counts >> 32, counts & _LOW))
    return high * (1 << 32) + low
