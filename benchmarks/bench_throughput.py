"""Trajectories a second: by size, by plan, on one thread and on two."""

import pytest

from tasks import PLANS, simulated

SIZES = [10**4, 10**5, 10**6, pytest.param(10**7, marks=pytest.mark.long), pytest.param(10**8, marks=pytest.mark.long)]

on_threads = pytest.mark.parametrize("threads", [1, 2], ids=["one thread", "two threads"])


@on_threads
@pytest.mark.parametrize("n", SIZES, ids="{:.0e}".format)
@pytest.mark.benchmark(group="sizes")
def bench_sizes(measured, n, threads):
    measured(simulated(PLANS["default"], n, threads), rounds=5 if n < 10**7 else 1)


@on_threads
@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.benchmark(group="plans")
def bench_plans(measured, plan, threads):
    measured(simulated(PLANS[plan], 200_000, threads))
