"""How many viable clusters are established, which some goals ask for (model 7); where none does, nothing of it runs."""

import numpy as np

from clustersim.kernel.arithmetic import I
from clustersim.kernel.jit import loop, stage
from clustersim.kernel.lanes import CONVERGED, COUNT, FIRST, LANE, NEVER, START, UNTIL, Integers, Practices, Rows
from clustersim.kernel.layout import LeverRecords, Tables
from clustersim.kernel.lives import ESTABLISHED, FATE, Lives

_NEVER = I(NEVER)


@stage
def note_fates(tables: Tables, rows: Rows, lives: Lives, more: LeverRecords, n: int) -> None:
    """Note by lane which clusters are viable: once drawn, those without a trial to end."""
    for k in range(tables.clusters if more.standing.shape[0] > 0 else 0):
        _note(rows.whole[UNTIL, k], lives.whole[FATE, k], n)


@loop
def _note(until: Integers, fate: Integers, n: int) -> None:
    for i in range(n):
        fate[i] = I(1) if until[i] == _NEVER else I(0)


@stage
def count_standing(
    tables: Tables, rows: Rows, practices: Practices, lives: Lives, more: LeverRecords, month: int, begin: int
) -> None:
    """Count the viable clusters that are established at the end of a month, before anything converges in it."""
    for k in range(tables.clusters if more.standing.shape[0] > 0 else 0):
        if rows.about[FIRST, k] <= month:
            _count(
                I(month),
                begin,
                rows.whole[LANE, k],
                rows.whole[START, k],
                rows.whole[UNTIL, k],
                lives.whole[ESTABLISHED, k],
                lives.whole[FATE, k],
                practices.whole[CONVERGED],
                more.standing[month - 1],
                int(rows.about[COUNT, k]),
            )


@loop
def _count(
    month: np.int32,
    begin: int,
    lane: Integers,
    start: Integers,
    until: Integers,
    established: Integers,
    fate: Integers,
    converged: Integers,
    standing: Integers,
    n: int,
) -> None:
    for i in range(n):
        whose = lane[i]
        stands = (start[i] <= month < until[i]) & (established[i] > I(0)) & (converged[whose] >= month)
        standing[begin + whose] += fate[whose] if stands else I(0)
