"""Launch: the first step of a month (model 3.1)."""

import numpy as np

from clustersim.kernel.arithmetic import I
from clustersim.kernel.jit import jit, loop
from clustersim.kernel.lanes import NEVER, Clusters, Integers, Practices
from clustersim.kernel.layout import Tables

_NEVER = I(NEVER)


@jit
def launch(tables: Tables, clusters: Clusters, practices: Practices, month: int, n: int) -> int:
    """Start the next cluster where one is left, the pause is over and few enough are ramping.

    Returns how many clusters have been launched in the lane that is farthest.
    """
    if tables.at_once > 0:
        return _launch_by_attention(tables, clusters, practices, month, n)
    k = (month - 1) // tables.every
    if k >= tables.clusters:
        return tables.clusters
    if (month - 1) % tables.every == 0:
        _launch_by_calendar(
            I(month),
            practices.converged,
            practices.launched,
            clusters.green[k],
            clusters.life[k],
            clusters.start[k],
            clusters.until[k],
            clusters.ramping[k],
            n,
        )
    return k + 1


@loop
def _launch_by_calendar(
    month: np.int32,
    converged: Integers,
    launched: Integers,
    green: Integers,
    life: Integers,
    start: Integers,
    until: Integers,
    ramping: Integers,
    n: int,
) -> None:
    for i in range(n):
        if converged[i] == _NEVER:
            launched[i] += I(1)
            start[i] = month
            until[i] = month + life[i] - I(1)
            ramping[i] = min(month + green[i] - I(1), until[i])


@jit
def _launch_by_attention(tables: Tables, clusters: Clusters, practices: Practices, month: int, n: int) -> int:
    farthest = 0
    for i in range(n):
        k = practices.launched[i]
        farthest = max(farthest, k)
        if (
            k == tables.clusters
            or practices.converged[i] != NEVER
            or month - practices.last[i] < tables.every
            or _count_ramping(clusters, month - 1, k, i) >= tables.at_once
        ):
            continue
        clusters.start[k, i] = month
        clusters.until[k, i] = month + clusters.life[k, i] - 1
        clusters.ramping[k, i] = min(month + clusters.green[k, i] - 1, clusters.until[k, i])
        practices.last[i] = month
        practices.launched[i] = k + 1
        farthest = max(farthest, k + 1)
    return farthest


@jit
def _count_ramping(clusters: Clusters, month: int, launched: int, i: int) -> int:
    count = 0
    for k in range(launched):
        if month < clusters.ramping[k, i]:
            count += 1
    return count
