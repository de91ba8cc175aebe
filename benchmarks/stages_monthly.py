"""The month loop of ``kernel/monthly.py`` once more, with a cycle counter read between its stages: see stages.py."""

import numpy as np
from numba import njit

from clustersim.kernel.attention import attend, launch
from clustersim.kernel.convergence import converge_now
from clustersim.kernel.counting import count_month_by_month, pass_milestones, record
from clustersim.kernel.draws import draw_clusters, draw_lives, draw_practices
from clustersim.kernel.earnings import move_market
from clustersim.kernel.jit import OPTIONS
from clustersim.kernel.lanes import BLOCK, clear
from clustersim.kernel.lives import RUIN, begin, workspace
from clustersim.kernel.living import bury, draw_noise_of_megas, live_clusters, live_megas
from clustersim.kernel.monthly import _empty_records
from clustersim.kernel.run import THINNED, empty_records
from clustersim.kernel.settle import pay, settle
from cycles import cycles, lap

STAGES = [
    "clear",
    "practices",
    "clusters",
    "mega noise",
    "market",
    "launch",
    "attend",
    "clusters' months",
    "megas' months",
    "pay",
    "settle",
    "converge",
    "histograms",
    "milestones",
    "pack",
    "record",
]
NONE = np.int64(0)


@njit(**OPTIONS)
def timed(
    tables,
    levers,
    key,
    first,
    records,
    more,
    rows,
    megas,
    practices,
    candidates,
    books,
    lives,
    growths,
    minds,
    spent,
):
    count, size = records.viable.size, megas.pace.size
    for at in range(0, count, size):
        n = min(size, count - at)
        trajectory = first + np.uint64(at)
        t = cycles()
        clear(practices, books)
        begin(lives, minds, levers.savings, levers.attention)
        t = lap(spent, 0, t)
        draw_practices(tables, key, trajectory, practices, n)
        t = lap(spent, 1, t)
        draw_clusters(tables, key, trajectory, rows, practices, books, n)
        draw_lives(tables, key, trajectory, rows, lives, books, n)
        t = lap(spent, 2, t)
        converged, packed = NONE, NONE
        for stretch in range(1, tables.horizon + 1, BLOCK):
            draw_noise_of_megas(tables, key, trajectory, megas, growths, stretch, NONE, converged)
            t = lap(spent, 3, t)
            if tables.market_volatility > 0:
                move_market(tables, key, trajectory, practices, books, stretch, n)
            t = lap(spent, 4, t)
            for b in range(BLOCK):
                launch(tables, rows, practices, candidates, lives, minds, stretch + b, n)
                t = lap(spent, 5, t)
                attend(levers, key, trajectory, practices, minds, stretch + b, n)
                t = lap(spent, 6, t)
                live_clusters(tables, key, trajectory, rows, books, lives, minds, stretch, b, n)
                t = lap(spent, 7, t)
                live_megas(tables, megas, books, growths, minds, b, converged)
                t = lap(spent, 8, t)
                pay(tables, levers, books, minds, stretch, b, n)
                t = lap(spent, 9, t)
                settle(levers, books, minds, stretch, b, n)
                t = lap(spent, 10, t)
                if tables.megas > 0:
                    before = converged
                    converged = converge_now(
                        tables,
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
                    draw_noise_of_megas(tables, key, trajectory, megas, growths, stretch, before, converged)
                t = lap(spent, 11, t)
            count_month_by_month(tables, levers, books, minds, records, more, stretch, at, n)
            t = lap(spent, 12, t)
            pass_milestones(tables, books, records, minds.whole[RUIN], levers.finances > 0, stretch, n)
            t = lap(spent, 13, t)
            thinned = THINNED * (converged - packed) > n - packed
            bury(tables, rows, practices, lives, minds, stretch + BLOCK - 1, thinned)
            packed = converged if thinned else packed
            t = lap(spent, 14, t)
        record(tables, practices, books, records, at, n)
        t = lap(spent, 15, t)


def run(program, n, spent):
    tables, levers = program.tables, program.levers
    more = _empty_records(tables, levers, n, paths=False, standing=False)
    timed(tables, levers, np.uint64(1), np.uint64(0), empty_records(tables, n), more, *workspace(tables, n), spent)
