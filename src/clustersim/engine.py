"""The engine: ranges of trajectories, spread over an executor and added up.

A range is an item of work that carries the Program, the key and its bounds, returns a Tally, and can be repeated. How
the trajectories are cut into ranges, and in what order these come back, changes nothing: integers add.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing, nullcontext
from dataclasses import dataclass
from itertools import pairwise
from os import PathLike
from time import perf_counter
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from clustersim.checkpoint import Checkpoint, missing
from clustersim.kernel.layout import LARGEST_RANGE, LeverRecords, Records
from clustersim.keywords import named
from clustersim.memory import memory
from clustersim.outcome.notation import span
from clustersim.outcome.outcome import Outcome
from clustersim.outcome.precision import Precision, Stop, looks
from clustersim.plan.errors import shown
from clustersim.plan.plan import Plan
from clustersim.program import Program, lower
from clustersim.ranges import run_range, warm
from clustersim.seeds import RNG, key_of
from clustersim.spread import MOST_AT_ONCE, Pace, Stretch, lent, refuse_uncallable, spread, trajectories
from clustersim.tally import Ranges, Tally, count, first_passages

Progress = Callable[[int, int], None]


@named
def simulate(
    plan: Plan,
    n: int = 100_000,
    *,
    rng: RNG = None,
    precision: Precision | None = None,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    first: int = 0,
    checkpoint: str | PathLike[str] | None = None,
) -> Outcome:
    """Simulate practices on a plan.

    Parameters
    ----------
    plan
        What the practices do.
    n
        How many trajectories: 100 000 give every probability to about 0.3 percentage points. Memory does not grow
        with it.
    rng
        None for luck that is new every time, a non-negative int (a seed), a numpy SeedSequence or Generator, or the key
        of an earlier run, as ``outcome.provenance`` tells it. It decides the 64-bit key; plans run with one key share
        their luck. Numpy's global seed has no effect.
    precision
        How sure one figure shall be: the run stops as soon as it is, after ``n`` trajectories at most, and
        ``outcome.stopped`` tells why. See `Precision`.
    executor
        Any ``concurrent.futures.Executor``: processes, a Dask cluster's, MPI's; by default threads, one a core. What it
        runs may be repeated, so one that replaces lost workers loses nothing by it.
    workers
        How many threads, or how many workers the executor has, which it does not tell; by default as many as this
        machine has cores. It decides how much work is handed out at a time, and no digit of the answer.
    progress
        Called with the number of trajectories done and ``n`` after each range; see ``progress_bar``. With a
        `precision`, instead of ``n`` with how many it will probably take.
    first
        The first trajectory's number: ``first .. first + n - 1`` are simulated.
    checkpoint
        A file in which the counts are saved every ten seconds, and at the end, also by Ctrl-C or an error. If it is
        there already, only the trajectories that it lacks are simulated: so a run that was killed goes on when it is
        called again in the same way, and one that is done is read from it. ``load`` reads it at any time. With a
        `precision` the same call may ask for more of it.

    Returns
    -------
    Outcome
        The same bits for the same plan, key and trajectories, whatever the executor and the number of workers.

    Raises
    ------
    TypeError, ValueError
        If a number is not whole or out of its range; if the checkpoint is of another plan, seed or other trajectories;
        if the precision is of something that the plan has not.
    PlanError
        If the plan's revenue is too widely spread to be counted.
    LoadError, OSError
        If the checkpoint's file is no saved outcome, or cannot be written.

    Examples
    --------
    >>> import clustersim as cs
    >>> outcome = cs.simulate(cs.Plan(), n=20_000, rng=7)
    >>> outcome["black belt"].probability(by=36)  # doctest: +ELLIPSIS
    Estimate(value=0.44..., ...)
    """
    first, n = trajectories(first, n)
    refuse_uncallable(progress)
    program = lowered(plan)
    if precision is not None:
        if not isinstance(precision, Precision):
            remedy = "must be a clustersim.Precision, as Precision('black belt', by=36, half_width=0.001)"
            raise TypeError(f"precision = {shown(precision)}: {remedy}")
        precision.check(program)
    if checkpoint is not None and rng is None:
        raise ValueError("rng = None: a checkpoint needs a seed, as rng=7, so that the same call can go on from it")
    key = key_of(rng)
    with nullcontext() if checkpoint is None else Checkpoint(checkpoint, program, key, first, n, precision) as kept:
        if precision is not None:
            return _stopped(program, key, first, n, precision, executor, workers, progress, kept)
        return Outcome(program, _tally(program, key, first, n, executor, workers, progress, kept))


@named
def extend(
    outcome: Outcome,
    n: int,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Simulate ``n`` more trajectories, those that follow the outcome's last.

    Returns
    -------
    Outcome
        Of all its trajectories: the same bits as if they had been simulated at once.

    Raises
    ------
    TypeError, ValueError
        As ``simulate``.

    Examples
    --------
    >>> import clustersim as cs
    >>> half = cs.simulate(cs.Plan(), n=1_000, rng=7)
    >>> cs.extend(half, 1_000) == cs.simulate(cs.Plan(), n=2_000, rng=7)
    True
    """
    outcome = outcome_of(outcome)
    refuse_uncallable(progress)
    first, n = trajectories(outcome.tally.ranges[-1][1], n)
    more = _tally(outcome.program, outcome.tally.key, first, n, executor, workers, progress)
    return Outcome(outcome.program, outcome.tally + more)


def outcome_of(outcome: Any) -> Outcome:
    """Return an outcome that a caller gave.

    Raises
    ------
    TypeError
        If it is none.
    """
    if not isinstance(outcome, Outcome):
        remedy = "must be the Outcome of simulate(); load(path) reads a saved one"
        raise TypeError(f"outcome = {shown(outcome)}: {remedy}")
    return outcome


@dataclass(frozen=True, kw_only=True, eq=False)
class Paths:
    """Single trajectories, for those who want samples.

    Attributes
    ----------
    revenue : (n, horizon)
        Dollars a month; index 0 is month 1.
    reached
        By name of the milestone, and "legacy" if the plan has one: (n,) months, infinity where it was not reached. With
        their levers also "burnout" (the first one), "ruin" and "admission" (the first one).
    viable, launches : (n,)
        Number of viable clusters, and of launched ones.
    origin : (n,)
        Launch order, from 0, of the cluster that the legacy grew from; -1 where there is none.
    cash : (n, horizon) or None
        Dollars at the end of each month, with the lever "finances". After ruin they stay where they are.
    mission_revenue : (n, horizon) or None
        Dollars a month, each cluster's weighted by how well it fits, with the lever "mission".
    first
        Number of the first trajectory.

    Examples
    --------
    >>> import clustersim as cs
    >>> some = cs.paths(cs.Plan(), n=3, rng=7)
    >>> some.revenue.shape, some.reached["black belt"], some.viable
    ((3, 120), array([inf, inf, 37.]), array([4, 5, 7]))
    """

    revenue: NDArray[np.float64]
    reached: dict[str, NDArray[np.float64]]
    viable: NDArray[np.int64]
    launches: NDArray[np.int64]
    origin: NDArray[np.int64]
    cash: NDArray[np.float64] | None
    mission_revenue: NDArray[np.float64] | None
    first: int


@named
def paths(plan: Plan, n: int = 100, *, rng: RNG = None, first: int = 0) -> Paths:
    """Simulate practices and keep each: trajectory ``i`` is the one that ``simulate`` counts as ``i``.

    Parameters
    ----------
    plan, rng, first
        As for ``simulate``.
    n
        How many trajectories; memory grows with it, by ``16 * horizon`` bytes each, and as much again for cash and for
        mission revenue where there are any.

    Raises
    ------
    MemoryError
        If this machine could not hold them, or this process may not: told beforehand, with the number of bytes.
    TypeError, ValueError, PlanError
        As ``simulate``.

    Examples
    --------
    >>> import clustersim as cs
    >>> some = cs.paths(cs.Plan(), n=100, rng=7)
    >>> some.revenue.shape, some.reached["black belt"].shape
    ((100, 120), (100,))
    """
    first, n = trajectories(first, n)
    program = lowered(plan)
    _refuse_more_than_memory(n, program)
    key = key_of(rng)
    pieces = [
        run_range(program, key, begin, min(LARGEST_RANGE, first + n - begin), paths=True)
        for begin in range(first, first + n, LARGEST_RANGE)
    ]
    return as_paths(program, pieces, first)


def as_paths(program: Program, pieces: Sequence[tuple[Records, LeverRecords | None]], first: int) -> Paths:
    """Turn the records of ranges that follow each other into paths; amounts that were not kept have no months."""
    plan = program.plan
    months = np.concatenate([first_passages(program, *piece) for piece in pieces], axis=1).astype(float)
    months[months == 0] = np.inf
    named = dict(zip(program.events, months, strict=True))
    if not program.tables.legacy:
        del named["legacy"]
    records, more = zip(*pieces, strict=True)
    return Paths(
        revenue=_dollars([record.revenue for record in records], program.quantum),
        reached=named,
        viable=np.concatenate([record.viable for record in records]).astype(np.int64),
        launches=np.concatenate([record.launches for record in records]).astype(np.int64),
        origin=np.concatenate([record.origin for record in records]).astype(np.int64),
        cash=_dollars([left.cash for left in more if left], program.grain) if plan.finances else None,
        mission_revenue=_dollars([left.mission for left in more if left], program.quantum) if plan.mission else None,
        first=first,
    )


def _dollars(pieces: list[NDArray[np.int64]], unit: float) -> NDArray[np.float64]:
    """Turn units by month and trajectory, a range each, into dollars by trajectory and month."""
    dollars: NDArray[np.float64] = np.concatenate([piece.T for piece in pieces]) * unit
    return dollars


def count_range(program: Program, key: int, first: int, n: int) -> tuple[Tally, float, float]:
    """Do one item of work: count the trajectories from ``first`` on.

    Returns
    -------
    tally, seconds, overhead
        How long simulating took, and reducing what a worker holds at once to counts, which does not depend on ``n``.
    """
    stop = first + n
    tally, seconds, overhead = _count_piece(program, key, first, min(MOST_AT_ONCE, n))
    while (first := first + MOST_AT_ONCE) < stop:
        more, *spent = _count_piece(program, key, first, min(MOST_AT_ONCE, stop - first))
        tally += more
        seconds, overhead = seconds + spent[0], spent[1]
    return tally, seconds, overhead


def _count_piece(program: Program, key: int, first: int, n: int) -> tuple[Tally, float, float]:
    begin = perf_counter()
    records, more = run_range(program, key, first, n)
    ran = perf_counter()
    tally = count(program, key, first, records, more)
    return tally, ran - begin, perf_counter() - ran


@dataclass(frozen=True)
class Simulation:
    """A plan, as a job: counted alone."""

    program: Program

    @property
    def cluster_months(self) -> int:
        """How much work a trajectory is, at most."""
        return self.program.clusters * self.program.horizon

    @property
    def counts_bytes(self) -> int:
        """How much memory a tally takes."""
        return self.program.tally_bytes

    def warm(self) -> None:
        """Compile the kernel that the plan needs."""
        warm(self.program)

    def count(self, key: int, first: int, n: int) -> tuple[Tally, float, float]:
        """Count the trajectories from ``first`` on."""
        return count_range(self.program, key, first, n)


def _stretches(job: Simulation, ranges: Ranges) -> Iterator[Stretch[Tally]]:
    return (Stretch(number, job, *bounds) for number, bounds in enumerate(ranges))


def _length(ranges: Ranges) -> int:
    return sum(stop - first for first, stop in ranges)


def _tally(
    program: Program,
    key: int,
    first: int,
    n: int,
    executor: Executor | None,
    workers: int | None,
    progress: Progress | None,
    checkpoint: Checkpoint | None = None,
) -> Tally:
    total = None if checkpoint is None else checkpoint.tally
    job = Simulation(program)
    pace = Pace.of(job.counts_bytes, executor, workers)
    ranges = missing(total, first, n)
    if total is not None and not ranges:
        return total
    with (
        lent(executor, job, pace.workers) as pool,
        closing(spread(pool, _stretches(job, ranges), key, _length(ranges), pace)) as counted,
    ):
        for _, tally in counted:
            total = tally if total is None else total + tally
            if checkpoint is not None:
                checkpoint.keep(total)
            if progress is not None:
                progress(total.n, n)
    return cast("Tally", total)


def _stopped(
    program: Program,
    key: int,
    first: int,
    n: int,
    precision: Precision,
    executor: Executor | None,
    workers: int | None,
    progress: Progress | None,
    checkpoint: Checkpoint | None,
) -> Outcome:
    """Count trajectories until there are ``n``, or the stopping rule is content; it looks at fixed prefixes alone."""
    job = Simulation(program)
    pace = Pace.of(job.counts_bytes, executor, workers)
    ends = [first + look for look in looks(n)]
    goal, reached = n, False
    kept = None if checkpoint is None else checkpoint.tally
    with closing(_prefixes(executor, job, key, first, ends, pace, kept)) as prefixes:
        for look, tally, whole in prefixes:
            if whole:
                estimate = precision.of(Outcome(program, tally))
                goal = min(precision.expected(estimate, tally.n), n)
                reached = precision.enough(estimate, tally.n)
            stop = Stop(precision=precision, reached=reached, looks=look + whole)
            if checkpoint is not None:
                checkpoint.keep(tally, stop)
            if progress is not None:
                progress(tally.n, max(goal, tally.n))
            if reached:
                break
    return Outcome(program, tally, stop)


def _prefixes(
    executor: Executor | None,
    job: "Simulation",
    key: int,
    first: int,
    ends: list[int],
    pace: Pace,
    kept: Tally | None,
) -> Generator[tuple[int, Tally, bool]]:
    """Yield what is counted up to each look as it grows, and nothing of what lies beyond it.

    Workers go on beyond a look; what they count there waits until all before it has come. With it come how many looks
    were before, and whether all is there up to this one: then whoever takes it may look, and stop.
    """
    place = 0 if kept is None else bisect_left(ends, kept.ranges[-1][1])
    if kept is not None and kept.ranges == ((first, ends[place]),):
        yield place, kept, True
        place += 1
    ranges = (*missing(kept, first, ends[place] - first), *pairwise(ends[place:])) if place < len(ends) else ()
    total, waiting = kept, dict[int, Tally]()
    with (
        lent(executor, job, pace.workers) as pool,
        closing(spread(pool, _stretches(job, ranges), key, _length(ranges), pace, waiting)) as counted,
    ):
        for _, tally in counted:
            where = bisect_right(ends, tally.ranges[0][0])
            waiting[where] = waiting[where] + tally if where in waiting else tally
            while place in waiting:
                more = waiting.pop(place)
                total = more if total is None else total + more
                yield place, total, (whole := total.ranges == ((first, ends[place]),))
                place += whole


def _refuse_more_than_memory(n: int, program: Program) -> None:
    """Refuse single trajectories that this process could not hold: quanta and dollars by month, first passages."""
    amounts = 1 + (program.plan.finances is not None) + (program.plan.mission is not None)
    need, have = n * (16 * program.horizon * amounts + 10 * len(program.events) + 36), memory()
    if have is not None and need > have:
        raise MemoryError(
            f"{n:,} paths of {span(program.horizon)} take {need:,} bytes, and this process can have {have:,}: "
            "take fewer, a range at a time by first=, or simulate(), whose memory does not grow with n"
        )


def lowered(plan: Any) -> Program:
    """Lower what a caller gave as a plan.

    Raises
    ------
    TypeError, PlanError
        If it is none, or cannot be simulated.
    """
    if not isinstance(plan, Plan):
        raise TypeError(f"plan must be a clustersim.Plan, not {type(plan).__name__}: Plan.from_toml(path) reads a file")
    return lower(plan)
