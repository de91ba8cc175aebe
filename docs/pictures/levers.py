"""Draw the pictures of the pages in ``docs/how-to``: what each lever does, and one surprise.

    python -m pip install -e ".[plots]"
    python docs/pictures/levers.py              # all six, about a minute
    python docs/pictures/levers.py focus        # one

Every point is a run of N practices under one seed: neighbours share their luck, so curves are smooth, and the 95 %
interval of a point is at most 0.3 percentage points to either side, about the width of a line.
"""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np

import clustersim as cs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

mpl.use("svg")
from matplotlib import pyplot as plt

HERE = Path(__file__).parent
N, SEED = 100_000, 7

# Okabe and Ito's colours; lightness and dashes tell the same, so that grey will do.
BLACK, BLUE, SKY, VERMILION, GREEN, PURPLE = "#000000", "#0072B2", "#56B4E9", "#D55E00", "#009E73", "#CC79A7"
GREY, INK = "#767676", "#303030"
SOLID, DASHED, DOTTED, LONG = "-", (0, (5, 2)), (0, (1, 1.4)), (0, (8, 2, 1, 2))

Style = tuple[str, Any]
BELTS: Mapping[str, tuple[str, int, Style]] = {
    "black belt by year 3": ("black belt", 36, (SKY, SOLID)),
    "black belt by year 5": ("black belt", 60, (BLUE, SOLID)),
    "black belt by year 10": ("black belt", 120, (BLACK, SOLID)),
    "legacy by year 10": ("legacy", 120, (VERMILION, DASHED)),
}
BURNT_OUT = {"burnt out by year 10": ("burnout", 120, (PURPLE, LONG))}
RUINED = {"ruined by year 10": ("ruin", 120, (GREEN, LONG))}

STYLE = {
    "svg.hashsalt": "clustersim",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.titlepad": 19,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.7,
    "lines.linewidth": 1.9,
    "xtick.color": "#404040",
    "ytick.color": "#404040",
}


def run(plan: cs.Plan) -> cs.Outcome:
    """Simulate a plan, under the seed of all pictures."""
    return cs.simulate(plan, n=N, rng=SEED)


def changed(base: cs.Plan | None = None, **changes: object) -> cs.Plan:
    """Return a plan with changes; two underscores stand for the dot of a lever's field."""
    return (base or cs.Plan()).replace(**{name.replace("__", "."): value for name, value in changes.items()})


def percent(outcome: cs.Outcome, event: str, month: int) -> float:
    """Return how many practices in a hundred got there by a month."""
    return 100 * float(outcome[event].cdf(month))


def label_ends(axes: "Axes", ends: Iterable[tuple[str, float, Style]], gap: float = 5.6) -> None:
    """Name lines to the right of the axes, where they end, each beside a piece of it; none over another."""
    rising = sorted(ends, key=lambda end: end[1])
    heights = spread([height for _, height, _ in rising], gap)
    beside = axes.get_yaxis_transform()  # fractions of the axes' width, and the heights of the data
    for (text, _, (colour, dashes)), height in zip(rising, heights, strict=True):
        axes.plot([1.02, 1.085], [height] * 2, color=colour, linestyle=dashes, transform=beside, clip_on=False)
        axes.text(1.1, height, text, transform=beside, va="center", color=INK)


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """Return rising heights moved as little as need be to stand a gap apart: blocks that touch share their middle."""
    blocks: list[list[float]] = []
    for height in heights:
        blocks.append([height])
        while len(blocks) > 1 and _start(blocks[-1], gap) < _start(blocks[-2], gap) + gap * len(blocks[-2]):
            last = blocks.pop()
            blocks[-1].extend(last)
    return [_start(block, gap) + gap * k for block in blocks for k in range(len(block))]


def _start(block: Sequence[float], gap: float) -> float:
    return sum(block) / len(block) - gap * (len(block) - 1) / 2


def mark(axes: "Axes", x: float, text: str = "default", *, side: str = "left") -> None:
    """Mark where the default stands."""
    axes.axvline(x, color=GREY, linewidth=0.9, linestyle=DOTTED, zorder=0)
    offset, align = ((3, "left"), (-3, "right"))[side == "right"]
    axes.annotate(
        text,
        (x, 1),
        xycoords=("data", "axes fraction"),
        xytext=(offset, 1),
        textcoords="offset points",
        ha=align,
        va="bottom",
        color=GREY,
        fontsize=8,
    )


def curves(axes: "Axes", x: Sequence[float], lines: Mapping[str, tuple[Sequence[float], Style]], **kind: Any) -> None:
    """Draw lines with their labels at their right ends."""
    for heights, (colour, dashes) in lines.values():
        axes.plot(x, heights, color=colour, linestyle=dashes, clip_on=False, solid_capstyle="round", **kind)
    label_ends(axes, [(name, heights[-1], style) for name, (heights, style) in lines.items()])
    axes.set_xlim(x[0], x[-1])


def turned(axes: "Axes", field: str, x: Sequence[float], values: Sequence[object], also: Mapping[str, Any]) -> None:
    """Draw what turning one field of a lever does to black belt and legacy, and to what `also` names."""
    outcomes = [run(changed(**{field: value})) for value in values]
    lines = {
        name: ([percent(outcome, event, month) for outcome in outcomes], style)
        for name, (event, month, style) in {**BELTS, **also}.items()
    }
    curves(axes, x, lines)


def ideas(left: "Axes", right: "Axes") -> None:
    """Skill; and choosing against trying more."""
    skills = [round(0.05 * k, 2) for k in range(19)]
    turned(left, "ideas__skill", skills, skills, {})
    mark(left, 0)
    left.set(title="Twelve of 20 ideas, by skill in choosing", xlabel="skill", xticks=[0, 0.2, 0.4, 0.6, 0.8])

    plans = {
        "30 ideas, skill 0.4": (changed(ideas__count=30, ideas__skill=0.4), (BLACK, SOLID)),
        "16 clusters, unchosen": (changed(clusters=16), (BLUE, DASHED)),
        "default: 12, unchosen": (changed(), (SKY, SOLID)),
    }
    by_month(right, {name: (run(plan), style) for name, (plan, style) in plans.items()})
    right.set(title="Black belt: choosing, or trying four more")


def by_month(axes: "Axes", outcomes: Mapping[str, tuple[cs.Outcome, Style]]) -> None:
    """Draw the share of practices with black belt, month by month."""
    months = list(range(1, 121))
    lines = {name: (100 * o["black belt"].cdf(months), style) for name, (o, style) in outcomes.items()}
    curves(axes, months, lines)
    in_years(axes)


def in_years(axes: "Axes") -> None:
    """Let the months of ten years be read as years."""
    axes.set(xlim=(0, 120), xticks=range(0, 121, 24), xticklabels=range(0, 11, 2), xlabel="year")


def mission(left: "Axes", right: "Axes") -> None:
    """Average fit; and pace against burnout."""
    means = [round(0.05 * k, 2) for k in range(2, 19)]
    fits = [cs.beta(10 * mean, 10 * (1 - mean)) for mean in means]
    turned(left, "mission__fit", means, fits, BURNT_OUT)
    mark(left, 0.6)
    left.set(title="By how well clusters fit, on average", xlabel="average fit", xticks=[0.1, 0.3, 0.5, 0.7, 0.9])

    paces = {
        "a launch a month": ({"every": 1}, (-7, 7), "right"),
        "a month, at most 3 ramping": ({"every": 1, "at_once": 3}, (2, -15), "left"),
        "every 2 months": ({"every": 2}, (8, -2), "left"),
        "every 3 months (default)": ({}, (8, -3), "left"),
        "every 4 months": ({"every": 4}, (8, -3), "left"),
        "every 6 months": ({"every": 6}, (8, 2), "left"),
    }
    for name, (change, offset, align) in paces.items():
        outcome = run(changed(mission=cs.Mission(), **change))
        point = percent(outcome, "burnout", 120), percent(outcome, "black belt", 36)
        right.plot(*point, "o", color=BLUE if change else BLACK, markersize=6, clip_on=False)
        right.annotate(name, point, xytext=offset, textcoords="offset points", ha=align)
    right.set(title="Black belt by year 3, against burnout", xlim=(-3, 100), xlabel="burnt out by year 10, %")


def focus(left: "Axes", right: "Axes") -> None:
    """Capacity; and what switching costs."""
    capacities = [round(0.25 * k, 2) for k in range(2, 25)]
    turned(left, "focus__capacity", capacities, capacities, {})
    mark(left, 3)
    left.set(
        title="A cluster every 90 days, by capacity",
        xlabel="clusters that can ramp at full pace",
        xticks=[1, 2, 3, 4, 5, 6],
    )

    costs = [round(0.025 * k, 3) for k in range(21)]
    ways: dict[str, tuple[dict[str, Any], Style]] = {
        "at most 3 ramping": ({"every": 1, "at_once": 3}, (BLACK, SOLID)),
        "every 90 days": ({}, (BLUE, DASHED)),
        "every month": ({"every": 1}, (VERMILION, LONG)),
    }
    lines = {
        name: (
            [percent(run(changed(focus__switching_cost=cost, **way)), "black belt", 36) for cost in costs],
            style,
        )
        for name, (way, style) in ways.items()
    }
    curves(right, costs, lines)
    mark(right, 0.2)
    right.set(title="Black belt by year 3: three ways to launch", xlabel="switching cost, share of pace per cluster")


def network(left: "Axes", right: "Axes") -> None:
    """Share of challengers; and the odds that they cost."""
    shares = [round(0.05 * k, 2) for k in range(21)]
    turned(left, "network__challengers", shares, shares, {})
    mark(left, 0.3)
    ticks = {"xlabel": "share of clients who challenge", "xticks": [0, 0.2, 0.4, 0.6, 0.8, 1]}
    left.set(title="By the share who challenge", **ticks)

    odds = {1.0: (BLACK, SOLID), 0.75: (GREEN, DASHED), 0.5: (BLUE, SOLID), 0.25: (VERMILION, LONG)}
    names = {1.0: "odds x 1", 0.75: "odds x 0.75", 0.5: "odds x 0.5 (default)", 0.25: "odds x 0.25"}
    lines = {
        names[ratio]: (
            [
                percent(run(changed(network__success_odds=ratio, network__challengers=share)), "black belt", 36)
                for share in shares
            ],
            style,
        )
        for ratio, style in odds.items()
    }
    curves(right, shares, lines)
    right.set(title="Black belt by year 3, by the odds they cost", **ticks)


def finances(left: "Axes", right: "Axes") -> None:
    """Savings; and survival clients."""
    savings = [4 * k for k in range(26)]
    turned(left, "finances__savings", savings, [1_000 * thousand for thousand in savings], RUINED)
    mark(left, 40)
    left.set(
        title="By savings, without survival clients",
        xlabel="savings",
        xticks=range(0, 101, 20),
        xticklabels=[f"${k}k" for k in range(0, 101, 20)],
    )

    base = cs.presets.survival_clients()
    clients = range(5)
    outcomes = [run(changed(base, finances__survival__clients=k)) for k in clients]
    told = {**BELTS, **BURNT_OUT, **RUINED}
    for name in ("black belt by year 5", "legacy by year 10"):
        del told[name]
    lines = {
        name: ([percent(outcome, event, month) for outcome in outcomes], style)
        for name, (event, month, style) in told.items()
    }
    curves(right, list(clients), lines, marker="o", markersize=4)
    right.set(title="$20k saved, attention and energy limited", xlabel="survival clients", xticks=list(clients))


def accelerator(left: "Axes", right: "Axes") -> None:
    """Odds of admission; and those admitted beside the others."""
    odds = [0, 0.01, 0.02, 0.05, *(round(0.1 * k, 1) for k in range(1, 11))]
    turned(left, "accelerator__odds", odds, odds, {})
    mark(left, 0.01)
    left.set(title="By the odds of each application", xlabel="probability of admission")

    with_it = cs.paths(changed(accelerator__odds=0.02), n=N, rng=SEED).reached
    without = cs.paths(cs.Plan(), n=N, rng=SEED).reached["black belt"]
    admitted = np.isfinite(with_it["admission"])
    groups = {
        "never admitted": (with_it["black belt"][~admitted], (BLACK, SOLID)),
        "admitted": (with_it["black belt"][admitted], (BLUE, SOLID)),
        "these, had there\nbeen no accelerator": (without[admitted], (VERMILION, DOTTED)),
    }
    months = np.arange(1, 121)
    for belts, (colour, dashes) in groups.values():
        shares = [100 * float(np.mean(belts <= month)) for month in months]
        right.plot(months, shares, color=colour, linestyle=dashes, clip_on=False)
    ends = [(name, 100 * float(np.mean(belts <= 120)), style) for name, (belts, style) in groups.items()]
    label_ends(right, ends, gap=10)
    in_years(right)
    right.set(title="Black belt among those admitted, and others")


PICTURES: Mapping[str, Callable[["Axes", "Axes"], None]] = {
    picture.__name__: picture for picture in (ideas, mission, focus, network, finances, accelerator)
}


def draw(name: str) -> None:
    """Draw the picture of a lever into this folder."""
    with plt.rc_context(STYLE):
        figure, (left, right) = plt.subplots(1, 2, figsize=(11.4, 4))
        for axes in (left, right):
            axes.set_ylim(0, 100)
            axes.set_yticks(range(0, 101, 20))
            axes.yaxis.set_major_formatter("{x:.0f} %")
            axes.tick_params(length=0, pad=5)
        PICTURES[name](left, right)
        figure.subplots_adjust(left=0.05, right=0.82, bottom=0.14, top=0.85, wspace=0.7)
        figure.savefig(HERE / f"{name}.svg", metadata={"Date": None}, facecolor="white")
        plt.close(figure)


if __name__ == "__main__":
    for wanted in sys.argv[1:] or PICTURES:
        draw(wanted)
