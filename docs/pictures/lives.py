"""Two lives on the default plan, stacked by cluster: one that is halfway, and one with six viable clusters in vain."""

from matplotlib import pyplot as plt
from panels import DASHED, INK, SEED, drawing

import clustersim as cs

outcome = cs.simulate(cs.Plan(), n=100_000, rng=SEED)
median = outcome["black belt"].median()
halfway = cs.find(outcome, cs.reached("black belt", at=median), at_most=1)
missed = cs.find(outcome, cs.never("black belt") & (lambda lives: lives.viable >= 6), at_most=1)

with drawing():
    panels = plt.subplots(2, 1, figsize=(8.4, 8.4), layout="constrained")[1]
    for ax, number in zip(panels, (*halfway, *missed), strict=True):
        life = outcome.trace(int(number))
        life.plot(ax)
        ax.axhline(60_000, color=INK, linewidth=0.8, linestyle=DASHED)
        ax.set_title(f"Practice {life.trajectory}: {sum(life.viable)} clusters viable")

plt.show()
