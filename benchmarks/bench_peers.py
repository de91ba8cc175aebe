"""The default plan by other means, in the same run; ``table.py`` compares them in turn."""

import pytest

from tasks import PLANS, normals, scalar_c, simpy_processes, simulated, vectorised_numpy

N = 200_000

pytestmark = pytest.mark.benchmark(group="default plan")
on_threads = pytest.mark.parametrize("threads", [1, 2], ids=["one thread", "two threads"])


@on_threads
def bench_clustersim(measured, threads):
    measured(simulated(PLANS["default"], N, threads))


@on_threads
def bench_scalar_c(measured, folder, threads):
    measured(scalar_c(folder, N, threads))


def bench_vectorised_numpy(measured):
    measured(vectorised_numpy(8_000))


def bench_simpy(measured):
    measured(simpy_processes(200))


def bench_normals_alone(measured):
    measured(normals(N))
