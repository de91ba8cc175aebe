"""From plan to Program: what the kernel reads, and its digest."""

import copy
import os
import pickle
import subprocess
import sys
from fractions import Fraction
from math import ceil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import clustersim as cs
from clustersim.kernel.layout import FAILURE_RATE, MEGA_REVENUE, OCTAVES, PRACTICE_FAILURE_RATE, REVENUE, Levers
from clustersim.kernel.run import run
from clustersim.plan.errors import PlanError
from clustersim.plan.presets import PRESETS
from clustersim.program import Program, _lower, lower
from plan_strategies import plans

FARTHEST_NOISE = 9.5
COARSER = 256
PLAN = cs.Plan(
    clusters=(cs.Cluster(name="talk"), cs.Cluster(), cs.Cluster(name="book", failure_rate=0.7)),
    market=cs.Market(),
    lifetime=50,
    seasonality=(1.0,) * 11 + (0.5,),
)

# Every field of PLAN, changed a little: one change each.
CHANGES = {
    "clusters": (cs.Cluster(), cs.Cluster()),
    "every": 4,
    "at_once": 2,
    "failure_rate": 0.50001,
    "revenue": cs.lognormal(mean=10_000, cv=0.31),
    "ramp": cs.lognormal(median=6, sigma=0.51),
    "ramp_curve": "linear",
    "trial": cs.uniform(3, 9.5),
    "failed_share": 0.26,
    "lifetime": 51,
    "volatility": 0.21,
    "persistence": 0.51,
    "seasonality": (1.0,) * 11 + (0.6,),
    "horizon": 119,
    "market.volatility": 0.11,
    "market.persistence": 0.81,
    "milestones": tuple(
        m.model_copy(update={"revenue": 60_001.0}) if m.name == "black belt" else m for m in cs.Plan.ladder
    ),
    "convergence.trigger": "black year",
    "convergence.megas": 4,
    "convergence.revenue": cs.uniform(20_000, 50_001),
    "convergence.months": 18,
    "legacy.mean_months": 61,
    "legacy.shape": 3.1,
}
OTHERS = {
    **{name: PLAN.replace(**{name: value}) for name, value in CHANGES.items()},
    "no lifetime": PLAN.replace(lifetime=None),
    "no seasonality": PLAN.replace(seasonality=None),
    "no market": PLAN.replace(market=None),
    "no convergence": PLAN.replace(convergence=None),
    "no legacy": PLAN.replace(legacy=None),
    "a window": PLAN.replace(milestones=[m.model_copy(update={"window": 4}) for m in cs.Plan.ladder]),
    "a milestone fewer": PLAN.replace(milestones=cs.Plan.ladder[:-1]),
    "milestones in another order": PLAN.replace(milestones=cs.Plan.ladder[::-1]),
    "clusters in another order": PLAN.replace(clusters=PLAN.clusters[::-1]),
    "a cluster's failure rate": PLAN.replace(clusters=(*PLAN.clusters[:2], cs.Cluster(failure_rate=0.71))),
    "a cluster's revenue": PLAN.replace(clusters=(cs.Cluster(revenue=9_000), *PLAN.clusters[1:])),
    "a cluster's ramp": PLAN.replace(clusters=(cs.Cluster(ramp=9), *PLAN.clusters[1:])),
    "a cluster's trial": PLAN.replace(clusters=(cs.Cluster(trial=9), *PLAN.clusters[1:])),
}


def fresh(plan):
    """Lower a plan as if no equal one had been lowered before."""
    return _lower.__wrapped__(plan)


def test_every_field_of_a_plan_is_changed_below():
    parts = {"market": cs.Market, "convergence": cs.Convergence, "legacy": cs.Legacy}
    fields = {
        name if part not in parts else f"{part}.{name}"
        for part in cs.Plan.model_fields
        for name in (parts[part].model_fields if part in parts else [part])
    }
    assert fields == set(CHANGES)


@pytest.mark.parametrize("name", OTHERS)
def test_whatever_matters_is_in_the_digest(name):
    assert fresh(OTHERS[name]).digest != fresh(PLAN).digest


def test_different_plans_have_different_digests():
    assert len({fresh(plan).digest for plan in OTHERS.values()}) == len(OTHERS)


@pytest.mark.parametrize(
    ("plan", "same"),
    [
        (cs.Plan(), cs.Plan(clusters=[cs.Cluster(name=f"the {i}th") for i in range(12)])),
        (
            cs.Plan(),
            cs.Plan(
                milestones=[m.model_copy(update={"name": f"~{m.name}"}) for m in cs.Plan.ladder],
                convergence=cs.Convergence(trigger="~black belt"),
            ),
        ),
        (cs.Plan(), cs.Plan(ramp=stats.lognorm(0.5, scale=6))),
        (cs.Plan(), cs.Plan(clusters=[cs.Cluster(ramp=cs.Plan().ramp)] * 12)),
        (cs.Plan(volatility=0.0), cs.Plan(volatility=-0.0)),
        (cs.Plan(convergence=None), cs.Plan(convergence=None, legacy=None)),
    ],
    ids=["names of clusters", "names of milestones", "spelling", "inherited", "-0", "idle legacy"],
)
def test_what_does_not_matter_is_not_in_the_digest(plan, same):
    assert fresh(plan).digest == fresh(same).digest


@given(plans())
@settings(max_examples=40)
def test_equal_plans_have_equal_digests(plan):
    again = cs.Plan.from_toml_text(plan.to_toml())
    assert again == plan
    assert fresh(again).digest == fresh(plan).digest


def test_a_plan_is_lowered_once():
    plan = cs.Plan(every=7)
    assert lower(plan) is lower(plan)
    assert lower(cs.Plan(every=7)).tables is lower(plan).tables


def test_a_program_keeps_the_words_of_its_own_plan():
    """An equal plan that was lowered before, in another spelling, does not lend it its words."""
    lower(cs.Plan(ramp=cs.lognormal(median=6, sigma=0.45)))
    spelled = cs.Plan(ramp=stats.lognorm(0.45, scale=6))
    assert lower(spelled).plan is spelled


def test_the_stream_is_in_the_digest():
    program = lower(PLAN)
    later = Program(plan=PLAN, tables=program.tables, stream=program.stream + 1)
    assert later.digest != program.digest


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_digest_is_the_same_in_other_processes(seed):
    code = """
from clustersim.plan.presets import PRESETS
from clustersim.program import lower
import sys
print(*(lower(preset()).digest for preset in PRESETS.values()))
print(*sys.modules)
"""
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        text=True,
        env=os.environ | {"PYTHONHASHSEED": seed},
    )
    digests, modules = map(str.split, done.stdout.splitlines())
    assert digests == [lower(preset()).digest for preset in PRESETS.values()]
    assert not {"scipy.stats", "numba"} & set(modules)


def with_levers(**fields):
    """PLAN's Program, with levers as given and otherwise off."""
    kinds = Levers.__annotations__
    off = {name: kind(0) for name, kind in kinds.items()}
    given = {name: kinds[name](value) for name, value in fields.items()}
    return Program(plan=PLAN, tables=lower(PLAN).tables, levers=Levers(**(off | given)))


@pytest.mark.parametrize("name", Levers._fields)
def test_every_lever_is_in_the_digest(name):
    assert len({lower(PLAN).digest, with_levers().digest, with_levers(**{name: 1}).digest}) == 3


def test_levers_bring_events_of_their_own():
    assert with_levers(focus=1).events == lower(PLAN).events
    assert with_levers(accelerator=6, mission=1, finances=1).events[-4:] == ("legacy", "burnout", "ruin", "admission")
    assert with_levers(finances=1).events[-2:] == ("legacy", "ruin")


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))])  # noqa: S301
def test_levers_travel_with_their_program(copied):
    program = with_levers(focus=1, capacity=2.5)
    again = copied(program)
    assert again.levers == program.levers
    assert list(map(type, again.levers)) == list(map(type, program.levers))
    assert again.digest == program.digest


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))])  # noqa: S301
def test_a_program_travels_whole(copied):
    program = lower(PLAN)
    again = copied(program)
    assert again is not program
    assert again.digest == program.digest
    assert again.plan == program.plan
    assert (again.stream, again.quantum, again.events) == (program.stream, program.quantum, program.events)
    for name, value in program.tables._asdict().items():
        other = getattr(again.tables, name)
        assert type(other) is type(value), name
        assert np.array_equal(other, value), name
        assert not isinstance(other, np.ndarray) or not other.flags.writeable, name


@pytest.mark.parametrize("name", lower(PLAN).tables._fields)
def test_a_program_s_arrays_are_read_only(name):
    value = getattr(lower(PLAN).tables, name)
    if isinstance(value, np.ndarray):
        with pytest.raises(ValueError, match="read-only"):
            value[...] = 0
    else:
        hash(value)  # a number


def test_a_program_tells_its_plan():
    program = lower(PLAN)
    assert (program.clusters, program.horizon) == (3, 120)
    assert program.milestones == tuple(m.name for m in PLAN.milestones)
    assert program.events == (*program.milestones, "legacy")


def test_thresholds_are_whole_sums_of_quanta():
    program = lower(cs.Plan())
    quanta = int(1 / program.quantum)
    assert quanta * program.quantum == 1
    levels = [10_000, 20_000, 30_000, 40_000, 60_000]
    sums = [*(level * 3 for level in levels), 60_000, 60_000 * 12, 1_000_000]
    nearly = 1 - Fraction(1, 2**20)  # what float32 may lose
    assert program.tables.thresholds.tolist() == [ceil(total * quanta * nearly) for total in sums]


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


@given(plans())
@settings(max_examples=40)
def test_a_threshold_is_the_least_sum_whose_average_is_at_the_level(plan):
    program = fresh(plan)
    for milestone, threshold in zip(plan.milestones, program.tables.thresholds.tolist(), strict=True):
        average = Fraction(program.quantum) / milestone.window
        level = Fraction(milestone.revenue) * (1 - Fraction(1, 2**20))  # what float32 may lose
        assert threshold * average >= level
        assert threshold == 0 or (threshold - 1) * average < level


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
    noise = sum(v * FARTHEST_NOISE - v**2 / 2 for v in (program.plan.volatility, market.volatility if market else 0))
    return (quietly - 1) * COARSER * np.exp(noise)  # what was rounded up to a whole quantum is no excess


@given(plans(max_horizon=60), st.integers(0, 2**64 - 1))
@settings(max_examples=60)
def test_no_month_exceeds_what_can_be_counted(plan, key):
    assert most_of_all(fresh(plan), key) <= 2**OCTAVES * (1 + 1e-5)  # float32 rounds on the way


@pytest.mark.parametrize(
    "plan",
    [
        cs.Plan(clusters=1, ramp=1, convergence=None),
        cs.Plan(clusters=1, ramp=1, convergence=None, market=cs.Market(), seasonality=[0.1] * 11 + [7]),
        cs.Plan(
            every=1,
            revenue=1_000,
            milestones=[cs.Milestone(name="all twelve", revenue=11_900, window=1)],
            convergence=cs.Convergence(trigger="all twelve", megas=12, revenue=cs.uniform(90_000, 100_000)),
        ),
    ],
    ids=["cluster", "factors", "megas"],
)
def test_a_quantum_is_no_coarser_than_it_must_be(plan):
    """The bound is sharp: with quanta half as large the luckiest practice would not fit."""
    assert 2 ** (OCTAVES - 1) < most_of_all(fresh(plan), 7) <= 2**OCTAVES * (1 + 1e-5)


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"volatility": 3}, "revenue", "with noise and season"),
        ({"revenue": stats.pareto(0.7)}, "revenue", "lighter tail, less volatility"),
        ({"market": cs.Market(volatility=3)}, "revenue", "with noise and season"),
        ({"seasonality": [1e-310] * 12}, "revenue", "other milestones"),
        ({"convergence": cs.Convergence(revenue=stats.pareto(0.7))}, "convergence.revenue", "lighter tail"),
        ({"clusters": [cs.Cluster(), cs.Cluster(revenue=stats.pareto(0.7))]}, r"clusters[1].revenue", "lighter"),
        (
            {"clusters": 1200, "horizon": 1200, "milestones": 64 * [0], "convergence": None},
            "clusters",
            "with 64 milestones over 1200 months makes counts of 775 MB, more than the 268 MB allowed",
        ),
        (
            {
                "clusters": [cs.Cluster()] * 1200,
                "horizon": 1200,
                "milestones": 64 * [0],
                "convergence": None,
            },
            "clusters",
            "take fewer",
        ),
    ],
)
def test_what_cannot_be_counted_is_refused(changes, path, words):
    if "milestones" in changes:
        names = range(len(changes["milestones"]))
        changes = changes | {"milestones": [cs.Milestone(name=f"{i}", revenue=1_000) for i in names]}
    with pytest.raises(PlanError, match=words) as refused:
        fresh(cs.Plan(**changes))
    assert [problem.path for problem in refused.value.problems] == [path]
    assert str(refused.value).startswith(f"{path} = ")


def test_a_large_plan_that_fits_is_lowered():
    program = fresh(cs.Plan(clusters=1200, horizon=1200))
    assert (program.clusters, program.horizon) == (1200, 1200)


def test_nothing_earned_is_no_reason_to_refuse():
    program = fresh(cs.Plan(revenue=0, convergence=None))
    assert program.quantum == 1
    assert run(program.tables, 7, 0, 10, revenue=True).revenue.max() == 0
