"""A goal: the chance to have met it by each month."""

from typing import TYPE_CHECKING

import numpy as np

from clustersim.outcome.notation import moment, percent
from clustersim.present.plots.ground import (
    BLUE,
    DASHED,
    GREY,
    axes,
    drawing,
    in_percent,
    in_years,
    labelled,
    point,
    titled,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from clustersim.analysis.assessment import Assessment


@drawing()
def goal(of: "Assessment", ax: "Axes | None" = None) -> "Axes":
    """Draw the chance to have met a goal by each month, and its date: what ``assessment.plot()`` draws.

    Of clients, who are counted in one month alone, the chance to win so many in a month.

    Parameters
    ----------
    of
        What ``assess`` returned.
    ax
        Where to draw; a new figure's if it is None.

    Raises
    ------
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    >>> import clustersim as cs
    >>> goal = cs.Goal(name="half way", metric="revenue", at_least=30_000, by=24)
    >>> ax = cs.plots.goal(cs.assess(cs.Plan(), goal, n=2_000, rng=7))
    >>> ax.get_title(loc="left")
    'half way: met by then'
    """
    ax = axes(ax)
    horizon, by, value = of.program.horizon, of.goal.by, 100 * of.attainable.value
    months = np.arange(1, horizon + 1)
    if of.met is None:
        ax.plot(months, np.full(horizon, value), color=BLUE, label="in a month")
    else:
        ends = [of.met.probability(by=month) for month in months.tolist()]
        low, high = ([100 * getattr(estimate, end) for estimate in ends] for end in ("low", "high"))
        ax.fill_between(months, low, high, color=BLUE, alpha=0.25, linewidth=0)
        ax.plot(months, 100 * of.met.cdf(months), color=BLUE, label="met by then", clip_on=False)
    ax.axvline(by, color=GREY, linewidth=1.2, linestyle=DASHED, label="date")
    in_years(ax, horizon)
    in_percent(ax)
    point(ax, by, value, f"{percent(of.attainable.value)} % by {moment(by)}")
    titled(ax, f"{labelled(of.goal.name, 32)}: {'in any month' if of.met is None else 'met by then'}")
    return ax
