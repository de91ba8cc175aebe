"""Draw the pictures of the pages on decisions in ``docs/how-to``: compare, sweep, solve, sensitivity.

python -m pip install -e ".[plots,tables]"
python docs/pictures/decisions.py              # all four, about a minute
python docs/pictures/decisions.py compare      # one
"""

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from levers import BLACK, BLUE, DASHED, DOTTED, GREEN, GREY, HERE, LONG, SKY, SOLID, STYLE, VERMILION, curves, in_years
from levers import plt as plt  # noqa: PLC0414  set up there

import clustersim as cs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SEED = 7


def compare(left: "Axes", right: "Axes") -> None:
    """Black belts more than with a cluster every 90 days; and what common luck saves."""
    focus = cs.Focus(capacity=3)
    comparison = cs.compare(
        {
            "every 90 days": cs.Plan(focus=focus),
            "every month": cs.Plan(every=1, focus=focus),
            "waiting for attention": cs.Plan(every=1, at_once=3, focus=focus),
        },
        n=100_000,
        rng=SEED,
    )
    styles = {"every month": (VERMILION, LONG), "waiting for attention": (BLACK, SOLID)}
    months = list(range(1, 121))
    told = {name: [comparison.probability("black belt", m, of=name) for m in months] for name in styles}
    curves(left, months, {name: ([100 * d.value for d in told[name]], style) for name, style in styles.items()})
    for name, (colour, _) in styles.items():
        low, high = ([100 * getattr(d, end) for d in told[name]] for end in ("low", "high"))
        left.fill_between(months, low, high, color=colour, alpha=0.25, linewidth=0)
    left.axhline(0, color=GREY, linewidth=0.9)
    in_years(left)
    left.set(title="Black belt, points more than every 90 days", ylim=(-20, 30), yticks=range(-20, 31, 10))
    left.yaxis.set_major_formatter("{x:+.0f}")

    later = months[23:]
    saved = {name: ([d.variance_ratio for d in told[name][23:]], style) for name, style in styles.items()}
    curves(right, later, saved)
    in_years(right)
    right.set(title="Times fewer trajectories than separate runs", ylim=(0, 30), yticks=range(0, 31, 10))
    right.yaxis.set_major_formatter("{x:.0f}")


def sweep(left: "Axes", right: "Axes") -> None:
    """Failure and pace; and luck that is shared, or not."""
    rates = np.linspace(0.3, 0.7, 21)
    swept = cs.sweep(cs.Plan(), {"failure_rate": rates, "every": [1, 2, 3, 4, 6]}, n=100_000, rng=SEED)
    belts = 100 * swept["probability"].sel(milestone="black belt", month=36)
    styles = [(BLACK, SOLID), (BLUE, DASHED), (SKY, SOLID), (VERMILION, LONG), (GREEN, DOTTED)]
    lines = {
        f"every {'month' if every == 1 else f'{every} months'}": (belts.sel(every=every).to_numpy().tolist(), style)
        for every, style in zip((1, 2, 3, 4, 6), styles, strict=True)
    }
    curves(left, rates.tolist(), lines)
    left.set(title="Black belt by year 3, by pace", xlabel="failure rate")

    few = cs.sweep(cs.Plan(), {"failure_rate": rates}, n=500, rng=SEED)["probability"]
    shared = 100 * few.sel(milestone="black belt", month=36)
    apart = [
        100 * cs.simulate(cs.Plan(failure_rate=rate), n=500, rng=k)["black belt"].cdf(36)
        for k, rate in enumerate(rates.tolist())
    ]
    lines = {
        "luck of its own": (apart, (VERMILION, LONG)),
        "the same luck": (shared.to_numpy().tolist(), (BLACK, SOLID)),
    }
    curves(right, rates.tolist(), lines)
    right.set(title="Every 3 months, 500 practices a point", xlabel="failure rate")


def solve(left: "Axes", right: "Axes") -> None:
    """Clusters for black belt; savings against ruin."""
    counts = list(range(6, 25))
    swept = cs.sweep(cs.Plan(), {"clusters": counts}, n=100_000, rng=SEED)["probability"]
    styles = {60: (BLUE, SOLID), 120: (BLACK, SOLID)}
    lines = {
        f"by year {by // 12}": ((100 * swept.sel(milestone="black belt", month=by)).to_numpy().tolist(), style)
        for by, style in styles.items()
    }
    curves(left, counts, lines)
    left.axhline(80, color=GREY, linewidth=0.9)
    for (by, (colour, _)), offset in zip(styles.items(), ((6, -12), (-16, 4)), strict=True):
        found = cs.solve(cs.Plan(), "clusters", "black belt", by, 0.8, rng=SEED)
        left.plot(found.value, 100 * found.estimate.value, "o", color=colour, markersize=6)
        left.annotate(
            f"{found.value}",
            (found.value, 100 * found.estimate.value),
            xytext=offset,
            textcoords="offset points",
        )
    left.set(title="Black belt, by how many clusters are tried", xlabel="clusters", xticks=range(6, 25, 3))

    savings = list(range(20_000, 80_001, 2_500))
    ruined = cs.sweep(cs.Plan(), {"finances.savings": savings}, n=100_000, rng=SEED)["probability"]
    line = 100 * ruined.sel(milestone="ruin", month=36)
    curves(right, [amount / 1_000 for amount in savings], {"ruined": (line.to_numpy().tolist(), (GREEN, SOLID))})
    found = cs.solve(cs.Plan(), "finances.savings", "ruin", 36, 0.1, rng=SEED)
    right.axhline(10, color=GREY, linewidth=0.9)
    right.plot(found.value / 1_000, 10, "o", color=GREEN, markersize=6)
    right.annotate(f"${found.value / 1_000:.0f}k", (found.value / 1_000, 10), xytext=(4, 8), textcoords="offset points")
    right.set(title="Ruin within three years, by savings", xlabel="savings, thousand dollars", ylim=(0, 60))
    right.set_yticks(range(0, 61, 10))


def sensitivity(left: "Axes", right: "Axes") -> None:
    """A tornado; and indices with their intervals."""
    ranges = {
        "every": (1, 6),
        "failure_rate": (0.3, 0.7),
        "revenue": cs.between(7_000, 14_000),
        "volatility": (0.1, 0.4),
    }
    found = cs.sensitivity(cs.Plan(), ranges, "black belt", by=36, n=2_000, rng=SEED)
    found.plot(left)
    left.grid(visible=False)
    left.set(title="Black belt by year 3, one field at a time", xlim=(0, 100), ylim=(-0.6, 3.6), xlabel="practices")
    left.xaxis.set_major_formatter("{x:.0f} %")
    left.legend(title="field at its", frameon=False, loc="lower left", fontsize=8)
    for kind, shift, (colour, label) in (
        ("first", -0.12, (SKY, "first-order")),
        ("total", 0.12, (BLACK, "total")),
    ):
        indices = [getattr(effect, kind) for effect in found.effects]
        places = [k + shift for k in range(len(indices))]
        values = [index.value for index in indices]
        reach = [[i.value - i.low for i in indices], [i.high - i.value for i in indices]]
        right.errorbar(places, values, yerr=reach, fmt="o", color=colour, label=label)
    right.set_xticks(range(len(found.effects)), [effect.field for effect in found.effects])
    right.set(title="Sobol's indices, 95 % intervals", ylim=(-0.05, 0.8), yticks=[0, 0.2, 0.4, 0.6, 0.8])
    right.yaxis.set_major_formatter("{x:.1f}")
    right.legend(frameon=False)


PICTURES: Mapping[str, Callable[["Axes", "Axes"], None]] = {
    picture.__name__: picture for picture in (compare, sweep, solve, sensitivity)
}


def draw(name: str) -> None:
    """Draw a picture into this folder."""
    with plt.rc_context(STYLE):
        figure, (left, right) = plt.subplots(1, 2, figsize=(11.4, 4))
        for axes in (left, right):
            axes.set_ylim(0, 100)
            axes.set_yticks(range(0, 101, 20))
            axes.yaxis.set_major_formatter("{x:.0f} %")
            axes.tick_params(length=0, pad=5)
        PICTURES[name](left, right)
        figure.subplots_adjust(left=0.09, right=0.82, bottom=0.14, top=0.85, wspace=0.7)
        figure.savefig(HERE / f"{name}.svg", metadata={"Date": None}, facecolor="white")
        plt.close(figure)


if __name__ == "__main__":
    for wanted in sys.argv[1:] or PICTURES:
        draw(wanted)
