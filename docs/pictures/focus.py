"""Focus: what capacity does; and what switching costs."""

from matplotlib import pyplot as plt
from panels import BLUE, DASHED, INK, LONG, SOLID, VERMILION, changed, curves, mark, panels, percent, run, turned

WAYS = {
    "at most 3 ramping": ({"every": 1, "at_once": 3}, (INK, SOLID)),
    "every 90 days": ({}, (BLUE, DASHED)),
    "every month": ({"every": 1}, (VERMILION, LONG)),
}

with panels() as (left, right):
    capacities = [round(0.25 * k, 2) for k in range(2, 25)]
    turned(left, "focus__capacity", capacities, capacities, {})
    mark(left, 3)
    left.set(
        title="A cluster every 90 days, by capacity",
        xlabel="clusters that can ramp at full pace",
        xticks=[1, 2, 3, 4, 5, 6],
    )

    costs = [round(0.05 * k, 2) for k in range(11)]
    lines = {
        name: (
            [percent(run(changed(focus__switching_cost=cost, **way)), "black belt", 36) for cost in costs],
            style,
        )
        for name, (way, style) in WAYS.items()
    }
    curves(right, costs, lines)
    mark(right, 0.2)
    right.set(title="Black belt by year 3: three ways to launch", xlabel="switching cost, share of pace per cluster")

plt.show()
