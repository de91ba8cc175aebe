"""Comparing: black belts more than with a cluster every 90 days; and what common luck saves."""

from matplotlib import pyplot as plt
from panels import GREY, INK, LONG, SEED, SOLID, VERMILION, curves, in_years, panels

import clustersim as cs

FOCUS = cs.Focus(capacity=3)
STYLES = {"every month": (VERMILION, LONG), "waiting for attention": (INK, SOLID)}

comparison = cs.compare(
    {
        "every 90 days": cs.Plan(focus=FOCUS),
        "every month": cs.Plan(every=1, focus=FOCUS),
        "waiting for attention": cs.Plan(every=1, at_once=3, focus=FOCUS),
    },
    n=100_000,
    rng=SEED,
)
months = list(range(1, 121))
ahead = {name: [comparison.probability("black belt", month, of=name) for month in months] for name in STYLES}

with panels() as (left, right):
    left.set(title="Black belt, points more than every 90 days", ylim=(-20, 30), yticks=range(-20, 31, 10))
    left.yaxis.set_major_formatter("{x:+.0f}")
    left.axhline(0, color=GREY, linewidth=0.9)
    curves(left, months, {name: ([100 * d.value for d in ahead[name]], style) for name, style in STYLES.items()})
    for name, (colour, _) in STYLES.items():
        low, high = ([100 * getattr(d, end) for d in ahead[name]] for end in ("low", "high"))
        left.fill_between(months, low, high, color=colour, alpha=0.25, linewidth=0)
    in_years(left, 120)

    right.set(title="Times fewer trajectories than separate runs", ylim=(0, 30), yticks=range(0, 31, 10))
    right.yaxis.set_major_formatter("{x:.0f}")
    saved = {name: ([d.variance_ratio for d in ahead[name][23:]], style) for name, style in STYLES.items()}
    curves(right, months[23:], saved)
    in_years(right, 120)

plt.show()
