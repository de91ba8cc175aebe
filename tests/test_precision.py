"""Stopping: at fixed prefixes alone, whoever is faster, and not before it is sure."""

from concurrent.futures import Executor, Future
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import clustersim as cs
from clustersim import engine
from clustersim.outcome.estimate import Estimate
from clustersim.outcome.precision import FIRST_LOOK, looks

PLAN = cs.Plan(horizon=36)
SURE = cs.Precision("black belt", by=36, half_width=0.01)


@pytest.fixture
def tiny_ranges(monkeypatch):
    """Ranges of at most 100 trajectories, however fast they go."""
    monkeypatch.setattr("clustersim.spread.FIRST_RANGE", 0)
    monkeypatch.setattr("clustersim.spread.next_size", lambda *_: 100)


class Backwards(Executor):
    """An executor that waits until it has so many pieces of work, and then does the last of them first."""

    def __init__(self, pieces):
        self.pieces, self.kept = pieces, []

    def submit(self, function, /, *args):
        future = Future()
        self.kept.append((future, function, args))
        if len(self.kept) == self.pieces:
            for done, work, numbers in reversed(self.kept):
                done.set_result(work(*numbers))
            self.kept.clear()
        return future


@pytest.fixture(scope="module")
def expected():
    """What stopping finds, worked out by hand from whole runs."""
    for look in looks(100_000):
        outcome = cs.simulate(PLAN, n=look, rng=7)
        estimate = outcome["black belt"].probability(by=36)
        z = 1.959963984540054
        if z**2 * (estimate.standard_error**2 + look**-2) <= 1e-4 and estimate.high - estimate.low <= 0.02:
            return outcome
    raise AssertionError


@pytest.mark.parametrize("by", [36, np.int64(36), np.array(36)])
@pytest.mark.parametrize("half_width", [0.25, np.float32(0.25), Fraction(1, 4)])
def test_numbers_of_any_kind_are_kept_as_pythons(by, half_width):
    sure = cs.Precision("black belt", by=by, half_width=half_width, confidence_level=half_width * 2)
    assert sure == cs.Precision("black belt", by=36, half_width=0.25, confidence_level=0.5)
    assert (type(sure.by), type(sure.half_width), type(sure.confidence_level)) == (int, float, float)


def test_a_run_with_numpys_numbers_can_be_saved(tmp_path):
    sure = cs.Precision("black belt", by=np.int64(36), half_width=np.float32(0.25), confidence_level=Fraction(1, 2))
    outcome = cs.simulate(PLAN, n=3_000, rng=7, precision=sure, checkpoint=tmp_path / "kept.zip")
    outcome.save(tmp_path / "run.zip")
    assert cs.load(tmp_path / "run.zip").stopped == cs.load(tmp_path / "kept.zip").stopped == outcome.stopped


def test_it_stops_at_the_first_look_that_is_sure(expected):
    outcome = cs.simulate(PLAN, n=100_000, rng=7, precision=SURE)
    assert outcome == expected
    assert outcome.tally.ranges == ((0, outcome.n),)
    assert outcome.stopped.reached
    assert outcome.stopped.precision is SURE
    assert looks(100_000)[outcome.stopped.looks - 1] == outcome.n
    assert 2_048 < outcome.n < 100_000
    assert outcome.provenance["stopped"] == str(outcome.stopped)


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_the_number_of_workers_changes_nothing(workers, expected):
    outcome = cs.simulate(PLAN, n=10**9, rng=7, precision=SURE, workers=workers)
    assert outcome == expected


@pytest.mark.usefixtures("tiny_ranges")
def test_ranges_and_their_order_change_nothing(expected):
    assert cs.simulate(PLAN, n=100_000, rng=7, precision=SURE, workers=3) == expected
    # Six ranges are in flight at a time, and every six of them are done backwards.
    assert cs.simulate(PLAN, n=100_000, rng=7, precision=SURE, workers=2, executor=Backwards(6)) == expected


def test_no_range_straddles_a_look():
    ranges = []

    class AtOnce(Executor):
        def submit(self, function, /, *args):
            ranges.append(args[-2:])
            future = Future()
            future.set_result(function(*args))
            return future

    never = cs.Precision("black belt", by=36, half_width=1e-6)
    cs.simulate(PLAN, n=20_000, rng=7, first=5, workers=2, executor=AtOnce(), precision=never)
    ends = {5 + look for look in looks(20_000)}
    covered = [first + n for first, n in ranges]
    assert ends <= set(covered)
    assert sum(n for _, n in ranges) == 20_000


def test_n_is_the_most():
    outcome = cs.simulate(PLAN, n=5_000, rng=7, precision=cs.Precision("black belt", by=36, half_width=1e-4))
    assert outcome == cs.simulate(PLAN, n=5_000, rng=7)
    assert not outcome.stopped.reached
    assert outcome.provenance["stopped"] == (
        "it takes more trajectories to know 'black belt' by month 36 to +-0.0001, at 95 % confidence"
    )
    few = cs.simulate(PLAN, n=10, rng=7, precision=SURE)
    assert (few.n, few.stopped.reached, few.stopped.looks) == (10, False, 1)


def test_a_run_without_a_precision_says_nothing_of_it():
    outcome = cs.simulate(PLAN, n=100, rng=7)
    assert outcome.stopped is None
    assert "stopped" not in outcome.provenance
    sure = cs.simulate(PLAN, n=10**6, rng=7, precision=SURE)
    assert cs.extend(sure, 10).stopped is None
    assert sure == cs.simulate(PLAN, n=sure.n, rng=7)


def test_the_legacy_may_be_what_is_asked():
    sure = cs.Precision("legacy", by=120, half_width=0.01, confidence_level=0.9)
    outcome = cs.simulate(cs.Plan(), n=10**6, rng=7, precision=sure)
    estimate = outcome.legacy.probability(by=120, confidence_level=0.9)
    assert estimate.high - estimate.low <= 0.02
    assert outcome.stopped.reached


@pytest.mark.parametrize("event", ["ruin", "admission"])
def test_what_levers_bring_may_be_what_is_asked(event):
    plan = PLAN.replace(finances=cs.Finances(savings=20_000), accelerator=cs.Accelerator(odds=0.1), convergence=None)
    sure = cs.Precision(event, by=24, half_width=0.02)
    outcome = cs.simulate(plan, n=10**6, rng=7, precision=sure)
    assert outcome.stopped.reached
    assert outcome == cs.simulate(plan, n=outcome.n, rng=7)
    with pytest.raises(ValueError, match=f"^precision.milestone = '{event}'"):
        cs.simulate(PLAN, n=10, precision=sure)


# Kept on the way


class Ended(Exception):  # noqa: N818 - it is no error
    """What ends a run on its way."""


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A checkpoint's file, into which each range is saved."""
    monkeypatch.setattr("clustersim.checkpoint._SECONDS", 0)
    monkeypatch.setattr("clustersim.checkpoint._SHARE", 0)
    return tmp_path / "run.zip"


def run(kept, n=100_000, **options):
    return cs.simulate(PLAN, **{"n": n, "rng": 7, "precision": SURE, "workers": 2, "checkpoint": kept, **options})


def run_until(kept, at, **options):
    def progress(done, goal):  # noqa: ARG001 - what is called with
        if done >= at:
            raise Ended

    with pytest.raises(Ended):
        run(kept, progress=progress, **options)
    return cs.load(kept)


@pytest.mark.usefixtures("tiny_ranges")
def test_a_run_that_was_ended_goes_on_to_the_same_trajectory(kept, expected):
    """Ended before the first look, at it, between two and at the last but one; its work done forwards and backwards."""
    for at, executor in ((300, None), (2_048, Backwards(6)), (2_300, None), (4_384, Backwards(6))):
        outcome = run_until(kept, at, executor=executor)
        assert at <= outcome.n < at + 1_000  # what came before its turn is added at once
        assert not outcome.stopped.reached
        assert outcome.stopped.looks == sum(look <= outcome.n for look in looks(100_000))
    outcome = run(kept)
    assert outcome == expected == cs.load(kept)
    assert outcome.stopped == cs.load(kept).stopped == cs.simulate(PLAN, n=10**6, rng=7, precision=SURE).stopped


@pytest.mark.usefixtures("tiny_ranges")
@given(st.lists(st.integers(1, 4_800), max_size=3), st.integers(1, 5))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_wherever_it_is_ended(kept, expected, moments, workers):
    kept.unlink(missing_ok=True)
    for at in sorted(moments):
        if not kept.exists() or cs.load(kept).n < at:
            run_until(kept, at, workers=workers)
    assert run(kept) == expected


def test_a_run_that_has_stopped_is_read(kept, expected, monkeypatch):
    stopped = run(kept).stopped
    before = kept.stat()
    monkeypatch.setattr(engine, "count_range", None)
    outcome = run(kept, n=10**9)
    assert outcome == expected
    assert outcome.stopped == stopped
    assert (kept.stat().st_ino, kept.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_it_goes_on_to_more_trajectories_and_to_more_precision(kept, expected):
    assert run(kept, n=3_000).stopped.looks == 6  # the last of which a longer run does not have
    assert run(kept) == expected
    surer = cs.Precision("black belt", by=36, half_width=0.008)
    assert run(kept, precision=surer) == cs.simulate(PLAN, n=10**6, rng=7, precision=surer)
    assert cs.load(kept).stopped.precision == surer


@pytest.mark.parametrize(
    ("fields", "how"),
    [
        ({"half_width": 0.02}, "to know 'black belt' by month 36 to"),
        ({"confidence_level": 0.9}, "to know 'black belt' by month 36 to"),
        ({"milestone": "blue belt"}, "to know 'black belt' by month 36 to"),
        ({"by": 35}, "to know 'black belt' by month 36 to"),
        ({}, "without a precision"),
    ],
)
def test_a_checkpoint_that_could_be_beyond_the_end_is_refused_and_left_alone(kept, fields, how):
    if fields:
        run(kept)
    else:
        cs.simulate(PLAN, n=2_048, rng=7).save(kept)
    before = kept.read_bytes()
    precision = cs.Precision(**{"milestone": "black belt", "by": 36, "half_width": 0.01, **fields})
    with pytest.raises(ValueError, match=f"is of a run {how}.* may have gone on where this one stops"):
        run(kept, precision=precision)
    assert kept.read_bytes() == before


def test_a_run_without_a_precision_goes_on_from_one_that_has_stopped(kept):
    run(kept)
    outcome = run(kept, precision=None, n=10_000)
    assert outcome == cs.simulate(PLAN, n=10_000, rng=7)
    assert outcome.stopped is cs.load(kept).stopped is None


# What counts


def test_nothing_seen_is_not_taken_for_nothing_there():
    """With no success the standard error is 0, and the width that the interval has nevertheless goes on counting."""
    rare = cs.Plan(clusters=1, horizon=12, convergence=None)
    outcome = cs.simulate(rare, n=10**6, rng=7, precision=cs.Precision("black belt", by=12, half_width=1e-4))
    estimate = outcome["black belt"].probability(by=12)
    assert estimate.standard_error == 0
    assert outcome.n > 18_000
    assert estimate.high <= 2e-4


def test_progress_tells_how_many_it_will_probably_take():
    said = []
    outcome = cs.simulate(
        PLAN, n=10**9, rng=7, workers=1, precision=SURE, progress=lambda done, goal: said.append((done, goal))
    )
    assert all(done <= goal for done, goal in said)
    assert [done for done, _ in said] == sorted(done for done, _ in said)
    assert all(outcome.n / 2 < goal < 2 * outcome.n for _, goal in said)


@given(st.integers(1, 10**15))
def test_looks_are_fixed_prefixes_that_grow_by_a_tenth(n):
    found = looks(n)
    assert found[-1] == n
    assert found[0] == min(n, FIRST_LOOK)
    assert all(1.09 < after / before <= 1.1 for before, after in pairwise(found[:-1]))
    assert found == sorted(set(found))
    assert found[:-1] == looks(10 * n)[: len(found) - 1]


def test_chow_s_and_robbins_term_counts():
    """An estimate that happens to have no spread is not enough by itself."""
    certain = Estimate(value=0.5, low=0.5, high=0.5, confidence_level=0.95, standard_error=0, method="x")
    assert not SURE.enough(certain, 195)
    assert SURE.enough(certain, 196)


@pytest.mark.parametrize(
    ("fields", "kind", "sentence"),
    [
        ({"milestone": 3}, TypeError, "precision.milestone = 3: must be a milestone's name, as 'black belt'"),
        ({"by": 3.5}, TypeError, "precision.by = 3.5: must be a whole number of months, as 36"),
        ({"by": True}, TypeError, "precision.by = True: must be a whole number of months, as 36"),
        ({"by": 0}, ValueError, "precision.by = 0: must be a month from 1 on"),
        ({"half_width": 0}, ValueError, "precision.half_width = 0: must be above 0 and below 0.5, as 0.001"),
        ({"half_width": "1"}, ValueError, "precision.half_width = '1': must be above 0 and below 0.5, as 0.001"),
        ({"half_width": None}, ValueError, "precision.half_width = None: must be above 0 and below 0.5, as 0.001"),
        ({"half_width": np.nan}, ValueError, "precision.half_width = nan: must be above 0 and below 0.5, as 0.001"),
        ({"confidence_level": 95}, ValueError, "confidence_level = 95: must lie strictly between 0 and 1, as 0.95"),
    ],
)
def test_wrong_fields_are_named(fields, kind, sentence):
    with pytest.raises(kind) as refused:
        cs.Precision(**{"milestone": "black belt", "by": 36, "half_width": 0.01, **fields})
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("precision", "sentence"),
    [
        (cs.Precision("blak belt", by=3, half_width=0.1), "precision.milestone = 'blak belt': did you mean 'black"),
        (cs.Precision("black belt", by=37, half_width=0.1), "precision.by = 37: the plan's horizon is month 36"),
    ],
)
def test_what_the_plan_has_not_is_refused_before_anything_is_simulated(precision, sentence, monkeypatch):
    monkeypatch.setattr(engine, "count_range", None)
    with pytest.raises(ValueError, match=f"^{sentence}"):
        cs.simulate(PLAN, n=10, precision=precision)
    with pytest.raises(ValueError, match=r"^precision.milestone = 'legacy'"):
        cs.simulate(PLAN.replace(convergence=None), n=10, precision=cs.Precision("legacy", by=3, half_width=0.1))
