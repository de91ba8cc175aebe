"""The table of measures, as the docs have it: ``python benchmarks/table.py``.

Whatever is compared runs in turn, A B A B, in one go; each row gives the median of the ratios. How far the library
differs from itself measured the same way (A against A) is the yardstick: a difference within that is none. Machines are
shared and noisy, so ratios count and times do not.
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

import clustersim as cs
from clustersim.kernel.arithmetic import normal_pair
from clustersim.kernel.jit import jit
from clustersim.kernel.philox import of_lane
from clustersim.kernel.run import run, warm
from clustersim.program import lower
from peers import processes, vectorised

ROUNDS = 5
N = 200_000
NORMALS = 440  # that a trajectory of the default plan needs: cluster-months alive


@jit
def draw_normals(key, trajectories, out):
    """Philox and the normal alone, in blocks that stay in cache."""
    lanes = out.shape[1]
    for block in range(trajectories * 440 // (4 * lanes)):
        for i in range(lanes):
            w0, w1, w2, w3 = of_lane(np.uint64(0), np.int32(i), np.uint32(0), np.uint32(block), key)
            out[0, i], out[1, i] = normal_pair(w0, w1)
            out[2, i], out[3, i] = normal_pair(w2, w3)


def seconds(task):
    begin = time.perf_counter()
    task()
    return time.perf_counter() - begin


def kernel(plan, n=N):
    tables = lower(plan).tables
    return lambda: run(tables, 7, 0, n)


def threads(workers, n=4 * N):
    return lambda: cs.simulate(cs.Plan(), n=n, rng=7, workers=workers)


def interleaved(first, second):
    """Ratios of the second's time to the first's, in turn."""
    first(), second()
    return median(seconds(second) / seconds(first) for _ in range(ROUNDS))


def scalar_c(folder):
    """Compile the C peer; a function of the number of threads that tells its trajectories a second."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        return None
    source, program = Path(__file__).parent / "peers" / "scalar.c", Path(folder) / "scalar"
    flags = ["-O3", "-march=native", "-ffast-math", "-fopenmp"]
    subprocess.run([compiler, *flags, source, "-o", program, "-lm"], check=True)  # noqa: S603  our own program

    def rate(workers):
        answer = subprocess.run([program, str(N), str(workers)], capture_output=True, text=True, check=True)  # noqa: S603
        return float(answer.stdout.split()[0])

    return rate


def fresh(code, **environment):
    """Wall seconds and peak megabytes of a new process."""
    script = f"import resource\n{code}\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    begin = time.perf_counter()
    done = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={**os.environ, **environment}
    )
    return time.perf_counter() - begin, int(done.stdout.split()[-1]) / 1024


def show(name, value, must, aim):
    print(f"| {name} | {value} | {must} | {aim} |", flush=True)


def main():
    warm()
    plan = cs.Plan()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{machine}, {time.strftime('%Y-%m-%d')}\n")
    print("| measure | here | must | aim |\n| --- | --- | --- | --- |")
    one = kernel(plan)
    show("A against A", f"{interleaved(one, kernel(plan)):.2f}", "", "")
    show("trajectories a second, one thread", f"{N / min(seconds(one) for _ in range(ROUNDS)):,.0f}", "", "")
    with tempfile.TemporaryDirectory() as folder:
        c = scalar_c(folder)
        if c is None:
            print("no C compiler here: nothing to compare with")
        else:
            ratios = [N / seconds(one) / c(1) for _ in range(ROUNDS)]
            show("against scalar C, one thread each", f"{median(ratios):.1f} x", ">= 5 x", ">= 10 x")
            ratios = [4 * N / seconds(threads(2)) / c(2) for _ in range(ROUNDS)]
            show("against scalar C, two threads each", f"{median(ratios):.1f} x", ">= 5 x", ">= 10 x")
    rng = np.random.default_rng(1)
    ratio = interleaved(one, lambda: [vectorised.simulate(500, rng) for _ in range(8)]) * N / 4_000
    show("against vectorised NumPy", f"{ratio:.0f} x", ">= 30 x", ">= 60 x")
    ratio = interleaved(one, lambda: processes.simulate(200)) * N / 200
    show("against SimPy", f"{ratio:,.0f} x", ">= 1 000 x", ">= 2 000 x")
    out = np.empty((4, 1024), np.float32)
    ratio = interleaved(lambda: draw_normals(np.uint64(7), N, out), one)
    show("time over that of its normals alone", f"{ratio:.1f} x", "<= 4 x", "<= 2 x")
    for name, other, must, aim in (
        ("`volatility=0`, faster by", cs.Plan(volatility=0), ">= 2 x", ">= 5 x"),
        ("`at_once=3, every=1`, faster by", cs.Plan(at_once=3, every=1), "", ""),
        ("`every=1`, faster by", cs.Plan(every=1), "", ""),
        ("50 clusters, faster by", cs.Plan(clusters=50, every=1), "", ""),
    ):
        show(name, f"{1 / interleaved(one, kernel(other)):.2f} x", must, aim)
    show("two threads against one", f"{interleaved(threads(2), threads(1)):.2f} x", ">= 1.85 x", ">= 1.95 x")
    big, small = seconds(threads(2, 10**7)) / 10**7, seconds(threads(2, 10**6)) / 10**6
    show("time a trajectory at 10^7 against 10^6", f"{big / small:.2f}", "noise", "")
    bare = min(fresh("")[0] for _ in range(ROUNDS))
    imported = min(fresh("import clustersim")[0] for _ in range(ROUNDS)) - bare
    show("`import clustersim`, above a bare interpreter", f"{imported:.2f} s", "<= 0.25 s", "<= 0.15 s")
    answer = "import clustersim as cs; cs.simulate(cs.Plan(), n=100_000, rng=7).summary()"
    cached, memory = min(fresh(answer) for _ in range(ROUNDS))
    with tempfile.TemporaryDirectory() as folder:
        cold, _ = fresh(answer, NUMBA_CACHE_DIR=folder)
    show("first answer, nothing cached", f"{cold:.1f} s", "<= 8 s", "<= 4 s")
    show("first answer, cached", f"{cached:.2f} s", "<= 1.2 s", "<= 0.8 s")
    _, memory = fresh("import clustersim as cs; cs.simulate(cs.Plan(), n=3_000_000, rng=7).summary()")
    show("peak memory, 3 000 000 trajectories", f"{memory:.0f} MB", "<= 400 MB", "<= 250 MB")


if __name__ == "__main__":
    main()
