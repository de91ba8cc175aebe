"""A fan of revenue for the terminal: where half and nine tenths of practices are, month by month."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from math import ceil, floor, log10
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray
from rich.text import Text

from clustersim.outcome.fan import Fan
from clustersim.outcome.notation import money
from clustersim.present import areas

Floats = NDArray[np.float64]
Choice = Callable[[Floats, float, int], tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Ink:
    """Signs to draw with: the median has several, for its height within a line of text."""

    wide: str
    narrow: str
    median: str
    left: str
    corner: str
    bottom: str
    tick: str

    @property
    def all(self) -> str:
        """Every sign, for asking whether an encoding has them."""
        return self.wide + self.narrow + self.median + self.left + self.corner + self.bottom + self.tick


BLOCKS = Ink(wide="░", narrow="▒", median="▁━▔", left="┤", corner="└", bottom="─", tick="┴")
ASCII = Ink(wide=".", narrow=":", median="#", left="|", corner="+", bottom="-", tick="+")
WIDE, NARROW, MEDIAN, AXIS = "blue", "bright_blue", "bold", "dim"
GUTTER = 7


def chart(revenue: Fan, width: int, height: int, ink: Ink, *, coloured: bool = False) -> list[Text]:
    """Draw quantiles of the month's revenue in `height` + 3 lines of at most `width` columns, in signs or in areas."""
    across = max(width - GUTTER - 1, 8)
    at = np.minimum(((np.arange(across) + 0.5) * revenue.horizon / across).astype(int), revenue.horizon - 1)
    bands = revenue.quantile([0.05, 0.25, 0.5, 0.75, 0.95])[:, at]
    top = _round_up(float(bands.max()))
    heights = np.minimum(bands / top * height, height - 1e-6)  # what is as high as the top stands in the last line
    dash = ink.median[len(ink.median) // 2] * 2
    swatches = ("  ", f"on {areas.NARROW}"), ("  ", f"on {areas.WIDE}")
    half, most = swatches if coloured else ((ink.narrow * 2, NARROW), (ink.wide * 2, WIDE))
    legend = Text.assemble(
        ("revenue a month  " if width >= 44 else "revenue  ", AXIS),
        *((dash, MEDIAN), (" median  ", AXIS)),
        *(half, (" half  ", AXIS)),
        *(most, (" 90 %", AXIS)),
    )
    choose = areas.area if coloured else partial(_sign, ink=ink)
    labels = {height - 1: money(top, short=True), 0: "$0"} | (
        {height // 2 - 1: money(top / 2, short=True)} if height % 2 == 0 else {}
    )
    lines = [_line(heights, row, labels.get(row, ""), ink, choose) for row in range(height - 1, -1, -1)]
    return [legend, *lines, *_axis(revenue.horizon, across, ink)]


def _line(heights: Floats, row: int, label: str, ink: Ink, choose: Choice) -> Text:
    """Draw one line of text, which spans heights from `row` to `row` + 1."""
    before = np.concatenate((heights[2, :1], heights[2, :-1]))
    signs = (choose(column, left, row) for column, left in zip(heights.T, before, strict=True))
    line = Text()
    line.append(f"{label:>{GUTTER - 1}} {ink.left if label else ' '}", AXIS)
    for style, run in groupby(signs, key=itemgetter(1)):
        line.append("".join(sign for sign, _ in run), style)
    if not style:  # what ends in a colour ends in blanks
        line.rstrip()
    return line


def _sign(column: Floats, before: float, row: int, ink: Ink) -> tuple[str, str]:
    """Choose a sign and its style for one column; `before` is the median of the column to its left."""
    low, quarter, median, three_quarters, high = column.tolist()
    middle = row + 0.5
    if int(median) == row:
        return ink.median[min(int((median - row) * len(ink.median)), len(ink.median) - 1)], MEDIAN
    if min(int(before), int(median)) < row < max(int(before), int(median)):
        return ink.median[len(ink.median) // 2], MEDIAN
    if quarter <= middle <= three_quarters:
        return ink.narrow, NARROW
    if low <= middle <= high:
        return ink.wide, WIDE
    return " ", ""


def _axis(horizon: int, across: int, ink: Ink) -> list[Text]:
    """Draw the months' axis: a tick at the end of each year, or of every other and so on if they are many."""
    unit, last = (12, "year") if horizon >= 24 else (1, "month")
    step = max(1, ceil(horizon / unit / max(across // 5, 1)))
    rule, numbers = [ink.bottom] * across, [" "] * (across + 1)
    for number in range(step, horizon // unit + 1, step):
        column = min(round(number * unit / horizon * across), across) - 1
        rule[column] = ink.tick
        label = str(number)
        start = column - len(label) + 1
        numbers[start : column + 1] = label
    return [
        Text(" " * GUTTER + ink.corner + "".join(rule), style=AXIS),
        Text(f"{last:>{GUTTER}} " + "".join(numbers).rstrip(), style=AXIS),
    ]


def _round_up(value: float) -> float:
    """Return the next round number, one that halves to a round one.

    >>> [_round_up(value) for value in (1.0, 41_000.0, 143_000.0, 0.0)]
    [1.0, 50000.0, 160000.0, 1.0]
    """
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return next(
        step * power
        for step in (1, 1.2, 1.4, 1.6, 1.8, 2, 2.4, 3, 4, 5, 6, 8, 10)
        if step * power >= value * (1 - 1e-9)
    )
