"""The command line's answer, on one screen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from clustersim.outcome.notation import chance, moment, month, percent, practices, printable
from clustersim.present import areas
from clustersim.present.chart import ASCII, BLOCKS, chart
from clustersim.present.goals import counted, when
from clustersim.present.in_words.sentence import describe
from clustersim.present.terminal import WIDEST
from clustersim.present.words import period, verdict

if TYPE_CHECKING:
    from clustersim.analysis.assessment import Assessment
    from clustersim.outcome.estimate import Estimate
    from clustersim.outcome.outcome import Outcome
    from clustersim.outcome.summary import Passage, Summary

WIDEST_FAN = 128  # of ten years, a column a month
LOWEST_FAN, USUAL_FAN, HIGHEST_FAN = 4, 8, 12  # the highest on a terminal that has room
FAN_FRAME = 3  # lines of the fan's legend and axis
INTERVAL, CHANCE, MONTH = 18, 8, 5  # columns of a chance with its interval, of one without, and of a month
DATE = 14  # columns of a goal's month
SHORTEST_NAME, LONG_NAME, SHORTEST_GOAL = 8, 12, 20
HELD = 10  # columns of the chance to be at the level in the last month
TITLES = ("reached at least once, in % (95 % interval)", "chance in % (95 % interval)", "chance in %")


def show(
    console: Console,
    outcome: "Outcome",
    seed: str,
    milestone: str | None = None,
    by: int | None = None,
    assessed: "Sequence[Assessment]" = (),
) -> None:
    """Print what was simulated, how likely and when each milestone is, how revenue goes, and what is asked for.

    Where that is not said, it is the milestone that matters most, by year three. The plan's goals, if they were
    `assessed`, stand below its milestones.
    A screen that is too low for all of that goes without the plan's words, or the fan of revenue, or both.
    """
    width = min(console.width, WIDEST)
    summary = outcome.summary()
    ink = BLOCKS if _can(console.encoding, BLOCKS.all + areas.SIGNS + "…") else ASCII
    runs = f"{practices(summary.n)} over {period(summary.horizon)} ({seed})"
    overflow = "ellipsis" if ink is BLOCKS else "crop"
    table = [*_table(summary, width, overflow), *_goals(assessed, summary.n, width, overflow)]
    across = max(line.cell_len for line in table)
    head = Text.assemble((f"{runs}: ", "bold"), describe(outcome.plan)).wrap(console, across)
    last = Text(verdict(outcome, milestone, by), style="bold").wrap(console, across)
    if console.is_terminal and len(head) + len(table) + len(last) >= console.height:
        head = Text(runs, style="bold").wrap(console, across)
    height, gap = _fit(console, len(head) + len(table) + len(last))
    coloured = ink is BLOCKS and console.color_system in {"256", "truecolor"}
    for line in (*head, *table, *last):
        line.rstrip()
    wide = min(console.width, WIDEST_FAN)
    fan = [*gap, *chart(outcome.revenue, wide, height, ink, coloured=coloured)] if height else []
    for line in (*head, *gap, *table, *fan, *gap, *last):
        console.print(line, no_wrap=True, overflow="crop")


def _fit(console: Console, lines: int) -> tuple[int, list[Text]]:
    """Choose the fan's height, 0 for none, and whether to leave gaps, so that all fits on the screen with a prompt."""
    left = console.height - 1 - lines - FAN_FRAME if console.is_terminal else USUAL_FAN + 3
    gap = [Text()] if left - 3 >= LOWEST_FAN else []
    return min(left - 3 * len(gap), HIGHEST_FAN) if left >= LOWEST_FAN else 0, gap


def _can(encoding: str, signs: str) -> bool:
    try:
        signs.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _table(summary: "Summary", width: int, overflow: str) -> Iterator[Text]:
    """Lay the chances out, with all that there is room for: see `Layout`."""
    names = [printable(passage.name) for passage in summary.passages]
    longest = max(Text(name).cell_len for name in names)
    layout = _layout(summary, width, longest)
    left_out = summary.by[layout.chances :]
    room = max(min(longest, width - layout.columns), 1)
    yield from _titles(summary, room, layout)
    for name, passage in zip(names, summary.passages, strict=True):
        line = _name(name, room, overflow)
        yield line.append_text(_cells(passage, summary.horizon, layout))
    if not layout.intervals:
        widest = max(
            max(c.high - c.value, c.value - c.low) for p in summary.passages for c in p.chances[: layout.chances]
        )
        yield from _wrapped(f"95 % intervals: at most {percent(widest)} either way", width)
    if left_out:
        yield from _wrapped(f"a wider window has also {', '.join(map(moment, left_out))}", width)
    legend = f">{summary.horizon}: beyond the horizon; intervals: simulation noise, not doubt about the plan"
    yield from _wrapped(legend, width)


def _goals(assessed: "Sequence[Assessment]", n: int, width: int, overflow: str) -> Iterator[Text]:
    """Lay out how likely each goal is, with its date and interval, or, where that is too wide, without one or both."""
    if not assessed:
        return
    names = [printable(one.goal.name) for one in assessed]
    longest = max(Text(name).cell_len for name in names)
    wide = width - DATE - INTERVAL >= min(longest, SHORTEST_GOAL)
    dates = DATE if width - DATE - CHANCE >= min(longest, SHORTEST_NAME) else 0
    room = max(min(longest, width - dates - _columns(wide)), 1)
    yield from _wrapped("goals met in time, in % (95 % interval)" if wide else "goals met in time, in %", width)
    for name, one in zip(names, assessed, strict=True):
        line = _name(name, room, overflow)
        line.append(f"{when(one):>{dates}}" if dates else "", "dim")
        yield _add(line, one.attainable, interval=wide)
    if some := counted(assessed, n):
        yield from _wrapped(some, width)


def _name(name: str, room: int, overflow: str) -> Text:
    """Write a name in so many columns."""
    line = Text(name)
    line.truncate(room, overflow=overflow, pad=True)  # type: ignore[arg-type]  # one of rich's words
    line.stylize("bold")
    return line


def _add(line: Text, estimate: "Estimate", *, interval: bool) -> Text:
    """Add a chance to a line, with its interval or without."""
    text = chance(estimate) if interval else percent(estimate.value)
    value, space, rest = text.partition(" ")
    return line.append(" " * (_columns(interval) - len(text)) + value).append(space + rest, "dim")


def _columns(interval: bool) -> int:  # noqa: FBT001  its only argument
    """Tell how many columns a chance takes, with its interval or without."""
    return INTERVAL if interval else CHANCE


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What a table has room for: so many chances, with or without intervals, quartiles, and what is held in the end."""

    chances: int
    intervals: bool
    quartiles: bool
    held: bool

    @property
    def chance(self) -> int:
        """Columns of a chance."""
        return _columns(self.intervals)

    @property
    def months(self) -> int:
        """Columns of all months."""
        return MONTH * (3 if self.quartiles else 1)

    @property
    def columns(self) -> int:
        """Columns of all figures together."""
        return self.chances * self.chance + self.months + self.held * HELD


def _layout(summary: "Summary", width: int, longest: int) -> Layout:
    """Choose the fullest layout that leaves room for names; of a narrow one the later chances are left out first.

    A figure that is cut off would be another figure.
    """
    many = len(summary.by)
    layouts = [
        (Layout(chances=many, intervals=True, quartiles=True, held=True), LONG_NAME),
        (Layout(chances=many, intervals=True, quartiles=False, held=True), SHORTEST_NAME),
        (Layout(chances=many, intervals=False, quartiles=False, held=True), SHORTEST_NAME),
        *(
            (Layout(chances=kept, intervals=False, quartiles=False, held=False), SHORTEST_NAME)
            for kept in range(many, 0, -1)
        ),
    ]
    return next((one for one, name in layouts if width - one.columns >= min(longest, name)), layouts[-1][0])


def _wrapped(text: str, width: int) -> Iterator[Text]:
    yield from Text(text, style="dim").wrap(Console(), width)


def _titles(summary: "Summary", room: int, layout: Layout) -> Iterator[Text]:
    across = room + layout.chances * layout.chance
    title = next(one for one in TITLES[not layout.intervals and 2 :] if len(one) <= across or one is TITLES[-1])
    months = "months until" if layout.quartiles else "half"
    yield _dim(f"{title:>{across}}{months:>{layout.months}}" + f"{'held in':>{HELD}}" * layout.held)
    by = "".join(f"{'by ' * layout.intervals + moment(m):>{layout.chance}}" for m in summary.by[: layout.chances])
    quartiles = ("25%", "50%", "75%") if layout.quartiles else ("by",)
    until = "".join(f"{quartile:>{MONTH}}" for quartile in quartiles)
    yield _dim(" " * room + by + until + f"{moment(summary.horizon):>{HELD}}" * layout.held)


def _cells(passage: "Passage", horizon: int, layout: Layout) -> Text:
    cells = Text(no_wrap=True, overflow="crop")
    for estimate in passage.chances[: layout.chances]:
        _add(cells, estimate, interval=layout.intervals)
    for quartile in passage.quartiles if layout.quartiles else passage.quartiles[1:2]:
        cells.append(f"{month(quartile, horizon):>{MONTH}}")
    if layout.held and passage.held is not None:
        cells.append(f"{percent(passage.held.value):>{HELD}}")
    return cells


def _dim(text: str) -> Text:
    return Text(text, style="dim", no_wrap=True, overflow="crop")
