"""One life: what each cluster earned, and what happened besides."""

from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np

from clustersim.analysis.trace_events import by_month
from clustersim.present.plots.ground import (
    GREY,
    INK,
    PAPER,
    End,
    axes,
    drawing,
    in_dollars,
    in_years,
    labelled,
    name_ends,
    spread,
    titled,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from clustersim.analysis.trace import Trace

_SIZE = (9.0, 4.6)

#: Of clusters in launch order: Paul Tol's muted scheme, which colour-blind people tell apart, then lighter ones.
_COLOURS = (
    *("#332288", "#88CCEE", "#117733", "#DDCC77", "#CC6677", "#44AA99", "#882255", "#999933", "#AA4499"),
    *("#6699CC", "#BBBBBB", "#EECC66"),
)

#: What was earned takes the lower part of the picture; above it stands what happened.
_EARNED = 0.53


@drawing()
def life(trace: "Trace", ax: "Axes | None" = None) -> "Axes":
    """Draw what each cluster earned, one upon the other, and what happened besides: what ``trace.plot()`` draws.

    A month's revenue is as wide as the month. Clusters that live at the end are named there, the others in a legend.

    Parameters
    ----------
    trace
        Of ``outcome.trace(i)``.
    ax
        Where to draw; a new figure's if it is None.

    Raises
    ------
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    >>> import clustersim as cs
    >>> life = cs.simulate(cs.Plan(), n=100, rng=7).trace(5)
    >>> cs.plots.life(life).get_title(loc="left")
    'Revenue a month, practice 5'
    """
    ax = axes(ax, _SIZE)
    in_years(ax, trace.horizon)
    in_dollars(ax)
    ax.set_ylim(0, max(float(trace.total.max()), 1000.0) / _EARNED)
    launched = [k for k in range(len(trace.clusters)) if trace.levels[k].any()]
    _stack(ax, trace, launched)
    _tell(ax, by_month([event for event in trace.events if not event.everyday]))
    titled(ax, f"Revenue a month, practice {trace.trajectory}")
    return ax


def _stack(ax: "Axes", trace: "Trace", launched: "Sequence[int]") -> None:
    """Lay clusters one upon the other, and name them: the living where they end, the others in a legend."""
    if not launched:
        return
    revenue = trace.revenue[launched]
    names = [labelled(trace.clusters[k]) for k in launched]
    colours = [_COLOURS[k % len(_COLOURS)] for k in launched]
    layers = ax.stackplot(
        np.arange(trace.horizon + 1),
        np.hstack([revenue[:, :1], revenue]),  # a month is what lies between its beginning and its end
        labels=names,
        colors=colours,
        edgecolor=PAPER,  # in grey, neighbours are told apart by the line between them
        linewidth=min(0.4, 48 / trace.horizon),
        step="pre",
    )
    last = revenue[:, -1]
    middles = np.cumsum(last) - last / 2
    living = last > 0
    name_ends(ax, [End(names[k], float(middles[k]), colours[k]) for k in np.flatnonzero(living)])
    gone = np.flatnonzero(~living)[::-1]
    if len(gone):
        ax.legend(
            [layers[k] for k in gone],
            [names[k] for k in gone],
            fontsize="x-small",
            loc="upper left",
            bbox_to_anchor=(1, 1.02),
            title="no longer",
            title_fontsize="x-small",
        )


def _tell(ax: "Axes", happened: "Sequence[tuple[int, str]]") -> None:
    """Write above the picture what happened in which month, upright, none over another, each joined to its month."""
    inches, horizon = ax.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted()), ax.get_xlim()[1]
    letters = max(12, int((0.98 - _EARNED - 0.085) * 72 * inches.height / 3.3))
    told = [(month, wrap(words, letters, max_lines=3, placeholder=" …")) for month, words in happened]
    lines = [month for month, text in told for _ in text]
    gap = 9.2 / 72 / inches.width * horizon
    places = iter(spread(lines, gap, gap / 2, horizon - gap / 2))
    above = ax.get_xaxis_transform()  # months, and fractions of the axes' height
    for month, text in told:
        place = float(np.mean([next(places) for _ in text]))
        ax.plot(
            [month, month, place, place],
            [0, _EARNED + 0.02, _EARNED + 0.06, _EARNED + 0.075],
            color=GREY,
            linewidth=0.6,
            linestyle=":",
            transform=above,
            label="_event",
        )
        ax.text(
            place, _EARNED + 0.085, "\n".join(text), transform=above, rotation=90, ha="center", va="bottom",
            fontsize="x-small", linespacing=1.1, color=INK, parse_math=False,
        )  # fmt: skip
