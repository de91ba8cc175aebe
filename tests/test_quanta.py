"""How finely a plan is counted: as finely as its largest month allows."""

from fractions import Fraction
from math import ceil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import clustersim as cs
from clustersim.kernel.layout import FAILURE_RATE, MEGA_REVENUE, NARROW, OCTAVES, PRACTICE_FAILURE_RATE, REVENUE
from clustersim.kernel.run import run
from clustersim.plan.errors import PlanError
from clustersim.program import Program, lower
from clustersim.quanta import noise, threshold
from clustersim.ranges import run_range
from clustersim.testing import plans

FARTHEST_NOISE = 9.5
COARSER = 256
CHEAP = {"milestones": [cs.Milestone(name="a coffee", revenue=0.5)], "convergence": None}


def test_thresholds_are_whole_sums_of_quanta():
    program = lower(cs.Plan())
    quanta = int(1 / program.quantum)
    assert quanta * program.quantum == 1
    levels = [10_000, 20_000, 30_000, 40_000, 60_000]
    sums = [*(level * 3 for level in levels), 60_000, 60_000 * 12, 1_000_000]
    windows = [3, 3, 3, 3, 3, 1, 12, 12]
    nearly = 1 - Fraction(1, 2**20)  # what float32 may lose; and half a quantum a month
    expected = [ceil(s * quanta * nearly - Fraction(w, 2)) for s, w in zip(sums, windows, strict=True)]
    assert program.tables.thresholds.tolist() == expected


@given(st.integers(1, 5_000_000), st.integers(1, 12))
def test_cents_are_reached(cents, clusters):
    """So many clusters that earn a price to the cent reach so many times the price."""
    price = cents / 100
    plan = cs.Plan(
        clusters=clusters,
        every=1,
        failure_rate=0,
        revenue=price,
        ramp=1,
        volatility=0,
        horizon=clusters,
        convergence=None,
        milestones=[
            cs.Milestone(name="all", revenue=price * clusters, window=1),
            cs.Milestone(name="more", revenue=price * clusters * 1.00001, window=1),
        ],
    )
    reached = cs.paths(plan, n=1, rng=1).reached
    assert reached["all"] == clusters
    assert reached["more"] == np.inf


@given(plans(levers=False))
@settings(max_examples=40)
def test_a_threshold_is_the_least_sum_whose_average_is_at_the_level(plan):
    program = lower(plan)
    for milestone, due in zip(plan.milestones, program.tables.thresholds.tolist(), strict=True):
        average = Fraction(program.quantum) / milestone.window
        level = Fraction(milestone.revenue) * (1 - Fraction(1, 2**20)) - Fraction(program.quantum) / 2
        assert due * average >= level
        assert due == (milestone.revenue > 0) or (due - 1) * average < level


def luckiest(program):
    """The same Program, but nothing fails, and every draw of revenue is the highest that its table has.

    Its quanta are coarser, so that the ceiling does not hide what exceeds it.
    """
    tables = program.tables
    highest = tables.quantiles.astype(float).sum(axis=2).max(axis=1).astype(np.float32)
    lucky = np.zeros((len(highest) + 1, *tables.quantiles.shape[1:]), np.float32)
    lucky[:-1, :, 0] = highest[:, None]  # the last table is all 0: a failure rate
    levels = len(tables.quantiles)
    cluster, practice = tables.cluster.copy(), tables.practice.copy()
    cluster[REVENUE] += levels
    practice[MEGA_REVENUE] += levels if tables.megas else 0
    cluster[FAILURE_RATE] = practice[PRACTICE_FAILURE_RATE] = 2 * levels
    lucky_tables = tables._replace(
        quantiles=np.concatenate([tables.quantiles, lucky]),
        cluster=cluster,
        practice=practice,
        volatility=np.float32(0),
        market_volatility=np.float32(0),
        quanta=tables.quanta / np.float32(COARSER),
        thresholds=tables.thresholds // COARSER,
    )
    return Program(plan=program.plan, tables=lucky_tables).tables


def most_of_all(program, key):
    """Quanta of the luckiest practices' best month, in which the noise is at its highest too."""
    quietly = run(luckiest(program), key, 0, 20, revenue=True).revenue.max()
    market = program.plan.market
    loudest = sum(v * FARTHEST_NOISE - v**2 / 2 for v in (noise(program.plan), market.volatility if market else 0))
    return (quietly - 1) * COARSER * np.exp(loudest)  # what was rounded up to a whole quantum is no excess


@given(plans(max_horizon=60), st.integers(0, 2**64 - 1))
@settings(max_examples=60)
def test_no_month_exceeds_what_can_be_counted(plan, key):
    program = lower(plan)
    assert most_of_all(program, key) <= program.tables.ceiling * (1 + 1e-5)  # float32 rounds on the way


ONE = {"clusters": 1, "ramp": 1, "convergence": None, "milestones": [cs.Milestone(name="a", revenue=10_000, window=1)]}


@pytest.mark.parametrize(
    "plan",
    [
        cs.Plan(**ONE),
        cs.Plan(**ONE, market=cs.Market(), seasonality=[0.1] * 11 + [7]),
        cs.Plan(**ONE, network=cs.Network(drag=0, upside=2, spread=3, referral=0)),
        cs.Plan(
            every=1,
            revenue=1_000,
            milestones=[cs.Milestone(name="all twelve", revenue=11_900, window=1)],
            convergence=cs.Convergence(trigger="all twelve", megas=12, revenue=cs.uniform(90_000, 100_000)),
        ),
    ],
    ids=["cluster", "factors", "network", "megas"],
)
def test_a_quantum_is_no_coarser_than_it_must_be(plan):
    """The bound is sharp: with quanta half as large the luckiest practice would not fit."""
    program = lower(plan)
    assert program.tables.ceiling == 2**NARROW
    assert 2 ** (NARROW - 1) < most_of_all(program, 7) <= 2**NARROW * (1 + 1e-5)


WIDE = cs.Plan(revenue=cs.lognormal(mean=10_000, cv=3), clusters=6, horizon=60, convergence=None)


def test_where_revenue_is_spread_widely_64_bits_are_counted_in():
    """As finely as they allow; and the same practices come out, but for rounding."""
    program = lower(WIDE)
    assert not program.fast
    assert program.tables.ceiling == 2**OCTAVES
    assert program.quantum < 2**-7
    coarser = 2.0
    narrow = program.tables._replace(
        quanta=np.float32(1 / coarser),
        ceiling=np.float32(2**NARROW),
        thresholds=np.array([threshold(m.revenue, m.window, 1 / coarser) for m in WIDE.milestones], np.int64),
    )
    there = Program(plan=WIDE, tables=narrow)
    assert there.fast
    (wide, _), (fast, none) = (run_range(p, 7, 0, 2_000, paths=True) for p in (program, there))
    assert none is None
    assert np.abs(wide.revenue * program.quantum - fast.revenue * coarser).max() <= coarser
    assert (wide.reached != fast.reached).mean() < 1e-3
    assert np.array_equal(wide.viable, fast.viable)


@pytest.mark.parametrize("window", [1, 2, 12, 24])
@pytest.mark.parametrize("share", [0.3, 0.999, 1, 1.001, 30])
def test_milestones_about_the_largest_month_are_decided_alike_in_32_bits_and_in_64(window, share):
    plan = cs.Plan(
        revenue=cs.lognormal(mean=10_000, cv=0.6),
        clusters=6,
        horizon=36,
        convergence=None,
        milestones=[
            cs.Milestone(name="some", revenue=60_000 * share, window=window),
            cs.Milestone(name="few", revenue=20_000 * share, window=window),
        ],
    )
    program = lower(plan)
    assert program.fast
    sums = np.cumsum(revenue := run_range(program, 7, 0, 500, paths=True)[0].revenue, axis=0)
    sums[window:] -= np.cumsum(revenue, axis=0)[:-window]
    for by_month, _ in (run_range(program, 7, 0, 500), run_range(program, 7, 0, 500, standing=True)):
        for m, due in enumerate(program.tables.thresholds):
            there = sums[window - 1 :] >= due
            first = np.where(there.any(axis=0), there.argmax(axis=0) + window, 0)
            assert np.array_equal(by_month.reached[m], first)
            assert np.array_equal(by_month.held[m, window - 1 :], there.sum(axis=1))


def test_nothing_earned_is_no_reason_to_refuse():
    program = lower(cs.Plan(revenue=0, convergence=None))
    assert program.quantum == 1
    assert run(program.tables, 7, 0, 10, revenue=True).revenue.max() == 0


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"volatility": 3}, "revenue", "with noise and season"),
        ({"revenue": stats.pareto(0.7)}, "revenue", "lighter tail, less volatility"),
        ({"market": cs.Market(volatility=3)}, "revenue", "with noise and season"),
        ({"seasonality": [1e-310] * 12}, "revenue", "other milestones"),
        ({"convergence": cs.Convergence(revenue=stats.pareto(0.7))}, "convergence.revenue", "lighter tail"),
        ({"clusters": [cs.Cluster(), cs.Cluster(revenue=stats.pareto(0.7))]}, r"clusters[1].revenue", "lighter"),
        ({"network": cs.Network(challengers=1, spread=12)}, "revenue", "less volatility"),
        ({**CHEAP, "finances": {"living": 1e12}}, "finances.living", "lowest milestone of 0.5: take less"),
        ({**CHEAP, "finances": {"savings": 1e12, "living": 1e12}}, "finances.living", "take less"),
        ({**CHEAP, "finances": {"survival": {"clients": 9, "fee": 1e12}}}, "finances.survival.fee", "take less"),
    ],
)
def test_what_cannot_be_counted_is_refused(changes, path, words):
    with pytest.raises(PlanError, match=words) as refused:
        lower(cs.Plan(**changes))
    assert [problem.path for problem in refused.value.problems] == [path]
    assert str(refused.value).startswith(f"{path} = ")


@pytest.mark.parametrize(
    "finances",
    [
        {"savings": 1e9},
        {"living": 1e9},
        {"savings": 0, "living": 0},
        {"survival": {"clients": 10, "fee": 1e8, "until": 1e12}},
    ],
)
def test_finances_leave_the_quanta_alone(finances):
    assert lower(cs.Plan(finances=finances)).quantum == lower(cs.Plan()).quantum == 2**-3


@pytest.mark.parametrize(
    ("finances", "octave"),
    [
        ({"savings": 0, "living": 1e-112}, 10),
        ({"savings": 0, "living": 0}, 10),  # revenue asks for 2^10 >= 1 000 dollars
        ({"savings": 1e12}, 10),  # 2^34 * 2^10 >= 1e12
        ({"living": 2**34}, 10),
        ({"living": 2**34 + 1}, 11),
        ({"living": 1e12}, 16),  # 2^24 * 2^16 >= 1e12
        ({"survival": {"clients": 4, "fee": 1e12}}, 18),
    ],
)
def test_quanta_are_coarse_enough_for_the_most_cash(finances, octave):
    month = [cs.Milestone(name="black month", revenue=60_000, window=1)]
    plan = cs.Plan(clusters=1, revenue=1_000, volatility=0, convergence=None, milestones=month, finances=finances)
    assert lower(plan).quantum == 2.0 ** (octave - NARROW)


def test_a_living_of_next_to_nothing_is_none():
    plan = cs.Plan(revenue=0, convergence=None, finances=cs.Finances(savings=0, living=1e-112))
    assert cs.simulate(plan, n=100, rng=7).ruin.cdf(120) == 0


def test_where_nothing_is_earned_any_milestone_will_do():
    plan = cs.Plan(revenue=0, convergence=None, milestones=[cs.Milestone(name="some", revenue=0.01)])
    assert cs.simulate(plan, n=100, rng=7)["some"].cdf(120) == 0
