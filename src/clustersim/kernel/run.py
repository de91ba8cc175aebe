"""The month loop over one range of trajectories."""

from threading import Lock

import numpy as np

from clustersim.kernel.convergence import converge
from clustersim.kernel.counting import count_revenue, pass_milestones, record
from clustersim.kernel.draws import draw_clusters, draw_practices
from clustersim.kernel.growth import earn_clusters, earn_megas, round_revenue
from clustersim.kernel.jit import entry
from clustersim.kernel.lanes import BLOCK, books_of, clear, clusters_of, megas_of, practices_of
from clustersim.kernel.launching import launch
from clustersim.kernel.layout import BINS, Records, Tables
from clustersim.kernel.noise import foresee
from clustersim.kernel.signature import signature

#: A block's state should stay in a core's second-level cache.
_STATE_BYTES = 1 << 19
_MOST_LANES, _FEWEST_LANES = 1024, 64


@entry
def _run(tables: Tables, key: np.uint64, first: np.uint64, records: Records) -> None:
    count = records.viable.size
    milestones, windows = tables.thresholds.size, tables.windows.size
    longest = tables.windows[windows - 1]
    bytes_a_lane = 4 * (12 * tables.clusters + 8 * tables.megas + milestones + 20) + 8 * (longest + windows)
    size = min(max(_STATE_BYTES // bytes_a_lane // 16 * 16, _FEWEST_LANES), _MOST_LANES)
    clusters = clusters_of(size, tables.clusters)
    megas = megas_of(size, tables.megas)
    practices = practices_of(size)
    books = books_of(size, milestones, windows, longest)
    for begin in range(0, count, size):
        n = min(size, count - begin)
        clear(clusters, practices, books)
        draw_practices(tables, key, first + np.uint64(begin), practices, megas, n)
        draw_clusters(tables, key, practices, clusters, books, n)
        launched = 0
        for month in range(1, tables.horizon + 1):
            if (month - 1) % BLOCK == 0:
                foresee(tables, key, clusters, megas, practices, month, launched, n)
            launched = launch(tables, clusters, practices, month, n)
            earn_clusters(tables, clusters, books, month, launched, n)
            if tables.megas > 0:
                earn_megas(tables, megas, practices, books, month, n)
            round_revenue(tables, practices, books, month, n)
            count_revenue(books, records, month, begin, n)
            pass_milestones(tables, books, records, month, n)
            if tables.megas > 0:
                converge(tables, clusters, megas, practices, books, month, n)
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
    milestones, horizon = tables.thresholds.size, tables.horizon
    records = Records(
        reached=np.zeros((milestones + 1, count), np.uint16),
        viable=np.zeros(count, np.int32),
        launches=np.zeros(count, np.int32),
        origin=np.zeros(count, np.int32),
        revenue=np.zeros((horizon if revenue else 0, count), np.int64),
        held=np.zeros((milestones, horizon), np.int64),
        histogram=np.zeros((horizon, BINS), np.int64),
        moments=np.zeros((horizon, 4), np.int64),
    )
    _run(tables, np.uint64(key), np.uint64(first), records)
    return records
