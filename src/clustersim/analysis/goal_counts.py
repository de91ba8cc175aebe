"""Goals, counted: when each was met, and where those who met it and those who missed it got to.

Everything here is a whole number that adds over disjoint ranges of trajectories, so that it gives the same bits
whatever the ranges.
"""

import math
from dataclasses import dataclass
from time import perf_counter
from typing import Self

import numpy as np
from numpy.typing import NDArray

from clustersim.kernel.layout import LeverRecords, Records
from clustersim.plan.goals import AVERAGED, Goal
from clustersim.program import Program
from clustersim.quanta import threshold
from clustersim.ranges import run_range, warm
from clustersim.tally import first_passages

Whole = NDArray[np.int64]

#: Trajectories that a worker simulates before it counts them: it holds every month of each.
_MOST_AT_ONCE = 1 << 13


@dataclass(frozen=True, kw_only=True, eq=False)
class GoalCounts:
    """What was counted of one goal. ``K`` clusters, ``H`` months.

    Attributes
    ----------
    met : (K + 1, H + 1)
        Trajectories by number of viable clusters and the month in which the goal was first met, within the horizon;
        month 0 counts those in which it never was.
    reached : (2, 2)
        Trajectories that missed the goal or met it in time, by whether they reached its destination.
    moments : (5,) of Python integers
        Of revenue x and mission revenue y in the goal's month, in quanta: sums of x, y, x x, x y and y y; zeros without
        the lever "mission".
    """

    met: Whole
    reached: Whole
    moments: NDArray[np.object_]

    def __add__(self, other: Self) -> Self:
        return type(self)(**{name: value + vars(other)[name] for name, value in vars(self).items()})


@dataclass(frozen=True, eq=False)
class Counted:
    """What was counted of some goals in the same trajectories."""

    n: int
    goals: tuple[GoalCounts, ...]

    def __add__(self, other: Self) -> Self:
        return type(self)(self.n + other.n, tuple(map(GoalCounts.__add__, self.goals, other.goals)))


@dataclass(frozen=True)
class Assessing:
    """Goals on a Program, as a job."""

    program: Program
    goals: tuple[Goal, ...]

    @property
    def cluster_months(self) -> int:
        """How much work a trajectory is, at most."""
        return self.program.clusters * self.program.horizon

    @property
    def counts_bytes(self) -> int:
        """How much memory the counts of a range take."""
        return 8 * len(self.goals) * (self.program.clusters + 1) * (self.program.horizon + 1)

    def warm(self) -> None:
        """Compile what it needs."""
        warm(self.program, standing=self._standing)

    @property
    def _standing(self) -> bool:
        """Whether it is asked how many clusters are established."""
        return any(goal.metric == "clusters" for goal in self.goals)

    def count(self, key: int, first: int, n: int) -> tuple[Counted, float, float]:
        """Count the trajectories from ``first`` on."""
        began, stop = perf_counter(), first + n
        counted = self._piece(key, first, min(_MOST_AT_ONCE, n))
        while (first := first + _MOST_AT_ONCE) < stop:
            counted += self._piece(key, first, min(_MOST_AT_ONCE, stop - first))
        return counted, perf_counter() - began, 0.0

    def _piece(self, key: int, first: int, n: int) -> Counted:
        records, more = run_range(self.program, key, first, n, paths=True, standing=self._standing)
        reached = dict(zip(self.program.events, first_passages(self.program, records, more), strict=True))
        return Counted(n, tuple(self._count(goal, records, more, reached) for goal in self.goals))

    def _count(
        self, goal: Goal, records: Records, more: LeverRecords | None, reached: dict[str, NDArray[np.uint16]]
    ) -> GoalCounts:
        program, size = self.program, (self.program.clusters + 1) * (self.program.horizon + 1)
        month = _before_ruin(_first_met(goal, program, records, more), reached.get("ruin"))
        in_time = (month > 0) & (month <= goal.by)
        there = reached[goal.destination] > 0
        moments = np.zeros(5, object)
        if more is not None and program.plan.mission is not None:
            x, y = (amounts[goal.by - 1].astype(object) for amounts in (records.revenue, more.mission))
            moments[:] = x.sum(), y.sum(), x @ x, x @ y, y @ y
        return GoalCounts(
            met=np.bincount(records.viable.astype(np.int64) * (program.horizon + 1) + month, minlength=size).reshape(
                -1, program.horizon + 1
            ),
            reached=np.bincount(2 * in_time.astype(np.int64) + there, minlength=4).reshape(2, 2),
            moments=moments,
        )


def _first_met(goal: Goal, program: Program, records: Records, more: LeverRecords | None) -> Whole:
    """Tell the month in which the metric was first at least what the goal asks for, or 0: (n,)."""
    if goal.metric == "clients":  # their number has nothing to do with anything here
        return np.zeros(records.viable.size, np.int64)
    if goal.metric == "clusters" and more is not None:
        return _first(more.standing >= goal.at_least)
    amounts = records.revenue
    if goal.metric == "mission revenue" and more is not None:
        amounts = more.mission
    sums = np.cumsum(amounts, axis=0)
    sums[AVERAGED:] -= sums[:-AVERAGED].copy()
    sums[: AVERAGED - 1] = -1
    return _first(sums >= threshold(goal.at_least, AVERAGED, 1 / program.quantum))


def _first(met: NDArray[np.bool_]) -> Whole:
    """Tell the first month, or 0, of flags by month and trajectory (H, n)."""
    return np.where(met.any(axis=0), met.argmax(axis=0) + 1, 0)


def _before_ruin(month: Whole, ruin: NDArray[np.uint16] | None) -> Whole:
    """Strike out what was met in the month of ruin, or later."""
    return month if ruin is None else np.where((ruin > 0) & (month >= ruin), 0, month)


def poisson_tail(mean: float, at_least: float) -> float:
    """Tell how probable a Poisson number is to be at least so large.

    >>> round(poisson_tail(5.0, 5), 4), poisson_tail(5.0, 0), poisson_tail(0.0, 1)
    (0.5595, 1.0, 0.0)
    """
    from scipy.special import gammainc  # noqa: PLC0415  scipy loads when a number is first asked for

    least = math.ceil(at_least)
    return float(gammainc(least, mean)) if least > 0 else 1.0
