"""Addition of counts: an exact commutative monoid over disjoint ranges of trajectories."""

from dataclasses import replace
from functools import reduce
from itertools import pairwise
from operator import add

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import clustersim as cs
from clustersim.kernel.layout import BINS, CASH_BINS, LeverRecords, Records
from clustersim.program import lower
from clustersim.ranges import run_range
from clustersim.tally import count, union

PLAN = cs.Plan(
    clusters=3,
    every=2,
    trial=2,
    horizon=18,
    milestones=(
        cs.Milestone(name="start", revenue=3_000),
        cs.Milestone(name="living", revenue=8_000, window=1),
    ),
    convergence=cs.Convergence(trigger="start", megas=2, months=3),
    legacy=cs.Legacy(mean_months=5),
)
LEVERS = {
    "ideas": cs.Ideas(count=9, skill=0.4),
    "focus": cs.Focus(capacity=1.5),
    "mission": cs.Mission(drain=0.4, burnout_months=1),
    "finances": cs.Finances(savings=15_000, living=3_000, survival=cs.SurvivalClients(clients=1, fee=1_500)),
    "network": cs.Network(saturation=3),
    "accelerator": cs.Accelerator(every=2, odds=0.3),
}
N = 60


ALL = PLAN.replace(**LEVERS)


def counted(first=0, n=N, *, plan=ALL, key=7):
    program = lower(plan)
    return count(program, key, first, *run_range(program, key, first, n))


def pieces_of(cuts, n=N, **plan):
    """The run of n trajectories, in pieces."""
    return [counted(first, stop - first, **plan) for first, stop in pairwise([0, *sorted(cuts), n])]


cuts = st.sets(st.integers(1, N - 1), max_size=9)


def test_the_run_that_the_others_are_compared_with_counts_something_of_everything():
    for name, array in counted().counts().items():
        assert array.any(), name
    assert all(months[:, 1:].any() for months in counted().reached)
    assert counted().cash_histogram[:, : BINS - 1].any()  # what is owed


@pytest.mark.parametrize(
    ("levers", "events", "empty"),
    [
        ((), (), ("cash", "mission")),
        (("ideas", "focus", "network"), (), ("cash", "mission")),
        (("mission",), ("burnout",), ("cash",)),
        (("finances", "accelerator"), ("ruin", "admission"), ("mission",)),
        (tuple(LEVERS), ("burnout", "ruin", "admission"), ()),
    ],
    ids=["none", "uncounted", "mission", "finances and accelerator", "all"],
)
def test_what_a_lever_counts_is_empty_without_it(levers, events, empty):
    plan = PLAN.replace(**{name: LEVERS[name] for name in levers})
    tally = counted(plan=plan)
    assert lower(plan).events == ("start", "living", "legacy", *events)
    assert tally.reached.shape == (3 + len(events), 4, 19)
    without = {name for name, array in tally.counts().items() if array.size == 0}
    assert without == {name for name in tally.counts() if name.split("_")[0] in empty}
    assert tally == counted(0, 20, plan=plan) + counted(20, N - 20, plan=plan)
    largest = tally.reached.nbytes + tally.histogram.nbytes + tally.cash_histogram.nbytes
    assert lower(plan).tally_bytes == largest + tally.mission_histogram.nbytes


@given(cuts, st.data())
def test_pieces_added_in_any_order_and_any_grouping_are_the_run_at_once(cuts, data):
    pieces = data.draw(st.permutations(pieces_of(cuts)))
    while len(pieces) > 1:
        left, right = (pieces.pop(data.draw(st.integers(0, len(pieces) - 1))) for _ in range(2))
        pieces.append(left + right)
    (total,) = pieces
    whole = counted()
    assert total == whole
    assert total.ranges == ((0, N),)
    assert total.n == N
    for name, array in whole.counts().items():
        assert getattr(total, name).dtype == array.dtype, name


@given(cuts.filter(bool))
def test_a_lost_piece_is_missed(cuts):
    lost = reduce(add, pieces_of(cuts)[:-1])
    assert lost != counted()
    assert lost.n < N


def test_addition_leaves_its_terms_as_they_were():
    left, right = counted(0, 20), counted(20, 40)
    assert left + right == right + left
    assert (left, right) == (counted(0, 20), counted(20, 40))


def test_gaps_stay_open_until_they_are_filled():
    outer = counted(40, 20) + counted(0, 20)
    assert outer.ranges == ((0, 20), (40, 60))
    assert outer.n == 40
    assert outer + counted(20, 20) == counted()


@pytest.mark.parametrize("name", ["digest", "key", "ranges", *counted(0, 1).counts()])
def test_tallies_that_differ_anywhere_are_not_equal(name):
    tally = counted()
    value = getattr(tally, name)
    if isinstance(value, np.ndarray):
        value = value.copy()
        value[(-1,) * value.ndim] += 1
    else:
        value = {"digest": "other", "key": tally.key + 1, "ranges": ((1, N + 1),)}[name]
    assert replace(tally, **{name: value}) != tally
    assert replace(tally) == tally


def test_a_tally_is_no_number_and_no_key():
    tally = counted(0, 1)
    assert tally != 1
    with pytest.raises(TypeError):
        tally + 1
    with pytest.raises(TypeError):
        hash(tally)


def refused(left, right):
    with pytest.raises(ValueError, match=r"^(these|trajectories) ") as error:
        left + right
    return str(error.value)


@pytest.mark.parametrize(
    ("first", "n", "both"), [(0, N, "0 to 59"), (59, 1, "59 to 59"), (10, 3, "10 to 12"), (50, 50, "50 to 59")]
)
def test_a_trajectory_cannot_be_counted_twice(first, n, both):
    sentence = f"trajectories {both} are in both: each may be counted once only"
    assert refused(counted(), counted(first, n)) == sentence
    assert refused(counted(first, n), counted()) == sentence


def test_other_plans_and_other_seeds_are_refused():
    other = counted(N, plan=PLAN)
    assert refused(counted(), other) == (
        "these counts come from different plans: only runs of one Program can be added"
    )
    assert refused(counted(), counted(N, key=8)) == (
        "these counts come from different seeds: only runs of one key can be added"
    )


def ranges_of(numbers):
    """Some trajectories as sorted, disjoint half-open ranges, none next to another."""
    ranges = []
    for number in sorted(numbers):
        if ranges and ranges[-1][1] == number:
            ranges[-1] = (ranges[-1][0], number + 1)
        else:
            ranges.append((number, number + 1))
    return tuple(ranges)


@given(st.sets(st.integers(0, 30)), st.sets(st.integers(0, 30)))
def test_a_union_of_ranges_is_the_union_of_sets(left, right):
    if left & right:
        with pytest.raises(ValueError, match=f"^trajectories {min(left & right)} to "):
            union(ranges_of(left), ranges_of(right))
    else:
        assert union(ranges_of(left), ranges_of(right)) == ranges_of(left | right)


def test_sums_of_revenue_are_exact_beyond_64_bits():
    """A range as large as the kernel allows, all of whose months earn as much as can be counted."""
    n, high = 1 << 22, 1 << 20
    program = lower(PLAN.replace(horizon=1, mission=LEVERS["mission"], finances=LEVERS["finances"]))
    records = Records(
        reached=np.zeros((3, 1), np.uint16),
        viable=np.zeros(1, np.int32),
        launches=np.zeros(1, np.int32),
        origin=np.full(1, -1, np.int32),
        passages=np.zeros((3, program.clusters + 1, 2), np.int64),
        launched=np.zeros(program.clusters + 1, np.int64),
        origins=np.zeros(program.clusters + 1, np.int64),
        revenue=np.zeros((0, 1), np.int64),
        held=np.zeros((2, 1), np.int64),
        histogram=np.zeros((1, BINS), np.int32),
        moments=np.array([[n << 40, n * high * high, n * (high - 1), n * 3]], np.int64),
    )
    more = LeverRecords(
        first=np.zeros((3, 1), np.uint16),
        cash=np.zeros((0, 1), np.int64),
        cash_histogram=np.zeros((1, CASH_BINS), np.int32),
        cash_moments=records.moments * [-1, 1, 1, 1],
        mission=np.zeros((0, 1), np.int64),
        mission_histogram=np.zeros((1, BINS), np.int32),
        mission_moments=records.moments,
        standing=np.zeros((0, 1), np.int32),
    )
    pieces = [count(program, 7, first, records, more) for first in range(8)]
    total = reduce(add, pieces)
    assert total.revenue_sum.tolist() == [8 * n * 2**40]
    assert total.revenue_sum[0] > 2**63
    assert total.revenue_square_sum.tolist() == [8 * n * (2**80 + 2 * 2**20 * (high - 1) + 3)]
    assert isinstance(total.revenue_square_sum[0], int)
    assert total.cash_sum.tolist() == [-8 * n * 2**40]
    assert total.mission_sum.tolist() == total.revenue_sum.tolist()
    assert total.cash_square_sum.tolist() == total.mission_square_sum.tolist() == total.revenue_square_sum.tolist()
