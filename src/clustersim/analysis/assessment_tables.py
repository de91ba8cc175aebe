"""An assessment as a table of another library, and as a picture."""

from typing import TYPE_CHECKING

import numpy as np

from clustersim.analysis import extras
from clustersim.outcome.notation import printable

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from clustersim.analysis.assessment import Assessment


def to_pandas(assessment: "Assessment") -> "pd.DataFrame":
    """One line a letter."""
    columns = ["letter", "name", "value", "low", "high", "method", "sentence"]
    rows = [[getattr(letter, column) for column in columns] for letter in assessment.card.letters]
    frame: pd.DataFrame = extras.tables("pandas").DataFrame(rows, columns=columns)
    return frame


def plot(assessment: "Assessment", ax: "Axes | None") -> "Axes":
    """Draw the chance to have met the goal by each month; of clients, to win so many in a month."""
    ax = extras.axes(ax)
    goal, met, horizon = assessment.goal, assessment.met, assessment.program.horizon
    months = np.arange(1, horizon + 1)
    if met is None:
        ax.plot(months, np.full(horizon, 100 * assessment.attainable.value))
    else:
        ends = [met.probability(by=month) for month in months.tolist()]
        (line,) = ax.plot(months, 100 * met.cdf(months))
        low, high = ([100 * getattr(estimate, end) for estimate in ends] for end in ("low", "high"))
        ax.fill_between(months, low, high, color=line.get_color(), alpha=0.3, linewidth=0)
    ax.axvline(goal.by, color="0.35", linewidth=0.8, linestyle="--")
    ax.plot([goal.by], [100 * assessment.attainable.value], "o", color="0.2")
    ax.set(
        xlabel="month",
        ylabel="% that have met it" if met is not None else "% of months that bring so many",
        title=f"{printable(goal.name)}: by month {goal.by}",
        xlim=(0, horizon),
        ylim=(0, 100),
    )
    return ax
