"""Where the kernel's time goes, in nanoseconds a trajectory by stage: ``python benchmarks/stages.py [PLAN.toml]``.

The month loop of ``kernel/run.py`` once more, with a cycle counter read between its stages.
"""

import sys
import time

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

import clustersim as cs
from clustersim.kernel.consolidation import earn_megas, hand_over
from clustersim.kernel.convergence import converge
from clustersim.kernel.counting import count_revenue, pass_milestones, record
from clustersim.kernel.draws import draw_clusters, draw_practices
from clustersim.kernel.earnings import move_market, round_revenue
from clustersim.kernel.growth import close_ranks, earn_clusters
from clustersim.kernel.jit import OPTIONS, jit
from clustersim.kernel.lanes import BLOCK, OF_LANE, clear, workspace
from clustersim.kernel.launching import schedule
from clustersim.kernel.run import THINNED, empty_records
from clustersim.program import lower

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


@intrinsic
def cycles(typingctx):
    def generate(context, builder, signature, args):
        kind = ir.FunctionType(ir.IntType(64), [])
        return builder.call(builder.module.declare_intrinsic("llvm.readcyclecounter", (), kind), [])

    return types.int64(), generate


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
        t = lap(spent, 2, t)
        schedule(tables, rows, n)
        t = lap(spent, 3, t)
        converged, packed, turn = NONE, NONE, NONE
        for stretch in range(1, tables.horizon + 1, BLOCK):
            earn_clusters(tables, key, trajectory, rows, books, stretch, turn, n)
            t = lap(spent, 4, t)
            earn_megas(tables, key, trajectory, megas, books, stretch, NONE, converged)
            hand_over(megas.whole[OF_LANE], megas.earned, books.total, converged)
            t = lap(spent, 5, t)
            if tables.market_volatility > 0:
                move_market(tables, key, trajectory, practices, books, stretch, n)
            t = lap(spent, 6, t)
            round_revenue(tables, books, stretch, n)
            t = lap(spent, 7, t)
            if tables.megas > 0:
                converged = converge(
                    tables, key, trajectory, rows, megas, practices, books, candidates, stretch, turn, converged, n
                )
            t = lap(spent, 8, t)
            count_revenue(books, records, stretch, begin, n)
            t = lap(spent, 9, t)
            pass_milestones(tables, books, records, stretch, n)
            t = lap(spent, 10, t)
            thinned = THINNED * (converged - packed) > n - packed
            close_ranks(tables, rows, practices, stretch + BLOCK - 1, turn, thinned)
            packed = converged if thinned else packed
            turn = 1 - turn
            t = lap(spent, 11, t)
        record(tables, rows, practices, books, records, begin, n)
        t = lap(spent, 12, t)


@jit
def lap(spent, stage, since):
    now = cycles()
    spent[stage] += now - since
    return now


def main():
    plan = cs.Plan.from_toml(sys.argv[1]) if len(sys.argv) > 1 else cs.Plan()
    tables, n = lower(plan).tables, 200_000
    spent = np.zeros(len(STAGES), np.int64)
    timed(tables, np.uint64(1), np.uint64(0), empty_records(tables, 2_000), *workspace(tables, 2_000), spent)
    for _ in range(3):
        spent[:] = 0
        records = empty_records(tables, n)
        begin = time.perf_counter()
        timed(tables, np.uint64(1), np.uint64(0), records, *workspace(tables, n), spent)
        total = (time.perf_counter() - begin) / n * 1e9
        share = spent / spent.sum() * total
        print(f"{total:6.0f} ns a trajectory:", ", ".join(f"{s} {t:.0f}" for s, t in zip(STAGES, share, strict=True)))


if __name__ == "__main__":
    main()
