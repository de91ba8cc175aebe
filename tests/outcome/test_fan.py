from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import clustersim as cs
from clustersim.kernel.layout import BINS, CASH_BINS, OCTAVES
from clustersim.outcome.fan import Balance, Fan, edges, signed_edges
from tallies import cash_histogram, cash_place, histogram, place, sums


def fan(quanta, quantum=0.5):
    """A Fan of revenue (H, n), in quanta."""
    rows = [[int(x) for x in row] for row in quanta]
    return Fan(
        n=len(rows[0]),
        quantum=quantum,
        histogram=histogram(rows),
        sums=sums(rows)[0],
        square_sums=sums(rows)[1],
    )


def balance(units, quantum=0.5):
    """A Balance of cash (H, n), in units."""
    total, squares = sums(units)
    return Balance(n=len(units[0]), quantum=quantum, histogram=cash_histogram(units), sums=total, square_sums=squares)


def test_edges_are_those_of_the_formula():
    lower, upper = edges(BINS)
    assert len(lower) == len(upper) == BINS
    assert (lower[0], upper[0]) == (0, 0)
    assert lower[-1] == upper[-1] == 2**OCTAVES
    for b in (1, 2, 63, 64, 65, 1000, BINS - 2):
        octave, step = divmod(b - 1, 64)
        assert Fraction(lower[b]) == 2**octave * (1 + Fraction(step, 64))
        assert upper[b] == lower[b + 1]


@given(st.integers(0, 2**OCTAVES))
def test_every_revenue_lies_in_its_bin(quanta):
    lower, upper = edges(BINS)
    b = place(quanta)
    assert lower[b] <= quanta
    assert quanta < upper[b] or quanta in {0, 2**OCTAVES}


revenues = st.lists(st.one_of(st.just(0), st.integers(0, 2**OCTAVES)), min_size=1, max_size=40)


@given(revenues, st.lists(st.floats(0, 1), min_size=2, max_size=10))
def test_quantiles_rise_with_q_and_keep_within_a_bin_of_the_true_ones(quanta, shares):
    found = fan([quanta]).quantile(sorted(shares))[:, 0] / 0.5
    assert np.all(np.diff(found) >= 0)
    lower, upper = edges(BINS)
    ranked = np.sort(quanta)
    for share, value in zip(sorted(shares), found, strict=True):
        rank = int(np.searchsorted(np.arange(1, len(ranked) + 1), share * len(ranked)))
        b = place(ranked[min(rank, len(ranked) - 1)])
        assert lower[b] <= value <= upper[b]


def test_quantiles_are_linear_inside_a_bin():
    many = fan([[64, 64, 64, 64], [0, 0, 0, 128]], quantum=1.0)
    assert many.quantile([0, 0.25, 0.5, 1])[:, 0].tolist() == [64, 64.25, 64.5, 65]
    assert many.quantile([0, 0.5, 0.75, 1])[:, 1].tolist() == [0, 0, 0, 130]


def test_quantiles_have_the_shape_of_q_and_then_the_months():
    some = fan(np.arange(60).reshape(3, 20))
    assert some.quantile(0.5).shape == (3,)
    assert some.quantile([0.1, 0.5]).shape == (2, 3)
    assert some.quantile([[0.1], [0.5]]).shape == (2, 1, 3)
    assert some.months.tolist() == [1, 2, 3]


@pytest.mark.parametrize("q", [-0.1, 1.1, np.nan])
def test_shares_that_are_none_are_refused(q):
    with pytest.raises(ValueError, match="must be a share from 0 to 1"):
        fan([[1, 2]]).quantile(q)


@given(revenues)
def test_moments_are_exact(quanta):
    some = fan([quanta])
    n = len(quanta)
    mean = Fraction(sum(quanta), n)
    variance = Fraction(sum(x * x for x in quanta), n) - mean**2
    assert some.mean()[0] == float(mean) * 0.5
    assert some.std()[0] == pytest.approx(float(variance) ** 0.5 * 0.5, rel=1e-14)


def test_nothing_cancels_in_the_deviation():
    # 10^15 trajectories near 2^40 quanta, half of them one quantum higher: floats would see no spread at all
    half, low, high = 5 * 10**14, 2**40 - 1, 2**40
    some = Fan(
        n=2 * half,
        quantum=1.0,
        histogram=np.zeros((1, BINS), np.int64),
        sums=np.array([half * (low + high)], object),
        square_sums=np.array([half * (low**2 + high**2)], object),
    )
    assert some.std()[0] == 0.5
    assert some.standard_error()[0] == pytest.approx(0.5 / np.sqrt(1e15), rel=1e-12)


def test_standard_error_is_that_of_a_mean():
    quanta = [3, 5, 10, 100]
    assert fan([quanta]).standard_error()[0] == pytest.approx(np.std(quanta, ddof=1) / 2 * 0.5)
    assert fan([[3]]).standard_error()[0] == np.inf


def test_years_are_sums_of_twelve_months_and_of_what_is_left():
    some = fan([[2 * month] for month in range(1, 31)])
    assert some.by_year().tolist() == [sum(range(1, 13)), sum(range(13, 25)), sum(range(25, 31))]
    assert fan([[2]]).by_year().tolist() == [1]


def test_repr_tells_the_last_month():
    assert repr(fan([[0, 0]])) == ("<Fan of revenue over 1 month: in the last one $0, 90 % between $0 and $0, n = 2>")


# Cash, which may be negative

cash = st.lists(st.integers(-(2**OCTAVES), 2**OCTAVES) | st.integers(-300, 300), min_size=1, max_size=40)


def test_edges_of_cash_are_mirrored():
    lower, upper = signed_edges(CASH_BINS)
    assert len(lower) == len(upper) == CASH_BINS
    assert np.array_equal(lower, -upper[::-1])
    assert np.array_equal(lower[BINS - 1 :], edges(BINS)[0])
    assert (lower[BINS - 1], upper[BINS - 1]) == (0, 0)
    assert (lower[0], upper[-1]) == (-(2.0**OCTAVES), 2.0**OCTAVES)


@given(st.integers(-(2**OCTAVES), 2**OCTAVES) | st.integers(-300, 300))
def test_all_cash_lies_in_its_bin_but_for_float32_s_last_bit(units):
    lower, upper = signed_edges(CASH_BINS)
    b, known = cash_place(units), float(np.float32(units))
    assert lower[b] <= known <= upper[b]
    assert known == pytest.approx(units, rel=2**-24)
    width = upper[b] - lower[b]
    assert width <= abs(known) / 64
    assert abs(units) < 2 or width >= abs(units) / 130 or abs(units) > 2**OCTAVES - 2**20


@given(cash, st.lists(st.floats(0, 1), min_size=2, max_size=10))
def test_quantiles_of_cash_rise_with_q_and_keep_within_a_bin_of_the_true_ones(units, shares):
    found = balance([units]).quantile(sorted(shares))[:, 0] / 0.5
    assert np.all(np.diff(found) >= 0)
    lower, upper = signed_edges(CASH_BINS)
    ranked = np.sort(units)
    for share, value in zip(sorted(shares), found, strict=True):
        rank = int(np.searchsorted(np.arange(1, len(ranked) + 1), share * len(ranked)))
        b = cash_place(ranked[min(rank, len(ranked) - 1)])
        assert lower[b] <= value <= upper[b]


@given(cash)
def test_quantiles_of_what_is_owed_are_those_of_what_is_there_mirrored(units):
    q = np.linspace(0, 1, 9)
    there, owed = balance([units]), balance([[-x for x in units]])
    # A quantile is the least that enough have: at a jump the mirrored one is at the other end of it.
    inside = np.abs(q * len(units) - np.round(q * len(units))) > 1e-6
    assert owed.quantile(q[inside])[:, 0] == pytest.approx(-there.quantile(1 - q[inside])[:, 0])
    assert owed.mean()[0] == -there.mean()[0]
    assert owed.std()[0] == there.std()[0]


@given(cash)
def test_moments_of_cash_are_exact(units):
    some, n = balance([units]), len(units)
    mean = Fraction(sum(units), n)
    variance = Fraction(sum(x * x for x in units), n) - mean**2
    assert some.mean()[0] == float(mean) * 0.5
    assert some.std()[0] == pytest.approx(float(variance) ** 0.5 * 0.5, rel=1e-14)


def test_years_of_cash_are_its_ends():
    some = balance([[2 * month] for month in range(-14, 16)])
    assert some.by_year().tolist() == [-3, 9, 15]
    assert balance([[-2]]).by_year().tolist() == [-1]
    assert balance([[2 * month] for month in range(1, 25)]).by_year().tolist() == [12, 24]


def test_repr_of_cash_has_the_sign_before_the_dollar():
    assert repr(balance([[-2000, 0]])).startswith("<Balance of cash over 1 month: in the last one -$")


def test_a_share_of_a_whole_number_of_practices_is_so_many_of_them():
    plan = cs.Plan(clusters=1, failed_share=0, failure_rate=0.3, volatility=0, revenue=1_000, ramp=1, horizon=2)
    revenue = cs.simulate(plan.replace(convergence=None, legacy=None), 100, rng=30).revenue
    assert revenue.histogram[0, 0] == 28
    assert 0.28 * 100 > 28
    assert revenue.quantile(0.28)[0] == 0
    assert revenue.quantile(0.281)[0] > 0
