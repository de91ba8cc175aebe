import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustersim.outcome.count import Count

COUNT = Count(name="things", counts=np.array([1, 2, 0, 1]))


def test_functions_of_known_counts():
    assert COUNT.n == 4
    assert COUNT.pmf(1) == 0.5
    assert type(COUNT.pmf(1)) is float
    assert COUNT.pmf([-1, 0, 1.5, 3, 4, np.inf, 10**400]).tolist() == [0, 0.25, 0, 0.25, 0, 0, 0]
    assert COUNT.cdf([-1, 0, 0.5, 1, 2, 3, 99, np.inf, -np.inf]).tolist() == [
        0,
        0.25,
        0.25,
        0.75,
        0.75,
        1,
        1,
        1,
        0,
    ]
    assert type(COUNT.cdf(1)) is float
    assert COUNT.mean() == 1.25
    assert repr(COUNT) == "<Count of things: 1.25 on average, 0 to 3, n = 4>"


def test_cdf_of_nan_is_refused():
    with pytest.raises(ValueError, match="nan"):
        COUNT.cdf([1, np.nan])


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60))
def test_moments_are_numpys(numbers):
    count = Count(name="x", counts=np.bincount(numbers))
    assert count.mean() == pytest.approx(np.mean(numbers))
    assert count.std() == pytest.approx(np.std(numbers), abs=1e-12)


def test_moments_of_huge_counts_are_exact():
    count = Count(name="x", counts=np.array([2**61, 2**61]))
    assert count.mean() == 0.5
    assert count.std() == 0.5
