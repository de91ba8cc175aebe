"""A run that may be killed at any moment: what it has counted is saved every now and then, and a later one goes on.

A checkpoint is a saved outcome of those trajectories that are done, whichever they are: counts add in any order.
"""

from collections.abc import Iterator
from contextlib import suppress
from os import PathLike, fspath
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self

from clustersim.outcome.archive import refuse_unwritable
from clustersim.outcome.outcome import Outcome
from clustersim.outcome.precision import Precision, Stop, looks
from clustersim.outcome.storage import load
from clustersim.program import Program
from clustersim.tally import Ranges, Tally

#: Seconds from one saving to the next.
_SECONDS = 10.0

#: Saving takes at most one part of the time in so many: counts of 256 MB take seconds.
_SHARE = 20


class Checkpoint:
    """Where a run's counts are kept: a context manager, which keeps them once more when the run ends, however it ends.

    Attributes
    ----------
    tally
        What is counted so far, or None.

    Raises
    ------
    LoadError
        If what is there is no saved outcome.
    OSError
        If it cannot be read, or nothing can be written there.
    ValueError
        If it is one of another Program or key, or holds trajectories that are not among ``first .. first + n - 1``; or
        if the run has a precision, and the file is not of one that stops as soon or sooner.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        program: Program,
        key: int,
        first: int,
        n: int,
        precision: Precision | None = None,
    ) -> None:
        self._path, self._program = path, program
        self._next = -1.0  # at once, so that a full disk shows in the first second
        self.tally: Tally | None = None
        self._stopped: Stop | None = None
        refuse_unwritable(path)
        if Path(path).exists():
            kept = load(path)
            self._refuse_another(kept, key, first, n)
            if precision is not None:
                self._refuse_overrun(kept, first, n, precision)
            self.tally, self._stopped = kept.tally, kept.stopped
        self._kept = self.tally, self._stopped

    def __enter__(self) -> Self:
        return self

    def keep(self, tally: Tally, stopped: Stop | None = None) -> None:
        """Save the counts, if it is time, and what a stopping rule has said of them."""
        self.tally, self._stopped = tally, stopped
        if self._is_new and (begin := monotonic()) >= self._next:
            self._save(tally)
            end = monotonic()
            self._next = end + max(_SECONDS, _SHARE * (end - begin))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.tally is None or not self._is_new:
            return
        if kind is None:
            self._save(self.tally)
        else:
            with suppress(OSError):  # the error that ended the run goes first, and what was saved before is there
                self._save(self.tally)

    @property
    def _is_new(self) -> bool:
        """Whether there is anything that is not saved."""
        return self.tally is not self._kept[0] or self._stopped != self._kept[1]

    def _save(self, tally: Tally) -> None:
        Outcome(self._program, tally, self._stopped).save(self._path)
        self._kept = tally, self._stopped

    def _refuse_another(self, kept: Outcome, key: int, first: int, n: int) -> None:
        where = f"the checkpoint {fspath(self._path)}"
        if kept.program.digest != self._program.digest:
            if kept.plan == self._program.plan:
                raise ValueError(
                    f"{where} is of this plan as another version of scipy lowered it: extend(load(path), n) goes on "
                    "with that"
                )
            raise ValueError(f"{where} is of another plan: give this run another one, or delete it")
        if kept.tally.key != key:
            raise ValueError(
                f"{where} is of another seed (its key is {kept.tally.key:d}, and this run's {key:d}): give this run "
                "another one, or delete it"
            )
        begin, end = kept.tally.ranges[0][0], kept.tally.ranges[-1][1]
        if begin < first or end > first + n:
            raise ValueError(
                f"{where} holds trajectories from {begin} to {end - 1}, and this run is of {first} to {first + n - 1}: "
                "ask for all of them, or give this run another one"
            )

    def _refuse_overrun(self, kept: Outcome, first: int, n: int, precision: Precision) -> None:
        """Refuse counts that go beyond a look at which this run could end, or of which nobody knows whether they do."""
        asked = None if kept.stopped is None else kept.stopped.precision
        end = kept.tally.ranges[-1][1]
        looked_at = max((first + look for look in looks(n) if first + look < end), default=first)
        whole = looked_at == first or (kept.tally.ranges[0][0] == first and kept.tally.ranges[0][1] >= looked_at)
        if asked is None or not precision.asks_for_no_less(asked) or not whole:
            how = (
                "without a precision"
                if asked is None
                else f"to know {asked.milestone!r} by month {asked.by} to {asked}"
            )
            raise ValueError(
                f"the checkpoint {fspath(self._path)} is of a run {how}, which may have gone on where this one "
                "stops: give this run another one, or delete it"
            )


def missing(done: Tally | None, first: int, n: int) -> Ranges:
    """Tell which of the trajectories ``first .. first + n - 1`` are not counted yet.

    >>> missing(None, 0, 10)
    ((0, 10),)
    """
    return tuple(_gaps(() if done is None else done.ranges, first, first + n))


def _gaps(ranges: Ranges, first: int, stop: int) -> Iterator[tuple[int, int]]:
    for begin, end in (*ranges, (stop, stop)):
        if first < begin:
            yield first, begin
        first = end
