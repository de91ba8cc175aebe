"""Launch: which cluster starts when (model 3.1).

Without levers nothing but convergence comes between a practice and its launches: the whole schedule follows from the
draws. What a practice would have launched after its convergence is simply not counted.
"""

import numpy as np

from clustersim.kernel.arithmetic import I
from clustersim.kernel.jit import jit, loop, stage
from clustersim.kernel.lanes import (
    COUNT,
    FIRST,
    GROWN,
    LANE,
    LAST,
    LATEST,
    LAUNCH,
    MORTAL,
    NEVER,
    PLACE,
    RAMPING,
    START,
    UNTIL,
    Integers,
    Rows,
)
from clustersim.kernel.layout import Tables


@stage
def schedule(tables: Tables, rows: Rows, n: int) -> None:
    """Tell every cluster's first month, its last, and the last in which it ramps; a place in its row for every lane."""
    for k in range(tables.clusters):
        if tables.at_once > 0:
            _wait_for_attention(tables, rows, k, n)
        else:
            _start(I(min(1 + k * tables.every, NEVER)), rows.whole[START, k], n)
        rows.about[COUNT, k] = n
        (
            rows.about[FIRST, k],
            rows.about[LATEST, k],
            rows.about[LAST, k],
            rows.about[GROWN, k],
            rows.about[MORTAL, k],
        ) = _line_up(
            rows.whole[LANE, k],
            rows.whole[PLACE, k],
            rows.whole[START, k],
            rows.whole[UNTIL, k],
            rows.whole[RAMPING, k],
            rows.whole[LAUNCH, k],
            n,
        )


@loop
def _start(month: np.int32, start: Integers, n: int) -> None:
    for i in range(n):
        start[i] = month


@loop
def _line_up(
    lane: Integers,
    place: Integers,
    start: Integers,
    until: Integers,
    ramping: Integers,
    launch: Integers,
    n: int,
) -> tuple[np.int32, np.int32, np.int32, np.int32, np.int32]:
    first, latest, last, grown, mortal = I(NEVER), I(0), I(0), I(0), I(0)
    for i in range(n):
        lane[i] = place[i] = I(i)
        launch[i] = start[i]
        closes = until[i] < I(NEVER)
        until[i] = start[i] + until[i] - I(1)
        mortal = max(mortal, until[i] if closes else I(0))
        ramping[i] = min(start[i] + ramping[i] - I(1), until[i])
        first, latest = min(first, start[i]), max(latest, start[i])
        last, grown = max(last, until[i]), max(grown, ramping[i])
    return first, latest, last, grown, mortal


@stage
def _wait_for_attention(tables: Tables, rows: Rows, k: int, n: int) -> None:
    """Start cluster k ``every`` months after the one before, and when fewer than ``at_once`` are ramping.

    Fewer are ramping after month t than ``at_once`` when so many as that do not all ramp beyond t: the first such month
    is the ``at_once``-th latest end of the ramps before.
    """
    for i in range(n):
        start = rows.whole[START, k - 1, i] + tables.every if k > 0 else 1
        if k >= tables.at_once:
            start = max(start, _latest(rows.whole, k, tables.at_once, i) + 1)
        rows.whole[START, k, i] = min(start, NEVER)


@jit
def _latest(whole: Integers, k: int, rank: int, i: int) -> int:
    """Find the ``rank``-th latest end of ramping among the first k: fewer than ``rank`` exceed it, enough reach it."""
    found = 0
    for j in range(k):
        above = level = 0
        for other in range(k):
            above += whole[RAMPING, other, i] > whole[RAMPING, j, i]
            level += whole[RAMPING, other, i] == whole[RAMPING, j, i]
        if above < rank <= above + level:
            found = int(whole[RAMPING, j, i])
    return found
