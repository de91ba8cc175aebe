"""Draw the picture of ``docs/how-to/lives.md``: two lives on the default plan, stacked by cluster.

    python -m pip install -e ".[plots]"
    python docs/pictures/lives.py

Which lives they are is found in a run of 100 000 practices under one seed.
"""

from pathlib import Path

import matplotlib as mpl

import clustersim as cs

mpl.use("svg")
from levers import STYLE
from matplotlib import pyplot as plt

HERE = Path(__file__).parent


def main() -> None:
    """Draw a life that is halfway, and one that had six viable clusters and no black belt."""
    outcome = cs.simulate(cs.Plan(), n=100_000, rng=7)
    median = outcome["black belt"].median()
    halfway = cs.find(outcome, cs.reached("black belt", at=median), at_most=1)
    missed = cs.find(outcome, cs.never("black belt") & (lambda lives: lives.viable >= 6), at_most=1)
    with plt.rc_context(STYLE):
        figure, panels = plt.subplots(2, 1, figsize=(7.2, 7.6), sharex=True)
        for ax, number in zip(panels, (*halfway, *missed), strict=True):
            life = outcome.trace(int(number))
            life.plot(ax)
            ax.axhline(60_000, color="#303030", linewidth=0.8, linestyle="--")
            ax.set_ylim(0, 190_000)
            ax.set_title(f"trajectory {life.trajectory}: {sum(life.viable)} clusters viable", loc="left", pad=6)
        panels[0].set_xlabel("")
        figure.tight_layout()
        figure.savefig(HERE / "lives.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
