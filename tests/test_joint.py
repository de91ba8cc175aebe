"""Plans counted together, against single trajectories of each counted by hand."""

import itertools
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import clustersim as cs
from clustersim import joint as joint_module
from clustersim.joint import Joint, PairStrata, Together
from clustersim.program import lower
from clustersim.ranges import run_range
from clustersim.seeds import key_of
from clustersim.viability import stratum_weights
from clustersim.viable_together import joint_weights

N, KEY = 3_000, key_of(7)
PLANS = (
    cs.Plan(horizon=40, finances=cs.Finances()),
    cs.Plan(horizon=36, every=1, finances=cs.Finances(savings=10_000)),
    cs.Plan(horizon=40, failure_rate=0.4, clusters=14, finances=cs.Finances(), revenue=cs.lognormal(mean=1e6, cv=0.3)),
)


@pytest.fixture(scope="module")
def job():
    return Together(tuple(map(lower, PLANS)), 0)


@pytest.fixture(scope="module")
def counted(job):
    return job.count(KEY, 0, N)[0]


@pytest.fixture(scope="module")
def lives():
    return [cs.paths(plan, N, rng=7) for plan in PLANS]


def digest(joint):
    """Everything that was counted, in a form that compares."""
    pairs = [{name: value.tolist() for name, value in vars(pair).items()} for pair in joint.pairs]
    arrays = (joint.squares, joint.first, joint.shared, joint.ties, joint.nobody, joint.sampled())
    return pairs, [array.tolist() for array in arrays]


def months(job, lives, event):
    """First passages (P, N), what lies beyond the common horizon never."""
    reached = np.stack([life.reached[event] for life in lives])
    return np.where(reached > job.horizon, np.inf, reached)


def test_what_is_counted_of_each_plan_is_what_simulate_counts(counted):
    for plan, tally in zip(PLANS, counted.tallies, strict=True):
        assert tally == cs.simulate(plan, N, rng=7).tally


def test_events_and_months_are_those_that_all_have(job):
    assert job.horizon == 36
    assert job.events == (*(milestone.name for milestone in cs.Plan.ladder), "legacy", "ruin")


@pytest.mark.parametrize(("number", "a", "b"), [(0, 0, 1), (1, 0, 2), (2, 1, 2)])
def test_discordant_trajectories_are_those_in_which_one_plan_is_ahead(job, counted, lives, number, a, b):
    pair = counted.pairs[number]
    for place, event in enumerate(job.events):
        one, other = months(job, lives, event)[[a, b]]
        by_month = np.arange(1, job.horizon + 1)[:, None]
        assert pair.gained[place].sum(axis=0).tolist() == ((other <= by_month) & (one > by_month)).sum(axis=1).tolist()
        assert pair.lost[place].sum(axis=0).tolist() == ((one <= by_month) & (other > by_month)).sum(axis=1).tolist()
        assert (pair.sooner[place], pair.later[place]) == ((other < one).sum(), (one < other).sum())


def test_strata_are_numbers_of_viable_clusters(job, counted, lives):
    joint = joint_weights(lower(PLANS[0]), lower(PLANS[2]))
    together = np.zeros(joint.shape, int)
    np.add.at(together, (lives[0].viable, lives[2].viable), 1)
    assert together[joint == 0].sum() == 0
    strata = job.strata[0, 2]
    seen = np.bincount(strata.place[joint > 0], together[joint > 0], minlength=len(strata.weights))
    assert counted.pairs[1].strata.tolist() == seen.tolist()
    assert strata.weights[strata.place[joint > 0]] == pytest.approx(joint[joint > 0])
    assert len(counted.pairs[0].strata) == 13  # the same clusters are viable
    place = list(job.events).index("white belt")
    one, other = months(job, lives, "white belt")[[0, 2]]
    some = (lives[0].viable == 6) & (lives[2].viable == 8)
    assert counted.pairs[1].gained[place, strata.place[6, 8], 9] == ((other <= 10) & (one > 10) & some).sum()


def test_the_first_is_the_one_who_is_first(job, counted, lives):
    for place, event in enumerate(job.events):
        reached = months(job, lives, event)
        earliest, there = reached.min(axis=0), np.isfinite(reached.min(axis=0))
        ahead = (reached == earliest) & there
        assert counted.first[:, place].tolist() == (ahead & (ahead.sum(axis=0) == 1)).sum(axis=1).tolist()
        assert counted.shared[:, place].tolist() == (ahead & (ahead.sum(axis=0) > 1)).sum(axis=1).tolist()
        assert counted.nobody[place] == (~there).sum()
        assert counted.first[:, place].sum() + counted.ties[place] + counted.nobody[place] == N


def test_products_of_revenue_are_exact(job, counted, lives):
    years = []
    for life, program in zip(lives, job.programs, strict=True):
        quanta = (life.revenue[:, :36] / program.quantum).astype(int)
        by_year = quanta.reshape(N, 3, 12).sum(axis=2)
        years.append(np.column_stack([by_year, by_year.sum(axis=1)]).astype(object))
    assert counted.squares.tolist() == [(year * year).sum(axis=0).tolist() for year in years]
    for pair, (a, b) in zip(counted.pairs, [(0, 1), (0, 2), (1, 2)], strict=True):
        assert pair.products.tolist() == (years[a] * years[b]).sum(axis=0).tolist()


@given(st.lists(st.integers(0, 2**52 - 1), min_size=1, max_size=20), st.integers(1, 300))
def test_sums_of_large_products_do_not_overflow(numbers, times):
    x = np.tile(np.array(numbers, np.int64), times)
    assert joint_module._dot(x[None], x[None, ::-1]).tolist() == [
        sum(int(a) * int(b) for a, b in zip(x, x[::-1], strict=True))
    ]


@settings(max_examples=10)
@given(st.lists(st.integers(1, N - 1), max_size=4, unique=True))
def test_ranges_add_up_to_the_same_bits(job, counted, cuts):
    ends = [0, *sorted(cuts), N]
    pieces = [job.count(KEY, first, stop - first)[0] for first, stop in itertools.pairwise(ends)]
    total = pieces[-1]
    for piece in pieces[:-1]:
        total = total + piece
    assert isinstance(total, Joint)
    assert digest(total) == digest(counted)


def test_small_pieces_are_the_range(job, counted, monkeypatch):
    monkeypatch.setattr(joint_module, "_MOST_AT_ONCE", 700)
    assert digest(job.count(KEY, 0, N)[0]) == digest(counted)


def test_single_trajectories_are_kept_up_to_a_number(job, monkeypatch):
    monkeypatch.setattr(joint_module, "SAMPLE", 100)
    later = Together(job.programs, 50)
    kept = (later.count(KEY, 120, 80)[0] + later.count(KEY, 50, 70)[0]).sampled()
    assert kept.shape == (len(job.events) + 1, 3, 100)
    assert kept[0, 0].tolist() == cs.paths(PLANS[0], 100, rng=7, first=50).viable.tolist()


def test_a_job_travels(job):
    again = pickle.loads(pickle.dumps(job))  # noqa: S301 - our own bytes
    assert digest(again.count(KEY, 0, 50)[0]) == digest(job.count(KEY, 0, 50)[0])


def of_two(one, other):
    """A test's two plans whose months do not matter, lowered."""
    return tuple(lower(cs.Plan(horizon=1, convergence=None, **changes)) for changes in (one, other))


MIXED, OTHER = cs.beta(4.5, 4.5), cs.uniform(0.2, 0.9)
TWO_PLANS = [
    ({}, {"failure_rate": 0.4}),
    ({"failure_rate": 0.2}, {"clusters": 14}),
    ({"clusters": [{"failure_rate": 0.3}, {}, {"failure_rate": 0.9}]}, {"clusters": 5, "failure_rate": 0.6}),
    ({"failure_rate": 0}, {"failure_rate": 1}),
    ({}, {"failure_rate": MIXED}),
    ({"failure_rate": MIXED}, {"failure_rate": OTHER, "clusters": 9}),
    ({"failure_rate": cs.beta(0.05, 0.05)}, {"failure_rate": 0.7}),
    ({"failure_rate": MIXED, "clusters": [{"failure_rate": MIXED}] * 2}, {"failure_rate": MIXED, "clusters": 2}),
    ({"clusters": [{"failure_rate": MIXED}, {"failure_rate": 0.3}]}, {"clusters": [{"failure_rate": OTHER}, {}, {}]}),
    (
        {"failure_rate": OTHER, "clusters": [{"failure_rate": MIXED}, {"failure_rate": 0.3}, {}, {}]},
        {"failure_rate": MIXED, "clusters": [{}, {}, {"failure_rate": cs.beta(3, 2)}, {"failure_rate": 0.41}]},
    ),
]


@pytest.mark.parametrize(("one", "other"), TWO_PLANS)
def test_weights_of_two_plans_have_those_of_each_as_margins(one, other):
    one, other = of_two(one, other)
    joint = joint_weights(one, other)
    assert (joint >= 0).all()
    assert joint.sum(axis=1) == pytest.approx(stratum_weights(one), abs=1e-12)
    assert joint.sum(axis=0) == pytest.approx(stratum_weights(other), abs=1e-12)
    assert pytest.approx(joint, abs=1e-14) == joint_weights(other, one).T


@pytest.mark.parametrize(("one", "other"), TWO_PLANS)
def test_the_kernel_draws_both_numbers_as_often_as_is_told(one, other):
    """Up to 5 standard errors off, as a right kernel is once in 1.7 million comparisons."""
    n, one_and_other = 200_000, of_two(one, other)
    joint = joint_weights(*one_and_other)
    seen = np.zeros(joint.shape)
    np.add.at(seen, tuple(run_range(program, KEY, 0, n)[0].viable for program in one_and_other), 1)
    assert seen[joint == 0].sum() == 0
    expected, usual = joint * n, joint * n > 5
    assert (np.abs(seen - expected) <= 5 * np.sqrt(expected * (1 - joint)))[usual].all()
    assert seen[~usual].sum() <= expected[~usual].sum() + 5 * np.sqrt(expected[~usual].sum()) + 5


def test_weights_are_an_integral_over_the_rate_that_practices_share():
    """One cluster shares the practice's rate, another has its own: by brute force, over words."""
    own = cs.beta(2, 3)
    one, other = of_two(
        {"failure_rate": OTHER, "clusters": [{}, {"failure_rate": own}]}, {"failure_rate": MIXED, "clusters": 2}
    )
    u = (np.arange(20_000) + 0.5) / 20_000
    f, g, x = 0.2 + 0.7 * u, stats.beta(4.5, 4.5).ppf(u), stats.beta(2, 3).ppf(u)
    first = [np.minimum(f, g), g - np.minimum(f, g), f - np.minimum(f, g), 1 - np.maximum(f, g)]
    capped = np.array([np.minimum(x, rate).mean() for rate in g])  # words of their own: x is independent of g
    second = [capped, g - capped, x.mean() - capped, 1 - x.mean() - g + capped]
    brute = np.zeros((3, 3))
    for i, j in itertools.product(range(4), repeat=2):  # viable under: neither, one, other, both
        brute[(i in {1, 3}) + (j in {1, 3}), (i in {2, 3}) + (j in {2, 3})] += (first[i] * second[j]).mean()
    assert joint_weights(one, other) == pytest.approx(brute, abs=3e-6)


def test_weights_are_known_where_those_of_both_plans_are():
    same = joint_weights(*of_two({"failure_rate": MIXED}, {"failure_rate": MIXED, "every": 1}))
    assert np.count_nonzero(same - np.diag(np.diag(same))) == 0
    assert joint_weights(*of_two({}, {"ideas": {"count": 20, "skill": 0.4}})) is None
    many = [{"failure_rate": rate, "clusters": 40} for rate in (MIXED, OTHER)]
    assert joint_weights(*of_two(*many)) is None  # too many pairs to integrate


@pytest.mark.parametrize("swapped", [False, True])
def test_where_one_plan_alone_is_known_its_numbers_are_the_strata(swapped):
    known, unknown = of_two({"clusters": 9}, {"ideas": {"count": 20, "skill": 0.4}, "clusters": 7})
    strata = PairStrata.of(*((unknown, known) if swapped else (known, unknown)), 100)
    assert strata.weights.tolist() == stratum_weights(known).tolist()
    mine, its = np.array([0, 9, 4]), np.array([7, 0, 3])
    assert strata.of_each(*((its, mine) if swapped else (mine, its))).tolist() == mine.tolist()
    neither = of_two({"mission": {}}, {"network": {}})
    assert PairStrata.of(*neither, 100).place is None


def test_too_many_strata_are_those_of_one_plan_or_one():
    one, other = lower(cs.Plan(clusters=100)), lower(cs.Plan(clusters=100, failure_rate=0.4))
    assert len(PairStrata.of(one, other, 10).weights) > 1_000
    first = min(one, other, key=lambda program: program.digest)  # whichever is named first
    assert PairStrata.of(one, other, 1_200).weights.tolist() == stratum_weights(first).tolist()
    assert PairStrata.of(one, other, 1 << 14).place is None
