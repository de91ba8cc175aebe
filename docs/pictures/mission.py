"""Mission: what the average fit does; and pace against burnout."""

from matplotlib import pyplot as plt
from panels import BLUE, BURNT_OUT, INK, changed, mark, panels, percent, run, turned

import clustersim as cs

PACES = {
    "a launch a month": ({"every": 1}, (-7, 7), "right"),
    "a month, at most 3 ramping": ({"every": 1, "at_once": 3}, (2, -15), "left"),
    "every 2 months": ({"every": 2}, (8, -2), "left"),
    "every 3 months (default)": ({}, (8, -3), "left"),
    "every 4 months": ({"every": 4}, (8, -3), "left"),
    "every 6 months": ({"every": 6}, (8, 2), "left"),
}

with panels() as (left, right):
    means = [round(0.05 * k, 2) for k in range(2, 19)]
    fits = [cs.beta(10 * mean, 10 * (1 - mean)) for mean in means]
    turned(left, "mission__fit", means, fits, BURNT_OUT)
    mark(left, 0.6)
    left.set(title="By how well clusters fit, on average", xlabel="average fit", xticks=[0.1, 0.3, 0.5, 0.7, 0.9])

    for name, (change, offset, align) in PACES.items():
        outcome = run(changed(mission=cs.Mission(), **change))
        point = percent(outcome, "burnout", 120), percent(outcome, "black belt", 36)
        right.plot(*point, "o", color=BLUE if change else INK, markersize=6, clip_on=False)
        right.annotate(name, point, xytext=offset, textcoords="offset points", ha=align, fontsize="small")
    right.set(title="Black belt by year 3, against burnout", xlim=(-3, 100), xlabel="burnt out by year 10, %")

plt.show()
