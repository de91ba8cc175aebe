"""The engine: however trajectories are cut into ranges and spread over workers, the bits are the same."""

import multiprocessing
import os
import subprocess
import sys
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import reduce
from operator import add

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clustersim as cs
from clustersim import engine, spread
from clustersim.program import lower
from clustersim.ranges import run_range
from clustersim.tally import count
from clustersim.testing import plans

PLAN = cs.Plan(horizon=36)
LEVERS = cs.presets.whole_story().replace(horizon=36)
N = 5_000
MOST = 2**63


def at_once(plan, n, *, first=0, key=None):
    """What one call of the kernel counts."""
    program, key = lower(plan), engine.key_of(7) if key is None else key
    return count(program, key, first, *run_range(program, key, first, n))


@pytest.fixture(scope="module", params=[PLAN, LEVERS], ids=["default", "levers"])
def plan(request):
    return request.param


@pytest.fixture(scope="module")
def expected(plan):
    return at_once(plan, N)


@pytest.fixture
def small_ranges(monkeypatch):
    """Ranges of 16 trajectories, however fast they go."""
    monkeypatch.setattr("clustersim.spread.FIRST_RANGE", 0)
    monkeypatch.setattr("clustersim.spread.next_size", lambda *_: 16)


class AtOnce(Executor):
    """An executor that works while it is given work; it keeps what it was asked for."""

    def __init__(self):
        self.ranges = []

    def submit(self, function, /, *args):
        self.ranges.append(args[-2:])
        future = Future()
        future.set_result(function(*args))
        return future


class Stuck(AtOnce):
    """An executor that does the first piece of work and leaves all others."""

    def __init__(self):
        super().__init__()
        self.futures = []

    def submit(self, function, /, *args):
        self.futures.append(Future() if self.futures else super().submit(function, *args))
        return self.futures[-1]


class Failing(AtOnce):
    """An executor whose third piece of work fails."""

    def submit(self, function, /, *args):
        if len(self.ranges) < 2:
            return super().submit(function, *args)
        future = Future()
        future.set_exception(MemoryError("a worker's own"))
        return future


# The same bits


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_the_number_of_workers_changes_nothing(workers, plan, expected):
    assert cs.simulate(plan, n=N, rng=7, workers=workers).tally == expected


def test_another_seed_changes_everything(plan, expected):
    other = cs.simulate(plan, n=N, rng=8).tally.counts()
    for name, array in expected.counts().items():
        assert not array.size or not np.array_equal(other[name], array), name


@pytest.mark.usefixtures("small_ranges")
@pytest.mark.parametrize("workers", [1, 3])
def test_small_ranges_change_nothing(workers, plan, expected):
    executor = AtOnce()
    assert cs.simulate(plan, n=N, rng=7, workers=workers, executor=executor).tally == expected
    assert cs.simulate(plan, n=N, rng=7, workers=workers).tally == expected
    assert len(executor.ranges) == -(-N // 16)


def test_a_caller_s_threads_change_nothing_and_go_on(plan, expected):
    with ThreadPoolExecutor(3) as pool:
        assert cs.simulate(plan, n=N, rng=7, executor=pool).tally == expected
        assert cs.simulate(plan, n=N, rng=7, executor=pool, workers=50).tally == expected
        assert pool.submit(int, "5").result() == 5


def test_processes_change_nothing(plan, expected, small_ranges):  # noqa: ARG001 - so that each has something to do
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert cs.simulate(plan, n=N, rng=7, executor=pool, workers=2).tally == expected


@given(
    st.sampled_from([PLAN, LEVERS]),
    st.integers(0, MOST - 360) | st.sampled_from([2**32 - 5, 2**32, 2**40]),
    st.lists(st.integers(1, 60), min_size=1, max_size=3),
    st.lists(st.integers(1, 60), max_size=3),
)
@settings(max_examples=30)
def test_extend_and_plus_give_the_bits_of_the_run_at_once(plan, first, sizes, more):
    def extended(first, sizes):
        return reduce(cs.extend, sizes[1:], cs.simulate(plan, n=sizes[0], rng=7, first=first))

    n = sum(sizes + more)
    outcome = extended(first, sizes)
    if more:
        outcome = extended(first + sum(sizes), more) + outcome
    assert outcome.tally == at_once(plan, n, first=first)
    assert outcome.tally.ranges == ((first, first + n),)


@pytest.mark.parametrize("first", [2**32 - 5, 2**40, MOST - 10])
def test_trajectories_are_numbered_in_64_bits(plan, first):
    whole = cs.simulate(plan, n=10, rng=7, first=first).tally
    assert whole == reduce(add, (at_once(plan, 1, first=i) for i in range(first, first + 10)))
    revenue = cs.paths(plan, n=10, rng=7, first=first).revenue
    alone = [cs.paths(plan, n=1, rng=7, first=i).revenue[0] for i in range(first, first + 10)]
    assert np.array_equal(revenue, alone)
    wrapped = cs.paths(plan, n=10, rng=7, first=first % 2**32).revenue
    assert first == first % 2**32 or not np.array_equal(revenue, wrapped)
    assert len({row.tobytes() for row in revenue[revenue.any(axis=1)]}) == revenue.any(axis=1).sum() > 5


def test_extend_follows_the_last_trajectory():
    gap = cs.simulate(PLAN, n=10, rng=7) + cs.simulate(PLAN, n=10, rng=7, first=20)
    assert cs.extend(gap, 5).tally.ranges == ((0, 10), (20, 35)) != gap.tally.ranges


def test_eight_simulations_at_once_change_nothing(plan, expected):
    found = [None] * 8

    def simulate(i):
        found[i] = cs.simulate(plan, n=N, rng=7, workers=2).tally

    threads = [threading.Thread(target=simulate, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(tally == expected for tally in found)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_process_that_has_simulated_can_fork():
    code = """
import os
import clustersim as cs
plan = cs.Plan(horizon=12)
before = cs.simulate(plan, n=1_000, rng=7)
child = os.fork()
if not child:
    os._exit(0 if cs.simulate(plan, n=1_000, rng=7) == before else 3)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert cs.simulate(plan, n=1_000, rng=7) == before
"""
    # From 3.12 on, Python warns of forks beside any threads, be they of numpy's own.
    quiet = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", code]
    subprocess.run(quiet, check=True, timeout=120)  # noqa: S603 - our own code


# Luck


def test_names_have_no_luck_of_their_own():
    renamed = PLAN.replace(
        clusters=[cs.Cluster(name=f"offer {i}") for i in range(12)],
        milestones=[m.model_copy(update={"name": m.name.upper()}) for m in PLAN.milestones],
        convergence=cs.Convergence(trigger="BLACK BELT"),
    )
    assert cs.simulate(renamed, n=500, rng=7) == cs.simulate(PLAN, n=500, rng=7)


def test_plans_of_one_seed_share_their_keys():
    """A higher failure rate dooms more clusters of every single practice, and saves none."""
    likely, rare = (cs.paths(PLAN.replace(failure_rate=rate), n=2_000, rng=7).viable for rate in (0.6, 0.5))
    assert (likely <= rare).all()
    assert (likely < rare).any()
    other = cs.paths(PLAN.replace(failure_rate=0.5), n=2_000, rng=8).viable
    assert not (likely <= other).all()


# Single trajectories


@given(plans(max_horizon=48, levers=False) | plans(max_horizon=48), st.integers(0, MOST - 100))
@settings(max_examples=60)
def test_paths_are_what_simulate_counts(plan, first):
    n, horizon = 40, plan.horizon
    some = cs.paths(plan, n=n, rng=7, first=first)
    outcome = cs.simulate(plan, n=n, rng=7, first=first, workers=1)
    tally, quantum = outcome.tally, outcome.program.quantum
    assert list(some.reached) == [event.name for event in outcome.events]
    for event in some.reached:
        counts = tally.reached[outcome.program.events.index(event)]
        months = np.where(np.isinf(some.reached[event]), 0, some.reached[event]).astype(int)
        assert np.array_equal(np.bincount(months, minlength=horizon + 1), counts.sum(axis=0))
    clusters = outcome.program.clusters
    assert np.array_equal(np.bincount(some.viable, minlength=clusters + 1), tally.reached[0].sum(axis=1))
    assert np.array_equal(np.bincount(some.launches, minlength=clusters + 1), tally.launches)
    assert np.array_equal(np.bincount(some.origin + 1, minlength=clusters + 1)[1:], tally.origin)
    assert some.revenue.shape == (n, horizon)
    quanta = (some.revenue / quantum).astype(np.int64)
    assert np.array_equal(quanta * quantum, some.revenue)
    assert quanta.sum(axis=0).tolist() == tally.revenue_sum.tolist()
    assert some.first == first
    for dollars, lever, fan in (
        (some.cash, plan.finances, lambda: outcome.cash),
        (some.mission_revenue, plan.mission, lambda: outcome.mission_revenue),
    ):
        assert (dollars is None) == (lever is None)
        if lever:
            assert_is_counted(dollars, fan())


def assert_is_counted(dollars, fan):
    """A fan has the mean, the deviation and the quantiles of the amounts themselves."""
    units = np.floor(dollars / fan.quantum + 0.5)  # of cash, which is told in coarser ones
    scale = np.abs(units).max(axis=0) + 1
    assert np.allclose(fan.mean() / fan.quantum, units.mean(axis=0), rtol=1e-12, atol=1e-9 * scale)
    assert np.allclose(fan.std() / fan.quantum, units.std(axis=0), rtol=1e-6, atol=1e-7 * scale)
    for q in (0, 0.1, 0.5, 0.77, 1):
        at = np.sort(units, axis=0)[max(int(np.ceil(q * len(units))) - 1, 0)]
        assert np.all(np.abs(fan.quantile(q) / fan.quantum - at) <= np.abs(at) / 60)


def test_paths_are_the_same_whatever_comes_before(monkeypatch):
    whole = cs.paths(PLAN, n=50, rng=7)
    part = cs.paths(PLAN, n=20, rng=7, first=30)
    monkeypatch.setattr(engine, "LARGEST_RANGE", 7)
    pieces = cs.paths(PLAN, n=50, rng=7)
    for name in ("revenue", "viable", "launches", "origin"):
        assert np.array_equal(getattr(part, name), getattr(whole, name)[30:]), name
        assert np.array_equal(getattr(pieces, name), getattr(whole, name)), name
    for event, months in whole.reached.items():
        assert np.array_equal(part.reached[event], months[30:]), event
        assert np.array_equal(pieces.reached[event], months), event
    assert not np.array_equal(part.revenue, whole.revenue[:20])


# What is refused


@pytest.mark.parametrize("call", [cs.simulate, cs.paths])
@pytest.mark.parametrize("name", ["n", "first"])
@pytest.mark.parametrize("value", [1e5, 5.0, True, np.True_, "5", None, [5], np.array([5, 6]), np.array(5.0)], ids=repr)
def test_numbers_of_trajectories_are_whole(call, name, value):
    with pytest.raises(TypeError) as refused:
        call(PLAN, **{"rng": 7, name: value})
    assert str(refused.value) == f"{name} = {value!r}: must be a whole number, as 100_000"


@pytest.mark.parametrize("call", [cs.simulate, cs.paths])
@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ({"n": 0}, "n = 0: must be 1 or more"),
        ({"n": -5}, "n = -5: must be 1 or more"),
        ({"first": -1}, "first = -1: must be 0 or more"),
        ({"n": MOST + 1}, f"first + n = {MOST + 1}: trajectories are numbered below 2^63"),
        ({"n": 11, "first": MOST - 10}, f"first + n = {MOST + 1}: trajectories are numbered below 2^63"),
        ({"n": 1, "first": 10**30}, f"first + n = {10**30 + 1}: trajectories are numbered below 2^63"),
    ],
)
def test_numbers_of_trajectories_are_within_bounds(call, numbers, sentence):
    with pytest.raises(ValueError, match=r"n = |first = ") as refused:
        call(PLAN, rng=7, **numbers)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("n", [np.int16(20), np.uint64(20), np.array(20)])
def test_numpy_s_whole_numbers_will_do(n):
    assert cs.simulate(PLAN, n=n, rng=7, first=n).tally.ranges == ((20, 40),)


@pytest.mark.parametrize(
    ("n", "kind", "sentence"),
    [
        (0, ValueError, "n = 0: must be 1 or more"),
        (1.0, TypeError, "n = 1.0: must be a whole number, as 100_000"),
        (MOST, ValueError, f"first + n = {MOST + 10}: trajectories are numbered below 2^63"),
    ],
)
def test_extend_refuses_what_simulate_refuses(n, kind, sentence):
    outcome = cs.simulate(PLAN, n=10, rng=7)
    with pytest.raises(kind) as refused:
        cs.extend(outcome, n)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("workers", "kind", "sentence"),
    [
        (0, ValueError, "workers = 0: must be 1 or more"),
        (1.5, TypeError, "workers = 1.5: must be a whole number, as 100_000"),
        (True, TypeError, "workers = True: must be a whole number, as 100_000"),
    ],
)
def test_workers_are_whole(workers, kind, sentence):
    with pytest.raises(kind) as refused:
        cs.simulate(PLAN, n=10, rng=7, workers=workers)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("call", [cs.simulate, cs.paths])
@pytest.mark.parametrize("plan", [None, "plan.toml", {"clusters": 3}, cs.Plan, 12], ids=repr)
def test_what_is_no_plan_is_refused(call, plan):
    with pytest.raises(TypeError) as refused:
        call(plan, n=10, rng=7)
    kind = type(plan).__name__
    assert str(refused.value) == f"plan must be a clustersim.Plan, not {kind}: Plan.from_toml(path) reads a file"


# Progress, and what goes wrong


@pytest.mark.usefixtures("small_ranges")
@pytest.mark.parametrize("options", [{"workers": 2}, {"workers": 1, "executor": AtOnce()}], ids=["threads", "own"])
def test_progress_rises_to_n(options):
    said = []
    cs.simulate(PLAN, n=1_000, rng=7, progress=lambda done, n: said.append((done, n)), **options)
    assert len(said) == -(-1_000 // 16)
    assert {n for _, n in said} == {1_000}
    assert said == sorted(set(said))
    assert said[-1] == (1_000, 1_000)


def test_extend_tells_its_own_progress():
    said = []
    outcome = cs.simulate(PLAN, n=100, rng=7)
    cs.extend(outcome, 50, progress=lambda done, n: said.append((done, n)))
    assert said[-1] == (50, 50)


@pytest.mark.usefixtures("small_ranges")
@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt])
def test_an_error_in_progress_ends_the_run_and_its_threads(error):
    calls = []

    def progress(done, n):  # noqa: ARG001 - what is called with
        calls.append(done)
        if len(calls) == 3:
            raise error("mine")

    before = set(threading.enumerate())
    with pytest.raises(error, match="mine"):
        cs.simulate(PLAN, n=10**9, rng=7, progress=progress)
    assert len(calls) == 3
    assert set(threading.enumerate()) <= before


def test_an_error_leaves_no_work_with_the_caller_s_executor():
    executor = Stuck()

    def progress(done, n):
        raise KeyError(done, n)

    with pytest.raises(KeyError) as error:
        cs.simulate(PLAN, n=10**9, rng=7, workers=4, executor=executor, progress=progress)
    # The error is still at hand, as it is in a notebook, and keeps the run's frames alive.
    assert error.traceback
    assert len(executor.futures) > 4
    assert all(future.cancelled() for future in executor.futures[1:])


def test_a_worker_s_error_is_the_caller_s():
    with pytest.raises(MemoryError, match="a worker's own"):
        cs.simulate(PLAN, n=10**9, rng=7, workers=1, executor=Failing())


@pytest.mark.parametrize("executor", [None, AtOnce()], ids=["threads", "own"])
def test_no_worker_holds_more_than_some_records(monkeypatch, executor):
    """A tiny plan is quick: a range that takes its time would be millions of records in every worker."""
    held, original = [], engine._count_piece

    def counted(program, key, first, n):
        held.append(n)
        return original(program, key, first, n)

    monkeypatch.setattr(engine, "_count_piece", counted)
    cs.simulate(cs.Plan(clusters=1, horizon=1), n=1_000_000, rng=7, workers=1, executor=executor)
    assert max(held) == engine.MOST_AT_ONCE
    assert sum(held) == 1_000_000


def test_far_workers_get_more_at_a_time_and_all_of_them_something():
    program = lower(PLAN)
    near, far = spread.Pace.near(program.tally_bytes, 100), spread.Pace.far(program.tally_bytes, 100)
    assert far.seconds > 3 * near.seconds
    assert 100 / far.seconds * program.tally_bytes < 1.01e8  # bytes a second that come back
    assert near.in_flight * program.tally_bytes <= 2**29
    huge = lower(cs.Plan(clusters=150, horizon=1_000))
    assert spread.Pace.near(huge.tally_bytes, 100).in_flight * huge.tally_bytes <= 2**29 < 100 * huge.tally_bytes
    assert spread.Pace.far(huge.tally_bytes, 100).in_flight == 100


@pytest.mark.parametrize("pieces", [1, 3])
def test_a_range_of_several_pieces_is_the_range(monkeypatch, pieces, plan, expected):
    monkeypatch.setattr(engine, "MOST_AT_ONCE", -(-N // pieces))
    tally, seconds, overhead = engine.count_range(lower(plan), engine.key_of(7), 0, N)
    assert tally == expected
    assert seconds > 0 < overhead


def test_ranges_take_as_long_as_they_should_and_grow_no_further():
    pace = spread.Pace.far(lower(PLAN).tally_bytes, 2)
    assert spread.next_size(1_000, 0.25, 0.001, pace) == 2_000
    assert spread.next_size(1_000, 0.001, 0.001, pace) == 4_000
    assert spread.next_size(1_000, 5.0, 0.001, pace) == 100
    assert spread.next_size(1_000, 5.0, 5.0, pace) == 4_000
    assert spread.next_size(10, 5.0, 0.0, pace) == 16
    near = spread.Pace.near(lower(PLAN).tally_bytes, 2)
    assert spread.next_size(engine.MOST_AT_ONCE, 0.01, 0.001, near) == engine.MOST_AT_ONCE


def test_more_paths_than_memory_holds_are_refused_with_the_number_of_bytes():
    with pytest.raises(MemoryError, match=r"take 2,249,600,790,429,696 bytes, and this process can have [0-9,]+: "):
        cs.paths(cs.Plan(), n=2**40, rng=1)
