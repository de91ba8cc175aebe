"""Cash to the cent, from outside: who breaks even is not ruined, and savings last as long as they are divided."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clustersim as cs


def plan_of(revenue, horizon, finances, **changes):
    """Milestones to measure the revenue by, so that any is counted finely enough."""
    levels = (cs.Milestone(name="level", revenue=revenue),)
    finances = cs.Finances(**finances)
    return cs.Plan(revenue=revenue, horizon=horizon, milestones=levels, convergence=None, finances=finances, **changes)


def steady(revenue=10_000, *, horizon=120, **finances):
    """One cluster that earns the same in every month."""
    return plan_of(revenue, horizon, finances, clusters=1, failure_rate=0, ramp=1, volatility=0)


def idle(*, horizon=60, revenue=10_000, **finances):
    """Nothing is ever earned, whatever a success would have been."""
    return plan_of(revenue, horizon, finances, clusters=2, failure_rate=1, failed_share=0)


def month_of_ruin(plan):
    return cs.paths(plan, 1, rng=7).reached["ruin"][0]


@pytest.mark.parametrize(
    ("revenue", "margin", "living"),
    [
        (10_000, 0.7, 7_000),
        (10_000, 0.9, 9_000),
        (10_000, 0.6, 6_000),
        (10_000, 0.1, 1_000),
        (10_000, 1 / 3, 10_000 / 3),
        (1_000.05, 1, 1_000.05),  # revenue is counted in eighths
        (833.33, 1, 833.33),
        (7e8, 0.3, 2.1e8),
        (0.07, 0.5, 0.035),
    ],
)
def test_who_breaks_even_is_not_ruined(revenue, margin, living):
    even = steady(revenue, savings=0, living=living, margin=margin, horizon=1200)
    assert month_of_ruin(even) == np.inf
    assert month_of_ruin(even.replace(**{"finances.living": 1.01 * living})) == 1
    assert np.abs(cs.paths(even, 1, rng=7).cash).max() <= 1200 * max(2**-3, 1e-5 * living)


@given(st.integers(1, 2_000_000), st.integers(1, 50))
@settings(max_examples=30)
def test_savings_last_as_long_as_they_are_divided(cents, months):
    """With a cent less it is a month less; with all but a cent of one more, no more."""
    living = cents / 100
    savings = cents * months / 100
    assert month_of_ruin(idle(savings=savings, living=living)) == months + 1
    assert month_of_ruin(idle(savings=savings + 0.9 * living, living=living)) == months + 1
    assert month_of_ruin(idle(savings=savings - 0.1 * living, living=living)) == months


@pytest.mark.parametrize("revenue", [1e6, 1e8])
@pytest.mark.parametrize(("savings", "living", "ruin"), [(13.65, 1.3, 11), (1_050, 100, 11), (9_999.96, 833.33, 13)])
def test_a_living_counts_beside_any_revenue(revenue, savings, living, ruin):
    assert month_of_ruin(idle(revenue=revenue, savings=savings, living=living)) == ruin


@pytest.mark.parametrize("living", [0.06, 0.07])
def test_small_amounts_add_up(living):
    plan = idle(savings=1_000, living=living, horizon=1200)
    assert cs.simulate(plan, 1, rng=7).cash.mean()[-1] == pytest.approx(1_000 - 1_200 * living, abs=0.1)
    assert cs.paths(plan, 1, rng=7).cash[0, -1] == pytest.approx(1_000 - 1_200 * living, abs=1e-3)


def test_a_tiny_margin_is_one():
    plan = steady(1e8, savings=0, living=1, margin=1e-7)
    assert cs.paths(plan, 1, rng=7).cash[0, :3] == pytest.approx([9, 18, 27], rel=1e-4)


def test_what_savings_are_needed_to_break_even_is_nothing():
    found = cs.solve(steady(savings=0, living=7_000, margin=0.7), "finances.savings", "ruin", 36, 0.5, 100, rng=1)
    assert found.value == 0
