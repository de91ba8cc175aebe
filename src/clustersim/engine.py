"""The engine: ranges of trajectories, spread over an executor and added up.

A range is an item of work that carries the Program, the key and its bounds, returns a Tally, and can be repeated. How
the trajectories are cut into ranges, and in what order these come back, changes nothing: integers add.
"""

import os
from bisect import bisect_right
from collections.abc import Callable, Generator, Iterator, Sized
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import accumulate
from operator import index
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustersim.kernel.layout import LARGEST_RANGE
from clustersim.outcome.outcome import Outcome
from clustersim.outcome.precision import Precision, Stop, looks
from clustersim.plan.plan import Plan
from clustersim.program import Program, lower
from clustersim.seeds import RNG, key_of
from clustersim.tally import Tally, count

Progress = Callable[[int, int], None]

#: Seconds that one range should take: long beside the cost of handing it out, short beside a person's patience.
_RANGE_SECONDS = 0.075

#: Cluster-months of the first range, before its speed is known.
_FIRST_RANGE = 3_000_000

#: Trajectories of a range at most: every worker holds the records of one, up to 200 bytes a trajectory.
_MOST_IN_A_RANGE = 1 << 17

#: Bytes of tallies that are not yet added, at most.
_MEMORY = 1 << 29

#: Ranges handed out and not yet added, for each worker.
_IN_FLIGHT = 3

#: A wait is cut into pieces of so many seconds, so that Ctrl-C is answered on every system.
_PATIENCE = 0.1

_MOST_TRAJECTORIES = 1 << 63


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
        None for luck that is new every time, a non-negative int (a seed), a numpy SeedSequence or Generator, or the Key
        of an earlier run. It decides the 64-bit key; plans run with one key share their luck. Numpy's global seed has
        no effect.
    precision
        How sure one figure shall be: the run stops as soon as it is, after ``n`` trajectories at most, and
        ``outcome.stopped`` tells why. See `Precision`.
    executor
        Any ``concurrent.futures.Executor``; by default threads, one a core.
    workers
        How many threads, or how many workers the executor has; by default as many as there are cores.
    progress
        Called with the number of trajectories done and ``n`` after each range; see ``progress_bar``. With a
        `precision`, instead of ``n`` with how many it will probably take.
    first
        The first trajectory's number: ``first .. first + n - 1`` are simulated.

    Returns
    -------
    Outcome
        The same bits for the same plan, key and trajectories, whatever the executor and the number of workers.

    Raises
    ------
    TypeError, ValueError
        If a number is not whole or out of its range, or the precision is of something that the plan has not.
    PlanError
        If the plan's revenue is too widely spread to be counted.

    Examples
    --------
    >>> import clustersim as cs
    >>> outcome = cs.simulate(cs.Plan(), n=20_000, rng=7)
    >>> outcome["black belt"].probability(by=36)  # doctest: +ELLIPSIS
    Estimate(value=0.44..., ...)
    """
    first, n = _range(first, n)
    program = lower(_plan(plan))
    return _run(program, key_of(rng), first, n, precision, executor, workers, progress)


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
    first, n = _range(outcome.tally.ranges[-1][1], n)
    more = _run(outcome.program, outcome.tally.key, first, n, None, executor, workers, progress)
    return Outcome(outcome.program, outcome.tally + more.tally)


@dataclass(frozen=True, kw_only=True, eq=False)
class Paths:
    """Single trajectories, for those who want samples.

    Attributes
    ----------
    revenue : (n, horizon)
        Dollars a month; index 0 is month 1.
    reached
        By name of the milestone, and "legacy" if the plan has one: (n,) months, infinity where it was not reached.
    viable, launches : (n,)
        Number of viable clusters, and of launched ones.
    origin : (n,)
        Launch order, from 0, of the cluster that the legacy grew from; -1 where there is none.
    first
        Number of the first trajectory.
    """

    revenue: NDArray[np.float64]
    reached: dict[str, NDArray[np.float64]]
    viable: NDArray[np.int64]
    launches: NDArray[np.int64]
    origin: NDArray[np.int64]
    first: int


def paths(plan: Plan, n: int = 100, *, rng: RNG = None, first: int = 0) -> Paths:
    """Simulate practices and keep each: trajectory ``i`` is the one that ``simulate`` counts as ``i``.

    Parameters
    ----------
    plan, rng, first
        As for ``simulate``.
    n
        How many trajectories; memory grows with it, by ``16 * horizon`` bytes each.

    Raises
    ------
    MemoryError
        If this machine could not hold them.
    TypeError, ValueError, PlanError
        As ``simulate``.

    Examples
    --------
    >>> import clustersim as cs
    >>> some = cs.paths(cs.Plan(), n=100, rng=7)
    >>> some.revenue.shape, some.reached["black belt"].shape
    ((100, 120), (100,))
    """
    from clustersim.kernel.run import run  # noqa: PLC0415  numba loads when it is needed

    first, n = _range(first, n)
    program = lower(_plan(plan))
    _refuse_more_than_memory(n, program)
    key = key_of(rng)
    pieces = [
        run(program.tables, key, begin, min(LARGEST_RANGE, first + n - begin), revenue=True)
        for begin in range(first, first + n, LARGEST_RANGE)
    ]
    months = np.concatenate([piece.reached for piece in pieces], axis=1).astype(float)
    months[months == 0] = np.inf
    named = dict(zip(program.events, months, strict=True))
    if not program.tables.legacy:
        del named["legacy"]
    return Paths(
        revenue=np.concatenate([piece.revenue.T for piece in pieces]) * program.quantum,
        reached=named,
        viable=np.concatenate([piece.viable for piece in pieces]).astype(np.int64),
        launches=np.concatenate([piece.launches for piece in pieces]).astype(np.int64),
        origin=np.concatenate([piece.origin for piece in pieces]).astype(np.int64),
        first=first,
    )


def count_range(program: Program, key: int, first: int, n: int) -> tuple[Tally, float, float]:
    """Do one item of work: count the trajectories from ``first`` on.

    Returns
    -------
    tally, seconds, overhead
        How long simulating took, and reducing it to counts, which does not depend on ``n``.
    """
    from clustersim.kernel.run import run  # noqa: PLC0415  numba loads when it is needed

    begin = perf_counter()
    records = run(program.tables, key, first, n)
    ran = perf_counter()
    tally = count(program, key, first, records)
    return tally, ran - begin, perf_counter() - ran


def _run(
    program: Program,
    key: int,
    first: int,
    n: int,
    precision: Precision | None,
    executor: Executor | None,
    workers: int | None,
    progress: Progress | None,
) -> Outcome:
    """Count trajectories until there are ``n``, or a stopping rule is content; it looks at fixed prefixes alone."""
    workers = os.cpu_count() or 1 if workers is None else _whole("workers", workers, 1)
    if precision is not None:
        precision.check(program)
    goal = n

    def tell(done: int) -> None:
        if progress is not None:
            progress(done, max(goal, done))

    stops = [n] if precision is None else looks(n)
    with (
        _executor(executor, workers) as pool,
        closing(_stretches(pool, program, key, first, stops, workers, tell)) as stretches,
    ):
        for look, tally in enumerate(accumulate(stretches), 1):
            outcome = Outcome(program, tally)
            if precision is not None:
                estimate = precision.of(outcome)
                goal = min(precision.expected(estimate, tally.n), n)
                reached = precision.enough(estimate, tally.n)
                outcome = replace(outcome, stopped=Stop(precision=precision, reached=reached, looks=look))
                if reached:
                    break
    return outcome


def _stretches(
    pool: Executor, program: Program, key: int, first: int, stops: list[int], workers: int, tell: Callable[[int], None]
) -> Generator[Tally]:
    """Yield the tallies of the trajectories between stops, in order.

    Workers go on beyond a stop; what they count there waits until all before it has come.
    """
    ends = [first + stop for stop in stops]
    waiting: dict[int, Tally] = {}
    place, done = 0, 0
    with closing(_count_all(pool, program, key, first, ends, workers, waiting)) as counted:
        for tally in counted:
            done += tally.n
            tell(done)
            where = bisect_right(ends, tally.ranges[0][0])
            waiting[where] = waiting[where] + tally if where in waiting else tally
            while place in waiting and waiting[place].n == ends[place] - first:
                first = ends[place]
                yield waiting.pop(place)
                place += 1


def _count_all(
    pool: Executor,
    program: Program,
    key: int,
    first: int,
    ends: list[int],
    workers: int,
    waiting: Sized,
) -> Generator[Tally]:
    """Hand out ranges, none across an end, a few for each worker at a time, and yield their tallies as they come."""
    stop = ends[-1]
    size = min(max(_FIRST_RANGE // (program.clusters * program.horizon), 16), _MOST_IN_A_RANGE)
    most = max(1, min(_IN_FLIGHT * workers, _MEMORY // program.tally_bytes))
    pending: set[Future[tuple[Tally, float, float]]] = set()
    try:
        while first < stop or pending:
            # Tallies that wait for one before them take memory too: then nothing new is begun.
            while first < stop and len(pending) < most and len(waiting) <= most:
                # Towards the end the ranges shrink, so that the workers finish together.
                end = ends[bisect_right(ends, first)]
                length = min(size, max(-(-(stop - first) // workers), 16), end - first)
                pending.add(pool.submit(count_range, program, key, first, length))
                first += length
            done, pending = wait(pending, timeout=_PATIENCE, return_when=FIRST_COMPLETED)
            for future in done:
                tally, seconds, overhead = future.result()
                size = _next_size(tally.n, seconds, overhead)
                yield tally
    finally:
        for future in pending:
            future.cancel()


def _next_size(n: int, seconds: float, overhead: float) -> int:
    wanted = int(n * max(_RANGE_SECONDS, 4 * overhead) / max(seconds, 1e-6))
    return min(max(wanted, 16), 4 * n, _MOST_IN_A_RANGE)


@contextmanager
def _executor(executor: Executor | None, workers: int) -> Iterator[Executor]:
    """Lend the caller's executor, or threads of our own that end with the run."""
    if executor is not None:
        yield executor
        return
    from clustersim.kernel.run import warm  # noqa: PLC0415  numba loads when it is needed

    warm()  # here and now, not in every thread at once
    pool = ThreadPoolExecutor(workers, thread_name_prefix="clustersim")
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _refuse_more_than_memory(n: int, program: Program) -> None:
    """Refuse single trajectories that this machine could not hold: quanta and dollars by month, first passages."""
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return
    need = n * (16 * program.horizon + 10 * len(program.events) + 36)
    have = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if need > have:
        raise MemoryError(
            f"{n:,} paths of {program.horizon} months take {need:,} bytes, and this machine has {have:,}: "
            "take fewer, a range at a time by first=, or simulate(), whose memory does not grow with n"
        )


def _plan(plan: Any) -> Plan:
    if not isinstance(plan, Plan):
        raise TypeError(f"plan must be a clustersim.Plan, not {type(plan).__name__}: Plan.from_toml(path) reads a file")
    return plan


def _whole(name: str, value: Any, least: int) -> int:
    try:
        number = index(None if isinstance(value, bool) else value)  # type: ignore[arg-type]  # None raises
    except TypeError:
        raise TypeError(f"{name} = {value!r}: must be a whole number, as 100_000") from None
    if number < least:
        raise ValueError(f"{name} = {number}: must be {least} or more")
    return number


def _range(first: Any, n: Any) -> tuple[int, int]:
    first, n = _whole("first", first, 0), _whole("n", n, 1)
    if first + n > _MOST_TRAJECTORIES:
        raise ValueError(f"first + n = {first + n}: trajectories are numbered below 2^63")
    return first, n
