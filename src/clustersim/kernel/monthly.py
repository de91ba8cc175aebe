"""The month loop where levers are on: what one month does to a practice decides the next (model 3 and 6)."""

from typing import NamedTuple

import numpy as np
from numba import int64

from clustersim.kernel.attention import attend, launch
from clustersim.kernel.convergence import converge_now
from clustersim.kernel.counting import count_month_by_month, pass_milestones, record
from clustersim.kernel.draws import draw_clusters, draw_lives, draw_practices
from clustersim.kernel.earnings import move_market
from clustersim.kernel.jit import entry
from clustersim.kernel.lanes import BLOCK, LEGACY, NEVER, ZERO, Books, Candidates, Megas, Practices, Rows, clear
from clustersim.kernel.layout import BINS, CASH_BINS, LeverRecords, Levers, Records, Tables
from clustersim.kernel.lives import (
    ADMISSION,
    BURNOUT,
    RUIN,
    Growths,
    Lives,
    Minds,
    begin,
    workspace,
)
from clustersim.kernel.living import bury, draw_noise_of_megas, live_clusters, live_megas
from clustersim.kernel.pieces import Kernel, Piece, lend
from clustersim.kernel.run import THINNED, empty_records, months_of, within
from clustersim.kernel.settle import pay, settle
from clustersim.kernel.signature import Addresses, signature
from clustersim.kernel.standing import count_standing, note_fates


class LeveredRange(NamedTuple):
    """A plan with levers, what is counted of a range, and the room for one block of it."""

    tables: Tables
    levers: Levers
    key: np.uint64
    records: Records
    more: LeverRecords
    rows: Rows
    megas: Megas
    practices: Practices
    candidates: Candidates
    books: Books
    lives: Lives
    growths: Growths
    minds: Minds


def _begin(all_of_it: LeveredRange, first: np.uint64, n: int) -> None:
    """Draw the practices of a block, and what will become of their clusters."""
    tables, levers, key, _, more, rows, _, practices, _, books, lives, _, minds = all_of_it
    clear(practices, books)
    begin(lives, minds, levers.savings, levers.attention)
    draw_practices(tables, key, first, practices, n)
    draw_clusters(tables, key, first, rows, practices, books, n)
    note_fates(tables, rows, lives, more, n)
    draw_lives(tables, key, first, rows, lives, books, n)


def _draw(
    all_of_it: LeveredRange,
    first: np.uint64,
    stretch: int,
    slot: int,
    converged: int,
    again: bool,  # noqa: FBT001  pieces have no keywords
    n: int,
) -> None:
    """Draw four months of the market, and of the megas from ``slot`` on; ``again``: of new megas alone."""
    tables, _, key, _, _, _, megas, practices, _, books, _, growths, _ = all_of_it
    draw_noise_of_megas(tables, key, first, megas, growths, stretch, slot, converged)
    if tables.market_volatility > 0 and not again:
        move_market(tables, key, first, practices, books, stretch, n)


def _attend(all_of_it: LeveredRange, first: np.uint64, month: int, n: int) -> None:
    """Launch clusters, and find the rate at which all of them grow this month."""
    tables, levers, key, _, _, rows, _, practices, candidates, _, lives, _, minds = all_of_it
    launch(tables, rows, practices, candidates, lives, minds, month, n)
    attend(levers, key, first, practices, minds, month, n)


def _live(all_of_it: LeveredRange, first: np.uint64, stretch: int, b: int, converged: int, n: int) -> None:
    """Let clusters and megas grow and earn for a month."""
    tables, _, key, _, _, rows, megas, _, _, books, lives, growths, minds = all_of_it
    live_clusters(tables, key, first, rows, books, lives, minds, stretch, b, n)
    live_megas(tables, megas, books, growths, minds, b, converged)


def _settle(all_of_it: LeveredRange, stretch: int, b: int, offset: int, n: int) -> None:
    """Settle the month, and count who is established at its end."""
    tables, levers, _, _, more, rows, _, practices, _, books, lives, _, minds = all_of_it
    pay(tables, levers, books, minds, stretch, b, n)
    settle(levers, books, minds, stretch, b, n)
    count_standing(tables, rows, practices, lives, more, stretch + b, offset)


def _converge(all_of_it: LeveredRange, stretch: int, b: int, converged: int, n: int) -> int:
    """Converge whoever is due; returns how many have converged."""
    tables, _, _, _, _, rows, megas, practices, candidates, books, lives, growths, minds = all_of_it
    return converge_now(
        tables, rows, megas, practices, candidates, books, lives, growths, minds, stretch, b, converged, n
    )


def _count(
    all_of_it: LeveredRange,
    stretch: int,
    thinned: bool,  # noqa: FBT001  as above
    offset: int,
    n: int,
) -> None:
    """Count four months, and pack the rows."""
    tables, levers, _, records, more, rows, _, practices, _, books, lives, _, minds = all_of_it
    count_month_by_month(tables, levers, books, minds, records, more, stretch, offset, n)
    pass_milestones(tables, books, records, minds.whole[RUIN], levers.finances > 0, stretch, n)
    bury(tables, rows, practices, lives, minds, stretch + BLOCK - 1, thinned)


def _end(all_of_it: LeveredRange, offset: int, n: int) -> None:
    """Write the practices of a block down."""
    tables, _, _, records, more, _, _, practices, _, books, _, _, minds = all_of_it
    for i in range(n):
        for row, what in enumerate((BURNOUT, RUIN, ADMISSION)):
            month = minds.whole[what, i]
            more.first[row, offset + i] = month if month <= tables.horizon else 0
        if practices.whole[LEGACY, i] >= minds.whole[RUIN, i]:
            practices.whole[LEGACY, i] = NEVER
    record(tables, practices, books, records, offset, n)


_PIECES = tuple(
    Piece(function, signature(function, int64))
    for function in (_begin, _draw, _attend, _live, _settle, _converge, _count, _end)
)
_begin_at, _draw_at, _attend_at, _live_at, _settle_at, _converge_at, _count_at, _end_at = (p.call for p in _PIECES)


@entry
def _run(all_of_it: LeveredRange, first: np.uint64, addresses: Addresses) -> None:
    begins, draws, attends, lives, settles, converges, counts, ends = addresses
    tables, lent = all_of_it.tables, lend(all_of_it)
    count, size = all_of_it.records.viable.size, all_of_it.megas.pace.size
    for offset in range(0, count, size):
        n = min(size, count - offset)
        at = first + np.uint64(offset)
        _begin_at(begins, lent, at, n)
        converged, packed = ZERO, ZERO
        for stretch in range(1, tables.horizon + 1, BLOCK):
            _draw_at(draws, lent, at, stretch, ZERO, converged, False, n)  # noqa: FBT003  as above
            for b in range(BLOCK):
                _attend_at(attends, lent, at, stretch + b, n)
                _live_at(lives, lent, at, stretch, b, converged, n)
                _settle_at(settles, lent, stretch, b, offset, n)
                if tables.megas > 0:
                    slot = converged
                    converged = _converge_at(converges, lent, stretch, b, converged, n)
                    if converged > slot:
                        _draw_at(draws, lent, at, stretch, slot, converged, True, n)  # noqa: FBT003  as above
            thinned = THINNED * (converged - packed) > n - packed
            _count_at(counts, lent, stretch, thinned, offset, n)
            packed = converged if thinned else packed
        _end_at(ends, lent, offset, n)


KERNEL = Kernel(
    _run,
    signature(_run, int64, pieces=len(_PIECES)),
    _PIECES,
    shared=(_live, _converge, _count),
    name=(__name__, "KERNEL"),
)


def warm() -> None:
    """Compile this kernel, or load it from the cache."""
    KERNEL.warm()


def run(
    tables: Tables, levers: Levers, key: int, first: int, count: int, *, paths: bool = False, standing: bool = False
) -> tuple[Records, LeverRecords]:
    """Simulate the trajectories ``first`` .. ``first + count - 1`` of a plan with levers; see ``ranges.run_range``."""
    warm()
    records = empty_records(tables, count, revenue=paths)
    more = _empty_records(tables, levers, count, paths=paths, standing=standing)
    room = LeveredRange(tables, levers, np.uint64(key), records, more, *workspace(tables, count))
    _run(room, np.uint64(first), KERNEL.addresses)
    h = tables.horizon
    inside = {name: array[:h] for name, array in more._asdict().items() if name != "first"}
    return within(h, records), more._replace(**inside)


def _empty_records(tables: Tables, levers: Levers, count: int, *, paths: bool, standing: bool) -> LeverRecords:
    months = months_of(tables)
    cash, mission = months * (levers.finances > 0), months * (levers.mission > 0)
    return LeverRecords(
        first=np.zeros((3, count), np.uint16),
        cash=np.zeros((cash * paths, count), np.int64),
        cash_histogram=np.zeros((cash, CASH_BINS), np.int32),
        cash_moments=np.zeros((cash, 4), np.int64),
        mission=np.zeros((mission * paths, count), np.int64),
        mission_histogram=np.zeros((mission, BINS), np.int32),
        mission_moments=np.zeros((mission, 4), np.int64),
        standing=np.zeros((months * standing, count), np.int32),
    )
