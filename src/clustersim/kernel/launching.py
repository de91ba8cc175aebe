"""Launch: which cluster starts when (model 3.1).

Without levers nothing but convergence comes between a practice and its launches: the whole schedule follows from the
draws. What a practice would have launched after its convergence is simply not counted.
"""

import numpy as np

from clustersim.kernel.arithmetic import I
from clustersim.kernel.jit import jit, loop
from clustersim.kernel.lanes import NEVER, Clusters, Integers
from clustersim.kernel.layout import Tables


@jit
def schedule(tables: Tables, clusters: Clusters, n: int) -> None:
    """Tell every cluster's first month, its last, and the last in which it ramps."""
    for k in range(tables.clusters):
        if tables.at_once > 0:
            _wait_for_attention(tables, clusters, k, n)
        else:
            _start(I(min(1 + k * tables.every, NEVER)), clusters.start[k], n)
        _end(clusters.start[k], clusters.until[k], clusters.ramping[k], n)
        clusters.first[k] = -_highest(clusters.start[k], I(-1), n)
        clusters.latest[k] = _highest(clusters.start[k], I(1), n)
        clusters.last[k] = _highest(clusters.until[k], I(1), n)
        clusters.grown[k] = _highest(clusters.ramping[k], I(1), n)


@loop
def _start(month: np.int32, start: Integers, n: int) -> None:
    for i in range(n):
        start[i] = month


@loop
def _end(start: Integers, until: Integers, ramping: Integers, n: int) -> None:
    for i in range(n):
        until[i] = start[i] + until[i] - I(1)
        ramping[i] = min(start[i] + ramping[i] - I(1), until[i])


@loop
def _highest(months: Integers, sign: np.int32, n: int) -> np.int32:
    highest = I(-NEVER)
    for i in range(n):
        highest = max(highest, I(sign * months[i]))
    return highest


@jit
def _wait_for_attention(tables: Tables, clusters: Clusters, k: int, n: int) -> None:
    """Start cluster k ``every`` months after the one before, and when fewer than ``at_once`` are ramping.

    Fewer are ramping after month t than ``at_once`` when so many as that do not all ramp beyond t: the first such month
    is the ``at_once``-th latest end of the ramps before.
    """
    for i in range(n):
        start = clusters.start[k - 1, i] + tables.every if k > 0 else 1
        if k >= tables.at_once:
            start = max(start, _latest(clusters.ramping, k, tables.at_once, i) + 1)
        clusters.start[k, i] = min(start, NEVER)


@jit
def _latest(ramping: Integers, k: int, rank: int, i: int) -> int:
    """Find the ``rank``-th largest of the first k: the one that fewer than ``rank`` exceed, and enough reach."""
    for j in range(k):
        above = level = 0
        for other in range(k):
            above += ramping[other, i] > ramping[j, i]
            level += ramping[other, i] == ramping[j, i]
        if above < rank <= above + level:
            return int(ramping[j, i])
    return 0
