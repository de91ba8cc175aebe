"""Work spread over an executor: ranges of trajectories handed out, a few for each worker at a time.

Whatever is counted, plans alone or plans together, is counted a range at a time and added up. How the trajectories are
cut into ranges, and in what order these come back, changes nothing: integers add.
"""

import os
from collections.abc import Generator, Iterable, Iterator, Sized
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from operator import index
from typing import Any, Generic, Protocol, Self, TypeVar

from clustersim.plan.errors import shown

#: Seconds that one range should take: long beside the cost of handing it out, short beside a person's patience.
_RANGE_SECONDS = 0.25

#: The same, at least, where ranges and counts travel.
_FAR_SECONDS = 0.5

#: Bytes a second of counts that should come back from all workers together: what a gigabit network carries.
_FAR_BYTES_A_SECOND = 1e8

#: Cluster-months of the first range, before its speed is known.
FIRST_RANGE = 12_000_000

#: Trajectories that a worker simulates before it counts them: it holds their records, up to 200 bytes each.
MOST_AT_ONCE = 1 << 17

#: Bytes of counts that are not yet added, at most.
_MEMORY = 1 << 29

#: Ranges handed out and not yet added, for each worker.
_IN_FLIGHT = 3

#: A wait is cut into pieces of so many seconds, so that Ctrl-C is answered on every system.
_PATIENCE = 0.1

MOST_TRAJECTORIES = 1 << 63


class Counts(Protocol):
    """What a range of trajectories is reduced to: it adds up over disjoint ranges."""

    @property
    def n(self) -> int:
        """How many trajectories were counted."""

    def __add__(self, other: Self) -> Self: ...


C = TypeVar("C", bound=Counts)
C_co = TypeVar("C_co", bound=Counts, covariant=True)


class Job(Protocol[C_co]):
    """What is counted a range at a time: it travels to the workers, who may be processes anywhere."""

    @property
    def cluster_months(self) -> int:
        """How much work a trajectory is, at most."""

    @property
    def counts_bytes(self) -> int:
        """How much memory the counts of a range take, however many trajectories."""

    def warm(self) -> None:
        """Compile what it needs."""

    def count(self, key: int, first: int, n: int) -> tuple[C_co, float, float]:
        """Count a range; tell how long simulating it took, and what took as long as it would for any other."""


@dataclass(frozen=True)
class Stretch(Generic[C]):
    """Trajectories ``first`` .. ``stop - 1`` of a job, the `number`-th one."""

    number: int
    job: Job[C]
    first: int
    stop: int


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How much work is handed out at a time: it decides how long a run takes, and nothing else.

    Attributes
    ----------
    workers
        How many there are.
    seconds
        That one range should take.
    largest
        Trajectories of a range at most.
    in_flight
        Ranges handed out and not yet added, at most.
    """

    workers: int
    seconds: float
    largest: int
    in_flight: int

    @classmethod
    def of(cls, counts_bytes: int, executor: Executor | None, workers: int | None) -> Self:
        """Return the pace of an executor, threads of our own if it is None; ``workers`` as ``simulate`` takes them.

        Raises
        ------
        TypeError, ValueError
            If the number of workers is not whole, or below 1; if the executor is none.
        """
        if executor is not None and (isinstance(executor, type) or not callable(getattr(executor, "submit", None))):
            remedy = "must be a concurrent.futures.Executor, as ThreadPoolExecutor(2), or None"
            raise TypeError(f"executor = {shown(executor)}: {remedy}")
        workers = os.cpu_count() or 1 if workers is None else whole("workers", workers, 1)
        return cls.near(counts_bytes, workers) if executor is None else cls.far(counts_bytes, workers)

    @classmethod
    def near(cls, counts_bytes: int, workers: int) -> Self:
        """Return the pace of our own threads, whose counts share this process's memory."""
        in_flight = max(1, min(_IN_FLIGHT * workers, _MEMORY // counts_bytes))
        return cls(workers=workers, seconds=_RANGE_SECONDS, largest=MOST_AT_ONCE, in_flight=in_flight)

    @classmethod
    def far(cls, counts_bytes: int, workers: int) -> Self:
        """Return the pace of workers that may be anywhere, each of which is to have something to do."""
        in_flight = max(workers, min(_IN_FLIGHT * workers, _MEMORY // counts_bytes))
        seconds = max(_FAR_SECONDS, workers * counts_bytes / _FAR_BYTES_A_SECOND)
        return cls(workers=workers, seconds=seconds, largest=MOST_TRAJECTORIES, in_flight=in_flight)


def spread(
    pool: Executor, stretches: Iterable[Stretch[C]], key: int, left: int, pace: Pace, waiting: Sized = ()
) -> Generator[tuple[Stretch[C], C]]:
    """Hand out pieces of stretches in their order, and yield the counts of each piece as it comes.

    Parameters
    ----------
    left
        How many trajectories all stretches have together.
    waiting
        What the caller holds back of what it was given: while there is too much of it, nothing new is begun.
    """
    ahead, behind = iter(stretches), list[Stretch[C]]()
    size = 0
    pending: dict[Future[tuple[C, float, float]], Stretch[C]] = {}
    try:
        while left or pending:
            while left and len(pending) < pace.in_flight and len(waiting) <= pace.in_flight:
                stretch = behind.pop() if behind else next(ahead)
                size = size or min(max(FIRST_RANGE // max(stretch.job.cluster_months, 1), 16), MOST_AT_ONCE)
                # Towards the end the pieces shrink, so that the workers finish together.
                middle = min(stretch.first + min(size, max(-(-left // pace.workers), 16)), stretch.stop)
                piece = Stretch(stretch.number, stretch.job, stretch.first, middle)
                pending[pool.submit(stretch.job.count, key, piece.first, middle - piece.first)] = piece
                left -= middle - stretch.first
                if middle < stretch.stop:
                    behind.append(Stretch(stretch.number, stretch.job, middle, stretch.stop))
            done, _ = wait(pending, timeout=_PATIENCE, return_when=FIRST_COMPLETED)
            for future in done:
                counts, seconds, overhead = future.result()
                size = next_size(counts.n, seconds, overhead, pace)
                yield pending.pop(future), counts
    finally:
        for future in pending:
            future.cancel()


def next_size(n: int, seconds: float, overhead: float, pace: Pace) -> int:
    """Tell how many trajectories the next range should have, when ``n`` took so long."""
    wanted = int(n * max(pace.seconds, 4 * overhead) / max(seconds, 1e-6))
    return min(max(wanted, 16), 4 * n, pace.largest)


@contextmanager
def lent(executor: Executor | None, job: Job[Any], workers: int) -> Iterator[Executor]:
    """Lend the caller's executor, or threads of our own that end with the run."""
    if executor is not None:
        yield executor
        return
    job.warm()  # here and now, not in every thread at once
    pool = ThreadPoolExecutor(workers, thread_name_prefix="clustersim")
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def whole(name: str, value: Any, least: int) -> int:
    """Return a whole number that a caller gave.

    Raises
    ------
    TypeError, ValueError
        If it is none, or too small.
    """
    try:
        number = index(None if isinstance(value, bool) else value)  # type: ignore[arg-type]  # None raises
    except TypeError:
        raise TypeError(f"{name} = {shown(value)}: must be a whole number, as 100_000") from None
    if number < least:
        raise ValueError(f"{name} = {shown(number)}: must be {least} or more")
    return number


def refuse_uncallable(progress: Any) -> None:
    """Refuse what cannot be told of progress.

    Raises
    ------
    TypeError
        If it cannot be called.
    """
    if progress is not None and not callable(progress):
        raise TypeError(
            f"progress = {shown(progress)}: must be called with how many are done and how many there are, as "
            "progress_bar() is, or None"
        )


def trajectories(first: Any, n: Any) -> tuple[int, int]:
    """Return the first trajectory's number and how many there are, as a caller gave them.

    Raises
    ------
    TypeError, ValueError
        If they are not whole, or not below 2^63.
    """
    first, n = whole("first", first, 0), whole("n", n, 1)
    if first + n > MOST_TRAJECTORIES:
        raise ValueError(f"first + n = {shown(first + n)}: trajectories are numbered below 2^63")
    return first, n
