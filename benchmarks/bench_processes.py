"""What a new process takes: wall seconds and peak memory, seen from outside."""

import pytest

from fresh import ANSWER, IMPORT, NOTHING, cold, fresh

FIRST_ANSWER = ANSWER.format(n=100_000)

pytestmark = pytest.mark.benchmark(group="new processes")


@pytest.fixture
def observed(benchmark):
    """Measure new processes, and tell the peak memory of the last."""

    def observe(start, code, rounds=5):
        process = benchmark.pedantic(start, args=(code,), rounds=rounds)
        benchmark.extra_info["peak_megabytes"] = round(process.megabytes)
        benchmark.extra_info["processor_seconds"] = process.processor_seconds

    return observe


@pytest.mark.parametrize("code", [NOTHING, IMPORT], ids=["bare interpreter", "import clustersim"])
def bench_start(observed, code):
    observed(fresh, code)


def bench_first_answer_cached(observed):
    fresh(FIRST_ANSWER)
    observed(fresh, FIRST_ANSWER)


@pytest.mark.cold
def bench_first_answer_cold(observed):
    observed(cold, FIRST_ANSWER, rounds=1)


@pytest.mark.parametrize(
    "n",
    [10**6, pytest.param(10**7, marks=pytest.mark.long), pytest.param(10**8, marks=pytest.mark.long)],
    ids="{:.0e}".format,
)
def bench_peak_memory(observed, n):
    observed(fresh, ANSWER.format(n=n), rounds=1)
