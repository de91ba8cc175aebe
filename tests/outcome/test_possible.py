"""What no run can count is told, and what a run has counted is not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

import clustersim as cs
from clustersim.outcome.possible import _exact_sum, impossibilities
from clustersim.plan.plan import Plan
from clustersim.testing import plans
from tallies import made_up

PLAN = Plan(clusters=3, horizon=60, finances=cs.Finances(), mission=cs.Mission(), accelerator=cs.Accelerator())
OUTCOME = made_up(PLAN, 50)
PROGRAM, TALLY = OUTCOME.program, replace(OUTCOME.tally, launches=np.array([0, 0, 1, 49]))


def told(**counts):
    """What is told of these counts, the others being as they are."""
    return list(impossibilities(PROGRAM, replace(TALLY, **counts)))


@given(plans(max_horizon=24))
@settings(max_examples=25)
def test_every_run_is_possible(plan):
    outcome = cs.simulate(plan, n=40, rng=7, workers=1)
    assert list(impossibilities(outcome.program, outcome.tally)) == []


def test_what_is_made_up_is_possible():
    assert told() == []


@pytest.mark.parametrize("change", [1, -1])
@pytest.mark.parametrize("name", ["reached", "launches", "histogram", "cash_histogram", "mission_histogram", "origin"])
def test_a_trajectory_more_or_less_is_told(name, change):
    counts = getattr(TALLY, name).copy()
    some = np.argwhere((counts > 0) & (counts < 50))[0]
    counts[tuple(some)] += change
    total = "legacies" if name == "origin" else "50 trajectories"
    assert told(**{name: counts})[0] == f"{name} does not add up to the {total}"


@pytest.mark.parametrize("name", [name for name in TALLY.counts() if name != "cash_sum"])  # which may be owed
def test_a_count_below_nothing_is_told(name):
    counts = getattr(TALLY, name).copy()
    counts[(0,) * counts.ndim] = -1
    sentences = [f"{name} has counts below 0 or above the 50 trajectories"]
    assert told(**{name: counts}) == sentences


def test_a_count_of_more_than_all_is_told():
    held = TALLY.held.copy()
    held[0, 0] = 51
    sentences = ["held has counts below 0 or above the 50 trajectories"]
    assert told(held=held) == sentences


@pytest.mark.parametrize("what", ["revenue", "cash", "mission"])
def test_squares_that_are_too_small_are_told(what):
    name = f"{what}_square_sum"
    none = np.array([0] * 60, object)
    sentences = [f"{name} is smaller than any {what} of that sum has"]
    assert told(**{name: none}) == sentences


def changed(name, *changes):
    """The counts of this name with some added at some places."""
    counts = getattr(TALLY, name).copy()
    for place, more in changes:
        counts[place] += more
    return counts


def moved(event, source, target, strata=slice(None)):
    """First passages of an event, those of one month in another; of some numbers of viable clusters or all."""
    reached = TALLY.reached.copy()
    rows = reached[PROGRAM.events.index(event), strata]
    rows[:, target] += rows[:, source]
    rows[:, source] = 0
    return reached


def month_of(event):
    """The first month in which it happens to anyone."""
    return int(np.flatnonzero(TALLY.reached[PROGRAM.events.index(event), :, 1:].any(axis=0))[0]) + 1


def test_numbers_of_viable_clusters_that_differ_are_told():
    event = TALLY.reached[2]
    one, other = np.argwhere(event)[[0, -1]]
    assert one[0] != other[0]
    reached = changed("reached", ((2, *one), -1), ((2, one[0] + 1, one[1]), 1))
    assert told(reached=reached) == ["reached does not have the same numbers of viable clusters for every event"]


def test_launches_that_no_practice_makes_are_told():
    assert told(launches=np.array([50, 0, 0, 0])) == [
        "launches has practices that launch nothing, and the first cluster is launched in month 1",
        "origin has more legacies of late clusters than have launched these",
    ]
    assert told(launches=np.array([1, 0, 1, 48]))[0].startswith("launches has practices that launch nothing")
    slow = made_up(Plan(clusters=3, every=50, horizon=60), 50)
    more = replace(slow.tally, launches=np.array([0, 0, 49, 1]))
    sentence = "launches has more than 2 clusters, and no more can be launched in 60 months"
    assert list(impossibilities(slow.program, slow.tally)) == []
    assert list(impossibilities(slow.program, more)) == [sentence]


def test_what_comes_before_its_window_is_full_is_told():
    sentence = "'black year' is reached or held before its window of 12 months is full"
    assert told(reached=moved("black year", month_of("black year"), 11))[0] == sentence
    row = PROGRAM.events.index("black year")
    assert told(held=changed("held", ((row, 10), 1)))[0] == sentence


def test_what_is_held_by_more_or_fewer_than_can_is_told():
    row, month = PROGRAM.events.index("black belt"), month_of("black belt")
    more = changed("held", ((row, month - 1), 5))
    assert told(held=more) == ["'black belt' is held by more trajectories than have reached it"]
    fewer = changed("held", ((row, month - 1), -TALLY.held[row, month - 1]))
    assert told(held=fewer) == ["'black belt' is held by fewer trajectories than reach it in that month"]


def test_a_higher_level_that_is_reached_sooner_is_told():
    month = month_of("green belt")
    found = told(reached=moved("green belt", month, 0))
    assert "'blue belt' is reached sooner than 'green belt', which asks for no more" in found
    month = month_of("black month")
    found = told(reached=moved("black month", month, 0))
    assert "'black belt' is reached sooner than 'black month', which asks for no more" in found


def test_equal_levels_that_differ_are_told():
    level = {"revenue": 50_000, "window": 3}
    plan = Plan(clusters=3, horizon=24, convergence=None, milestones=[{"name": name, **level} for name in "abc"])
    outcome = made_up(plan, 50)
    assert list(impossibilities(outcome.program, outcome.tally)) == []
    reached, held = outcome.tally.reached.copy(), outcome.tally.held
    reached[2, :, 0] += reached[2, :, 24]
    reached[2, :, 24] = 0
    assert (reached != outcome.tally.reached).any()
    sentence = "'a' is reached sooner than 'c', which asks for no more"
    assert sentence in list(impossibilities(outcome.program, replace(outcome.tally, reached=reached, held=held)))


def test_a_legacy_that_is_no_mega_is_told():
    first = month_of("legacy")
    sooner = told(reached=moved("legacy", first, 1))
    assert sooner == ["legacy comes sooner than the month after 'black belt'"]
    none = made_up(PLAN.replace(legacy=None), 50)
    reached, origin = none.tally.reached.copy(), none.tally.origin.copy()
    reached[8, 1, 60] += reached[8, 1, 0]
    origin[0], reached[8, 1, 0] = reached[8, 1, 60], 0
    found = list(impossibilities(none.program, replace(none.tally, reached=reached, origin=origin)))
    assert found == ["legacy is counted, and this plan has none"]


def test_ruin_without_debts_and_income_after_ruin_are_told():
    month = month_of("ruin")
    assert told(reached=moved("ruin", month, month + 1)) == ["ruin is not where cash is below 0"]
    poor = int(np.flatnonzero(TALLY.histogram[-1])[1])
    histogram = changed("histogram", ((-1, 0), -1), ((-1, poor), 1))
    assert "ruin does not end revenue" in told(histogram=histogram)


def test_an_admission_when_nobody_applies_is_told():
    month = month_of("admission")
    assert month % 6 == 0
    assert told(reached=moved("admission", month, month - 1)) == ["admission is in months in which nobody applies"]


@pytest.mark.parametrize("name", ["revenue", "cash", "mission"])
def test_sums_of_other_amounts_than_were_counted_are_told(name):
    sums, squares = getattr(TALLY, f"{name}_sum"), getattr(TALLY, f"{name}_square_sum")
    histogram = "histogram" if name == "revenue" else f"{name}_histogram"
    more = {f"{name}_sum": sums * 21 // 20, f"{name}_square_sum": squares * 441 // 400 + 50}
    assert f"{name}_sum is not that of the {name} in {histogram}" in told(**more)
    wide = {f"{name}_square_sum": squares * 21 // 20}
    assert told(**wide) == [f"{name}_square_sum is not that of the {name} in {histogram}"]


def test_more_mission_revenue_than_revenue_is_told():
    swapped = {
        **{f"revenue{part}": getattr(TALLY, f"mission{part}") for part in ("_sum", "_square_sum")},
        **{f"mission{part}": getattr(TALLY, f"revenue{part}") for part in ("_sum", "_square_sum")},
        "histogram": TALLY.mission_histogram,
        "mission_histogram": TALLY.histogram,
    }
    assert told(**swapped) == ["mission_sum is more than revenue_sum, of which it is a part"]


def test_sums_do_not_come_round_again():
    counts = np.full(4, 2**62)
    assert counts.sum() == 0
    assert _exact_sum(counts, (0,)) == 2**64
    assert _exact_sum(np.full((2, 3), 2**62 + 1), (1,)).tolist() == [3 * (2**62 + 1)] * 2
