"""Quantiles and whole curves: what is promised holds whatever the distribution.

Coverage is counted over runs with fixed seeds. The least that is allowed is what intervals that keep their promise
would fall short of once in a million experiments; beside them stand intervals of a lower level or of half the width,
which do.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from clustersim.outcome.bands import dvoretzky_kiefer_wolfowitz, order_statistics
from clustersim.outcome.first_passage import FirstPassage
from clustersim.plan.plan import Plan
from tallies import made_up

RUNS = 400
FEWEST = stats.binom(RUNS, 0.95).ppf(1e-6) / RUNS

levels = st.sampled_from([0.5, 0.9, 0.95, 0.999])


@given(st.floats(0, 1), st.integers(1, 3_000), levels)
def test_ranks_are_the_innermost_that_cover(q, n, level):
    low, high = order_statistics(q, n, level)
    tail = (1 - level) / 2
    below = stats.binom(n, q)
    assert 0 <= low < high <= n + 1
    assert below.cdf(low - 1) <= tail * (1 + 1e-9)
    assert below.sf(high - 1) <= tail * (1 + 1e-9)
    assert low == n or below.cdf(low) > tail * (1 - 1e-9)
    assert high == 1 or below.sf(high - 2) > tail * (1 - 1e-9)


def test_ranks_of_huge_samples_are_where_the_normal_has_them():
    n = 10**12
    low, high = order_statistics(0.3, n)
    apart = 1.959964 * np.sqrt(n * 0.21)
    assert (0.3 * n - low, high - 0.3 * n) == pytest.approx((apart, apart), rel=1e-3)


@pytest.mark.parametrize("level", [0, 1, 95, np.nan])
def test_levels_of_confidence_are_between_0_and_1(level):
    for function in (lambda: order_statistics(0.5, 10, level), lambda: dvoretzky_kiefer_wolfowitz(10, level)):
        with pytest.raises(ValueError, match="strictly between 0 and 1"):
            function()


# Months


def passage(counts, weights=None):
    return FirstPassage(name="x", counts=np.atleast_2d(counts), weights=weights)


@given(st.lists(st.integers(0, 200), min_size=2, max_size=30).filter(any), st.floats(0.001, 1), levels)
def test_plain_months_lie_between_order_statistics(counts, q, level):
    belt = passage(np.array(counts))
    months = np.repeat(np.concatenate((np.arange(1, len(counts)), [np.inf])), [*counts[1:], counts[0]])
    low, high = order_statistics(q, belt.n, level)
    expected = (1 if low == 0 else months[low - 1], np.inf if high > belt.n else months[high - 1])
    found = belt.ppf_interval(q, confidence_level=level)
    assert found == expected or low == 0  # the lowest month that can be is the first that limits do not rule out
    assert found[0] <= max(belt.ppf(q), 1)
    assert found[1] >= belt.ppf(q)


def test_a_share_of_nothing_is_reached_before_the_first_month():
    belt = passage(np.array([5, 1, 4]))
    assert belt.ppf_interval(0) == (0, 0)
    assert belt.ppf_interval(1) == (np.inf, np.inf)  # some never get there
    assert belt.ppf_interval(0.5) == (2, np.inf)
    with pytest.raises(ValueError, match="a share from 0 to 1"):
        belt.ppf_interval(1.5)
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        belt.ppf_interval(0.5, confidence_level=1)


CHANCES = np.array([[0.9, 0.04, 0.03, 0.03], [0.4, 0.1, 0.2, 0.3], [0.1, 0.3, 0.4, 0.2]])  # by stratum; month 0: never
WEIGHTS = np.array([0.25, 0.5, 0.25])


def runs(n, seed=7):
    rng = np.random.default_rng(seed)
    for _ in range(RUNS):
        totals = rng.multinomial(n, WEIGHTS)
        yield np.array([rng.multinomial(total, row) for total, row in zip(totals, CHANCES, strict=True)])


def test_intervals_of_months_cover():
    truth = np.cumsum((WEIGHTS @ CHANCES)[1:])
    for q in (truth[1] - 0.01, truth[1] + 0.01):
        month = 1 + np.searchsorted(truth, q)
        for weights in (WEIGHTS, None):
            inside = {0.95: 0, 0.2: 0}
            for counts in runs(300):
                for level in inside:
                    low, high = passage(counts, weights).ppf_interval(q, confidence_level=level)
                    inside[level] += low <= month <= high
            assert inside[0.95] / RUNS >= FEWEST > inside[0.2] / RUNS


def test_bands_cover_the_whole_curve_and_half_of_one_does_not():
    truth = np.cumsum((WEIGHTS @ CHANCES)[1:])
    whole = half = 0
    for counts in runs(300):
        low, high = passage(counts, WEIGHTS).cdf_band()
        whole += bool(np.all((low <= truth) & (truth <= high)))
        middle, apart = (low + high) / 2, (high - low) / 4
        half += bool(np.all(np.abs(truth - middle) <= apart))
    assert whole / RUNS >= FEWEST
    assert half / RUNS < FEWEST


def test_a_band_is_about_the_plain_shares():
    low, high = passage(np.array([50, 25, 25])).cdf_band(confidence_level=0.9)
    apart = np.sqrt(np.log(2 / 0.1) / 200)
    assert low.tolist() == pytest.approx([0.25 - apart, 0.5 - apart])
    assert high.tolist() == pytest.approx([0.25 + apart, 0.5 + apart])
    assert passage(np.array([1, 0])).cdf_band()[0].tolist() == [0]


# Revenue


def test_revenue_lies_between_the_bins_of_order_statistics():
    fan = made_up(Plan(clusters=4, horizon=20), 500).revenue
    shares = np.array([[0.05, 0.5], [0.95, 0.999]])
    low, high = fan.quantile_interval(shares)
    assert low.shape == high.shape == (2, 2, 20)
    value = fan.quantile(shares)
    assert (low <= value).all()
    assert (value <= high).all()
    assert np.isinf(high[1, 1]).all()  # 500 practices know nothing of the best in a thousand
    assert np.isfinite(high[0]).all()
    wide = fan.quantile_interval(0.5, confidence_level=0.999)
    assert (wide[0] <= low[0, 1]).all()
    assert (wide[1] >= high[0, 1]).all()


def test_no_shares_have_no_intervals():
    revenue = made_up(Plan(clusters=4, horizon=20), 500).revenue
    for limit in (*revenue.quantile_interval([]), revenue.quantile([])):
        assert limit.shape == (0, 20)
    with pytest.raises(ValueError, match="confidence_level = 2"):
        revenue.quantile_interval([], confidence_level=2)


def test_cash_that_is_owed_lies_between_the_bins_of_order_statistics():
    plan = Plan(clusters=4, horizon=20, finances={})
    fan = made_up(plan, 500).cash
    low, high = fan.quantile_interval([0.001, 0.05, 0.5, 0.999])
    value = fan.quantile([0.001, 0.05, 0.5, 0.999])
    assert (low <= value).all()
    assert (value <= high).all()
    assert np.isneginf(low[0]).all()  # 500 practices know nothing of the worst in a thousand
    assert np.isposinf(high[3]).all()
    assert (value[1] < 0).all()
    assert np.isfinite(low[1:]).all()
    assert np.isfinite(high[:3]).all()
    assert (high[2] - low[2] < 0.5 * (value[2] - low[1])).any()
    assert made_up(plan, 500).revenue.quantile_interval(0.001)[0].tolist() == [0] * 20


def test_intervals_of_revenue_cover_without_being_wasteful():
    """Medians of made-up runs: the truth is what a run of a million has."""
    plan = Plan(clusters=4, horizon=6)
    truth = made_up(plan, 1_000_000, seed=0).revenue.quantile(0.5)[-1]
    inside = half = widths = 0
    count = 200
    for seed in range(1, count + 1):
        revenue = made_up(plan, 400, seed=seed).revenue
        low, high = (limit[-1] for limit in revenue.quantile_interval(0.5))
        inside += low <= truth <= high
        low_half, high_half = (limit[-1] for limit in revenue.quantile_interval(0.5, confidence_level=0.5))
        half += low_half <= truth <= high_half
        widths += (high - low) / truth
    assert inside >= stats.binom(count, 0.95).ppf(1e-6) > half
    assert widths / count < 0.5
