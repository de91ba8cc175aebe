"""The month loop over one range of trajectories."""

import numpy as np

from clustersim.kernel.arithmetic import F
from clustersim.kernel.consolidation import earn_megas, hand_over, settle_megas
from clustersim.kernel.convergence import converge
from clustersim.kernel.counting import count_revenue, pass_milestones, record
from clustersim.kernel.draws import draw_clusters, draw_lifetimes, draw_practices
from clustersim.kernel.earnings import move_market, round_revenue
from clustersim.kernel.growth import close_ranks, earn_clusters, packs
from clustersim.kernel.jit import compile_once, entry
from clustersim.kernel.lanes import (
    BLOCK,
    CONVERGED,
    ZERO,
    Books,
    Candidates,
    Megas,
    Practices,
    Rows,
    clear,
    whole_stretches,
    workspace,
)
from clustersim.kernel.launching import count_launches, schedule
from clustersim.kernel.layout import BINS, Records, Tables
from clustersim.kernel.signature import signature

#: Rows are packed when one practice in so many has converged since they last were.
THINNED = 8


@entry
def _run(
    tables: Tables,
    key: np.uint64,
    first: np.uint64,
    records: Records,
    rows: Rows,
    megas: Megas,
    practices: Practices,
    candidates: Candidates,
    books: Books,
) -> None:
    count, size = records.viable.size, megas.pace.size
    for begin in range(0, count, size):
        n = min(size, count - begin)
        trajectory = first + np.uint64(begin)
        clear(practices, books)
        draw_practices(tables, key, trajectory, practices, n)
        draw_clusters(tables, key, trajectory, rows, practices, books, n)
        draw_lifetimes(tables, key, trajectory, rows, books, n)
        schedule(tables, rows, n)
        converged, packed, settled, turn = ZERO, ZERO, ZERO, ZERO
        for stretch in range(1, tables.horizon + 1, BLOCK):
            earn_clusters(tables, key, trajectory, rows, books, stretch, turn, n)
            settled = settle_megas(tables, megas, stretch, settled, converged)
            earn_megas(tables, key, trajectory, megas, books, stretch, settled, converged)
            hand_over(megas, books, converged)
            if tables.market_volatility > F(0):
                move_market(tables, key, trajectory, practices, books, stretch, n)
            round_revenue(tables, books, stretch, n)
            if tables.megas > 0:
                converged = converge(
                    tables, key, trajectory, rows, megas, practices, books, candidates, stretch, turn, converged, n
                )
            count_revenue(books, records, stretch, begin, n)
            pass_milestones(tables, books, records, practices.whole[CONVERGED], False, stretch, n)  # noqa: FBT003  as there
            thinned = packs(tables, stretch + BLOCK - 1) and THINNED * (converged - packed) > n - packed
            close_ranks(tables, rows, practices, stretch + BLOCK - 1, turn, thinned)
            packed = converged if thinned else packed
            turn = 1 - turn
        count_launches(tables, rows, practices, n)
        record(tables, practices, books, records, begin, n)


def warm() -> None:
    """Compile the kernel, or load it from the cache."""
    compile_once(_run, signature())


def run(tables: Tables, key: int, first: int, count: int, *, revenue: bool = False) -> Records:
    """Simulate the trajectories ``first`` .. ``first + count - 1``.

    Parameters
    ----------
    tables
        The plan.
    key
        64 bits: with a trajectory's number it decides that trajectory, whatever the range.
    first, count
        The range; at most 2^22 trajectories, so that no sum overflows.
    revenue
        Whether to keep every month's revenue.
    """
    warm()
    records = empty_records(tables, count, revenue=revenue)
    _run(tables, np.uint64(key), np.uint64(first), records, *workspace(tables, count))
    return within(tables.horizon, records)


def within(horizon: int, records: Records) -> Records:
    """Leave out what lies beyond the horizon."""
    return records._replace(
        revenue=records.revenue[:horizon],
        held=records.held[:, :horizon],
        histogram=records.histogram[:horizon],
        moments=records.moments[:horizon],
    )


def months_of(tables: Tables) -> int:
    """Tell how many months are simulated: the horizon's, in whole stretches."""
    return whole_stretches(tables.horizon)


def empty_records(tables: Tables, count: int, *, revenue: bool = False) -> Records:
    """Room for the records of a range, over whole stretches of months."""
    milestones, horizon = tables.thresholds.size, months_of(tables)
    return Records(
        reached=np.zeros((milestones + 1, count), np.uint16),
        viable=np.zeros(count, np.int32),
        launches=np.zeros(count, np.int32),
        origin=np.zeros(count, np.int32),
        passages=np.zeros((milestones + 1, tables.clusters + 1, tables.horizon + 1), np.int64),
        launched=np.zeros(tables.clusters + 1, np.int64),
        origins=np.zeros(tables.clusters + 1, np.int64),
        revenue=np.zeros((horizon if revenue else 0, count), np.int64),
        held=np.zeros((milestones, horizon), np.int64),
        histogram=np.zeros((horizon, BINS), np.int64),
        moments=np.zeros((horizon, 4), np.int64),
    )
