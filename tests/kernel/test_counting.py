"""Counts are what single trajectories add up to, and bins are where a reader takes them to be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clustersim as cs
from clustersim.kernel import counting
from clustersim.kernel.layout import BINS, BINS_PER_OCTAVE, LIMB, OCTAVES
from clustersim.kernel.run import run
from clustersim.outcome.fan import edges
from clustersim.program import lower
from clustersim.ranges import run_range
from clustersim.tally import count
from clustersim.testing import plans
from compiled import called


def bin_of(quanta):
    """The bin of some whole quanta, in Python's integers."""
    if quanta == 0:
        return 0
    octave = quanta.bit_length() - 1
    return 1 + octave * BINS_PER_OCTAVE + ((quanta - (1 << octave)) * BINS_PER_OCTAVE >> octave)


def levels(program, revenue):
    """Whether each milestone's window is at its level: (milestones, H, n), of revenue (H, n)."""
    tables = program.tables
    total = np.concatenate([np.zeros_like(revenue[:1]), revenue.cumsum(axis=0)])
    at_level = np.zeros((len(tables.thresholds), *revenue.shape), bool)
    for m, threshold in enumerate(tables.thresholds):
        window = tables.windows[tables.window[m]]
        at_level[m, window - 1 :] = total[window:] - total[:-window] >= threshold
    return at_level


@given(
    plans(max_clusters=6, max_horizon=60, levers=False),
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**63 - 3_000),
    st.integers(1, 100) | st.integers(1_000, 2_500),  # within a block, and several blocks
)
@settings(max_examples=60)
def test_counts_are_what_the_trajectories_add_up_to(plan, key, first, n):
    program = lower(plan)
    records, more = run_range(program, key, first, n, paths=True)
    at_level = levels(program, records.revenue)
    months = np.where(at_level.any(axis=1), at_level.argmax(axis=1) + 1, 0)
    assert np.array_equal(records.reached[:-1], months)
    assert np.array_equal(records.held, at_level.sum(axis=2))
    histogram = np.zeros_like(records.histogram)
    tally = count(program, key, first, records, more)
    for month, revenue in enumerate(records.revenue.tolist()):
        np.add.at(histogram[month], [bin_of(x) for x in revenue], 1)
        assert tally.revenue_sum[month] == sum(revenue)
        assert tally.revenue_square_sum[month] == sum(x * x for x in revenue)
    assert np.array_equal(records.histogram, histogram)


def test_what_is_not_asked_for_changes_no_count():
    tables = lower(cs.Plan()).tables
    without, with_revenue = (run(tables, 7, 0, 1_500, revenue=wanted) for wanted in (False, True))
    assert without.revenue.shape == (0, 1_500)
    for name in set(without._fields) - {"revenue"}:
        assert np.array_equal(getattr(without, name), getattr(with_revenue, name)), name


find_bins, fill, moments = called(counting._find_bins), called(counting._fill), called(counting._moments)
squares = called(counting._squares)


def placed(quanta):
    """The kernel's bins of some floats."""
    floats, bins = np.float32(quanta), np.zeros(len(quanta), np.int32)
    find_bins(floats, bins, len(floats))
    assert (bins >= 0).all()
    assert (bins < BINS).all()
    return bins


def test_every_lower_edge_is_in_its_own_bin_and_what_is_just_below_in_the_one_before():
    lower_edges, upper_edges = map(np.float32, edges(BINS))
    assert np.array_equal(placed(lower_edges), np.arange(BINS))
    assert np.array_equal(placed(np.nextafter(lower_edges[1:], np.float32(0))), np.arange(BINS - 1))
    assert np.array_equal(upper_edges[1:-1], lower_edges[2:])
    assert lower_edges[-1] == upper_edges[-1] == 2.0**OCTAVES


@given(st.lists(st.integers(0, 2**OCTAVES), min_size=1, max_size=50))
def test_revenue_is_binned_by_its_leading_bits(quanta):
    floats = np.float32(quanta)  # revenue is a float32 that is whole
    assert placed(floats).tolist() == [bin_of(int(x)) for x in floats]


@given(st.lists(st.integers(0, 2**OCTAVES), max_size=50), st.data())
def test_moments_are_exact_up_to_the_ceiling(quanta, data):
    n = data.draw(st.integers(0, len(quanta)))  # lanes beyond n are another block's
    x, high_high, high_low, low_low = moments(np.array(quanta, np.int64), n)
    assert x == sum(quanta[:n])
    squares = (int(high_high) << 2 * LIMB) + (int(high_low) << LIMB + 1) + int(low_low)
    assert squares == sum(value * value for value in quanta[:n])


@given(st.lists(st.integers(0, 2**31 - 1), max_size=50), st.data())
def test_squares_of_31_bits_are_exact(quanta, data):
    n = data.draw(st.integers(0, len(quanta)))
    x, high, _, low = squares(np.array(quanta, np.int32), n)
    assert x == sum(quanta[:n])
    assert (int(high) << 2 * LIMB) + int(low) == sum(value * value for value in quanta[:n])


@pytest.mark.parametrize("odd", [np.nan, -np.inf, np.inf, -1.0, 3e38])
def test_no_float_is_counted_beside_the_histogram(odd):
    """None of these can come from a plan that is accepted; if one did, memory would still be safe."""
    assert placed([odd]).shape == (1,)


@given(st.lists(st.tuples(*[st.integers(0, BINS - 1)] * 4), max_size=50))
def test_each_of_four_months_has_a_histogram_of_its_own(places):
    histogram = np.zeros((4, BINS), np.int32)
    fill(np.array(places, np.int32).reshape(-1), *histogram, len(places))
    for month, row in enumerate(histogram):
        assert np.array_equal(
            row, np.bincount([place[month] for place in places] or [0], minlength=BINS) * bool(places)
        )
