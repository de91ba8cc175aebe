"""What a practice does before what, as counts show it: by any month, no more have done the later than the earlier."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clustersim.outcome.fan import signed_edges
from clustersim.plan.errors import shown

if TYPE_CHECKING:
    from clustersim.program import Program
    from clustersim.tally import Tally

Counts = NDArray[np.int64]


def disorders(program: "Program", tally: "Tally") -> Iterator[str]:
    """Tell, a sentence each, what these counts have sooner than any practice of this Program can have it."""
    yield from _of_milestones(program, tally)
    yield from _of_legacies(program, tally)
    yield from _of_levels(program, tally)
    yield from _of_ruin(program, tally)
    yield from _of_admissions(program, tally)


def by_month(counts: Counts) -> Counts:
    """Trajectories (..., H + 1) that something has happened to by month 0, 1, ..., H, from those by month or never."""
    within = counts.copy()
    within[..., 0] = 0
    return within.cumsum(axis=-1)


def _of_milestones(program: "Program", tally: "Tally") -> Iterator[str]:
    """A level is held in the month in which it is first reached, never before that, and not before it is averaged."""
    for milestone, reached, held in zip(program.plan.milestones, tally.reached, tally.held, strict=False):
        name, first = shown(milestone.name), reached.sum(axis=0)
        if first[1 : milestone.window].any() or held[: milestone.window - 1].any():
            yield f"{name} is reached or held before its window of {milestone.window} months is full"
        if np.any(held > by_month(first)[1:]):
            yield f"{name} is held by more trajectories than have reached it"
        if np.any(held < first[1:]):
            yield f"{name} is held by fewer trajectories than reach it in that month"


def earlier_and_later(program: "Program") -> Iterator[tuple[int, int]]:
    """Tell which milestones come no later than which, whatever the practice: pairs from which all others follow.

    A lower level comes no later than a higher one, if its window is a part of the other's. Equal ones are paired twice.
    """
    tables = program.tables
    first: dict[tuple[int, int], int] = {}
    for m, level in enumerate(zip(tables.windows[tables.window].tolist(), tables.thresholds.tolist(), strict=True)):
        if (one := first.setdefault(level, m)) != m:
            yield from ((one, m), (m, one))
    for level, high in first.items():
        yield from ((first[low], high) for low in _below(level, [*first]))


def _of_levels(program: "Program", tally: "Tally") -> Iterator[str]:
    """A level is reached no sooner than one that asks for less."""
    names = [shown(name) for name in program.milestones]
    for earlier, later in earlier_and_later(program):
        if np.any(by_month(tally.reached[earlier]) < by_month(tally.reached[later])):
            yield f"{names[later]} is reached sooner than {names[earlier]}, which asks for no more"


def _below(level: tuple[int, int], known: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Find the highest known level of each length whose sum is reached by one of the equal parts of a window.

    Sums are whole: if that of every part were one less than asked, the window's would be too low.
    The lower ones of the same length come no later than that.
    """
    window, threshold = level
    for part in {length for length, _ in known if window % length == 0}:
        asked = [least for length, least in known if length == part and (length, least) != level]
        enough = [least for least in asked if (least - 1) * (window // part) < threshold]
        if enough:
            yield part, max(enough)


def _of_legacies(program: "Program", tally: "Tally") -> Iterator[str]:
    """A legacy is a mega-cluster, and these there are from the month after the trigger on."""
    reached = by_month(tally.reached[len(tally.held)])
    if not program.tables.legacy:
        if reached.any():
            yield "legacy is counted, and this plan has none"
    elif np.any(reached[:, 1:] > by_month(tally.reached[program.tables.trigger])[:, :-1]):
        yield f"legacy comes sooner than the month after {shown(program.milestones[program.tables.trigger])}"


def _of_ruin(program: "Program", tally: "Tally") -> Iterator[str]:
    """The ruined are those who owe more than rounding may lose, for good; from the next month on they earn nothing."""
    if "ruin" not in program.events or program.levers is None:
        return
    ruined = by_month(tally.reached[program.events.index("ruin")]).sum(axis=0)
    _, high = signed_edges(tally.cash_histogram.shape[1])
    months = np.arange(1, program.horizon + 1)[:, None]
    lost = program.levers.slack * months * (program.grain / program.cash_unit) + 1  # and what rounding to units does
    surely, at_most = (np.where(high < -lost, tally.cash_histogram, 0), tally.cash_histogram[:, high <= 0])
    if np.any(surely.sum(axis=1) > ruined[1:]) or np.any(at_most.sum(axis=1) < ruined[1:]):
        yield "ruin is not where cash is below 0"
    if np.any(tally.histogram[:, 0] < ruined[:-1]):
        yield "ruin does not end revenue"


def _of_admissions(program: "Program", tally: "Tally") -> Iterator[str]:
    """Applications are made every few months."""
    if "admission" not in program.events or program.levers is None:
        return
    counts = tally.reached[program.events.index("admission")].sum(axis=0)
    months = np.flatnonzero(counts[1:]) + 1
    every = program.levers.accelerator
    if every == 0 or np.any(months % every):
        yield "admission is in months in which nobody applies"
