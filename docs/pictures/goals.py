"""Draw the picture of ``docs/how-to/goals.md``: the chance to have met a goal, by month and by pace.

    python -m pip install -e ".[plots]"
    python docs/pictures/goals.py

Every curve is a run of 100 000 practices under one seed.
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np

import clustersim as cs

mpl.use("svg")
from levers import BLACK, BLUE, DASHED, LONG, SOLID, STYLE, VERMILION
from matplotlib import pyplot as plt

HERE = Path(__file__).parent
MONTHS = np.arange(61)
PACES = {3: (BLACK, SOLID), 2: (BLUE, DASHED), 1: (VERMILION, LONG)}


def main() -> None:
    """Draw P(met) as a curve over the date, for three paces of launching."""
    goal = cs.Goal(name="half of black belt in two years", metric="revenue", at_least=30_000, by=24)
    with plt.rc_context(STYLE):
        figure, ax = plt.subplots(figsize=(7.2, 3.4))
        for every, (colour, dashes) in PACES.items():
            met = cs.assess(cs.Plan(every=every), goal, n=100_000, rng=7).met
            label = "a launch every month" if every == 1 else f"a launch every {every} months"
            ax.plot(MONTHS, 100 * met.cdf(MONTHS), color=colour, linestyle=dashes, label=label)
            ax.plot([goal.by], [100 * met.cdf(goal.by)], "o", color=colour)
        ax.axvline(goal.by, color="#767676", linewidth=1, linestyle=":")
        ax.set(
            xlim=(0, 60),
            ylim=(0, 100),
            xlabel="month",
            ylabel="%",
            title="$30k a month on average over three months: met by month",
        )
        ax.legend(frameon=False, loc="lower right")
        figure.tight_layout()
        figure.savefig(HERE / "goals.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
