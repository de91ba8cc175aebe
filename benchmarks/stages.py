"""Where the kernel's time goes, in nanoseconds a trajectory by stage: ``python benchmarks/stages.py [PLAN]``.

PLAN is a file or a preset's name. The month loop of ``kernel/run.py`` once more, with a cycle counter read between its
stages; for plans in which levers change something from month to month, that of ``kernel/monthly.py``.
"""

import sys
from pathlib import Path

import numpy as np
from numba import njit

import clustersim as cs
import stages_monthly
from clustersim.kernel.consolidation import earn_megas, hand_over, settle_megas
from clustersim.kernel.convergence import converge
from clustersim.kernel.counting import count_revenue, pass_milestones, record
from clustersim.kernel.draws import draw_clusters, draw_lifetimes, draw_practices
from clustersim.kernel.earnings import move_market, round_again, round_revenue
from clustersim.kernel.growth import close_ranks, earn_clusters, packs
from clustersim.kernel.jit import OPTIONS
from clustersim.kernel.lanes import BLOCK, CONVERGED, clear, workspace
from clustersim.kernel.launching import count_launches, schedule
from clustersim.kernel.run import THINNED, empty_records
from clustersim.plan.presets import PRESETS
from clustersim.program import lower
from cycles import cycles, lap, report

STAGES = [
    "clear",
    "practices",
    "clusters",
    "schedule",
    "earn",
    "megas",
    "market",
    "round",
    "converge",
    "histogram",
    "milestones",
    "pack",
    "record",
]
NONE = np.int64(0)


@njit(**OPTIONS)
def timed(tables, key, first, records, rows, megas, practices, candidates, books, spent):
    count, size = records.viable.size, megas.pace.size
    for begin in range(0, count, size):
        n = min(size, count - begin)
        trajectory = first + np.uint64(begin)
        t = cycles()
        clear(practices, books)
        t = lap(spent, 0, t)
        draw_practices(tables, key, trajectory, practices, n)
        t = lap(spent, 1, t)
        draw_clusters(tables, key, trajectory, rows, practices, books, n)
        draw_lifetimes(tables, key, trajectory, rows, books, n)
        t = lap(spent, 2, t)
        schedule(tables, rows, n)
        t = lap(spent, 3, t)
        converged, packed, settled, turn = NONE, NONE, NONE, NONE
        for stretch in range(1, tables.horizon + 1, BLOCK):
            earn_clusters(tables, key, trajectory, rows, books, stretch, turn, n)
            t = lap(spent, 4, t)
            settled = settle_megas(tables, megas, stretch, settled, converged)
            earn_megas(tables, key, trajectory, megas, books, stretch, settled, converged)
            hand_over(megas, books, converged)
            t = lap(spent, 5, t)
            if tables.market_volatility > 0:
                move_market(tables, key, trajectory, practices, books, stretch, n)
            t = lap(spent, 6, t)
            round_revenue(tables, books, stretch, n)
            t = lap(spent, 7, t)
            if tables.megas > 0:
                before = converged
                converged = converge(tables, rows, megas, practices, candidates, books, stretch, turn, converged, n)
                earn_megas(tables, key, trajectory, megas, books, stretch, before, converged)
                round_again(tables, books, megas, stretch, before, converged)
            t = lap(spent, 8, t)
            count_revenue(books, records, stretch, begin, n)
            t = lap(spent, 9, t)
            pass_milestones(tables, books, records, practices.whole[CONVERGED], False, stretch, n)  # noqa: FBT003
            t = lap(spent, 10, t)
            thinned = packs(tables, stretch + BLOCK - 1) and THINNED * (converged - packed) > n - packed
            close_ranks(tables, rows, practices, stretch + BLOCK - 1, turn, thinned)
            packed = converged if thinned else packed
            turn = 1 - turn
            t = lap(spent, 11, t)
        count_launches(tables, rows, practices, n)
        record(tables, practices, books, records, begin, n)
        t = lap(spent, 12, t)


def run(program, n, spent):
    tables = program.tables
    timed(tables, np.uint64(1), np.uint64(0), empty_records(tables, n), *workspace(tables, n), spent)


def main():
    name = sys.argv[1] if len(sys.argv) > 1 else "converging_clusters"
    program = lower(cs.Plan.from_toml(name) if Path(name).exists() else PRESETS[name]())
    kernel = sys.modules[__name__] if program.levers is None else stages_monthly
    report(kernel.STAGES, lambda n, spent: kernel.run(program, n, spent), 200_000)


if __name__ == "__main__":
    main()
