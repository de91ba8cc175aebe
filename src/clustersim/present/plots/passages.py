"""First passages as curves: what share of practices has got somewhere by which month."""

from typing import TYPE_CHECKING

import numpy as np

from clustersim.analysis.asked import subject_of
from clustersim.outcome.notation import moment, percent
from clustersim.present.plots.ground import (
    BLUE,
    DASHED,
    DOTTED,
    GREEN,
    LONG,
    ORANGE,
    PURPLE,
    SKY,
    SOLID,
    STITCHED,
    VERMILION,
    Dashes,
    End,
    axes,
    drawing,
    in_percent,
    in_years,
    labelled,
    name_ends,
    point,
    titled,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from clustersim.outcome.first_passage import FirstPassage
    from clustersim.outcome.outcome import Outcome

#: What is no milestone has a colour and dashes of its own.
_EVENTS: dict[str, tuple[str, Dashes]] = {
    "legacy": (VERMILION, DASHED),
    "burnout": (PURPLE, LONG),
    "ruin": (GREEN, DOTTED),
    "admission": (ORANGE, STITCHED),
}


@drawing()
def milestones(
    outcome: "Outcome", ax: "Axes | None" = None, *, milestone: str | None = None, by: int | None = None
) -> "Axes":
    """Draw what share of practices has reached each milestone by each month, and the legacy, burnout, ruin, admission.

    One stands out, with its 95 % band for the whole curve (`FirstPassage.cdf_band`), which is narrower than the line
    where many practices were simulated, and with its share by a month.

    Parameters
    ----------
    outcome
        Of a run.
    ax
        Where to draw; a new figure's if it is None.
    milestone, by
        Which one stands out, and the month of its share: the milestone that matters most, by year three, if they are
        None.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    TypeError, ValueError
        If the plan has no such milestone or month.

    Examples
    --------
    >>> import clustersim as cs
    >>> ax = cs.plots.milestones(cs.simulate(cs.Plan(), n=2_000, rng=7))
    >>> ax.get_title(loc="left"), [line.get_label() for line in ax.lines][:2]
    ('Reached by then, of all practices', ['white belt', 'yellow belt'])
    """
    ax = axes(ax)
    matters, month = subject_of(outcome.program, milestone, by)
    ends = []
    for event in outcome.events:
        colour, dashes = _EVENTS.get(event.name, (SKY, SOLID))
        if event.name == matters:
            colour = BLUE
            _band(ax, event, 0.95)
        _curve(ax, event, colour, dashes, 2.6 if event.name == matters else 1.4)
        weight = "bold" if event.name == matters else "normal"
        ends.append(End(labelled(event.name), 100 * event.cdf(event.horizon), colour, dashes, weight))
    in_years(ax, outcome.horizon)
    in_percent(ax)
    _mark(ax, outcome[matters], month)
    titled(ax, "Reached by then, of all practices")
    name_ends(ax, ends)
    return ax


@drawing()
def passage(of: "FirstPassage", ax: "Axes | None" = None, *, confidence_level: float = 0.95) -> "Axes":
    """Draw one first passage, with the band in which its whole curve lies: what ``outcome["black belt"].plot()`` draws.

    Parameters
    ----------
    of
        A `FirstPassage`.
    ax
        Where to draw; a new figure's if it is None.
    confidence_level
        Of the band, see `FirstPassage.cdf_band`.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    ValueError
        If the level is not between 0 and 1.

    Examples
    --------
    >>> import clustersim as cs
    >>> outcome = cs.simulate(cs.Plan(), n=2_000, rng=7)
    >>> ax = cs.plots.passage(outcome["black belt"])
    >>> [text.get_text() for text in ax.texts]
    ['25 % by month 31', '50 % by month 38']
    """
    ax = axes(ax)
    _band(ax, of, confidence_level)
    _curve(ax, of, BLUE, SOLID, 2.2)
    in_years(ax, of.horizon)
    in_percent(ax)
    quarters = {float(of.ppf(q)): q for q in (0.25, 0.5, 0.75)}  # the highest that is reached in a month
    for month, share in quarters.items():
        if np.isfinite(month):
            point(ax, month, 100 * of.cdf(month), f"{100 * share:.0f} % by month {month:.0f}")
    if not np.isfinite(min(quarters)):
        _mark(ax, of, of.horizon)
    titled(ax, f"{labelled(of.name, 28)}: {'happened' if of.held_counts is None else 'reached'} by then")
    return ax


def _band(ax: "Axes", event: "FirstPassage", confidence_level: float) -> None:
    low, high = event.cdf_band(confidence_level=confidence_level)
    months = np.arange(1, event.horizon + 1)
    ax.fill_between(months, 100 * low, 100 * high, color=BLUE, alpha=0.22, linewidth=0, label="_band")


def _curve(ax: "Axes", event: "FirstPassage", colour: str, dashes: Dashes, width: float) -> None:
    months = np.arange(event.horizon + 1)
    style = {"color": colour, "linestyle": dashes, "linewidth": width, "clip_on": False}
    ax.plot(months, 100 * event.cdf(months), label=labelled(event.name), **style)


def _mark(ax: "Axes", event: "FirstPassage", month: int) -> None:
    """Mark how many have got there by a month: the answer, where it can be seen."""
    point(ax, month, 100 * event.cdf(month), f"{percent(event.cdf(month))} % by {moment(month)}")
