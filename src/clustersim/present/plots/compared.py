"""Plans side by side: how many get there, what they earn, and by how much they differ."""

from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from clustersim.present.plots.ground import (
    BLUE,
    DASHED,
    DOTTED,
    GREEN,
    INK,
    LONG,
    ORANGE,
    PURPLE,
    SKY,
    SOLID,
    VERMILION,
    Dashes,
    End,
    axes,
    drawing,
    in_dollars,
    in_percent,
    in_years,
    labelled,
    name_ends,
    titled,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from matplotlib.axes import Axes

    from clustersim.analysis.comparison import Comparison
    from clustersim.outcome.outcome import Outcome

#: Of what is compared: the yardstick in ink, the others each with a colour and dashes of its own.
_YARDSTICK: tuple[str, Dashes] = (INK, SOLID)
_OTHERS: tuple[tuple[str, Dashes], ...] = (
    (BLUE, SOLID),
    (VERMILION, DASHED),
    (GREEN, LONG),
    (PURPLE, SOLID),
    (ORANGE, DOTTED),
    (SKY, DASHED),
)


def _styles() -> "Iterator[tuple[str, Dashes]]":
    yield _YARDSTICK
    yield from cycle(_OTHERS)


@drawing()
def plans(outcomes: "Mapping[str, Outcome]", milestone: str, ax: "Axes | None" = None) -> "Axes":
    """Draw what share of practices has reached a milestone by each month, a curve for each plan.

    Parameters
    ----------
    outcomes
        By the plans' names, as ``comparison.outcomes``; the first is the yardstick.
    milestone
        Its name, or "legacy", "burnout", "ruin" or "admission".
    ax
        Where to draw; a new figure's if it is None.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    KeyError
        If a plan has no such milestone.

    Examples
    --------
    >>> import clustersim as cs
    >>> outcomes = {str(k): cs.simulate(cs.Plan(every=k), n=2_000, rng=7) for k in (3, 2)}
    >>> [line.get_label() for line in cs.plots.plans(outcomes, "black belt").lines][:2]
    ['3', '2']
    """
    passages = {name: outcome[milestone] for name, outcome in outcomes.items()}
    ax = axes(ax)
    horizon = min(passage.horizon for passage in passages.values())
    months = np.arange(horizon + 1)
    ends = []
    for (name, passage), (colour, dashes) in zip(passages.items(), _styles(), strict=False):
        shares = 100 * passage.cdf(months)
        ax.plot(months, shares, color=colour, linestyle=dashes, label=name, clip_on=False)
        ends.append(End(labelled(name), float(shares[-1]), colour, dashes))
    in_years(ax, horizon)
    in_percent(ax)
    met = all(passage.held_counts is None for passage in passages.values())
    titled(ax, f"{labelled(milestone, 30)}: {'happened' if met else 'reached'} by then")
    name_ends(ax, ends)
    return ax


@drawing()
def medians(outcomes: "Mapping[str, Outcome]", ax: "Axes | None" = None) -> "Axes":
    """Draw the median of revenue by month, a line for each plan.

    Parameters
    ----------
    outcomes
        By the plans' names, as ``comparison.outcomes``; the first is the yardstick.
    ax
        Where to draw; a new figure's if it is None.

    Raises
    ------
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    >>> import clustersim as cs
    >>> both = cs.compare({"default": cs.Plan(), "faster": cs.Plan(every=2)}, n=2_000, rng=7)
    >>> ax = cs.plots.medians(both.outcomes)
    >>> [text.get_text() for text in ax.texts]
    ['default', 'faster']
    """
    ax = axes(ax)
    horizon = min(outcome.horizon for outcome in outcomes.values())
    months, top = np.arange(1, horizon + 1), 1.0
    ends = []
    for (name, outcome), (colour, dashes) in zip(outcomes.items(), _styles(), strict=False):
        median = outcome.revenue.quantile(0.5)[:horizon]
        ax.plot(months, median, color=colour, linestyle=dashes, label=name)
        ends.append(End(labelled(name), float(median[-1]), colour, dashes))
        top = max(top, float(median.max()))
    in_years(ax, horizon)
    in_dollars(ax)
    ax.set_ylim(0, top * 1.04)
    titled(ax, "Median revenue a month")
    name_ends(ax, ends)
    return ax


@drawing()
def comparison(of: "Comparison", milestone: str, ax: "Axes | None" = None) -> "Axes":
    """Draw by how much plans are ahead of the first, by month, with 95 % intervals: what ``comparison.plot()`` draws.

    Parameters
    ----------
    of
        What ``compare`` returned.
    milestone
        Of what.
    ax
        Where to draw; a new figure's if it is None.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    KeyError
        If there is no such milestone.

    Examples
    --------
    >>> import clustersim as cs
    >>> both = cs.compare({"default": cs.Plan(), "faster": cs.Plan(every=2)}, n=2_000, rng=7)
    >>> ax = cs.plots.comparison(both, "black belt")
    >>> ax.get_title(loc="left")
    'black belt by then, against default'
    """
    ax = axes(ax)
    months = np.arange(1, of.horizon + 1)
    ends = []
    for name, (colour, dashes) in zip(of.names[1:], cycle(_OTHERS), strict=False):
        told: Any = np.array(
            [(d.value, d.low, d.high) for d in (of.probability(milestone, m, of=name) for m in months.tolist())]
        )
        value, low, high = 100 * told.T
        ax.fill_between(months, low, high, color=colour, alpha=0.22, linewidth=0)
        ax.plot(months, value, color=colour, linestyle=dashes, label=name)
        ends.append(End(labelled(name), float(value[-1]), colour, dashes))
    ax.axhline(0, color=INK, linewidth=1, label="_yardstick")
    in_years(ax, of.horizon)
    ax.set_ylabel("percentage points")
    ax.yaxis.set_major_formatter(lambda points, _: "0" if abs(points) < 1e-9 else f"{points:+g}")
    titled(ax, f"{labelled(milestone, 30)} by then, against {labelled(of.names[0])}")
    name_ends(ax, ends)
    return ax
