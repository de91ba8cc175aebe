"""Solving: clusters for black belt; savings against ruin."""

from typing import TYPE_CHECKING

from matplotlib import pyplot as plt
from panels import BLUE, GREEN, GREY, INK, SEED, SOLID, N, curves, panels

import clustersim as cs
from clustersim.outcome.notation import money

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def answered(axes: "Axes", found: cs.Solution, text: str, colour: str, offset: tuple[int, int]) -> None:
    """Mark an answer, and write it beside."""
    share = 100 * found.estimate.value
    axes.plot(found.value, share, "o", color=colour, markersize=6)
    axes.annotate(
        text, (found.value, share), xytext=offset, textcoords="offset points", weight="bold", parse_math=False
    )


with panels() as (left, right):
    counts = list(range(6, 25))
    belts = 100 * cs.sweep(cs.Plan(), {"clusters": counts}, n=N, rng=SEED)["probability"].sel(milestone="black belt")
    styles = {60: (BLUE, SOLID), 120: (INK, SOLID)}
    lines = {f"by year {by // 12}": (belts.sel(month=by).to_numpy().tolist(), style) for by, style in styles.items()}
    curves(left, counts, lines)
    left.axhline(80, color=GREY, linewidth=0.9)
    for (by, (colour, _)), offset in zip(styles.items(), ((6, -12), (-16, 4)), strict=True):
        found = cs.solve(cs.Plan(), "clusters", "black belt", by, 0.8, N, rng=SEED)
        answered(left, found, f"{found.value}", colour, offset)
    left.set(title="Black belt, by how many clusters are tried", xlabel="clusters", xticks=range(6, 25, 3))

    savings = list(range(20_000, 80_001, 2_500))
    ruined = 100 * cs.sweep(cs.Plan(), {"finances.savings": savings}, n=N, rng=SEED)["probability"]
    right.set(title="Ruin within three years, by savings", xlabel="savings", ylim=(0, 60), yticks=range(0, 61, 10))
    curves(right, savings, {"ruined": (ruined.sel(milestone="ruin", month=36).to_numpy().tolist(), (GREEN, SOLID))})
    right.axhline(10, color=GREY, linewidth=0.9)
    found = cs.solve(cs.Plan(), "finances.savings", "ruin", 36, 0.1, N, rng=SEED)
    answered(right, found, f"${found.value / 1_000:.0f}k", GREEN, (4, 8))
    right.xaxis.set_major_formatter(lambda dollars, _: money(dollars, short=True))

plt.show()
