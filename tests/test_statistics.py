"""Levers have the effects that the model says: as the float64 twin finds them, on other random numbers.

Keys are fixed. Were they not, one of the 500 comparisons would be 5 standard errors off once in 6,000 runs; beside them
stand plans that lack a lever, which must be. The lives of 11 plans are few here, a few hundred each; ``pytest -m
verification`` takes thousands.
"""

from functools import cache

import pytest

from against_twin import LEVERS, PLANS, Comparison, compared, lives_of

FEW, MANY = 250, 4_000


@cache
def twins(name):
    return list(lives_of(PLANS[name], FEW))


def farthest(plan, lives):
    return max(one.errors_apart for one in compared(plan, lives))


@pytest.mark.parametrize("name", PLANS)
def test_the_kernel_s_probabilities_are_the_twin_s(name):
    assert farthest(PLANS[name], twins(name)) < 5


@pytest.mark.parametrize("name", LEVERS)
def test_a_plan_without_the_lever_is_told_from_it(name):
    """The comparison has power: each lever alone moves some probability farther than that."""
    without = PLANS[name].replace(**{name: None})
    assert farthest(without, twins(name)) > 5


@pytest.mark.verification
@pytest.mark.parametrize("name", PLANS)
def test_the_kernel_s_probabilities_are_the_twin_s_among_thousands(name):
    assert farthest(PLANS[name], list(lives_of(PLANS[name], MANY))) < 5


def test_errors_are_counted_exactly_at_either_end():
    def apart(kernel, twin, lives=300):
        return Comparison(event="", by=1, kernel=kernel, twin=twin, lives=lives).errors_apart

    assert apart(200_000, 150) < 0.1
    assert apart(200_000, 150 + 43) == pytest.approx(43 / (300 / 4) ** 0.5, abs=0.15)
    assert apart(0, 0) == apart(400_000, 300) == 0
    assert apart(40, 1) < 3  # a normal distribution would say 5.6
    assert apart(0, 2) > 5
