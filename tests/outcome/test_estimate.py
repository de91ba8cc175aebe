import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from clustersim.outcome.estimate import Estimate, clopper_pearson

counts = st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_interval_is_scipys_exact_one(count, level):
    k, n = count
    low, high = clopper_pearson(k, n, level)
    expected = stats.binomtest(k, n).proportion_ci(level, method="exact")
    # scipy searches for the root with an absolute tolerance of 2e-12
    assert low == pytest.approx(expected.low, rel=1e-9, abs=1e-11)
    assert high == pytest.approx(expected.high, rel=1e-9, abs=1e-11)


def test_interval_is_the_one_of_the_definition():
    low, high = clopper_pearson(7, 20, 0.9)
    assert stats.binom.sf(6, 20, float(low)) == pytest.approx(0.05)
    assert stats.binom.cdf(7, 20, float(high)) == pytest.approx(0.05)


def test_interval_is_exact_far_out():
    low, _ = clopper_pearson(1, 10**9, 0.5)
    assert low == pytest.approx(-np.expm1(np.log(0.75) / 10**9), rel=1e-12)


def test_with_no_success_or_no_failure_an_end_is_certain():
    low, high = clopper_pearson([0, 10], 10)
    assert low[0] == 0
    assert high[1] == 1
    assert high[0] == pytest.approx(1 - 0.025 ** (1 / 10))
    assert low[1] == pytest.approx(0.025 ** (1 / 10))


def test_interval_is_vectorised():
    low, high = clopper_pearson(np.array([[1], [2]]), np.array([5, 6, 7]))
    assert low.shape == high.shape == (2, 3)
    assert low[1, 2] == clopper_pearson(2, 7)[0]


def test_interval_of_huge_counts_is_narrow_and_finite():
    low, high = clopper_pearson(44 * 10**10, 10**12)
    assert 0 < 0.44 - low < 2e-6
    assert 0 < high - 0.44 < 2e-6


@pytest.mark.parametrize(
    ("k", "n", "level"),
    [
        (-1, 5, 0.95),
        (6, 5, 0.95),
        (0, 0, 0.95),
        (1, 5, 0),
        (1, 5, 1),
        (1, 5, np.nan),
        (1.5, 5, 0.95),
        ("a", 5, 0.9),
    ],
)
def test_wrong_counts_and_levels_are_refused(k, n, level):
    with pytest.raises(ValueError, match=r"must"):
        clopper_pearson(k, n, level)


def test_estimate_of_a_count():
    estimate = Estimate.of_count(44_340, 100_000)
    assert str(estimate) == "44.34 % (44.03 to 44.65 %, 95 % Clopper-Pearson)"
    assert float(estimate) == 0.4434
    assert estimate.standard_error == pytest.approx(np.sqrt(0.4434 * 0.5566 / 100_000))
    assert f"{estimate:.2f}" == "0.44"
    assert round(estimate, 3) == 0.443
    assert round(estimate) == 0
    assert f"{estimate}" == str(estimate)


@pytest.mark.parametrize(
    ("k", "n", "text"),
    [
        (3, 10, "30 % (7 to 65 %, 95 % Clopper-Pearson)"),
        (0, 1000, "0.00 % (0.00 to 0.37 %, 95 % Clopper-Pearson)"),
        (440_000, 1_000_000, "44.000 % (43.903 to 44.097 %, 95 % Clopper-Pearson)"),
    ],
)
def test_estimate_is_written_as_precisely_as_it_is_known(k, n, text):
    assert str(Estimate.of_count(k, n)) == text


@pytest.mark.parametrize("n", [2**26, 2**26 + 1, 2 * 10**8, 10**12, 2**62])
@pytest.mark.parametrize("k", [0, 1, 2, 999, 1_000, 99_999, 100_000, 10**7])
def test_limits_of_very_many_enclose_the_share_and_are_those_of_the_poisson_or_the_normal(n, k):
    for successes in (k, n - k):
        one = Estimate.of_count(successes, n)
        assert 0 <= one.low <= one.value <= one.high <= 1
        low, high = stats.poisson.interval(0.95, k) if k else (0, 3.69)
        assert one.high - one.low == pytest.approx((high - low) / n, rel=0.2 if k > 10 else 1.6)


def test_limits_do_not_jump_where_they_are_found_otherwise():
    for k in (1, 50, 1_000, 99_999, 100_000, 10**6):
        below, above = Estimate.of_count(k, 2**26), Estimate.of_count(k, 2**26 + 1)
        assert above.low == pytest.approx(below.low, rel=1e-3)
        assert above.high == pytest.approx(below.high, rel=1e-3)
