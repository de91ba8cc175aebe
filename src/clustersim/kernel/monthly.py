"""The month loop where levers are on: what one month does to a practice decides the next (model 3 and 6)."""

import numpy as np

from clustersim.kernel.attention import attend, launch
from clustersim.kernel.convergence import converge_now
from clustersim.kernel.counting import count_month_by_month, pass_milestones, record
from clustersim.kernel.draws import draw_clusters, draw_lives, draw_practices
from clustersim.kernel.earnings import move_market
from clustersim.kernel.jit import compile_once, entry
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
from clustersim.kernel.run import THINNED, empty_records, months_of, within
from clustersim.kernel.settle import pay, settle
from clustersim.kernel.signature import monthly_signature
from clustersim.kernel.standing import count_standing, note_fates


@entry
def _run(
    tables: Tables,
    levers: Levers,
    key: np.uint64,
    first: np.uint64,
    records: Records,
    more: LeverRecords,
    rows: Rows,
    megas: Megas,
    practices: Practices,
    candidates: Candidates,
    books: Books,
    lives: Lives,
    growths: Growths,
    minds: Minds,
) -> None:
    count, size = records.viable.size, megas.pace.size
    for at in range(0, count, size):
        n = min(size, count - at)
        trajectory = first + np.uint64(at)
        clear(practices, books)
        begin(lives, minds, levers.savings, levers.attention)
        draw_practices(tables, key, trajectory, practices, n)
        draw_clusters(tables, key, trajectory, rows, practices, books, n)
        note_fates(tables, rows, lives, more, n)
        draw_lives(tables, key, trajectory, rows, lives, books, n)
        converged, packed = ZERO, ZERO
        for stretch in range(1, tables.horizon + 1, BLOCK):
            draw_noise_of_megas(tables, key, trajectory, megas, growths, stretch, ZERO, converged)
            if tables.market_volatility > 0:
                move_market(tables, key, trajectory, practices, books, stretch, n)
            for b in range(BLOCK):
                launch(tables, rows, practices, candidates, lives, minds, stretch + b, n)
                attend(levers, key, trajectory, practices, minds, stretch + b, n)
                live_clusters(tables, key, trajectory, rows, books, lives, minds, stretch, b, n)
                live_megas(tables, megas, books, growths, minds, b, converged)
                pay(tables, levers, books, minds, stretch, b, n)
                settle(levers, books, minds, stretch, b, n)
                count_standing(tables, rows, practices, lives, more, stretch + b, at)
                if tables.megas > 0:
                    converged = converge_now(
                        tables,
                        key,
                        trajectory,
                        rows,
                        megas,
                        practices,
                        candidates,
                        books,
                        lives,
                        growths,
                        minds,
                        stretch,
                        b,
                        converged,
                        n,
                    )
            count_month_by_month(levers, books, minds, records, more, stretch, at, n)
            pass_milestones(tables, books, records, minds.whole[RUIN], levers.finances > 0, stretch, n)
            thinned = THINNED * (converged - packed) > n - packed
            bury(tables, rows, practices, lives, minds, stretch + BLOCK - 1, thinned)
            packed = converged if thinned else packed
        for i in range(n):
            for row, what in enumerate((BURNOUT, RUIN, ADMISSION)):
                month = minds.whole[what, i]
                more.first[row, at + i] = month if month <= tables.horizon else 0
            if practices.whole[LEGACY, i] >= minds.whole[RUIN, i]:
                practices.whole[LEGACY, i] = NEVER
        record(tables, practices, books, records, at, n)


def warm() -> None:
    """Compile this kernel, or load it from the cache."""
    compile_once(_run, monthly_signature())


def run(
    tables: Tables, levers: Levers, key: int, first: int, count: int, *, paths: bool = False, standing: bool = False
) -> tuple[Records, LeverRecords]:
    """Simulate the trajectories ``first`` .. ``first + count - 1`` of a plan with levers; see ``ranges.run_range``."""
    warm()
    records = empty_records(tables, count, revenue=paths)
    more = _empty_records(tables, levers, count, paths=paths, standing=standing)
    _run(tables, levers, np.uint64(key), np.uint64(first), records, more, *workspace(tables, count))
    h = tables.horizon
    inside = {name: array[:h] for name, array in more._asdict().items() if name != "first"}
    return within(h, records), more._replace(**inside)


def _empty_records(tables: Tables, levers: Levers, count: int, *, paths: bool, standing: bool) -> LeverRecords:
    months = months_of(tables)
    cash, mission = months * (levers.finances > 0), months * (levers.mission > 0)
    return LeverRecords(
        first=np.zeros((3, count), np.uint16),
        cash=np.zeros((cash * paths, count), np.int64),
        cash_histogram=np.zeros((cash, CASH_BINS), np.int64),
        cash_moments=np.zeros((cash, 4), np.int64),
        mission=np.zeros((mission * paths, count), np.int64),
        mission_histogram=np.zeros((mission, BINS), np.int64),
        mission_moments=np.zeros((mission, 4), np.int64),
        standing=np.zeros((months * standing, count), np.int32),
    )
