"""What helps to decide: a number turned, what is wanted, and what matters most."""

from typing import TYPE_CHECKING, Any

import numpy as np

from clustersim.outcome.notation import figures, moment, percent
from clustersim.present.plots.ground import (
    BLUE,
    DASHED,
    GREY,
    INK,
    PAPER,
    SKY,
    VERMILION,
    End,
    axes,
    drawing,
    in_percent,
    labelled,
    name_ends,
    titled,
)

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

    from clustersim.analysis.effects import Sensitivity
    from clustersim.analysis.solution import Solution


@drawing()
def lines(shares: "xr.DataArray", title: str, ax: "Axes | None" = None) -> "Axes":
    """Draw chances along the first axis of a grid, a line for each value of the second: ``dataset.sweep.plot()``.

    Parameters
    ----------
    shares
        Of one axis or two.
    title
        What they are chances of.
    ax
        Where to draw; a new figure's if it is None.

    Raises
    ------
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    >>> import clustersim as cs
    >>> swept = cs.sweep(cs.Plan(), {"failure_rate": [0.4, 0.6], "every": [2, 3]}, n=2_000, rng=7)
    >>> belts = swept["probability"].sel(milestone="black belt", month=36)
    >>> ax = cs.plots.lines(belts, "black belt by year 3")
    >>> ax.get_xlabel(), [line.get_label() for line in ax.lines][:2]
    ('failure_rate', ['2', '3'])
    """
    ax = axes(ax)
    along, *across = map(str, shares.dims)
    x, words = _positions(shares.coords[along].to_numpy())
    each = shares.coords[across[0]].to_numpy() if across else [None]
    ends = []
    for value, tone in zip(each, _tones(len(each)), strict=True):
        heights = 100 * (shares if value is None else shares.sel({across[0]: value})).to_numpy()
        name = "" if value is None else _word(value)
        ax.plot(x, heights, color=tone, marker="o", markersize=3.5, label=name, clip_on=False)
        seen = heights[~np.isnan(heights)]
        if name and len(seen):
            ends.append(End(labelled(name), float(seen[-1]), tone))
    if words is not None:
        ax.set_xticks(x, words, parse_math=False)
    else:
        _in_figures(ax, whole=bool(np.all(np.equal(np.mod(x, 1), 0))))
    in_percent(ax)
    if len(x) > 1:
        ax.set_xlim(float(np.min(x)), float(np.max(x)))
    else:
        ax.set_xticks(x)
    ax.set_xlabel(along)
    titled(ax, labelled(title, 44))
    if ends:
        name_ends(ax, ends)
        ax.annotate(across[0], (1.02, 1.03), xycoords="axes fraction", color=GREY, fontsize="small", parse_math=False)
    return ax


@drawing()
def heat_map(shares: "xr.DataArray", title: str, ax: "Axes | None" = None) -> "Axes":
    """Draw chances over two axes of a grid, darker where they are higher, with the per cents written into their places.

    Parameters
    ----------
    shares
        Of two axes: the first goes up, the second to the right.
    title
        What they are chances of.
    ax
        Where to draw; a new figure's if it is None.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    ValueError
        If there are not two axes.

    Examples
    --------
    >>> import clustersim as cs
    >>> swept = cs.sweep(cs.Plan(), {"failure_rate": [0.4, 0.6], "every": [2, 3]}, n=2_000, rng=7)
    >>> belts = swept["probability"].sel(milestone="black belt", month=36)
    >>> ax = cs.plots.heat_map(belts, "black belt by year 3")
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('every', 'failure_rate')
    """
    if len(shares.dims) != 2:
        raise ValueError(f"a map takes two axes, and there are {len(shares.dims)}: {', '.join(map(str, shares.dims))}")
    up, right = map(str, shares.dims)
    values = 100 * shares.to_numpy()
    ax = axes(ax)
    ax.grid(visible=False)
    shades = ax.imshow(values, origin="lower", aspect="auto", cmap="Blues", vmin=0, vmax=100)
    if values.size > _WRITTEN:
        ax.figure.colorbar(shades, ax=ax, format="{x:g} %").outline.set_visible(False)
    else:
        for (row, column), value in np.ndenumerate(values):
            if not np.isnan(value):
                ink = PAPER if value > 55 else INK  # the darker half of the map takes light letters
                ax.text(column, row, f"{value:.0f}", ha="center", va="center", color=ink, fontsize="small")
    for axis, name in ((ax.xaxis, right), (ax.yaxis, up)):
        words = [_word(value) for value in shares.coords[name].to_numpy()]
        step = -(-len(words) // 12)
        axis.set_ticks(range(0, len(words), step), words[::step], parse_math=False)
    ax.set_xlabel(right)
    ax.set_ylabel(up)
    titled(ax, f"{labelled(title, 40)}, %")
    return ax


#: A map of no more places has its numbers written in.
_WRITTEN = 120


@drawing()
def solution(of: "Solution", ax: "Axes | None" = None) -> "Axes":
    """Draw the chances that were seen, what was wanted, and the answer: what ``solution.plot()`` draws.

    Parameters
    ----------
    of
        What ``solve`` returned.
    ax
        Where to draw; a new figure's if it is None.

    Raises
    ------
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    >>> import clustersim as cs
    >>> found = cs.solve(cs.Plan(), "clusters", "black belt", by=60, probability=0.8, n=2_000, rng=7)
    >>> ax = cs.plots.solution(found)
    >>> [text.get_text() for text in ax.texts]
    ['clusters = 15', 'wanted']
    """
    ax = axes(ax)
    values, seen = list(of.seen), list(of.seen.values())
    reach = 100 * np.array([[p.value - p.low for p in seen], [p.high - p.value for p in seen]])
    heights = [100 * p.value for p in seen]
    ax.errorbar(values, heights, yerr=np.maximum(reach, 0), color=BLUE, marker="o", markersize=4, linewidth=1.2)
    ax.axhline(100 * of.probability, color=GREY, linewidth=1.2, linestyle=DASHED, label="wanted")
    ax.plot([of.value], [100 * of.estimate.value], "o", color=VERMILION, markersize=8, zorder=5, label="answer")
    rises = heights[values.index(max(values))] > heights[values.index(min(values))]
    ax.annotate(
        f"{of.field} = {_word(of.value)}",
        (of.value, 100 * of.estimate.value),
        xytext=(9, -9 if rises else 9),
        textcoords="offset points",
        va="top" if rises else "bottom",
        weight="bold",
        color=INK,
        parse_math=False,
        bbox={"boxstyle": "round,pad=0.2", "facecolor": PAPER, "alpha": 0.8, "linewidth": 0},
        zorder=6,
    )
    ax.margins(x=0.08)
    _in_figures(ax, whole=isinstance(of.value, int))
    in_percent(ax)
    ax.set_xlabel(of.field)
    titled(ax, f"{labelled(of.milestone, 30)} by {moment(of.by)}")
    name_ends(ax, [End("wanted", 100 * of.probability, GREY, DASHED)])
    return ax


@drawing()
def tornado(of: "Sensitivity", ax: "Axes | None" = None) -> "Axes":
    """Draw how far each field takes a chance, the largest swing on top: what ``sensitivity.plot()`` draws.

    Parameters
    ----------
    of
        What ``sensitivity`` returned.
    ax
        Where to draw; a new figure's if it is None.

    Raises
    ------
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    >>> import clustersim as cs
    >>> ranges = {"failure_rate": (0.4, 0.6), "volatility": (0.1, 0.3)}
    >>> found = cs.sensitivity(cs.Plan(), ranges, "black belt", by=36, n=200, rng=7)
    >>> ax = cs.plots.tornado(found)
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['volatility', 'failure_rate']
    """
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415  # an extra, loaded when something is drawn

    ax = axes(ax)
    base, rising = 100 * of.base.value, of.tornado()[::-1]
    places = np.arange(len(rising))
    # Where both ends take the chance to the same side, neither may hide the other: each has half of the row.
    shared = np.array([effect.at_low.value * effect.at_high.value > 0 for effect in rising])
    for at, colour, name, half in (("at_low", SKY, "low, 5 %", 0.15), ("at_high", VERMILION, "high, 95 %", -0.15)):
        rows = places + shared * half
        told = [getattr(effect, at) for effect in rising]
        reach = 100 * np.array([[d.value - d.low for d in told], [d.high - d.value for d in told]])
        bars = ax.barh(rows, [100 * d.value for d in told], np.where(shared, 0.3, 0.6), base, color=colour, label=name)
        ax.errorbar(
            [base + 100 * d.value for d in told],
            rows,
            xerr=np.maximum(reach, 0),
            fmt="none",
            ecolor=INK,
            elinewidth=1,
        )
        for bar, effect, ends in zip(bars, rising, reach.T, strict=True):
            _at_end(ax, bar, base, ends, _word(effect.low if at == "at_low" else effect.high))
    ax.axvline(base, color=INK, linewidth=1.2, label=f"as planned: {percent(of.base.value)} %")
    ax.set_yticks(places, [effect.field for effect in rising], parse_math=False)
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")
    ax.margins(x=0.2)
    left, right = ax.get_xlim()
    ax.set_xticks([share for share in MaxNLocator(6).tick_values(left, right) if 0 <= share <= 100])
    ax.set_xlim(max(left, -10), min(right, 110))
    ax.xaxis.set_major_formatter("{x:g} %")
    ax.legend(
        ncols=3, loc="upper right", bbox_to_anchor=(1.02, -0.1), fontsize="small", title="one number at a time is"
    )
    titled(ax, f"{labelled(of.milestone, 24)} by {moment(of.by)}")
    return ax


def _at_end(ax: "Axes", bar: Any, base: float, reach: Any, word: str) -> None:
    """Write at a bar's outer end, and its interval's, how large the number is there."""
    width = bar.get_width()
    end = width + reach[1] if width >= 0 else width - reach[0]
    ax.annotate(
        word,
        (base + end, bar.get_y() + bar.get_height() / 2),
        xytext=(4 if width >= 0 else -4, 0),
        textcoords="offset points",
        ha="left" if width >= 0 else "right",
        va="center",
        fontsize="small",
        color=INK,
    )


def _positions(values: Any) -> tuple[Any, list[str] | None]:
    """Tell where values stand on an axis: where they are, if they are numbers, else side by side with their words."""
    if values.dtype.kind in "iuf":
        return values, None
    return np.arange(len(values)), [labelled(str(value), 16) for value in values]


def _in_figures(ax: "Axes", *, whole: bool) -> None:
    """Let numbers be read along the axis: in figures, and whole ones only where they are whole."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415  # an extra, loaded when something is drawn

    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10], integer=whole))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda number, _: figures(number)))


def _tones(count: int) -> list[str]:
    """Choose tones for an order: from light to dark, all of them seen on white."""
    if count == 1:
        return [BLUE]
    from matplotlib import colormaps  # noqa: PLC0415  # an extra, loaded when something is drawn
    from matplotlib.colors import to_hex  # noqa: PLC0415  # as above

    return [to_hex(colormaps["Blues"](0.45 + 0.55 * place / (count - 1))) for place in range(count)]


def _word(value: Any) -> str:
    return figures(float(value)) if isinstance(value, (int, float, np.number)) else labelled(str(value), 16)
