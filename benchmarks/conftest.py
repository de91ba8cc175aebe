"""Every benchmark gets ready outside of the timing, and tells trajectories a second."""

import pytest

from interleaved import UnavailableError

RATES = pytest.StashKey[dict]()


@pytest.fixture
def measured(benchmark, request):
    """Measure a task; it is warm before the clock starts, or skipped with a word if something is missing."""

    def measure(task, rounds=5):
        try:
            task.prepare()
        except UnavailableError as missing:
            pytest.skip(str(missing))
        benchmark.pedantic(task.work, rounds=rounds)
        if benchmark.enabled:
            rate = task.trajectories / benchmark.stats.stats.median
            benchmark.extra_info["trajectories_per_second"] = round(rate)
            request.config.stash.setdefault(RATES, {})[request.node.name] = rate

    return measure


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Room for compiled peers."""
    return tmp_path_factory.mktemp("peers")


def pytest_terminal_summary(terminalreporter, config):
    rates = config.stash.get(RATES, {})
    if rates:
        terminalreporter.section("trajectories a second")
    for name, rate in rates.items():
        terminalreporter.line(f"{name:<60}{rate:>15,.0f}")
