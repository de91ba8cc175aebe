"""Accelerator: what the odds of admission do; and those admitted beside the others."""

import numpy as np
from matplotlib import pyplot as plt
from panels import BLUE, DOTTED, INK, SEED, SOLID, VERMILION, changed, curves, in_years, mark, panels, turned

import clustersim as cs

MANY = 100_000  # few are ever admitted

with panels() as (left, right):
    odds = [0, 0.01, 0.02, 0.05, *(round(0.1 * k, 1) for k in range(1, 11))]
    turned(left, "accelerator__odds", odds, odds, {})
    mark(left, 0.01)
    left.set(title="By the odds of each application", xlabel="probability of admission")

    with_it = cs.paths(changed(accelerator__odds=0.02), n=MANY, rng=SEED).reached
    without = cs.paths(cs.Plan(), n=MANY, rng=SEED).reached["black belt"]
    admitted = np.isfinite(with_it["admission"])
    groups = {
        "never admitted": (with_it["black belt"][~admitted], (INK, SOLID)),
        "admitted": (with_it["black belt"][admitted], (BLUE, SOLID)),
        "these, had there\nbeen no accelerator": (without[admitted], (VERMILION, DOTTED)),
    }
    months = list(range(121))
    lines = {
        name: ([100 * float(np.mean(belts <= month)) for month in months], style)
        for name, (belts, style) in groups.items()
    }
    curves(right, months, lines)
    in_years(right, 120)
    right.set(title="Black belt among those admitted, and others")

plt.show()
