"""The work that is measured: the library's, and its peers'."""

import numpy as np

import clustersim as cs
from clustersim.kernel.run import warm
from interleaved import Task, UnavailableError
from machine import cores
from normals import draw_normals
from peers import scalar, vectorised

#: Another plan goes here, by the name that the benchmarks give it.
PLANS = {
    "default": cs.Plan(),
    "monthly": cs.Plan(every=1),
    "quiet": cs.Plan(volatility=0),
    "50 clusters": cs.Plan(clusters=50, every=1),
    "at_once": cs.Plan(at_once=3, every=1),
}
WARM_UP = 10_000


def _need(threads):
    if threads > cores():
        raise UnavailableError(f"{threads} threads need {threads} cores, and here is {cores()}")


def simulated(plan, n, threads=1, *, times=1):
    """Everything that ``simulate`` does, with the code compiled; ``times`` over."""

    def prepare():
        _need(threads)
        warm()
        cs.simulate(plan, n=WARM_UP, rng=7, workers=threads)

    def work():
        for _ in range(times):
            cs.simulate(plan, n=n, rng=7, workers=threads)

    return Task(work=work, trajectories=times * n, prepare=prepare)


def normals(n):
    """The normals alone that ``n`` trajectories of the default plan need: no simulation of it can be faster."""
    out = np.empty((4, 1024), np.float32)

    def draw(trajectories):
        draw_normals(np.uint64(7), trajectories, out)

    return Task(work=lambda: draw(n), trajectories=n, prepare=lambda: draw(100))


def scalar_c(folder, n, threads=1):
    """The C program, compiled into ``folder``."""

    def prepare():
        _need(threads)
        scalar.simulate(folder, 100, threads)

    return Task(work=lambda: scalar.simulate(folder, n, threads), trajectories=n, prepare=prepare)


def vectorised_numpy(n):
    rng = np.random.default_rng(1)
    return Task(
        work=lambda: vectorised.simulate_in_blocks(n, rng),
        trajectories=n,
        prepare=lambda: vectorised.simulate(100, rng),
    )


def simpy_processes(n):
    def simulate(trajectories):
        try:
            from peers import processes  # noqa: PLC0415  SimPy may be missing
        except ModuleNotFoundError:
            raise UnavailableError("SimPy is not installed: python -m pip install '.[bench]'") from None
        processes.simulate(trajectories)

    return Task(work=lambda: simulate(n), trajectories=n, prepare=lambda: simulate(2))
