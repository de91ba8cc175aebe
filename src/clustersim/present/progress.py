"""A bar for those who wait: done, how fast, and how long still."""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from clustersim.outcome.notation import figures

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 1.0
"""Seconds before a bar appears: what takes less needs none."""

_ROOMY = 68
"""Columns from which on a bar has room for numbers of practices, and how fast they are done."""

_CTRL_C = 4
"""Columns left free: where the terminal's own ^C began another line, the bar could not be wiped away."""


class ProgressBar:
    """Progress on standard error: a context manager, called with (done, total) trajectories.

    It appears after a second and only when standard error is a terminal, and leaves nothing behind.

    Attributes
    ----------
    done
        Trajectories done when it was last called.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._entered = self._called = clock()
        self._before = -1
        self.done = 0
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._entered = self._clock()
        self._before = -1
        return self

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` trajectories are done."""
        self.done = done
        now = self._clock()
        if self._before < 0:
            self._before, self._called = done, now
        if self._bar is None:
            if now - self._entered < PATIENCE or not sys.stderr.isatty():
                return
            self._bar = _bar()
            self._bar.start()
        if self._task is None:
            self._task = self._bar.add_task("", total=total, speed="", left="")
        speed = (done - self._before) / max(now - self._called, 1e-9)
        self._bar.update(self._task, completed=done, total=total, speed=_rate(speed), left=_left(speed, total - done))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        self._bar = self._task = None


def progress_bar() -> ProgressBar:
    """Make a ready-made progress bar for `simulate` and `extend`.

    Raises
    ------
    ImportError
        If rich is not installed.

    Examples
    --------
    >>> import clustersim as cs
    >>> with cs.progress_bar() as bar:
    ...     outcome = cs.simulate(cs.Plan(), n=1_000, rng=7, progress=bar)
    """
    try:
        import rich.progress  # noqa: PLC0415  # an extra, loaded when asked for
    except ImportError as error:
        raise ImportError('a progress bar needs rich: pip install "clustersim[cli]"') from error
    del rich
    return ProgressBar()


def _bar() -> "Progress":
    from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415  # an extra, loaded when asked for

    from clustersim.present.terminal import terminal  # noqa: PLC0415  # as above

    console = terminal(sys.stderr)
    console.width = max(console.width - _CTRL_C, 1)
    done = "{task.completed:,.0f} of {task.total:,.0f}"
    roomy = console.width >= _ROOMY
    words = (
        (done, "{task.fields[speed]}", "{task.fields[left]}")
        if roomy
        else ("{task.percentage:.0f} %", "{task.fields[left]}")
    )
    return Progress(
        BarColumn(bar_width=None),
        *(TextColumn(word, style="dim" if number else "none") for number, word in enumerate(words)),
        console=console,
        transient=True,
        expand=True,
    )


def _rate(speed: float) -> str:
    return f"{figures(speed, 3)} a second" if speed > 0 else ""


def _left(speed: float, left: int) -> str:
    if speed <= 0:
        return ""
    minutes, seconds = divmod(round(left / speed), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02} left" if hours else f"{minutes}:{seconds:02} left"
