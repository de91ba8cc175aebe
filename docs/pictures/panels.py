"""What the pictures of the how-to pages share: their runs, their lines, and two panels side by side.

Every point is a run of N practices under one seed: neighbours share their luck, so curves are smooth, and the 95 %
interval of a point is at most 0.7 percentage points to either side, about the width of a line.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from matplotlib import pyplot as plt

import clustersim as cs
from clustersim.present.plots.ground import (
    BLUE,
    DASHED,
    DOTTED,
    GREEN,
    GREY,
    INK,
    LONG,
    PURPLE,
    SKY,
    SOLID,
    VERMILION,
    End,
    drawing,
    in_percent,
    in_years,
    name_ends,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

N, SEED = 20_000, 7

Style = tuple[str, Any]
BELTS: Mapping[str, tuple[str, int, Style]] = {
    "black belt by year 3": ("black belt", 36, (SKY, SOLID)),
    "black belt by year 5": ("black belt", 60, (BLUE, SOLID)),
    "black belt by year 10": ("black belt", 120, (INK, SOLID)),
    "legacy by year 10": ("legacy", 120, (VERMILION, DASHED)),
}
BURNT_OUT = {"burnt out by year 10": ("burnout", 120, (PURPLE, LONG))}
RUINED = {"ruined by year 10": ("ruin", 120, (GREEN, LONG))}


@contextmanager
def panels() -> "Iterator[tuple[Axes, Axes]]":
    """Draw on two panels in the house's style, both of them of shares in per cent unless they are told otherwise."""
    with drawing():
        left, right = plt.subplots(1, 2, figsize=(9.6, 3.5), layout="constrained", gridspec_kw={"wspace": 0.06})[1]
        in_percent(left)
        in_percent(right)
        yield left, right


def run(plan: cs.Plan) -> cs.Outcome:
    """Simulate a plan, under the seed of all pictures."""
    return cs.simulate(plan, n=N, rng=SEED)


def changed(base: cs.Plan | None = None, **changes: object) -> cs.Plan:
    """Return a plan with changes; two underscores stand for the dot of a lever's field."""
    return (base or cs.Plan()).replace(**{name.replace("__", "."): value for name, value in changes.items()})


def percent(outcome: cs.Outcome, event: str, month: int) -> float:
    """Return how many practices in a hundred got there by a month."""
    return 100 * float(outcome[event].cdf(month))


def told(
    outcomes: Sequence[cs.Outcome], events: Mapping[str, tuple[str, int, Style]]
) -> dict[str, tuple[list[float], Style]]:
    """Tell of each event a line: its share in each outcome."""
    return {
        name: ([percent(outcome, event, month) for outcome in outcomes], style)
        for name, (event, month, style) in events.items()
    }


def curves(axes: "Axes", x: Sequence[float], lines: Mapping[str, tuple[Sequence[float], Style]], **kind: Any) -> None:
    """Draw lines with their labels at their right ends. Where they are to end and to begin must be final."""
    for heights, (colour, dashes) in lines.values():
        axes.plot(x, heights, color=colour, linestyle=dashes, clip_on=False, **kind)
    axes.set_xlim(x[0], x[-1])
    name_ends(axes, [End(name, heights[-1], *style) for name, (heights, style) in lines.items()])


def turned(axes: "Axes", field: str, x: Sequence[float], values: Sequence[object], also: Mapping[str, Any]) -> None:
    """Draw what turning one field of a lever does to black belt and legacy, and to what `also` names."""
    curves(axes, x, told([run(changed(**{field: value})) for value in values], {**BELTS, **also}))


def by_month(axes: "Axes", outcomes: Mapping[str, tuple[cs.Outcome, Style]]) -> None:
    """Draw the share of practices with black belt, month by month."""
    months = list(range(121))
    curves(axes, months, {name: (100 * o["black belt"].cdf(months), style) for name, (o, style) in outcomes.items()})
    in_years(axes, 120)


def mark(axes: "Axes", x: float) -> None:
    """Mark where the default stands."""
    axes.axvline(x, color=GREY, linewidth=0.9, linestyle=DOTTED, zorder=0)
    axes.annotate(
        "default",
        (x, 0),
        xycoords=("data", "axes fraction"),
        xytext=(3, 3),
        textcoords="offset points",
        color=GREY,
        fontsize=8,
    )
