"""Which lives are worth a look: the numbers of those that meet a condition."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from clustersim.analysis.condition import Condition, condition_of
from clustersim.engine import Paths, Progress, as_paths, outcome_of
from clustersim.keywords import named
from clustersim.program import Program
from clustersim.ranges import run_range, warm
from clustersim.spread import MOST_AT_ONCE, Pace, Stretch, spread, whole

if TYPE_CHECKING:
    from clustersim.outcome.outcome import Outcome

Numbers = NDArray[np.int64]

#: Lives that a worker holds at once where every month of each is looked at.
_MONTHLY_AT_ONCE = 1 << 13


@named
def find(
    outcome: "Outcome",
    condition: Condition | Callable[[Paths], Any],
    at_most: int = 100,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Numbers:
    """Find lives that meet a condition, so that one can look at why: ``outcome.trace(i)``.

    They are simulated once more, which tells exactly those that were counted.

    Parameters
    ----------
    outcome
        What was simulated.
    condition
        As ``never("black belt")``, ``reached("ruin", by=24)``, or these with ``&``, ``|`` and ``~``; or a function of
        `Paths` that gives an array of flags, one for each life, as ``lambda lives: lives.viable >= 6``.
    at_most
        How many to look for: the search ends with them.
    workers, progress
        As for ``simulate``.

    Returns
    -------
    array of int
        The numbers of the first lives that meet it, ascending.

    Raises
    ------
    TypeError, ValueError
        If the outcome or the condition is none, or asks for what the plan has not; if a number is not whole.

    Examples
    --------
    >>> import clustersim as cs
    >>> outcome = cs.simulate(cs.Plan(), n=10_000, rng=7)
    >>> cs.find(outcome, cs.never("black belt") & (lambda lives: lives.viable >= 6), at_most=3).tolist()
    [10, 32, 47]
    """
    wanted = condition_of(condition)
    wanted.check(outcome_of(outcome).program)
    at_most = whole("at_most", at_most, 1)
    job, ranges = _Search(outcome.program, wanted), outcome.tally.ranges
    pace = Pace.of(job.counts_bytes, None, workers)
    stretches = [Stretch(k, job, *bounds) for k, bounds in enumerate(ranges)]
    done, numbers = 0, list[Numbers]()
    waiting = dict[tuple[int, int], _Found]()
    place, ahead = 0, ranges[0][0]
    job.warm()
    with (
        ThreadPoolExecutor(pace.workers, thread_name_prefix="clustersim") as pool,
        closing(spread(pool, stretches, outcome.tally.key, outcome.n, pace, waiting)) as pieces,
    ):
        for piece, found in pieces:
            waiting[piece.number, piece.first] = found
            while place < len(ranges) and (place, ahead) in waiting:
                some = waiting.pop((place, ahead))
                numbers.append(some.numbers)
                done, ahead = done + some.n, ahead + some.n
                if ahead == ranges[place][1]:
                    place += 1
                    ahead = ranges[place][0] if place < len(ranges) else ahead
            if progress is not None:
                progress(done, outcome.n)
            if sum(map(len, numbers)) >= at_most:
                break
    return np.concatenate(numbers)[:at_most]


@dataclass(frozen=True, eq=False)
class _Found:
    """The numbers of lives that meet a condition, of `n` that were looked at."""

    n: int
    numbers: Numbers

    def __add__(self, other: Self) -> Self:
        return type(self)(self.n + other.n, np.concatenate([self.numbers, other.numbers]))


@dataclass(frozen=True, eq=False)
class _Search:
    """Looking for lives, as a job."""

    program: Program
    condition: Condition

    @property
    def cluster_months(self) -> int:
        """How much work a trajectory is, at most."""
        return self.program.clusters * self.program.horizon

    @property
    def counts_bytes(self) -> int:
        """How much memory what is found in a range takes."""
        return 8 * MOST_AT_ONCE

    def warm(self) -> None:
        """Compile what it needs."""
        warm(self.program)

    def count(self, key: int, first: int, n: int) -> tuple[_Found, float, float]:
        """Look at the trajectories from ``first`` on."""
        began = perf_counter()
        at_once = _MONTHLY_AT_ONCE if self.condition.monthly else MOST_AT_ONCE
        pieces = [
            self._piece(key, begin, min(at_once, first + n - begin)) for begin in range(first, first + n, at_once)
        ]
        return _Found(n, np.concatenate(pieces)), perf_counter() - began, 0.0

    def _piece(self, key: int, first: int, n: int) -> Numbers:
        records = run_range(self.program, key, first, n, paths=self.condition.monthly)
        lives = as_paths(self.program, [records], first)
        return first + np.flatnonzero(self.condition.met(lives))
