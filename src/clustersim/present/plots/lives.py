"""One life: what each cluster earned, and what happened besides."""

from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np

from clustersim.analysis.trace_events import by_month
from clustersim.outcome.notation import printable
from clustersim.present.plots.ground import PAPER, axes, drawing, in_dollars, in_years, titled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from clustersim.analysis.trace import Trace

_SIZE = (9.0, 4.6)

#: Of clusters in launch order: Paul Tol's muted scheme, which colour-blind people tell apart, then lighter ones.
_COLOURS = (
    *("#332288", "#88CCEE", "#117733", "#DDCC77", "#CC6677", "#44AA99", "#882255", "#999933", "#AA4499"),
    *("#6699CC", "#BBBBBB", "#EECC66"),
)


def life(trace: "Trace", ax: "Axes | None" = None) -> "Axes":
    """Draw what each cluster earned, one upon the other, and what happened besides.

    Parameters
    ----------
    trace
        Of ``outcome.trace(i)``.
    ax
        Where to draw; a new figure if it is None.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    with drawing():
        ax = axes(ax, _SIZE)
        months = np.arange(1, trace.horizon + 1)
        launched = [k for k in range(len(trace.clusters)) if trace.levels[k].any()]
        if launched:
            ax.stackplot(
                months,
                trace.revenue[launched],
                labels=[printable(trace.clusters[k]) for k in launched],
                colors=[_COLOURS[k % len(_COLOURS)] for k in launched],
                edgecolor=PAPER,  # in grey, neighbours are told apart by the line between them
                linewidth=0.4,
                step="mid",
            )
            handles, labels = ax.get_legend_handles_labels()
            ax.legend(
                handles[::-1], labels[::-1], frameon=False, fontsize="x-small", loc="upper left", bbox_to_anchor=(1, 1)
            )
        for month, words in by_month([event for event in trace.events if not event.everyday]):
            ax.axvline(month, color="0.35", linewidth=0.6, linestyle=":")
            ax.annotate(
                "\n".join(wrap(words, 44)),
                (month, 0.985),
                xycoords=("data", "axes fraction"),
                fontsize="x-small",
                rotation=90,
                ha="right",
                va="top",
            )
        in_dollars(ax)
        in_years(ax, trace.horizon)
        ax.set_ylim(0, 1.9 * max(float(trace.total.max()), 1000.0))
        titled(ax, f"Revenue a month, practice {trace.trajectory}")
        return ax
