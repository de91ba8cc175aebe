"""One life as a table of another library, and as a picture."""

from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np

from clustersim.analysis import extras
from clustersim.analysis.trace_events import by_month
from clustersim.outcome.notation import printable

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from clustersim.analysis.trace import Trace

#: Of clusters in launch order: Paul Tol's muted scheme, which colour-blind people tell apart, then lighter ones.
_COLOURS = (
    *("#332288", "#88CCEE", "#117733", "#DDCC77", "#CC6677", "#44AA99", "#882255", "#999933", "#AA4499"),
    *("#6699CC", "#BBBBBB", "#EECC66"),
)


def to_pandas(trace: "Trace") -> "pd.DataFrame":
    """One line a cluster and month."""
    months = np.arange(1, trace.horizon + 1)
    frame: pd.DataFrame = extras.tables("pandas").DataFrame(
        {
            "cluster": np.repeat(np.array(trace.clusters, dtype=object), trace.horizon),
            "month": np.tile(months, len(trace.clusters)),
            "level": trace.levels.ravel(),
            "revenue": trace.revenue.ravel(),
        }
    )
    return frame


def plot(trace: "Trace", ax: "Axes | None") -> "Axes":
    """Stack what clusters earned, and mark what happened besides launches and ends."""
    ax = extras.axes(ax)
    months = np.arange(1, trace.horizon + 1)
    launched = [k for k in range(len(trace.clusters)) if trace.levels[k].any()]
    if launched:
        ax.stackplot(
            months,
            trace.revenue[launched] / 1000,
            labels=[printable(trace.clusters[k]) for k in launched],
            colors=[_COLOURS[k % len(_COLOURS)] for k in launched],
            linewidth=0,
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
    ax.set(
        xlabel="month",
        ylabel="thousand dollars a month",
        xlim=(0.5, trace.horizon + 0.5),
        ylim=(0, 1.9 * max(float(trace.total.max()) / 1000, 1.0)),
    )
    return ax
