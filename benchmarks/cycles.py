"""A cycle counter for compiled code, read between the stages of a kernel."""

import time

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from clustersim.kernel.jit import jit

ROUNDS = 3


@intrinsic
def cycles(typingctx):
    def generate(context, builder, signature, args):
        kind = ir.FunctionType(ir.IntType(64), [])
        return builder.call(builder.module.declare_intrinsic("llvm.readcyclecounter", (), kind), [])

    return types.int64(), generate


@jit
def lap(spent, stage, since):
    """Add the cycles since then to a stage's, and give the count of now."""
    now = cycles()
    spent[stage] += now - since
    return now


def report(stages, run, n):
    """Print where the time of ``run(n, spent)`` goes, in nanoseconds a trajectory, after a run that compiles it."""
    run(2_000, np.zeros(len(stages), np.int64))
    for _ in range(ROUNDS):
        spent = np.zeros(len(stages), np.int64)
        begin = time.process_time()  # others on this core do not count
        run(n, spent)
        total = (time.process_time() - begin) / n * 1e9
        share = spent / spent.sum() * total
        print(f"{total:6.0f} ns a trajectory:", ", ".join(f"{s} {t:.0f}" for s, t in zip(stages, share, strict=True)))
