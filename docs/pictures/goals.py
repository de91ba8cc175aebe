"""A goal: the chance to have met it, by month and by pace."""

from matplotlib import pyplot as plt
from panels import BLUE, DASHED, DOTTED, GREY, INK, LONG, SEED, SOLID, VERMILION, curves, drawing, in_percent, in_years

import clustersim as cs

GOAL = cs.Goal(name="half of black belt in two years", metric="revenue", at_least=30_000, by=24)
PACES = {
    "every 3 months": (3, (INK, SOLID)),
    "every 2 months": (2, (BLUE, DASHED)),
    "every month": (1, (VERMILION, LONG)),
}

with drawing():
    ax = plt.subplots(figsize=(7.2, 3.4), layout="constrained")[1]
    in_percent(ax)
    months = list(range(61))
    lines = {}
    for name, (every, (colour, dashes)) in PACES.items():
        met = cs.assess(cs.Plan(every=every), GOAL, n=100_000, rng=SEED).met
        lines[f"a launch {name}"] = 100 * met.cdf(months), (colour, dashes)
        ax.plot([GOAL.by], [100 * met.cdf(GOAL.by)], "o", color=colour)
    ax.axvline(GOAL.by, color=GREY, linewidth=1, linestyle=DOTTED)
    curves(ax, months, lines)
    in_years(ax, 60)
    ax.set_title("$30k a month on average over three months: met by then", parse_math=False)

plt.show()
