import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from clustersim.outcome.first_passage import FirstPassage, Legacy

BELT = FirstPassage(
    name="belt", counts=np.array([[4, 0, 0, 0], [0, 0, 1, 1], [0, 0, 0, 2]]), held_counts=np.array([0, 1, 3])
)
passages = arrays.arrays(
    np.int64,
    st.tuples(st.integers(1, 4), st.integers(2, 30)),
    elements=st.integers(0, 10**6),
).filter(np.any)


def test_functions_of_known_counts():
    assert BELT.n == 8
    assert BELT.horizon == 3
    assert [BELT.cdf(m) for m in (0, 1, 2, 3)] == [0, 0, 1 / 8, 1 / 2]
    assert [BELT.sf(m) for m in (0, 1, 2, 3)] == [1, 1, 7 / 8, 1 / 2]
    assert [BELT.pmf(m) for m in (0, 1, 2, 3)] == [0, 0, 1 / 8, 3 / 8]
    assert [BELT.held(m).value for m in (1, 2, 3)] == BELT.held_by_month.tolist() == [0, 1 / 8, 3 / 8]
    assert BELT.beyond_horizon == 1 / 2
    assert BELT.median() == 3
    assert BELT.ppf(0.51) == np.inf
    assert BELT.interval(0.5) == (3, np.inf)
    assert repr(BELT) == "<FirstPassage 'belt': 50 % within 3 months (median month 3), n = 8>"
    assert not hasattr(BELT, "mean")


def test_numbers_give_floats_and_arrays_keep_their_shape():
    months = np.array([[1, 2], [3, 0]])
    for function in (BELT.cdf, BELT.sf, BELT.pmf):
        assert type(function(2)) is float
        assert type(function(np.int64(2))) is float
        assert function(months).shape == (2, 2)
        assert function([1, 2]).tolist() == [function(1), function(2)]
    assert type(BELT.ppf(0.5)) is float
    assert BELT.ppf([[0.1, 0.5, 0.9]]).tolist() == [[2, 3, np.inf]]


def test_months_between_are_steps():
    assert BELT.cdf(2.9) == BELT.cdf(2)
    assert BELT.cdf(3.5) == BELT.cdf(3)
    assert BELT.pmf(2.5) == 0
    assert BELT.cdf(-np.inf) == BELT.cdf(-5) == 0


@pytest.mark.parametrize("function", [BELT.cdf, BELT.sf, BELT.pmf])
def test_months_that_nobody_simulated_are_refused(function):
    with pytest.raises(ValueError, match="month 4 lies beyond the horizon of 3 months"):
        function([1, 4])
    with pytest.raises(ValueError, match="beyond the horizon"):
        function(np.inf)
    for wrong in (np.nan, None, "soon", [1, [2]]):
        with pytest.raises(ValueError, match="must be a month from 1 to the horizon, 3"):
            function(wrong)


@pytest.mark.parametrize("q", [-0.1, 1.1, np.nan, [0.5, 2]])
def test_shares_that_are_none_are_refused(q):
    with pytest.raises(ValueError, match="must be a share from 0 to 1"):
        BELT.ppf(q)


@given(passages, st.floats(0, 1))
def test_ppf_is_the_first_month_whose_cdf_is_enough(counts, q):
    passage = FirstPassage(name="x", counts=counts)
    month = passage.ppf(q)
    if np.isinf(month):
        assert passage.cdf(passage.horizon) < q
    else:
        assert passage.cdf(month) >= q
        assert month == 0 or passage.cdf(month - 1) < q


@given(passages)
def test_cdf_rises_from_0_and_is_the_sum_of_pmf(counts):
    passage = FirstPassage(name="x", counts=counts)
    months = np.arange(passage.horizon + 1)
    cdf = passage.cdf(months)
    assert cdf[0] == 0
    assert np.all(np.diff(cdf) >= 0)
    assert np.allclose(np.cumsum(passage.pmf(months)), cdf, rtol=0, atol=1e-12)
    assert np.allclose(cdf + passage.sf(months), 1, rtol=0, atol=1e-15)
    assert all(passage.ppf(share) <= month for month, share in enumerate(cdf))


def test_probability_is_of_the_exact_count():
    estimate = BELT.probability(by=3, confidence_level=0.9)
    assert float(estimate) == 0.5
    assert estimate.confidence_level == 0.9
    assert estimate.low < 0.5 < estimate.high
    assert estimate.method == "Clopper-Pearson"
    assert BELT.probability(2.0) == BELT.probability(by=np.int64(2))


@pytest.mark.parametrize("by", [0, 4, -1, np.nan, np.inf, "3", None, [1, 2], 2.5])
def test_probability_by_no_month_is_refused(by):
    with pytest.raises(ValueError, match="from 1 to the horizon, 3"):
        BELT.probability(by=by)
    with pytest.raises(ValueError, match=r"month = .*from 1 to the horizon, 3"):
        BELT.held(by)


def test_several_months_and_parts_of_one_are_told_what_to_write():
    with pytest.raises(ValueError, match=r"horizon, 3; cdf\(\[12, 24\]\) takes several$"):
        BELT.probability(by=[1, 2])
    with pytest.raises(ValueError, match=r"horizon, 3; held_by_month has all$"):
        BELT.held(np.array([1, 2]))
    with pytest.raises(ValueError, match=r"^by = 2.5: .*, and whole: 2, say$"):
        BELT.probability(2.5)


def test_interval_of_no_share_is_refused():
    with pytest.raises(ValueError, match="must be a share from 0 to 1"):
        BELT.interval(1.5)


LEGACY = Legacy(name="legacy", counts=BELT.counts, origin_counts=np.array([3, 0, 1]))


def test_a_legacy_has_an_origin_and_is_no_level():
    assert LEGACY.origin.tolist() == [0.75, 0, 0.25]
    assert repr(LEGACY).startswith("<Legacy 'legacy': 50 %")
    with pytest.raises(AttributeError, match="legacy is no level of revenue: only milestones can be held"):
        LEGACY.held(2)


def test_the_origin_of_no_legacy_is_refused():
    never = Legacy(name="legacy", counts=np.array([[5, 0, 0]]), origin_counts=np.array([0, 0]))
    with pytest.raises(ValueError, match="none of 5 practices has a legacy within 2 months"):
        _ = never.origin


def test_reading_changes_no_count():
    counts = BELT.counts.copy()
    FirstPassage(name="x", counts=counts).cdf(2)
    assert np.array_equal(counts, BELT.counts)
