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
        If it is one of another Program or key, or holds trajectories that are not among ``first .. first + n - 1``.
    """

    def __init__(self, path: str | PathLike[str], program: Program, key: int, first: int, n: int) -> None:
        self._path, self._program = path, program
        self._next = -1.0  # at once, so that a full disk shows in the first second
        self.tally: Tally | None = None
        refuse_unwritable(path)
        if Path(path).exists():
            kept = load(path)
            self._refuse_another(kept, key, first, n)
            self.tally = kept.tally
        self._kept = self.tally

    def __enter__(self) -> Self:
        return self

    def keep(self, tally: Tally) -> None:
        """Save the counts, if it is time."""
        self.tally = tally
        if (begin := monotonic()) >= self._next:
            self._save(tally)
            end = monotonic()
            self._next = end + max(_SECONDS, _SHARE * (end - begin))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.tally is None or self.tally is self._kept:
            return
        if kind is None:
            self._save(self.tally)
        else:
            with suppress(OSError):  # the error that ended the run goes first, and what was saved before is there
                self._save(self.tally)

    def _save(self, tally: Tally) -> None:
        Outcome(self._program, tally).save(self._path)
        self._kept = tally

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
                f"{where} is of another seed (its key is {kept.tally.key}, and this run's {key}): give this run "
                "another one, or delete it"
            )
        begin, end = kept.tally.ranges[0][0], kept.tally.ranges[-1][1]
        if begin < first or end > first + n:
            raise ValueError(
                f"{where} holds trajectories from {begin} to {end - 1}, and this run is of {first} to {first + n - 1}: "
                "ask for all of them, or give this run another one"
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
