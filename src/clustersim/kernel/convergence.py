"""Convergence into mega-clusters, and the legacy (model 4 and 5).

The practices that converge in one stretch are taken together, cluster by cluster, so that the loops are over practices.
"""

import numpy as np

from clustersim.kernel.arithmetic import F, I, U
from clustersim.kernel.counting import sum_due
from clustersim.kernel.curves import bend
from clustersim.kernel.growth import progress
from clustersim.kernel.jit import loop, stage
from clustersim.kernel.lanes import (
    BASE,
    BEST,
    BLOCK,
    BORN,
    CHOICE,
    CONSOLIDATION,
    CONVERGED,
    FULL,
    HEIR,
    LEGACY,
    LEGACY_TIME,
    LIVE,
    MONTH,
    NEVER,
    NOISE,
    NUMBER,
    OF_LANE,
    ORIGIN,
    PACE,
    PLACE,
    PRICE,
    REST,
    SINCE,
    START,
    TARGET,
    TOP,
    UNTIL,
    WHO,
    ZERO,
    Books,
    Candidates,
    Floats,
    Integers,
    Megas,
    Practices,
    Quanta,
    Rows,
    list_flagged,
)
from clustersim.kernel.layout import Tables
from clustersim.kernel.lives import FIT, LEVEL, RUIN, TRIGGERED, Growths, Lives, Minds


@stage
def converge(
    tables: Tables,
    rows: Rows,
    megas: Megas,
    practices: Practices,
    candidates: Candidates,
    books: Books,
    stretch: int,
    turn: int,
    converged: int,
    n: int,
) -> int:
    """Converge every practice that reaches the trigger in this stretch of months, and has a live cluster left.

    Their megas take the next slots; what they earn in the rest of the stretch is still to be put in place of what their
    clusters would have earned. Returns how many have converged so far.
    """
    _look_ahead(tables, books, stretch, n)
    due = list_flagged(books.due, candidates.whole[WHO], n)
    if due > 0:
        _when(books.due, candidates.whole[WHO], candidates.whole[MONTH], due)
        _find_levels(
            tables.curve,
            candidates.whole[WHO],
            candidates.whole[MONTH],
            rows.whole,
            rows.real,
            candidates.level,
            candidates.real[FULL],
            candidates.whole[LIVE],
            tables.clusters,
            due,
        )
        # A mega walks its cluster's noise once more, from the beginning of the stretch.
        choose_megas(tables, rows, megas, candidates, rows.y[1 - turn], converged, due)
        converged = found_megas(tables, megas, practices, candidates, converged, due)
    return converged


@stage
def _look_ahead(tables: Tables, books: Books, stretch: int, n: int) -> None:
    """Find the month of the stretch in which the trigger is first reached; what comes after it is not yet known."""
    depth, w = books.quanta.shape[0], tables.window[tables.trigger]
    window, threshold = tables.windows[w], tables.thresholds[tables.trigger]
    row, leaving, most = (stretch - 1) % depth, (stretch - 1 + depth - window) % depth, np.int64(tables.ceiling)
    # A window of one month has no sums of its own: it held the month before.
    sums = books.sums[w] if window > 1 else books.quanta[leaving]
    _see(
        I(stretch),
        sum_due(threshold, window, most, stretch, tables.horizon),
        sum_due(threshold, window, most, stretch + 1, tables.horizon),
        sum_due(threshold, window, most, stretch + 2, tables.horizon),
        sum_due(threshold, window, most, stretch + 3, tables.horizon),
        books.quanta[row],
        books.quanta[row + 1],
        books.quanta[row + 2],
        books.quanta[row + 3],
        books.quanta[leaving],
        books.quanta[(leaving + 1) % depth],
        books.quanta[(leaving + 2) % depth],
        books.quanta[(leaving + 3) % depth],
        sums,
        books.reached[tables.trigger],
        books.due,
        n,
    )


@loop
def _see(
    month: np.int32,
    t0: np.int64,
    t1: np.int64,
    t2: np.int64,
    t3: np.int64,
    q0: Quanta,
    q1: Quanta,
    q2: Quanta,
    q3: Quanta,
    leaving0: Quanta,
    leaving1: Quanta,
    leaving2: Quanta,
    leaving3: Quanta,
    sums: Quanta,
    reached: Integers,
    due: Integers,
    n: int,
) -> None:
    whole = sums.dtype.type
    d0, d1, d2, d3 = whole(t0), whole(t1), whole(t2), whole(t3)
    for i in range(n):
        s0 = whole(sums[i] + (q0[i] - leaving0[i]))
        s1 = whole(s0 + (q1[i] - leaving1[i]))
        s2 = whole(s1 + (q2[i] - leaving2[i]))
        s3 = whole(s2 + (q3[i] - leaving3[i]))
        first = I(month + 3) if s3 >= d3 else I(0)
        first = I(month + 2) if s2 >= d2 else first
        first = I(month + 1) if s1 >= d1 else first
        first = month if s0 >= d0 else first
        due[i] = first if reached[i] == I(NEVER) else I(0)


@stage
def converge_now(
    tables: Tables,
    rows: Rows,
    megas: Megas,
    practices: Practices,
    candidates: Candidates,
    books: Books,
    lives: Lives,
    growths: Growths,
    minds: Minds,
    stretch: int,
    b: int,
    converged: int,
    n: int,
) -> int:
    """Converge every practice that reaches the trigger in month ``b`` of this stretch: as above, a month at a time.

    The noise of the new megas is still to be drawn.
    """
    month, depth, window = stretch + b, books.quanta.shape[0], tables.windows[tables.window[tables.trigger]]
    some = _watch(
        I(month),
        sum_due(tables.thresholds[tables.trigger], window, np.int64(tables.ceiling), month, tables.horizon),
        books.quanta[(month - 1) % depth],
        books.quanta[(month - 1 + depth - window) % depth],
        minds.whole[RUIN],
        minds.watched,
        minds.whole[TRIGGERED],
        books.due,
        n,
    )
    before = converged
    if some > 0:
        due = list_flagged(books.due, candidates.whole[WHO], n)
        _when(books.due, candidates.whole[WHO], candidates.whole[MONTH], due)
        live = candidates.whole[LIVE]
        for d in range(due):
            live[d] = I(0)
        for k in range(tables.clusters):
            _find_level(
                I(month),
                candidates.whole[WHO],
                rows.whole[PLACE, k],
                rows.whole[START, k],
                rows.whole[UNTIL, k],
                lives.real[LEVEL, k],
                candidates.level[k],
                live,
                due,
            )
        choose_megas(tables, rows, megas, candidates, rows.y[0], before, due)
        if tables.fit >= 0:
            _take_fits(tables, rows, megas, candidates, lives, before, due)
        converged = found_megas(tables, megas, practices, candidates, before, due)
        for slot in range(before, converged):
            _take_over(megas, growths, minds, slot)
    return converged


@loop
def _watch(
    month: np.int32,
    threshold: np.int64,
    entering: Quanta,
    leaving: Quanta,
    ruin: Integers,
    watched: Quanta,
    triggered: Integers,
    due: Integers,
    n: int,
) -> np.int32:
    some = I(0)
    for i in range(n):
        watched[i] += entering[i] - leaving[i]
        reaches = (watched[i] >= threshold) & (triggered[i] == I(0)) & (ruin[i] == I(NEVER))
        due[i] = month if reaches else I(0)
        triggered[i] = month if reaches else triggered[i]
        some = I(some | due[i])
    return some


@loop
def _find_level(
    month: np.int32,
    who: Integers,
    place: Integers,
    start: Integers,
    until: Integers,
    level: Floats,
    found: Floats,
    live: Integers,
    due: int,
) -> None:
    for d in range(due):
        where = max(place[who[d]], I(0))  # of a closed cluster whatever stands there
        there = (place[who[d]] >= I(0)) & (start[where] <= month) & (month < until[where])
        found[d] = level[where] if there else F(-1)
        live[d] += I(1) if there else I(0)


@stage
def _take_fits(
    tables: Tables, rows: Rows, megas: Megas, candidates: Candidates, lives: Lives, before: int, due: int
) -> None:
    slot = before
    for d in range(due):
        if candidates.whole[LIVE, d] > I(0):
            for j in range(tables.megas):
                k = megas.origin[ORIGIN, j, slot]
                place = max(rows.whole[PLACE, k, candidates.whole[WHO, d]], 0)
                megas.fit[j, slot] = lives.real[FIT, k, place]
            slot += 1


@stage
def _take_over(megas: Megas, growths: Growths, minds: Minds, slot: int) -> None:
    """Let megas stand in the loads and levels of their practice."""
    lane, number = megas.whole[OF_LANE, slot], megas.whole[NUMBER, slot]
    growths.progress[slot] = 0
    settled, levels = F(0), F(0)
    for j in range(number):
        growths.y[j, slot] = megas.real[NOISE, j, slot]
        settled += F(1) - megas.fit[j, slot]
        levels += megas.real[BASE, j, slot]
    growths.settled[slot] = settled
    minds.earned[BLOCK * lane + 2] = levels
    minds.loads[BLOCK * lane], minds.loads[BLOCK * lane + 1] = F(0), F(number)
    minds.loads[BLOCK * lane + 2], minds.loads[BLOCK * lane + 3] = F(0), settled


@loop
def _when(due: Integers, who: Integers, month: Integers, n: int) -> None:
    for d in range(n):
        month[d] = due[who[d]]


@loop
def _find_levels(
    curve: int,
    who: Integers,
    month: Integers,
    whole: Integers,
    real: Floats,
    level: Floats,
    full: Floats,
    live: Integers,
    clusters: int,
    due: int,
) -> None:
    """Tell the level of every cluster that is live after its practice's month, -1 of the others; and how many are.

    All rows in one call: a call for each takes as long to run, and longer to compile.
    """
    for d in range(np.uint64(due)):  # unsigned, as all indices here
        live[d] = I(0)
    for k in range(np.uint64(clusters)):
        for d in range(np.uint64(due)):
            place = whole[PLACE, k, U(who[d])]
            where = U(max(place, I(0)))  # of a closed cluster whatever stands there
            start = whole[START, k, where]
            there = (place >= I(0)) & (start <= month[d]) & (month[d] < whole[UNTIL, k, where])
            level[k, d] = max(progress(month[d], start, real[PACE, k, where]), F(0))
            full[d] = real[PRICE, k, where] if there else F(-1)
            live[d] += I(1) if there else I(0)
        bend(curve, level[k], ZERO, due)
        for d in range(np.uint64(due)):
            level[k, d] = full[d] * level[k, d] if full[d] >= F(0) else F(-1)


@stage
def choose_megas(
    tables: Tables, rows: Rows, megas: Megas, candidates: Candidates, y: Floats, before: int, due: int
) -> None:
    """Let the clusters of the highest level become megas, each with its noise y, and add up the others' levels."""
    whole, level = candidates.whole, candidates.level
    top, best, rest = candidates.real[TOP], whole[BEST], candidates.real[REST]
    for j in range(tables.megas):
        _choose(level, top, best, tables.clusters, due)
        slot = before
        for d in range(due):
            if whole[LIVE, d] > I(0):
                k = best[d]
                place = rows.whole[PLACE, k, whole[WHO, d]]
                megas.origin[ORIGIN, j, slot] = k
                megas.origin[BORN, j, slot] = rows.whole[START, k, place]
                megas.real[NOISE, j, slot] = y[k, place]
                megas.real[BASE, j, slot] = top[d]
                slot += 1
            level[best[d], d] = F(-1)
    _add_up(level, rest, tables.clusters, due)


@stage
def found_megas(
    tables: Tables, megas: Megas, practices: Practices, candidates: Candidates, before: int, due: int
) -> int:
    """Tell what each mega begins with and aims at, and which will be the legacy; returns the next free slot."""
    whole, slot = candidates.whole, before
    for d in range(due):
        if whole[LIVE, d] > I(0):
            lane, month = whole[WHO, d], whole[MONTH, d]
            number = min(int(whole[LIVE, d]), tables.megas)
            share = candidates.real[REST, d] / F(number)
            megas.whole[OF_LANE, slot] = lane
            megas.whole[NUMBER, slot] = number
            megas.whole[SINCE, slot] = month + 1
            megas.pace[slot] = practices.real[CONSOLIDATION, lane]
            for j in range(number):
                megas.real[BASE, j, slot] += share
                megas.real[TARGET, j, slot] = max(practices.target[j, lane], megas.real[BASE, j, slot])
            practices.whole[CONVERGED, lane] = month
            if tables.legacy > 0:
                practices.whole[LEGACY, lane] = month + practices.whole[LEGACY_TIME, lane]
                practices.whole[HEIR, lane] = _heir(megas, practices.real[CHOICE, lane], slot)
            slot += 1
    return slot


@loop
def _choose(level: Floats, top: Floats, best: Integers, clusters: int, due: int) -> None:
    for d in range(np.uint64(due)):  # unsigned, as all indices here
        top[d], best[d] = level[0, d], I(0)
    for k in range(np.uint64(1), np.uint64(clusters)):
        for d in range(np.uint64(due)):
            higher = level[k, d] > top[d]  # the earlier launch among equals
            best[d] = I(k) if higher else best[d]
            top[d] = level[k, d] if higher else top[d]


@loop
def _add_up(level: Floats, rest: Floats, clusters: int, due: int) -> None:
    for d in range(np.uint64(due)):  # unsigned, as all indices here
        rest[d] = F(0)
    for k in range(np.uint64(clusters)):
        for d in range(np.uint64(due)):
            rest[d] += max(level[k, d], F(0))


@stage
def _heir(megas: Megas, choice: np.float32, slot: int) -> int:
    """Choose the mega that will emerge, by proportional hazards, and tell the cluster that it grew from."""
    number = megas.whole[NUMBER, slot]
    total = F(0)
    for j in range(number):
        total += megas.real[TARGET, j, slot] * megas.fit[j, slot]
    alike = total <= F(0)
    mark = choice * (F(number) if alike else total)
    passed, heir = F(0), number - 1
    for j in range(number - 1):
        passed += F(1) if alike else megas.real[TARGET, j, slot] * megas.fit[j, slot]
        if mark <= passed:
            heir = j
            break
    return int(megas.origin[ORIGIN, heir, slot])
