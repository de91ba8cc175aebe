import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from clustersim.outcome.proportions import independent, ratio_of_means

# Newcombe (1998), table II, method 10: his examples (a) to (h).
NEWCOMBE = [
    ((56, 70), (48, 80), 0.0524, 0.3339),
    ((9, 10), (3, 10), 0.1705, 0.8090),
    ((5, 56), (0, 29), -0.0381, 0.1926),
    ((0, 10), (0, 20), -0.1611, 0.2775),
    ((10, 10), (0, 20), 0.6791, 1.0),
    ((10, 10), (0, 10), 0.6075, 1.0),
]


@pytest.mark.parametrize(("one", "other", "low", "high"), NEWCOMBE)
def test_newcombes_examples(one, other, low, high):
    difference = independent(one, other)
    assert (round(difference.low, 4), round(difference.high, 4)) == (low, high)


def counts():
    return st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts(), counts(), st.floats(0.5, 0.999))
def test_swapped_it_changes_its_sign_and_stays_within_limits(one, other, level):
    there, back = independent(one, other, level), independent(other, one, level)
    assert there.value == -back.value
    assert there.low == pytest.approx(-back.high)
    assert -1 <= there.low <= there.value <= there.high <= 1
    assert there.low < there.high


def test_the_difference_is_covered_as_often_as_it_says():
    """Exactly, over all pairs of counts; a 90 % interval that is called 95 % fails."""
    n, m = 40, 60
    for p, q in ((0.1, 0.3), (0.5, 0.5), (0.9, 0.2)):
        weights = np.outer(stats.binom.pmf(np.arange(n + 1), n, p), stats.binom.pmf(np.arange(m + 1), m, q))
        covered = {}
        for level in (0.90, 0.95):
            hits = [
                [(d := independent((a, n), (b, m), level)).low <= p - q <= d.high for b in range(m + 1)]
                for a in range(n + 1)
            ]
            covered[level] = float((weights * np.array(hits)).sum())
        assert 0.94 < covered[0.95] < 0.965
        assert covered[0.90] < 0.93


@pytest.mark.parametrize("bad", [(3, 2), (-1, 2), (0, 0)])
def test_counts_that_are_none_are_refused(bad):
    with pytest.raises(ValueError, match="counts must keep"):
        independent(bad, (1, 2))


def moments(x, y):
    x, y = np.asarray(x, object), np.asarray(y, object)
    return x.sum(), y.sum(), x @ x, x @ y, y @ y


@given(st.lists(st.tuples(st.integers(0, 1 << 40), st.floats(0, 1)), min_size=2, max_size=30))
def test_a_ratio_is_that_of_the_residuals(pairs):
    x = [amount for amount, _ in pairs]
    y = [int(amount * share) for amount, share in pairs]
    if not sum(x):
        return
    ratio, n = ratio_of_means(len(x), moments(x, y)), len(x)
    share = sum(y) / sum(x)
    residuals = np.array(y, float) - share * np.array(x, float)
    assert ratio.value == share
    assert ratio.standard_error == pytest.approx(
        math.sqrt(n / (n - 1) * (residuals**2).sum()) / sum(x), rel=1e-6, abs=1e-9
    )
    assert 0 <= ratio.low <= ratio.value <= ratio.high <= 1


def test_one_trajectory_tells_a_ratio_and_nothing_of_its_error():
    ratio = ratio_of_means(1, (10, 6, 100, 60, 36))
    assert (ratio.value, ratio.low, ratio.high) == (0.6, 0.0, 1.0)


def test_the_ratio_is_covered_as_often_as_it_says():
    """2 000 samples of 200, fixed seed: fewer or more would be covered once in a million; half the width fails."""
    rng, runs, n, hits, halves = np.random.default_rng(7), 2_000, 200, 0, 0
    truth = 0.6 - 0.5 / 499.5
    for _ in range(runs):
        x = rng.integers(0, 1000, n)
        y = (x * rng.beta(6, 4, n)).astype(int)
        ratio = ratio_of_means(n, moments(x, y))
        hits += ratio.low <= truth <= ratio.high
        halves += (ratio.low + ratio.value) / 2 <= truth <= (ratio.high + ratio.value) / 2
    covered = stats.binom(runs, 0.95)
    assert halves < covered.ppf(1e-6) <= hits <= covered.isf(1e-6)
