"""Convergence into mega-clusters, and the legacy (model 4 and 5)."""

import numpy as np

from clustersim.kernel.arithmetic import F, I
from clustersim.kernel.consolidation import earn_megas
from clustersim.kernel.earnings import round_again
from clustersim.kernel.growth import level_of
from clustersim.kernel.jit import loop, stage
from clustersim.kernel.lanes import (
    BASE,
    BLOCK,
    BORN,
    CHOICE,
    CONSOLIDATION,
    CONVERGED,
    COUNT,
    HEIR,
    LANE,
    LEGACY,
    LEGACY_TIME,
    NEVER,
    NOISE,
    NUMBER,
    OF_LANE,
    ORIGIN,
    PLACE,
    SINCE,
    START,
    TARGET,
    UNTIL,
    Books,
    Integers,
    Megas,
    Practices,
    Quanta,
    Rows,
)
from clustersim.kernel.layout import Tables


@stage
def converge(
    tables: Tables,
    key: np.uint64,
    first: np.uint64,
    rows: Rows,
    megas: Megas,
    practices: Practices,
    books: Books,
    stretch: int,
    turn: int,
    converged: int,
    n: int,
) -> int:
    """Converge every practice that reaches the trigger in this stretch of months, and has a live cluster left.

    Their megas take the next slots; what they earn in the rest of the stretch is put in place of what their clusters
    would have earned. Returns how many have converged so far.
    """
    before = converged
    due = books.reached[tables.thresholds.size]
    _look_ahead(tables, books, stretch, n)
    for lane in range(n):
        month = due[lane]
        if month > 0 and practices.whole[CONVERGED, lane] == NEVER:
            live = _levels(tables, rows, books, month, lane)
            if live > 0:
                number = min(live, tables.megas)
                _found(tables, rows, megas, practices, books, month, turn, number, lane, converged)
                practices.whole[CONVERGED, lane] = month
                if tables.legacy > 0:
                    practices.whole[LEGACY, lane] = month + practices.whole[LEGACY_TIME, lane]
                    practices.whole[HEIR, lane] = _heir(megas, practices.real[CHOICE, lane], converged)
                converged += 1
    if converged > before:
        earn_megas(tables, key, first, megas, books, stretch, before, converged)
        round_again(tables, books, megas, stretch, before, converged)
    return converged


@stage
def _look_ahead(tables: Tables, books: Books, stretch: int, n: int) -> None:
    """Find the month of the stretch in which the trigger is first reached; what comes after it is not yet known."""
    depth, w = books.quanta.shape[0], tables.window[tables.trigger]
    window, threshold = tables.windows[w], tables.thresholds[tables.trigger]
    ahead, due = books.sums[tables.windows.size], books.reached[tables.thresholds.size]
    _begin(books.sums[w], ahead, due, n)
    for month in range(stretch, min(stretch + BLOCK, tables.horizon + 1)):
        entering, leaving = (month - 1) % depth, (month - 1 + depth - window) % depth
        _see(
            I(month if month >= window else 0),
            threshold,
            books.quanta[entering],
            books.quanta[leaving],
            books.reached[tables.trigger],
            ahead,
            due,
            n,
        )


@loop
def _begin(sums: Quanta, ahead: Quanta, due: Integers, n: int) -> None:
    for i in range(n):
        ahead[i] = sums[i]
        due[i] = I(0)


@loop
def _see(
    month: np.int32,
    threshold: np.int64,
    entering: Quanta,
    leaving: Quanta,
    reached: Integers,
    ahead: Quanta,
    due: Integers,
    n: int,
) -> None:
    for i in range(n):
        ahead[i] += entering[i] - leaving[i]
        due[i] = month if (ahead[i] >= threshold) & (due[i] == I(0)) & (reached[i] == I(0)) else due[i]


@stage
def _levels(tables: Tables, rows: Rows, books: Books, month: int, lane: int) -> int:
    """Tell the levels of the clusters that are live after this month, -1 of the others; and how many are."""
    live = 0
    for k in range(tables.clusters):
        books.level[k] = F(-1)
        place = rows.whole[PLACE, k, lane]
        there = place < rows.about[COUNT, k] and rows.whole[LANE, k, place] == lane
        if there and rows.whole[START, k, place] <= month < rows.whole[UNTIL, k, place]:
            books.level[k] = level_of(tables, rows, month, k, place)
            live += 1
    return live


@stage
def _found(
    tables: Tables,
    rows: Rows,
    megas: Megas,
    practices: Practices,
    books: Books,
    month: int,
    turn: int,
    number: int,
    lane: int,
    slot: int,
) -> None:
    """Let the clusters of the highest level become megas, and share the others' levels among them."""
    megas.whole[OF_LANE, slot] = lane
    megas.whole[NUMBER, slot] = number
    megas.whole[SINCE, slot] = month + 1
    megas.pace[slot] = practices.real[CONSOLIDATION, lane]
    for j in range(number):
        best = 0
        for k in range(1, tables.clusters):
            if books.level[k] > books.level[best]:  # the earlier launch among equals
                best = k
        place = rows.whole[PLACE, best, lane]
        # It goes on with the noise of its cluster, walked once more from the beginning of the stretch.
        megas.origin[ORIGIN, j, slot] = best
        megas.origin[BORN, j, slot] = rows.whole[START, best, place]
        megas.real[NOISE, j, slot] = rows.y[1 - turn, best, place]
        megas.real[BASE, j, slot] = books.level[best]
        books.level[best] = F(-1)
    rest = F(0)
    for k in range(tables.clusters):
        if books.level[k] >= F(0):
            rest += books.level[k]
    share = rest / F(number)
    for j in range(number):
        megas.real[BASE, j, slot] += share
        megas.real[TARGET, j, slot] = max(practices.target[j, lane], megas.real[BASE, j, slot])


@stage
def _heir(megas: Megas, choice: np.float32, slot: int) -> int:
    """Choose the mega that will emerge, by proportional hazards, and tell the cluster that it grew from."""
    number = megas.whole[NUMBER, slot]
    total = F(0)
    for j in range(number):
        total += megas.real[TARGET, j, slot]
    alike = total <= F(0)
    mark = choice * (F(number) if alike else total)
    passed, heir = F(0), number - 1
    for j in range(number - 1):
        passed += F(1) if alike else megas.real[TARGET, j, slot]
        if mark <= passed:
            heir = j
            break
    return int(megas.origin[ORIGIN, heir, slot])
