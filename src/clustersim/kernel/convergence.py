"""Convergence into mega-clusters, and the legacy (model 4 and 5)."""

import numpy as np

from clustersim.kernel.arithmetic import F, I
from clustersim.kernel.consolidation import earn_megas
from clustersim.kernel.earnings import round_again
from clustersim.kernel.growth import level_of
from clustersim.kernel.jit import jit, loop
from clustersim.kernel.lanes import BLOCK, Books, Clusters, Integers, Megas, Practices, Quanta
from clustersim.kernel.layout import Tables


@jit
def converge(
    tables: Tables,
    key: np.uint64,
    clusters: Clusters,
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
    _look_ahead(tables, books, stretch, n)
    for lane in range(n):
        month = books.due[lane]
        if month > 0:
            slot = practices.slot[lane]
            live = _levels(tables, clusters, month, slot)
            if live > 0:
                number = min(live, tables.megas)
                _found(tables, clusters, megas, practices, month, turn, number, lane, slot, converged)
                if tables.legacy > 0:
                    practices.legacy[lane] = month + practices.legacy_time[lane]
                    practices.heir[lane] = _heir(megas, practices.choice[lane], converged)
                practices.launched[lane] = _launched(tables, clusters, month, slot)
                clusters.lane[slot] = -1
                converged += 1
    if converged > before:
        earn_megas(tables, key, megas, books, stretch, before, converged)
        round_again(tables, books, megas.lane, megas.start, stretch, before, converged)
    return converged


@jit
def _look_ahead(tables: Tables, books: Books, stretch: int, n: int) -> None:
    """Find the month of the stretch in which the trigger is first reached; what comes after it is not yet known."""
    rows, w = books.quanta.shape[0], tables.window[tables.trigger]
    window, threshold = tables.windows[w], tables.thresholds[tables.trigger]
    _begin(books.sums[w], books.ahead, books.due, n)
    for month in range(stretch, min(stretch + BLOCK, tables.horizon + 1)):
        _see(
            I(month if month >= window else 0),
            threshold,
            books.quanta[(month - 1) % rows],
            books.quanta[(month - 1 + rows - window) % rows],
            books.reached[tables.trigger],
            books.ahead,
            books.due,
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
        due[i] = month if ahead[i] >= threshold and due[i] == I(0) and reached[i] == I(0) else due[i]


@jit
def _levels(tables: Tables, clusters: Clusters, month: int, slot: int) -> int:
    """Tell the levels of the clusters that are live after this month, -1 of the others; and how many are."""
    live = 0
    for k in range(tables.clusters):
        clusters.level[k] = F(-1)
        if clusters.start[k, slot] <= month < clusters.until[k, slot]:
            clusters.level[k] = level_of(tables, clusters, month, k, slot)
            live += 1
    return live


@jit
def _found(
    tables: Tables,
    clusters: Clusters,
    megas: Megas,
    practices: Practices,
    month: int,
    turn: int,
    number: int,
    lane: int,
    slot: int,
    mega: int,
) -> None:
    """Let the clusters of the highest level become megas, and share the others' levels among them."""
    megas.lane[mega] = lane
    megas.low[mega] = clusters.low[slot]
    megas.high[mega] = clusters.high[slot]
    megas.number[mega] = number
    megas.start[mega] = month + 1
    megas.pace[mega] = practices.consolidation[lane]
    for j in range(number):
        best = 0
        for k in range(1, tables.clusters):
            if clusters.level[k] > clusters.level[best]:  # the earlier launch among equals
                best = k
        megas.origin[j, mega] = best
        megas.base[j, mega] = clusters.level[best]
        # It goes on with the noise of its cluster, walked once more from the beginning of the stretch.
        megas.born[j, mega] = clusters.start[best, slot]
        megas.y[j, mega] = clusters.y[1 - turn, best, slot]
        clusters.level[best] = F(-1)
    for j in range(number, tables.megas):  # noise is walked along for those not there, and has to be a number
        megas.origin[j, mega] = 0
        megas.born[j, mega] = 0
        megas.base[j, mega] = megas.target[j, mega] = megas.y[j, mega] = F(0)
    rest = F(0)
    for k in range(tables.clusters):
        if clusters.level[k] >= F(0):
            rest += clusters.level[k]
    share = rest / F(number)
    for j in range(number):
        megas.base[j, mega] += share
        megas.target[j, mega] = max(practices.target[j, lane], megas.base[j, mega])


@jit
def _heir(megas: Megas, choice: np.float32, mega: int) -> int:
    """Choose the mega that will emerge, by proportional hazards, and tell the cluster that it grew from."""
    number = megas.number[mega]
    total = F(0)
    for j in range(number):
        total += megas.target[j, mega]
    alike = total <= F(0)
    mark = choice * (F(number) if alike else total)
    passed = F(0)
    for j in range(number - 1):
        passed += F(1) if alike else megas.target[j, mega]
        if mark <= passed:
            return int(megas.origin[j, mega])
    return int(megas.origin[number - 1, mega])


@jit
def _launched(tables: Tables, clusters: Clusters, month: int, slot: int) -> int:
    count = 0
    for k in range(tables.clusters):
        count += clusters.start[k, slot] <= month
    return count


@jit
def close_ranks(tables: Tables, clusters: Clusters, practices: Practices, turn: int, n: int) -> int:
    """Fill the slots of those that have converged with the last ones. Returns how many slots are left."""
    slot = 0
    while slot < n:
        if clusters.lane[slot] >= 0:
            slot += 1
            continue
        n -= 1
        lane = clusters.lane[n]
        clusters.lane[slot] = lane
        if lane >= 0 and slot < n:
            practices.slot[lane] = slot
            clusters.low[slot] = clusters.low[n]
            clusters.high[slot] = clusters.high[n]
            for k in range(tables.clusters):
                clusters.price[k, slot] = clusters.price[k, n]
                clusters.pace[k, slot] = clusters.pace[k, n]
                clusters.start[k, slot] = clusters.start[k, n]
                clusters.until[k, slot] = clusters.until[k, n]
                clusters.y[turn, k, slot] = clusters.y[turn, k, n]
    return n


@jit
def count_launches(tables: Tables, clusters: Clusters, practices: Practices, n: int) -> None:
    """Count the launches of those that have never converged."""
    for slot in range(n):
        practices.launched[clusters.lane[slot]] = _launched(tables, clusters, tables.horizon, slot)
