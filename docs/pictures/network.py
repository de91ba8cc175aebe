"""Network: what the share of challengers does; and the odds that they cost."""

from matplotlib import pyplot as plt
from panels import BLUE, DASHED, GREEN, INK, LONG, SOLID, VERMILION, changed, curves, mark, panels, percent, run, turned

ODDS = {
    "odds x 1": (1.0, (INK, SOLID)),
    "odds x 0.75": (0.75, (GREEN, DASHED)),
    "odds x 0.5 (default)": (0.5, (BLUE, SOLID)),
    "odds x 0.25": (0.25, (VERMILION, LONG)),
}

with panels() as (left, right):
    shares = [round(0.1 * k, 1) for k in range(11)]
    turned(left, "network__challengers", shares, shares, {})
    mark(left, 0.3)
    along = {"xlabel": "share of clients who challenge", "xticks": [0, 0.2, 0.4, 0.6, 0.8, 1]}
    left.set(title="By the share who challenge", **along)

    def belts(ratio: float) -> list[float]:
        """Tell the share with black belt by year 3, by the share who challenge."""
        plans = (changed(network__success_odds=ratio, network__challengers=share) for share in shares)
        return [percent(run(plan), "black belt", 36) for plan in plans]

    curves(right, shares, {name: (belts(ratio), style) for name, (ratio, style) in ODDS.items()})
    right.set(title="Black belt by year 3, by the odds they cost", **along)

plt.show()
