"""The month loop over one range of trajectories."""

from typing import NamedTuple

import numpy as np
from numba import int32

from clustersim.kernel.arithmetic import F
from clustersim.kernel.consolidation import earn_megas, hand_over, settle_megas
from clustersim.kernel.convergence import converge
from clustersim.kernel.counting import count_revenue, pass_milestones, record
from clustersim.kernel.draws import draw_clusters, draw_lifetimes, draw_practices
from clustersim.kernel.earnings import move_market, round_again, round_revenue
from clustersim.kernel.growth import close_ranks, earn_clusters, packs
from clustersim.kernel.jit import entry
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
from clustersim.kernel.pieces import Kernel, Piece, lend
from clustersim.kernel.signature import Addresses, signature

#: Rows are packed when one practice in so many has converged since they last were.
THINNED = 8


class Range(NamedTuple):
    """A plan, what is counted of a range, and the room for one block of it."""

    tables: Tables
    key: np.uint64
    records: Records
    rows: Rows
    megas: Megas
    practices: Practices
    candidates: Candidates
    books: Books


def _begin(all_of_it: Range, first: np.uint64, n: int) -> None:
    """Draw the practices of a block, and launch their clusters."""
    tables, key, _, rows, _, practices, _, books = all_of_it
    clear(practices, books)
    draw_practices(tables, key, first, practices, n)
    draw_clusters(tables, key, first, rows, practices, books, n)
    draw_lifetimes(tables, key, first, rows, books, n)
    schedule(tables, rows, n)


def _earn(
    all_of_it: Range,
    first: np.uint64,
    stretch: int,
    turn: int,
    settled: int,
    converged: int,
    again: bool,  # noqa: FBT001  pieces have no keywords
    n: int,
) -> int:
    """Find what practices earn in four months; returns how many of the first slots have settled.

    ``again``: what megas earn that are new in these months, from the slot ``settled`` on.
    """
    tables, key, _, rows, megas, practices, _, books = all_of_it
    if not again:
        earn_clusters(tables, key, first, rows, books, stretch, turn, n)
        settled = settle_megas(tables, megas, stretch, settled, converged)
    earn_megas(tables, key, first, megas, books, stretch, settled, converged)
    if again:
        round_again(tables, books, megas, stretch, settled, converged)
    else:
        hand_over(megas, books, converged)
        if tables.market_volatility > F(0):
            move_market(tables, key, first, practices, books, stretch, n)
        round_revenue(tables, books, stretch, n)
    return settled


def _converge(all_of_it: Range, stretch: int, turn: int, converged: int, n: int) -> int:
    """Converge whoever is due; returns how many have converged."""
    tables, _, _, rows, megas, practices, candidates, books = all_of_it
    return converge(tables, rows, megas, practices, candidates, books, stretch, turn, converged, n)


def _count(
    all_of_it: Range,
    stretch: int,
    turn: int,
    thinned: bool,  # noqa: FBT001  as above
    begin: int,
    n: int,
) -> None:
    """Count four months, and pack the rows."""
    tables, _, records, rows, _, practices, _, books = all_of_it
    count_revenue(books, records, stretch, begin, n)
    pass_milestones(tables, books, records, practices.whole[CONVERGED], False, stretch, n)  # noqa: FBT003  as there
    close_ranks(tables, rows, practices, stretch + BLOCK - 1, turn, thinned)


def _end(all_of_it: Range, begin: int, n: int) -> None:
    """Write the practices of a block down."""
    tables, _, records, rows, _, practices, _, books = all_of_it
    count_launches(tables, rows, practices, n)
    record(tables, practices, books, records, begin, n)


_PIECES = tuple(Piece(function, signature(function, int32)) for function in (_begin, _earn, _converge, _count, _end))
_begin_at, _earn_at, _converge_at, _count_at, _end_at = (piece.call for piece in _PIECES)


@entry
def _run(all_of_it: Range, first: np.uint64, addresses: Addresses) -> None:
    begins, earns, converges, counts, ends = addresses
    tables, lent = all_of_it.tables, lend(all_of_it)
    count, size = all_of_it.records.viable.size, all_of_it.megas.pace.size
    for begin in range(0, count, size):
        n = min(size, count - begin)
        at = first + np.uint64(begin)
        _begin_at(begins, lent, at, n)
        converged, packed, settled, turn = ZERO, ZERO, ZERO, ZERO
        for stretch in range(1, tables.horizon + 1, BLOCK):
            settled = _earn_at(earns, lent, at, stretch, turn, settled, converged, False, n)  # noqa: FBT003  as above
            if tables.megas > 0:
                before = converged
                converged = _converge_at(converges, lent, stretch, turn, converged, n)
                if converged > before:
                    _earn_at(earns, lent, at, stretch, turn, before, converged, True, n)  # noqa: FBT003  as above
            thinned = packs(tables, stretch + BLOCK - 1) and THINNED * (converged - packed) > n - packed
            _count_at(counts, lent, stretch, turn, thinned, begin, n)
            packed = converged if thinned else packed
            turn = 1 - turn
        _end_at(ends, lent, begin, n)


KERNEL = Kernel(
    _run,
    signature(_run, int32, pieces=len(_PIECES)),
    _PIECES,
    shared=(_earn, _end),
    name=(__name__, "KERNEL"),
)


def warm() -> None:
    """Compile the kernel, or load it from the cache."""
    KERNEL.warm()


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
    _run(Range(tables, np.uint64(key), records, *workspace(tables, count)), np.uint64(first), KERNEL.addresses)
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
        histogram=np.zeros((horizon, BINS), np.int32),
        moments=np.zeros((horizon, 4), np.int64),
    )
