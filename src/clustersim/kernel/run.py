"""The month loop over one range of trajectories."""

from threading import Lock

import numpy as np

from clustersim.kernel.arithmetic import F
from clustersim.kernel.consolidation import earn_megas
from clustersim.kernel.convergence import close_ranks, converge, count_launches
from clustersim.kernel.counting import count_revenue, pass_milestones, record
from clustersim.kernel.draws import draw_clusters, draw_practices
from clustersim.kernel.earnings import hand_over, move_market, round_revenue
from clustersim.kernel.growth import earn_clusters
from clustersim.kernel.jit import entry, jit
from clustersim.kernel.lanes import BLOCK, books_of, clear, clusters_of, megas_of, practices_of
from clustersim.kernel.launching import schedule
from clustersim.kernel.layout import BINS, Records, Tables
from clustersim.kernel.signature import signature

#: A block's state should stay in a core's second-level cache.
_STATE_BYTES = 1 << 19
_MOST_LANES, _FEWEST_LANES = 1024, 64

_NONE: int = np.int64(0)  # type: ignore[assignment]  # a bare 0 would be a type of its own to numba, and compile every stage twice


@jit
def block_size(tables: Tables) -> int:
    """Tell how many lanes make a block."""
    bytes_a_lane = 4 * (7 * tables.clusters + 5 * tables.megas + tables.thresholds.size + 40) + 8 * (
        tables.windows[-1] + tables.windows.size
    )
    return min(max(_STATE_BYTES // bytes_a_lane // 16 * 16, _FEWEST_LANES), _MOST_LANES)


@entry
def _run(tables: Tables, key: np.uint64, first: np.uint64, records: Records) -> None:
    count = records.viable.size
    size = block_size(tables)
    clusters = clusters_of(size, tables.clusters)
    megas = megas_of(size, tables.megas)
    practices = practices_of(size, tables.megas)
    books = books_of(size, tables.thresholds.size, tables.windows.size, tables.windows[-1])
    for begin in range(0, count, size):
        n = min(size, count - begin)
        trajectory = first + np.uint64(begin)
        clear(clusters, practices, books)
        draw_practices(tables, key, trajectory, clusters, practices, n)
        draw_clusters(tables, key, clusters, practices, books, n)
        schedule(tables, clusters, n)
        left, converged, turn = n, _NONE, _NONE
        for stretch in range(1, tables.horizon + 1, BLOCK):
            earn_clusters(tables, key, clusters, books, stretch, turn, left)
            hand_over(clusters.lane, books.by_slot, books.total, left)
            earn_megas(tables, key, megas, books, stretch, _NONE, converged)
            hand_over(megas.lane, books.by_slot, books.total, converged)
            if tables.market_volatility > F(0):
                move_market(tables, key, trajectory, practices, books, stretch, n)
            round_revenue(tables, books, stretch, n)
            if tables.megas > 0:
                converged = converge(tables, key, clusters, megas, practices, books, stretch, turn, converged, n)
            for month in range(stretch, min(stretch + BLOCK, tables.horizon + 1)):
                count_revenue(books, records, month, begin, n)
                pass_milestones(tables, books, records, month, n)
            if left + converged > n:
                left = close_ranks(tables, clusters, practices, turn, left)
            turn = 1 - turn
        count_launches(tables, clusters, practices, left)
        record(tables, practices, books, records, begin, n)


_compiling = Lock()


def warm() -> None:
    """Compile the kernel, or load it from the cache: afterwards nothing is compiled any more."""
    with _compiling:
        if not _run.signatures:  # type: ignore[attr-defined]  # a numba dispatcher
            _run.compile(signature())  # type: ignore[attr-defined]
            _run.disable_compile()  # type: ignore[attr-defined]


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
    _run(tables, np.uint64(key), np.uint64(first), records)
    return records


def empty_records(tables: Tables, count: int, *, revenue: bool = False) -> Records:
    """Room for the records of a range."""
    milestones, horizon = tables.thresholds.size, tables.horizon
    return Records(
        reached=np.zeros((milestones + 1, count), np.uint16),
        viable=np.zeros(count, np.int32),
        launches=np.zeros(count, np.int32),
        origin=np.zeros(count, np.int32),
        revenue=np.zeros((horizon if revenue else 0, count), np.int64),
        held=np.zeros((milestones, horizon), np.int64),
        histogram=np.zeros((horizon, BINS), np.int64),
        moments=np.zeros((horizon, 4), np.int64),
    )
