"""What two plans have in common, read from what was counted of the same trajectories under each.

Plans are told by their places. Everything turns round when two plans are swapped.
"""

from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from clustersim.engine import Progress
from clustersim.joint import Joint, Pair, Together
from clustersim.outcome.difference import Difference
from clustersim.outcome.estimate import certain
from clustersim.outcome.strata import Strata
from clustersim.program import Program
from clustersim.spread import Pace, Stretch, lent, refuse_uncallable, spread
from clustersim.viability import stratum_weights

Whole = NDArray[np.int64]


def under_each(
    programs: tuple[Program, ...],
    n: int,
    *,
    key: int,
    first: int = 0,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Joint:
    """Run the same trajectories under each of several plans, and count what they have in common."""
    job = Together(programs, first)
    refuse_uncallable(progress)
    pace = Pace.of(job.counts_bytes, executor, workers)
    pieces, done = list[Joint](), 0
    whole = [Stretch(0, job, first, first + n)]
    with lent(executor, job, pace.workers) as pool, closing(spread(pool, whole, key, n, pace)) as counted:
        for _, joint in counted:
            pieces = [pieces[0] + joint] if pieces else [joint]
            done += joint.n
            if progress is not None:
                progress(done, n)
    return pieces[0]


@dataclass(frozen=True, eq=False)
class SameLuck:
    """Programs, and the counts of the same trajectories under each."""

    programs: tuple[Program, ...]
    joint: Joint

    @cached_property
    def job(self) -> Together:
        """What was done."""
        return Together(self.programs, self.joint.tallies[0].ranges[0][0])

    def same(self, one: int, other: int) -> bool:
        """Tell whether two plans are one and the same."""
        return self.programs[one].digest == self.programs[other].digest

    def ahead(self, one: int, other: int) -> tuple[Whole, Whole]:
        """Count the trajectories in which only one plan, or only the other, has got there: (E, S, H) each."""
        pair = self._pair(one, other)
        return (pair.lost, pair.gained) if one < other else (pair.gained, pair.lost)

    def probability(
        self, one: int, other: int, event: int, by: int, confidence_level: float, independent_error: float
    ) -> Difference:
        """Tell how much more probable an event is by a month on one plan than on another."""
        if self.same(one, other):
            return Difference.none(confidence_level, independent_error)
        gained, lost = (counts[event, :, by - 1] for counts in self.ahead(one, other))
        strata = Strata.of(*self.strata(one, other))
        return Difference.of_strata(gained, lost, strata, certain(confidence_level), independent_error)

    def sooner(self, one: int, other: int, event: int) -> tuple[int, int]:
        """Count the trajectories in which one plan got there in an earlier month than another, and in a later one."""
        if one == other:
            return 0, 0
        pair = self._pair(one, other)
        counts = int(pair.sooner[event]), int(pair.later[event])
        return (counts[1], counts[0]) if one < other else counts

    def strata(self, one: int, other: int) -> tuple[NDArray[np.float64], Whole]:
        """Tell how probable each stratum of two plans is, and how many trajectories it has."""
        place = min(one, other), max(one, other)
        return self.job.strata[place].weights, self._pair(one, other).strata

    def correlation(self, event: int, ours: tuple[int, float], theirs: tuple[int, float]) -> float:
        """Tell how the estimated chances of two plans, each by a month of its own, go together."""
        mine, others = (self._left_over(event, *which) for which in (ours, theirs))
        spread = float(np.sqrt((mine**2).sum() * (others**2).sum()))
        return float((mine * others).sum()) / spread if spread > 0 else 0.0

    def revenue(self, one: int, other: int, place: int) -> tuple[int, int, int, float]:
        """Tell sums over trajectories of how much more a year's revenue is on one plan, exactly.

        Returns
        -------
        total
            In quanta.
        together, apart
            n squared times the variance of the difference, and what it would be without common luck.
        quantum
            Dollars of one quantum.
        """
        n, quantum = self.joint.n, min(self.programs[plan].quantum for plan in (one, other))
        a, b = (int(self.programs[plan].quantum / quantum) for plan in (one, other))
        ours, theirs = (self._total(plan, place) for plan in (one, other))
        squares = [int(self.joint.squares[plan][place]) for plan in (one, other)]
        cross = squares[0] if one == other else int(self._pair(one, other).products[place])
        total = a * ours - b * theirs
        apart = a**2 * (n * squares[0] - ours**2) + b**2 * (n * squares[1] - theirs**2)
        return total, apart - 2 * a * b * (n * cross - ours * theirs), apart, quantum

    def _total(self, plan: int, place: int) -> int:
        months = self.joint.tallies[plan].revenue_sum.tolist()[: self.job.horizon]
        last = self.joint.squares.shape[1] - 1
        return sum(months if place == last else months[12 * place : 12 * place + 12])

    def _pair(self, one: int, other: int) -> Pair:
        pairs = [*combinations(range(len(self.programs)), 2)]
        return self.joint.pairs[pairs.index((min(one, other), max(one, other)))]

    def _left_over(self, event: int, plan: int, month: float) -> NDArray[np.float64]:
        """Tell what chance leaves to single trajectories: whether they got there, less how probable that was."""
        counts = self.joint.tallies[plan].reached[self.programs[plan].events.index(self.job.events[event])]
        by_then, totals = counts[:, 1 : int(month) + 1].sum(axis=1), counts.sum(axis=1)
        single = self.joint.sampled()[:, plan]
        there = single[1 + event] <= month
        if stratum_weights(self.programs[plan]) is None:
            return np.asarray(there - by_then.sum() / totals.sum())
        return np.asarray(there - (by_then / np.maximum(totals, 1))[single[0]])
