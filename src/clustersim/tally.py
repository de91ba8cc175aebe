"""What was counted, and the one way in which counts are put together: addition.

Every entry is an integer, and integers add exactly and in any order: so tallies of disjoint ranges of trajectories,
of one Program and one key, are a commutative monoid under ``+``. Chunks, threads, machines, extending a run and
merging two are all that one ``+``, and all give the same bits.
"""

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from clustersim.kernel.layout import BINS, CASH_BINS, LIMB, LeverRecords, Records
from clustersim.program import BROUGHT, Program

Ranges = tuple[tuple[int, int], ...]

#: What levers leave where none changes anything from month to month.
_NOTHING_MORE = LeverRecords(
    first=np.zeros((len(BROUGHT), 0), np.uint16),
    cash=np.zeros((0, 0), np.int64),
    cash_histogram=np.zeros((0, CASH_BINS), np.int32),
    cash_moments=np.zeros((0, 4), np.int64),
    mission=np.zeros((0, 0), np.int64),
    mission_histogram=np.zeros((0, BINS), np.int32),
    mission_moments=np.zeros((0, 4), np.int64),
    standing=np.zeros((0, 0), np.int32),
)


def union(left: Ranges, right: Ranges) -> Ranges:
    """Join two sets of trajectories, each sorted and disjoint half-open ranges.

    Raises
    ------
    ValueError
        If a trajectory is in both: it would count twice.

    >>> union(((0, 10),), ((10, 20), (40, 50)))
    ((0, 20), (40, 50))
    """
    joined: list[tuple[int, int]] = []
    for first, stop in sorted(left + right):
        if joined and first < joined[-1][1]:
            raise ValueError(
                f"trajectories {first} to {min(stop, joined[-1][1]) - 1} are in both: each may be counted once only"
            )
        if joined and first == joined[-1][1]:
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((first, stop))
    return tuple(joined)


@dataclass(frozen=True, kw_only=True, eq=False)
class Tally:
    """The counts of a set of trajectories, enough for everything that an Outcome tells.

    ``M`` milestones, ``K`` clusters, ``H`` months, ``E`` events (``Program.events``: the milestones in the plan's
    order, the legacy, and what levers bring), ``B`` bins of revenue and ``C`` of cash, whose edges
    ``clustersim.kernel.layout`` tells. All arrays are integers. What belongs to a lever that is off has no months.

    Attributes
    ----------
    digest
        Of the Program that was run.
    key
        The 64-bit key of the random numbers.
    ranges
        Which trajectories: sorted, disjoint, half-open.
    reached : (E, K + 1, H + 1)
        Trajectories by event, number of viable clusters, and month of the first passage; month 0 counts those that
        the event did not happen to within the horizon.
    held : (M, H)
        Trajectories whose average of the milestone's window is at its level in month 1, 2, ...
    launches : (K + 1,)
        Trajectories by number of clusters launched.
    origin : (K,)
        Legacies by the launch order, from 0, of the cluster that they grew from.
    histogram : (H, B)
        Trajectories by month and bin of revenue in quanta.
    revenue_sum, revenue_square_sum : (H,) of Python integers
        Sums over trajectories of revenue in quanta and of its square: exact at any size.
    cash_histogram : (H, C)
        Trajectories by month and bin of cash in units of 2^cash_shift quanta, rounded to the nearest.
    cash_sum, cash_square_sum : (H,) of Python integers
        Sums over trajectories of cash in those units and of its square.
    mission_histogram : (H, B)
        Trajectories by month and bin of mission revenue in quanta.
    mission_sum, mission_square_sum : (H,) of Python integers
        Sums over trajectories of mission revenue in quanta and of its square.
    """

    digest: str
    key: int
    ranges: Ranges
    reached: NDArray[np.int64]
    held: NDArray[np.int64]
    launches: NDArray[np.int64]
    origin: NDArray[np.int64]
    histogram: NDArray[np.int64]
    revenue_sum: NDArray[np.object_]
    revenue_square_sum: NDArray[np.object_]
    cash_histogram: NDArray[np.int64]
    cash_sum: NDArray[np.object_]
    cash_square_sum: NDArray[np.object_]
    mission_histogram: NDArray[np.int64]
    mission_sum: NDArray[np.object_]
    mission_square_sum: NDArray[np.object_]

    def __post_init__(self) -> None:
        for array in self.counts().values():
            array.flags.writeable = False  # counts are added, never changed

    @property
    def n(self) -> int:
        """How many trajectories were counted."""
        return sum(stop - first for first, stop in self.ranges)

    def counts(self) -> dict[str, NDArray[Any]]:
        """All arrays by name: what ``+`` adds and what a digest of the counts covers."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in {"digest", "key", "ranges"}}

    def __add__(self, other: Self) -> Self:
        """Count both sets of trajectories.

        Raises
        ------
        ValueError
            If the Programs or the keys differ, or a trajectory is in both.
        """
        if not isinstance(other, Tally):
            return NotImplemented
        if self.digest != other.digest:
            raise ValueError("these counts come from different plans: only runs of one Program can be added")
        if self.key != other.key:
            raise ValueError("these counts come from different seeds: only runs of one key can be added")
        mine, theirs = self.counts(), other.counts()
        return type(self)(
            digest=self.digest,
            key=self.key,
            ranges=union(self.ranges, other.ranges),
            **{name: mine[name] + theirs[name] for name in mine},
        )

    def __eq__(self, other: object) -> bool:
        """Tell whether the same trajectories of the same Program gave the same counts, to the last bit."""
        if not isinstance(other, Tally):
            return NotImplemented
        if (self.digest, self.key, self.ranges) != (other.digest, other.key, other.ranges):
            return False
        theirs = other.counts()
        return all(np.array_equal(array, theirs[name]) for name, array in self.counts().items())

    __hash__ = None  # type: ignore[assignment]  # arrays inside


def forms(program: Program) -> dict[str, tuple[np.dtype[Any], tuple[int, ...]]]:
    """Tell the type and shape of each array of the counts that a Program makes."""
    clusters, months, whole, any_size = program.clusters, program.horizon, np.dtype(np.int64), np.dtype(object)
    cash, mission = (months if lever else 0 for lever in (program.plan.finances, program.plan.mission))
    return {
        "reached": (whole, (len(program.events), clusters + 1, months + 1)),
        "held": (whole, (len(program.milestones), months)),
        "launches": (whole, (clusters + 1,)),
        "origin": (whole, (clusters,)),
        "histogram": (whole, (months, BINS)),
        "revenue_sum": (any_size, (months,)),
        "revenue_square_sum": (any_size, (months,)),
        "cash_histogram": (whole, (cash, CASH_BINS)),
        "cash_sum": (any_size, (cash,)),
        "cash_square_sum": (any_size, (cash,)),
        "mission_histogram": (whole, (mission, BINS)),
        "mission_sum": (any_size, (mission,)),
        "mission_square_sum": (any_size, (mission,)),
    }


def count(program: Program, key: int, first: int, records: Records, more: LeverRecords | None = None) -> Tally:
    """Reduce the records of the trajectories from ``first`` on to counts; ``more`` is what levers left."""
    clusters, horizon = program.clusters, program.horizon
    more = _NOTHING_MORE if more is None else more
    reached = [*records.passages]
    if brought := first_passages(program, records, more)[len(reached) :]:
        stratum, shape = records.viable.astype(np.int64) * (horizon + 1), (clusters + 1, horizon + 1)
        reached += [np.bincount(stratum + months, minlength=shape[0] * shape[1]).reshape(shape) for months in brought]
    revenue_sum, revenue_square_sum = _sums(records.moments)
    cash_sum, cash_square_sum = _sums(more.cash_moments)
    mission_sum, mission_square_sum = _sums(more.mission_moments)
    return Tally(
        digest=program.digest,
        key=key,
        ranges=((first, first + records.viable.size),),
        reached=np.stack(reached),
        held=records.held,
        launches=records.launched,
        origin=records.origins[1:],
        histogram=records.histogram.astype(np.int64),
        revenue_sum=revenue_sum,
        revenue_square_sum=revenue_square_sum,
        cash_histogram=more.cash_histogram.astype(np.int64),
        cash_sum=cash_sum,
        cash_square_sum=cash_square_sum,
        mission_histogram=more.mission_histogram.astype(np.int64),
        mission_sum=mission_sum,
        mission_square_sum=mission_square_sum,
    )


def first_passages(program: Program, records: Records, more: LeverRecords | None) -> list[NDArray[np.uint16]]:
    """Return the month, or 0, of each of the Program's events: (n,) each, in their order."""
    brought = () if more is None else zip(BROUGHT, more.first, strict=True)
    return [*records.reached, *(months for event, months in brought if event in program.events)]


def _sums(moments: NDArray[np.int64]) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Sums by month and sums of squares, which come in two limbs; in Python's integers."""
    x, high_high, high_low, low_low = moments.astype(object).T
    return x, (high_high << 2 * LIMB) + (high_low << LIMB + 1) + low_low
