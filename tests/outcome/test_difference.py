import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize_scalar
from scipy.special import xlogy

from clustersim.outcome.difference import Difference, recovered, signed
from clustersim.outcome.strata import Strata

BINOMIAL = stats.binom.pmf(np.arange(13), 12, 0.5)
KINDS = {
    "plain": (0.12, 0.02),
    "by stratum": (np.clip(np.arange(13) - 4, 0, 6) * 0.05, 0.01),
    "by stratum alone": (np.arange(13) == 6, 0.0),
    "rare": (0.003, 0.0),
    "rare either way": (0.004, 0.002),
}
#: Of 400 intervals at 95 %, fewer hold the truth with a probability of 1e-6.
RUNS, FEWEST = 400, stats.binom(400, 0.95).ppf(1e-6)


def counts():
    return st.tuples(st.integers(0, 200), st.integers(0, 200), st.integers(0, 800)).filter(any)


@given(counts())
def test_swapping_what_is_compared_flips_the_sign(cells):
    gained, lost, rest = cells
    n = gained + lost + rest
    one, other = Difference.of_counts(gained, lost, n), Difference.of_counts(lost, gained, n)
    assert (one.value, one.low, one.high) == (-other.value, -other.high, -other.low)
    assert one.standard_error == other.standard_error


@given(counts(), st.floats(0.5, 0.99))
def test_an_interval_holds_its_estimate_and_stays_within_bounds(cells, level):
    gained, lost, rest = cells
    difference = Difference.of_counts(gained, lost, gained + lost + rest, level)
    assert -1 <= difference.low <= difference.value <= difference.high <= 1
    assert difference.low < difference.high


@given(counts())
def test_more_confidence_takes_more_room(cells):
    gained, lost, rest = cells
    n = gained + lost + rest
    narrow, wide = (Difference.of_counts(gained, lost, n, level) for level in (0.9, 0.99))
    assert wide.low <= narrow.low <= narrow.high <= wide.high


@pytest.mark.parametrize(("gained", "lost", "n"), [(12, 2, 44), (7, 0, 50), (3, 4, 1_000)])
def test_its_ends_are_where_a_score_test_just_refuses(gained, lost, n):
    """The most likely shares that lead to the end, found by searching, and the test's statistic at them."""
    found = Difference.of_counts(gained, lost, n)

    def unlikely(q, end):
        p, rest = q + end, 1 - 2 * q - end
        return -(xlogy(gained, p) + xlogy(lost, q) + xlogy(n - gained - lost, rest))

    for end in (found.low, found.high):
        bounds = max(0.0, -end), (1 - end) / 2
        q = minimize_scalar(unlikely, bounds=bounds, args=(end,), method="bounded", options={"xatol": 1e-12}).x
        score = (abs(gained - lost - n * end) - 0.5) / math.sqrt(n * (2 * q + end - end**2))
        assert score == pytest.approx(stats.norm.isf(0.025), abs=1e-4)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [500, 5_000])
def test_intervals_hold_the_truth(kind, n):
    gained, lost = (np.broadcast_to(np.asarray(p, float), 13) for p in KINDS[kind])
    truth, rng = BINOMIAL @ (gained - lost), np.random.default_rng(5)
    inside = {"paired": 0, "paired, post-stratified": 0}
    for _ in range(RUNS):
        totals = rng.multinomial(n, BINOMIAL)
        cells = rng.multinomial(totals, np.stack([gained, lost, 1 - gained - lost], axis=1))
        stratified = Difference.of_strata(cells[:, 0], cells[:, 1], Strata.of(BINOMIAL, totals), 0.95, math.nan)
        plain = Difference.of_counts(cells[:, 0].sum(), cells[:, 1].sum(), n)
        for found in (stratified, plain):
            inside[found.method] += found.low <= truth <= found.high
    assert min(inside.values()) >= FEWEST


def test_where_strata_tell_all_an_interval_is_narrow_but_not_nothing():
    totals = np.round(BINOMIAL * 10_000).astype(int)
    gained = np.where(np.arange(13) == 6, totals, 0)
    found = Difference.of_strata(gained, 0 * gained, Strata.of(BINOMIAL, totals), 0.95, math.nan)
    assert found.value == pytest.approx(BINOMIAL[6], abs=1e-3)
    assert 0 < found.high - found.low < 0.1 * (0.02)


def test_a_plan_does_not_differ_from_itself():
    none = Difference.none(0.95, 0.01)
    assert (none.value, none.low, none.high, none.standard_error) == (0, 0, 0, 0)
    assert not none.certain
    assert none.variance_ratio == math.inf
    assert str(none) == "0 points (the same plan)"


@pytest.mark.parametrize(
    ("cells", "said"), [((-1, 0, 5), "gained = -1"), ((3, 3, 5), "n = 5"), ((0, 0, 0), "must be counts of n = 0")]
)
def test_counts_that_cannot_be_are_refused(cells, said):
    with pytest.raises(ValueError, match=said):
        Difference.of_counts(*cells)


@pytest.mark.parametrize("level", [0, 1, math.nan])
def test_a_level_that_is_none_is_refused(level):
    with pytest.raises(ValueError, match="confidence_level"):
        Difference.of_counts(1, 2, 10, level)


def test_it_is_written_as_finely_as_it_is_known():
    difference = Difference.of_counts(1_500, 20, 10_000)
    assert str(difference) == "+14.80 points (+14.10 to +15.52, 95 % paired)"
    assert f"{difference:+.2f}" == "+0.15"
    assert round(difference, 1) == 0.1
    assert signed(-0.0001, "share") == "0.0 points"
    assert signed(-1_234.0, "dollars") == "-$1.23k"


def test_limits_are_recovered_from_correlated_estimates():
    ours, theirs = (10.0, 8.0, 11.0), (4.0, 3.0, 7.0)
    low, high = recovered(ours, theirs, 0.0)
    assert (6 - low, high - 6) == (pytest.approx(math.hypot(2, 3)), pytest.approx(math.hypot(1, 1)))
    turned = recovered(theirs, ours, 0.0)
    assert turned.tolist() == [-high, -low]
    assert recovered(ours, theirs, 1.0).tolist() == [5.0, 6.0]
    assert recovered((5.0, 4.0, math.inf), theirs, 0.3).tolist()[1] == math.inf
