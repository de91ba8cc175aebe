"""What no run can count is told, and what a run has counted is not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

import clustersim as cs
from clustersim.outcome.possible import _exact_sum, impossibilities
from clustersim.plan.plan import Plan
from plan_strategies import plans
from tallies import made_up

TALLY = replace(
    made_up(Plan(clusters=3, horizon=60, finances=cs.Finances(), mission=cs.Mission()), 50).tally,
    launches=np.array([0, 0, 1, 49]),
)


@given(plans(max_horizon=24, levers=True))
@settings(max_examples=25)
def test_every_run_is_possible(plan):
    assert list(impossibilities(cs.simulate(plan, n=40, rng=7, workers=1).tally)) == []


@pytest.mark.parametrize("change", [1, -1])
@pytest.mark.parametrize("name", ["reached", "launches", "histogram", "cash_histogram", "mission_histogram", "origin"])
def test_a_trajectory_more_or_less_is_told(name, change):
    counts = getattr(TALLY, name).copy()
    some = np.argwhere((counts > 0) & (counts < 50))[0]
    counts[tuple(some)] += change
    total = "legacies" if name == "origin" else "50 trajectories"
    assert list(impossibilities(replace(TALLY, **{name: counts}))) == [f"{name} does not add up to the {total}"]


@pytest.mark.parametrize("name", [name for name in TALLY.counts() if name != "cash_sum"])  # which may be owed
def test_a_count_below_nothing_is_told(name):
    counts = getattr(TALLY, name).copy()
    counts[(0,) * counts.ndim] = -1
    told = [f"{name} has counts below 0 or above the 50 trajectories"]
    assert list(impossibilities(replace(TALLY, **{name: counts}))) == told


def test_a_count_of_more_than_all_is_told():
    held = TALLY.held.copy()
    held[0, 0] = 51
    told = ["held has counts below 0 or above the 50 trajectories"]
    assert list(impossibilities(replace(TALLY, held=held))) == told


@pytest.mark.parametrize("what", ["revenue", "cash", "mission"])
def test_squares_that_are_too_small_are_told(what):
    name = f"{what}_square_sum"
    none = np.array([0] * 60, object)
    told = [f"{name} is smaller than any {what} of that sum has"]
    assert list(impossibilities(replace(TALLY, **{name: none}))) == told


def test_sums_do_not_come_round_again():
    counts = np.full(4, 2**62)
    assert counts.sum() == 0
    assert _exact_sum(counts, (0,)) == 2**64
    assert _exact_sum(np.full((2, 3), 2**62 + 1), (1,)).tolist() == [3 * (2**62 + 1)] * 2
