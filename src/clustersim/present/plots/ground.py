"""What all pictures share: colours, style, axes of dollars and of months, and names beside lines.

Matplotlib is an extra and loads when something is drawn. What is drawn here keeps to a style of its own; the settings
of the program that asks for it stay as they are.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import ceil, inf
from typing import TYPE_CHECKING, Any, NamedTuple

from clustersim.outcome.notation import columns, money, printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Okabe and Ito's colours (2008), which those who see few colours can tell apart. Dashes and lightness tell the same,
#: so that grey will do.
BLUE, SKY, VERMILION, GREEN, PURPLE, ORANGE = "#0072B2", "#56B4E9", "#D55E00", "#009E73", "#CC79A7", "#E69F00"
#: For what is written, what is secondary, rules across a picture, and what a picture is drawn on.
INK, GREY, RULE, PAPER = "#222222", "#6B6B6B", "#E4E4E4", "#FFFFFF"

Dashes = Any
SOLID: Dashes = "-"
DASHED: Dashes = (0, (5, 2))
DOTTED: Dashes = (0, (1, 1.4))
LONG: Dashes = (0, (8, 2, 1, 2))
STITCHED: Dashes = (0, (3, 1, 1, 1, 1, 1))

#: Inches of a picture that stands alone: on a telephone its letters can still be read.
SIZE = (4.8, 3.3)
LONGEST_NAME = 22

STYLE: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": GREY,
    "axes.facecolor": PAPER,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.labelcolor": INK,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlepad": 9,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "figure.facecolor": PAPER,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "grid.color": RULE,
    "grid.linewidth": 0.7,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "lines.solid_capstyle": "round",
    "svg.fonttype": "none",
    "svg.hashsalt": "clustersim",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": GREY,
    "xtick.labelcolor": INK,
    "xtick.major.size": 0,
    "ytick.color": GREY,
    "ytick.labelcolor": INK,
    "ytick.major.size": 0,
}


@contextmanager
def drawing() -> Iterator[None]:
    """Draw in the house's style, and leave the settings of the program that asks for it as they were.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    try:
        from matplotlib import pyplot as plt  # noqa: PLC0415  # an extra, loaded when something is drawn
    except ImportError as error:
        raise ImportError('pictures need matplotlib: pip install "clustersim[plots]"') from error
    # Loads what shows pictures. A notebook's then sets that it is interactive; within the context that would be taken
    # back at its end, and nobody's pictures would be shown any more.
    plt.draw_if_interactive()  # type: ignore[no-untyped-call]
    with plt.rc_context(STYLE):  # type: ignore[arg-type]  # whose keys are one type's own words
        yield


def axes(ax: "Axes | None", size: tuple[float, float] = SIZE) -> "Axes":
    """Return the axes to draw on: those that are given, or those of a new figure."""
    if ax is not None:
        return ax
    from matplotlib import pyplot as plt  # noqa: PLC0415  # as above

    return plt.subplots(figsize=size, layout="constrained")[1]


def titled(ax: "Axes", title: str) -> None:
    """Write a title, in which a dollar sign is a dollar sign."""
    ax.set_title(title, parse_math=False)


def labelled(name: str, longest: int = LONGEST_NAME) -> str:
    """Write a label so that it neither breaks its line nor takes too much of it.

    >>> labelled("black belt"), labelled("a milestone of many, many words")
    ('black belt', 'a milestone of many,…')
    """
    name = printable(name)
    if columns(name) <= longest:
        return name
    while columns(name) > longest - 1:
        name = name[:-1]
    return f"{name.rstrip()}…"


def in_years(ax: "Axes", horizon: int) -> None:
    """Let months be read: as years, or as months where there are fewer than two years."""
    from matplotlib.ticker import FuncFormatter, MultipleLocator  # noqa: PLC0415  # as above

    unit, word = (12, "year") if horizon >= 24 else (1, "month")
    step = unit * next(step for step in (1, 2, 5, 10, 20, 25, 50, 100) if ceil(horizon / unit / step) <= 6)
    ax.set_xlim(0, horizon)
    ax.set_xlabel(word)
    ax.xaxis.set_major_locator(MultipleLocator(step))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda month, _: f"{month / unit:g}"))


def in_dollars(ax: "Axes") -> None:
    """Let heights be read as dollars."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415  # as above

    ax.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda amount, _: money(amount, short=True)))


def point(ax: "Axes", month: float, share: float, text: str) -> None:
    """Mark a point of a curve that rises, and write beside it what it tells: where the curve is not."""
    ax.plot([month], [share], "o", color=INK, markersize=4.5, label="_mark", clip_on=False, zorder=4)
    late = month > 0.6 * ax.get_xlim()[1]
    above = share < (92 if late else 12)
    ax.annotate(
        text,
        (month, share),
        xytext=(-7 if late else 7, 5 if above else -4),
        textcoords="offset points",
        ha="right" if late else "left",
        va="bottom" if above else "top",
        color=INK,
        fontsize="small",
        weight="bold",
        parse_math=False,
        bbox={"boxstyle": "round,pad=0.15", "facecolor": PAPER, "alpha": 0.75, "linewidth": 0},
        zorder=5,
    )


def in_percent(ax: "Axes") -> None:
    """Let heights be read as shares of all practices, in per cent."""
    from matplotlib.ticker import FuncFormatter  # noqa: PLC0415  # as above

    ax.set_ylim(0, 100)
    ax.set_yticks(range(0, 101, 20))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share:g} %"))


class End(NamedTuple):
    """Where a line ends, at the right edge, and what is written there."""

    name: str
    height: float
    colour: str
    dashes: Dashes = SOLID
    weight: str = "normal"


def name_ends(ax: "Axes", ends: Sequence[End]) -> None:
    """Name lines to the right of the axes, where they end, none over another, each joined to its line.

    Limits of the axes must be final: how far apart names stand is worked out from them.
    """
    rising = sorted(ends, key=lambda end: end.height)
    low, high = ax.get_ylim()
    inches = ax.get_window_extent().height / ax.figure.dpi
    heights = spread([end.height for end in rising], 12.5 / (72 * inches) * (high - low), low, high)
    beside = ax.get_yaxis_transform()  # fractions of the axes' width, and the heights of the data
    for end, height in zip(rising, heights, strict=True):
        leader = {"color": end.colour, "linestyle": end.dashes, "linewidth": 1.1, "transform": beside}
        ax.plot([1.005, 1.03, 1.06], [end.height, height, height], clip_on=False, label="_leader", **leader)
        ax.text(
            1.075, height, end.name, transform=beside, va="center", color=INK, fontsize="small", weight=end.weight,
            parse_math=False,
        )  # fmt: skip


def spread(heights: Sequence[float], gap: float, bottom: float = -inf, top: float = inf) -> list[float]:
    """Move rising heights as little as need be to stand a gap apart: those that touch share their middle.

    None is moved out of what is between `bottom` and `top`; where that is too little for all, the gap is smaller.

    >>> spread([0, 10, 11, 30], 4), spread([0, 10, 11, 30], 4, top=12.0)
    ([0.0, 8.5, 12.5, 30.0], [0.0, 4.0, 8.0, 12.0])
    >>> spread([0, 1, 2], 4, 0.0, 100), spread([0, 1, 2], 4, 0.0, 6)
    ([0.0, 4.0, 8.0], [0.0, 3.0, 6.0])
    """
    gap = min(gap, (top - bottom) / max(len(heights) - 1, 1))
    blocks: list[list[float]] = []
    for height in heights:
        blocks.append([height])
        while len(blocks) > 1 and _start(blocks[-1], gap) < _start(blocks[-2], gap) + gap * len(blocks[-2]):
            last = blocks.pop()
            blocks[-1].extend(last)
    apart = [_start(block, gap) + gap * place for block in blocks for place in range(len(block))]
    lowest = [max(height, bottom + gap * place) for place, height in enumerate(apart)]
    return [min(height, top - gap * above) for above, height in zip(reversed(range(len(apart))), lowest, strict=True)]


def _start(block: Sequence[float], gap: float) -> float:
    return sum(block) / len(block) - gap * (len(block) - 1) / 2
