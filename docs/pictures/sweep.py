"""Sweeping: failure and pace; and luck that is shared, or not."""

import numpy as np
from matplotlib import pyplot as plt
from panels import BLUE, DASHED, DOTTED, GREEN, INK, LONG, SEED, SKY, SOLID, VERMILION, N, curves, panels

import clustersim as cs

RATES = np.linspace(0.3, 0.7, 21)
FEW = 500
STYLES = {1: (INK, SOLID), 2: (BLUE, DASHED), 3: (SKY, SOLID), 4: (VERMILION, LONG), 6: (GREEN, DOTTED)}

with panels() as (left, right):
    swept = cs.sweep(cs.Plan(), {"failure_rate": RATES, "every": list(STYLES)}, n=N, rng=SEED)
    belts = 100 * swept["probability"].sel(milestone="black belt", month=36)
    lines = {
        f"every {'month' if every == 1 else f'{every} months'}": (belts.sel(every=every).to_numpy().tolist(), style)
        for every, style in STYLES.items()
    }
    curves(left, RATES.tolist(), lines)
    left.set(title="Black belt by year 3, by pace", xlabel="failure rate")

    few = cs.sweep(cs.Plan(), {"failure_rate": RATES}, n=FEW, rng=SEED)["probability"]
    shared = 100 * few.sel(milestone="black belt", month=36)
    apart = [
        100 * float(cs.simulate(cs.Plan(failure_rate=rate), n=FEW, rng=k)["black belt"].cdf(36))
        for k, rate in enumerate(RATES.tolist())
    ]
    lines = {
        "luck of its own": (apart, (VERMILION, LONG)),
        "the same luck": (shared.to_numpy().tolist(), (INK, SOLID)),
    }
    curves(right, RATES.tolist(), lines)
    right.set(title=f"Every 3 months, {FEW} practices a point", xlabel="failure rate")

plt.show()
