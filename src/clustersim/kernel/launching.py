"""Launch: which cluster starts when (model 3.1).

Without levers nothing but convergence comes between a practice and its launches: the whole schedule follows from the
draws. What a practice would have launched after its convergence is simply not counted.
"""

import numpy as np

from clustersim.kernel.arithmetic import I
from clustersim.kernel.jit import loop, stage
from clustersim.kernel.lanes import (
    CONVERGED,
    COUNT,
    FIRST,
    GROWN,
    LANE,
    LAST,
    LAUNCH,
    LAUNCHED,
    MORTAL,
    NEVER,
    PLACE,
    RAMPING,
    SCRATCH,
    SETTLED,
    SOONEST,
    START,
    UNTIL,
    Integers,
    Practices,
    Rows,
)
from clustersim.kernel.layout import Tables


@stage
def schedule(tables: Tables, rows: Rows, n: int) -> None:
    """Tell every cluster's first month and its last, and give every lane a place in its row."""
    if tables.at_once > 0:
        _wait_for_attention(tables, rows, n)
    for k in range(tables.clusters):
        if tables.at_once == 0:
            _start(I(min(1 + k * tables.every, NEVER)), rows.whole[START, k], n)
        rows.about[COUNT, k], rows.about[SETTLED, k] = n, 0
        (
            rows.about[FIRST, k],
            rows.about[SOONEST, k],
            rows.about[LAST, k],
            rows.about[MORTAL, k],
            rows.about[GROWN, k],
        ) = _line_up(
            rows.whole[RAMPING, k],
            rows.whole[LANE, k],
            rows.whole[PLACE, k],
            rows.whole[START, k],
            rows.whole[UNTIL, k],
            rows.whole[LAUNCH, k],
            n,
        )


@loop
def _start(month: np.int32, start: Integers, n: int) -> None:
    for i in range(n):
        start[i] = month


@loop
def _line_up(
    ramping: Integers,
    lane: Integers,
    place: Integers,
    start: Integers,
    until: Integers,
    launch: Integers,
    n: int,
) -> tuple[np.int32, np.int32, np.int32, np.int32, np.int32]:
    first, soonest, last, mortal, grown = I(NEVER), I(2 * NEVER), I(0), I(0), I(0)
    for i in range(n):
        lane[i] = place[i] = I(i)
        launch[i] = start[i]
        closes = until[i] < I(NEVER)
        until[i] = start[i] + until[i] - I(1)
        mortal = max(mortal, until[i] if closes else I(0))
        # One month more than it ramps: a ramp that is over but for a 2^20th part is not yet at its full level.
        grown = max(grown, I(0) if closes else I(start[i] + ramping[i]))
        first, soonest, last = min(first, start[i]), min(soonest, until[i]), max(last, until[i])
    return first, soonest, last, mortal, grown


@stage
def _wait_for_attention(tables: Tables, rows: Rows, n: int) -> None:
    """Start a cluster ``every`` months after the one before, and when fewer than ``at_once`` are ramping.

    Fewer are ramping after month t when the ``at_once``-th latest end of the ramps before is not later than t: so the
    latest ends are kept, in falling order.
    """
    limit = min(tables.at_once, tables.clusters)
    ends = rows.about[SCRATCH]
    for i in range(n):
        start = 1
        for k in range(tables.clusters):
            if k >= limit:
                start = max(start, int(ends[limit - 1]) + 1)
            if start > tables.horizon:
                start = NEVER
            rows.whole[START, k, i] = start
            end = start + min(rows.whole[RAMPING, k, i], rows.whole[UNTIL, k, i]) - 1
            place = min(k, limit)
            while place > 0 and ends[place - 1] < end:
                if place < limit:
                    ends[place] = ends[place - 1]
                place -= 1
            if place < limit:
                ends[place] = end
            start = min(start + tables.every, NEVER)


@stage
def count_launches(tables: Tables, rows: Rows, practices: Practices, n: int) -> None:
    """Count the launches of every practice: those not later than its convergence, and the horizon."""
    for k in range(tables.clusters):
        _count(rows.whole[LAUNCH, k], practices.whole[CONVERGED], I(tables.horizon), practices.whole[LAUNCHED], n)


@loop
def _count(launch: Integers, converged: Integers, horizon: np.int32, launched: Integers, n: int) -> None:
    for i in range(n):
        launched[i] += I(1) if (launch[i] <= horizon) & (launch[i] <= converged[i]) else I(0)
