"""Amounts by month as a fan: where half and nine tenths of all practices are, and a few of them one by one."""

from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from clustersim.outcome.fan import Balance, Fan
from clustersim.present.plots.ground import (
    BLUE,
    GREEN,
    INK,
    PURPLE,
    SOLID,
    VERMILION,
    End,
    axes,
    drawing,
    in_dollars,
    in_years,
    name_ends,
    titled,
)
from clustersim.ranges import run_range
from clustersim.spread import whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from clustersim.outcome.outcome import Outcome

#: The outer band, the inner one and the line, as a table of quantiles has them.
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_SAMPLES = (VERMILION, GREEN, PURPLE)


@drawing()
def fan(outcome: "Outcome", ax: "Axes | None" = None, *, samples: int = 0) -> "Axes":
    """Draw what practices earn, month by month: the median, and where half and nine tenths of them are.

    Parameters
    ----------
    outcome
        Of a run.
    ax
        Where to draw; a new figure's if it is None.
    samples
        How many practices to draw besides, one by one: the first of the run, chosen by nobody.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    TypeError, ValueError
        If `samples` is no whole number from 0 on.

    Examples
    --------
    >>> import clustersim as cs
    >>> outcome = cs.simulate(cs.Plan(), n=2_000, rng=7)
    >>> ax = cs.plots.fan(outcome, samples=2)
    >>> ax.get_title(loc="left"), ax.get_xlabel()
    ('Revenue a month; thin lines: single practices', 'year')
    """
    samples = whole("samples", samples, 0)
    return _fan(outcome.revenue, ax, _first_of(outcome, samples) if samples else None)


@drawing()
def amounts(of: Fan, ax: "Axes | None" = None) -> "Axes":
    """Draw revenue, mission revenue or cash by month: what ``outcome.cash.plot()`` draws.

    Parameters
    ----------
    of
        A `Fan`, as ``outcome.revenue`` or ``outcome.cash``.
    ax
        Where to draw; a new figure's if it is None.

    Raises
    ------
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    >>> import clustersim as cs
    >>> outcome = cs.simulate(cs.Plan(finances=cs.Finances()), n=2_000, rng=7)
    >>> cs.plots.amounts(outcome.cash).get_title(loc="left")
    'Cash at the end of the month'
    """
    return _fan(of, ax, None)


def _fan(of: Fan, ax: "Axes | None", single: "NDArray[np.float64] | None") -> "Axes":
    ax = axes(ax)
    bands, months = of.quantile(QUANTILES), of.months
    if of.horizon == 1:  # one month is as long as the axis, and no point of it
        months, bands = np.array([0, 1]), np.repeat(bands, 2, axis=1)
        single = None if single is None else np.repeat(single, 2, axis=1)
    low, quarter, median, three_quarters, high = bands
    ax.fill_between(months, low, high, color=BLUE, alpha=0.15, linewidth=0, label="90 % of practices")
    ax.fill_between(months, quarter, three_quarters, color=BLUE, alpha=0.30, linewidth=0, label="half of them")
    for path, colour in zip([] if single is None else single, cycle(_SAMPLES), strict=False):
        ax.plot(months, path, color=colour, linewidth=0.8, alpha=0.9, label="one practice", zorder=2.5)
    ax.plot(months, median, color=INK, linewidth=2.2, label="median", zorder=3)
    in_years(ax, of.horizon)
    in_dollars(ax)
    top = max(float(bands.max()), 0 if single is None else float(single.max()), 1.0)
    ax.set_ylim(min(float(bands.min()) * 1.05, 0), top * 1.04)
    if bands.min() < 0:
        ax.axhline(0, color=VERMILION, linewidth=1, label="ruin")
    title = "Cash at the end of the month" if isinstance(of, Balance) else f"{of.name.capitalize()} a month"
    titled(ax, title if single is None else f"{title}; thin lines: single practices")
    name_ends(ax, [_end(q, float(band[-1])) for q, band in zip(QUANTILES, bands, strict=True)])
    return ax


def _end(q: float, height: float) -> End:
    return End("median", height, INK, SOLID, "bold") if q == 0.5 else End(f"{100 * q:g} %", height, BLUE)


def _first_of(outcome: "Outcome", samples: int) -> "NDArray[np.float64]":
    """Live the first trajectories of a run once more, alone: shape (samples, horizon), in dollars."""
    first, stop = outcome.tally.ranges[0]
    records, _ = run_range(outcome.program, outcome.tally.key, first, min(samples, stop - first), paths=True)
    return np.asarray(records.revenue.T * outcome.program.quantum, dtype=np.float64)
