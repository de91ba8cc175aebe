"""Post-stratification: groups, shares, and intervals that keep their promise where it is hard."""

from dataclasses import replace
from math import comb, hypot, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from clustersim.engine import simulate
from clustersim.outcome.estimate import Estimate, clopper_pearson
from clustersim.outcome.first_passage import FirstPassage
from clustersim.outcome.proportions import product
from clustersim.outcome.strata import LEAST_EXPECTED, Strata
from clustersim.plan.plan import Plan

BINOMIAL = np.array([comb(12, k) for k in range(13)]) / 4096


@st.composite
def counted(draw):
    """Weights, and counts by stratum and month of a run that may have missed some strata."""
    clusters, months, n = draw(st.integers(1, 12)), draw(st.integers(1, 20)), draw(st.integers(1, 3_000))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    weights = rng.dirichlet(np.full(clusters + 1, draw(st.sampled_from([0.2, 1, 5]))))
    cells = np.outer(weights, rng.dirichlet(np.full(months + 1, 0.5)))
    return weights, rng.multinomial(n, (cells / cells.sum()).ravel()).reshape(cells.shape)


def passages(weights, counts):
    return FirstPassage(name="x", counts=counts, weights=weights)


def test_neighbours_are_merged_until_enough_is_expected():
    totals = np.random.default_rng(1).multinomial(10_000, BINOMIAL)
    strata = Strata.of(BINOMIAL, totals)
    assert strata.first.tolist() == [0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]  # 2.4 are expected in 0, and in 12
    assert strata.weights[0] == 13 / 4096
    assert strata.weights[-1] == 13 / 4096
    assert strata.totals.tolist() == [sum(totals[:2]), *totals[2:11], sum(totals[11:])]
    assert strata.n == 10_000


def test_a_group_without_trajectories_joins_another():
    totals = np.array([40, 0, 60, 0])
    strata = Strata.of(np.array([0.3, 0.25, 0.25, 0.2]), totals)
    assert strata.first.tolist() == [0, 1]
    assert strata.totals.tolist() == [40, 60]
    assert len(Strata.of(np.array([0.5, 0.5]), np.array([0, 100]))) == 1


@given(counted())
def test_groups_share_out_all_strata_and_all_trajectories(drawn):
    weights, counts = drawn
    strata = Strata.of(weights, counts.sum(axis=1))
    assert strata.first[0] == 0
    assert (np.diff(strata.first) > 0).all()
    assert strata.weights.sum() == pytest.approx(1)
    assert strata.totals.sum() == strata.n == counts.sum()
    assert (strata.totals > 0).all()
    assert len(strata) == 1 or (strata.n * strata.weights >= LEAST_EXPECTED * (1 - 1e-12)).all()


@given(counted())
def test_shares_are_distribution_functions(drawn):
    weights, counts = drawn
    belt = passages(weights, counts)
    months = np.arange(belt.horizon + 1)
    cdf = belt.cdf(months)
    assert cdf[0] == 0
    assert (np.diff(cdf) >= 0).all()
    assert cdf[-1] <= 1
    assert (cdf[-1] == 1) == (counts[:, 0].sum() == 0)
    assert (belt.pmf(months) >= 0).all()
    assert (cdf[months] == 0).tolist() == (np.cumsum(counts.sum(axis=0)) == counts.sum(axis=0)[0]).tolist()


@given(counted(), st.floats(0.5, 0.999))
def test_an_interval_is_about_its_value(drawn, level):
    weights, counts = drawn
    belt = passages(weights, counts)
    estimate = belt.probability(belt.horizon, confidence_level=level)
    assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1
    assert estimate.value == belt.cdf(belt.horizon)
    wider = belt.probability(belt.horizon, confidence_level=(1 + level) / 2)
    close = 1e-12  # limits are searched for until they are within 1e-13
    assert wider.low <= estimate.low + close
    assert wider.high >= estimate.high - close


@given(counted())
def test_an_interval_of_failures_is_the_mirror_of_that_of_successes(drawn):
    weights, counts = drawn
    strata = Strata.of(weights, counts.sum(axis=1))
    successes = counts[:, 1:].sum(axis=1)
    low, high = strata.interval(successes, 0.95)
    assert strata.interval(counts[:, 0], 0.95) == pytest.approx((1 - high, 1 - low), abs=1e-12)


def test_the_value_is_the_weighted_mean_of_the_strata():
    weights, counts = np.array([0.4, 0.6]), np.array([[90, 10], [20, 180]])
    estimate = passages(weights, counts).probability(1)
    assert estimate.value == pytest.approx(0.4 * 0.1 + 0.6 * 0.9)
    assert estimate.standard_error == pytest.approx(sqrt(0.4**2 * 0.09 / 100 + 0.6**2 * 0.09 / 200))
    assert estimate.method == "post-stratified"
    assert str(estimate).endswith("95 % post-stratified)")
    assert estimate.standard_error < sqrt(0.58 * 0.42 / 300)


def test_what_is_held_is_a_share_of_what_has_been_reached():
    weights, counts = np.array([0.4, 0.6]), np.array([[90, 10, 0], [20, 150, 30]])
    belt = FirstPassage(name="x", counts=counts, weights=weights, held_counts=np.array([160, 95]))
    assert belt.held_by_month.tolist() == [belt.cdf(1), belt.cdf(2) * 0.5]
    assert [belt.held(m).value for m in (1, 2)] == belt.held_by_month.tolist()
    plain = FirstPassage(name="x", counts=counts, held_counts=np.array([160, 95]))
    assert plain.held_by_month.tolist() == [160 / 300, 95 / 300]
    assert plain.held(2) == Estimate.of_count(95, 300)
    never = FirstPassage(name="x", counts=counts[:, [0, 0]], weights=weights, held_counts=np.array([0]))
    assert never.held(1) == Estimate.of_count(0, never.n)


def test_how_sure_what_is_held_is_comes_from_both_its_factors():
    weights, counts = np.array([0.4, 0.6]), np.array([[90, 10, 0], [20, 150, 30]])
    held = FirstPassage(name="x", counts=counts, weights=weights, held_counts=np.array([160, 95])).held(2)
    reached = FirstPassage(name="x", counts=counts, weights=weights).probability(2)
    there = Estimate.of_count(95, 190)
    assert held.standard_error == pytest.approx(
        sqrt((there.value * reached.standard_error) ** 2 + (reached.value * there.standard_error) ** 2)
    )
    assert log(held.value / held.low) == pytest.approx(
        hypot(log(reached.value / reached.low), log(there.value / there.low))
    )
    assert held.low < held.value < held.high < reached.high
    assert held.method == "post-stratified ratio"


def test_what_few_hold_may_be_held_by_none():
    weights, counts = np.array([0.5, 0.5]), np.array([[100, 0], [99, 1]])
    belt = FirstPassage(name="x", counts=counts, weights=weights, held_counts=np.array([1]))
    assert belt.probability(1).low >= belt.held(1).low >= 0
    lowest = product(replace(Estimate.of_count(1, 10), low=0.0), Estimate.of_count(5, 10), "x")
    assert lowest.low == 0 < lowest.value < lowest.high


@pytest.mark.parametrize(
    ("plan", "milestone", "month"),
    [(Plan(horizon=60), "black belt", 60), (Plan(horizon=60, convergence=None), "million", 60)],
)
def test_intervals_of_what_is_held_cover_it(plan, milestone, month):
    truth = simulate(plan, 200_000, rng=1)[milestone].held(month).value
    runs = [simulate(plan, 1_000, rng=seed)[milestone].held(month) for seed in range(2, 202)]
    missed = sum(not one.low <= truth <= one.high for one in runs)
    assert missed <= 10 + 5 * sqrt(200 * 0.05 * 0.95)
    half = sum(not (one.low + one.value) / 2 <= truth <= (one.high + one.value) / 2 for one in runs)
    assert half > 10 + 5 * sqrt(200 * 0.05 * 0.95), "intervals of half the width would not cover it so often"


def test_without_weights_or_with_too_few_it_is_a_plain_share():
    counts = np.array([[90, 10], [20, 180]])
    plain = FirstPassage(name="x", counts=counts).probability(1)
    assert (plain.value, plain.method) == (190 / 300, "Clopper-Pearson")
    few = np.array([[9, 1], [2, 8]])
    assert passages(np.array([0.4, 0.6]), few).probability(1).method == "Clopper-Pearson"
    for none in (np.array([[100, 0], [200, 0]]), np.array([[0, 100], [0, 200]])):
        assert passages(np.array([0.4, 0.6]), none).probability(1).method == "Clopper-Pearson"


@given(st.integers(30, 10**6).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n))))
def test_with_one_group_it_is_nearly_clopper_s_and_pearson_s(pair):
    k, n = pair
    ends = Strata.of(np.ones(1), np.array([n])).interval(np.array([k]), 0.95)
    for end, exact in zip(ends, clopper_pearson(k, n), strict=True):
        assert abs(end - exact) < 0.4 / n


# Coverage: the limits are those of 2 000 runs at a false-alarm rate of 1e-6

RUNS = 2_000
FEWEST = stats.binom(RUNS, 0.95).ppf(1e-6) / RUNS
HARD = {
    "half of one stratum": [0] * 6 + [0.5] + [1] * 6,
    "smooth": stats.logistic(6.3, 0.6).cdf(range(13)),
    "rare": stats.logistic(6.3, 0.6).cdf(range(13)) / 400,
    "nearly certain by stratum": [0.0005] * 6 + [0.9995] * 7,
    "the smallest strata alone": [0] * 11 + [0.5, 0.5],
}


def coverage(weights, shares, n, interval):
    rng = np.random.default_rng(7)
    weights, shares = np.array(weights), np.array(shares)
    truth = weights @ shares
    inside = 0
    for _ in range(RUNS):
        totals = rng.multinomial(n, weights)
        low, high = interval(weights, totals, rng.binomial(totals, shares))
        inside += low <= truth <= high
    return inside / RUNS


def of_first_passage(weights, totals, successes):
    estimate = passages(weights, np.stack([totals - successes, successes], axis=1)).probability(1)
    return estimate.low, estimate.high


def of_the_standard_error(weights, totals, successes):
    """What one would write first: the estimate, and 1.96 standard errors on either side."""
    strata = Strata.of(weights, totals)
    middle, error = strata.share(successes), 1.96 * strata.standard_error(successes)
    return middle - error, middle + error


@pytest.mark.parametrize("shares", HARD.values(), ids=HARD)
def test_intervals_cover_where_strata_are_small_or_nearly_certain(shares):
    assert coverage(BINOMIAL, shares, 1_000, of_first_passage) >= FEWEST


def test_they_cover_when_one_of_two_strata_hardly_ever_fails():
    for failures in (0.02, 0.5, 2, 4):
        assert coverage([0.5, 0.5], [0, 1 - failures / 500], 1_000, of_first_passage) >= FEWEST


def test_they_are_not_much_wider_than_they_must_be():
    for name in ("half of one stratum", "smooth"):
        assert coverage(BINOMIAL, HARD[name], 10_000, of_first_passage) <= 0.97


def test_the_standard_error_alone_would_not_cover():
    assert coverage(BINOMIAL, HARD["nearly certain by stratum"], 1_000, of_the_standard_error) < FEWEST


@pytest.mark.parametrize("n", [1, 2, 10, 50])
def test_few_trajectories_are_covered_too(n):
    assert coverage(BINOMIAL, HARD["smooth"], n, of_first_passage) >= FEWEST


@settings(max_examples=20)
@given(st.floats(0.01, 0.99))
def test_every_level_of_confidence_is_between_0_and_1(level):
    belt = passages(np.array([0.4, 0.6]), np.array([[90, 10], [20, 180]]))
    assert belt.probability(1, confidence_level=level).confidence_level == level
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        belt.probability(1, confidence_level=1)
