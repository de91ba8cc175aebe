"""From plan to Program: what the kernel reads, and its digest."""

import copy
import os
import pickle
import subprocess
import sys
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from scipy import stats

import clustersim as cs
from clustersim.kernel.layout import RAMP, REVENUE, TRIAL, Levers
from clustersim.plan.errors import PlanError
from clustersim.plan.presets import PRESETS
from clustersim.plan.quantile_table import quantile_table
from clustersim.plan.value import Value
from clustersim.program import Program, _lower, lower
from clustersim.testing import plans

LEVERS = ("ideas", "focus", "mission", "finances", "network", "accelerator")
PLAN = cs.Plan(
    clusters=(cs.Cluster(name="talk"), cs.Cluster(), cs.Cluster(name="book", failure_rate=0.7)),
    market=cs.Market(),
    lifetime=50,
    seasonality=(1.0,) * 11 + (0.5,),
    ideas=cs.Ideas(skill=0.3),
    focus=cs.Focus(),
    mission=cs.Mission(),
    finances=cs.Finances(survival=cs.SurvivalClients()),
    network=cs.Network(),
    accelerator=cs.Accelerator(),
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
    "ideas.count": 21,
    "ideas.skill": 0.31,
    "focus.capacity": 3.1,
    "focus.switching_cost": 0.21,
    "focus.upkeep": 0.11,
    "mission.fit": cs.beta(6, 4.1),
    "mission.success_odds": 2.1,
    "mission.recovery": 0.13,
    "mission.drain": 0.12,
    "mission.upkeep": 0.26,
    "mission.burnout_months": 4,
    "mission.burnout_revenue": 0.51,
    "finances.savings": 40_001,
    "finances.living": 6_001,
    "finances.margin": 0.71,
    "finances.survival.clients": 3,
    "finances.survival.fee": 3_001,
    "finances.survival.attention": 0.51,
    "finances.survival.until": 12_001,
    "network.challengers": 0.31,
    "network.success_odds": 0.51,
    "network.upside": 0.51,
    "network.spread": 0.51,
    "network.drag": 0.76,
    "network.referral": 0.51,
    "network.saturation": 31,
    "network.fee": 2_001,
    "accelerator.every": 7,
    "accelerator.odds": 0.02,
    "accelerator.speed": 1.6,
    "accelerator.months": 7,
}
#: What is assessed, and changes nothing.
ASSESSED = {
    "pipeline": cs.Pipeline(),
    "goals": (cs.Goal(name="half way", metric="revenue", at_least=30_000, by=24),),
}
OTHERS = {
    **{name: PLAN.replace(**{name: value}) for name, value in CHANGES.items()},
    "no lifetime": PLAN.replace(lifetime=None),
    "no seasonality": PLAN.replace(seasonality=None),
    "no market": PLAN.replace(market=None),
    "no convergence": PLAN.replace(convergence=None),
    "no legacy": PLAN.replace(legacy=None),
    **{f"no {lever}": PLAN.replace(**{lever: None}) for lever in LEVERS},
    "no survival clients": PLAN.replace(**{"finances.survival": None}),
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


def fields_of(value):
    """Names of all fields of a value and of the values within it."""
    for name, inner in value:
        yield from (f"{name}.{field}" for field in fields_of(inner)) if isinstance(inner, Value) else (name,)


def test_every_field_of_a_plan_is_changed_below():
    assert set(fields_of(PLAN)) == set(CHANGES) | set(ASSESSED)


@pytest.mark.parametrize("name", ASSESSED)
def test_what_is_assessed_changes_no_trajectory(name):
    changed = PLAN.replace(**{name: ASSESSED[name]})
    assert changed != PLAN
    assert fresh(changed).digest == fresh(PLAN).digest


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
        (cs.Plan(), cs.Plan(ideas=cs.Ideas(count=40))),
        (cs.Plan(), cs.Plan(network=cs.Network(challengers=0, spread=9))),
        (cs.Plan(network=cs.Network(referral=0)), cs.Plan(network=cs.Network(referral=0, saturation=9, fee=9))),
        (cs.Plan(finances={}), cs.Plan(finances={"survival": {"clients": 0, "attention": 0, "until": 0}})),
    ],
    ids=[
        "names of clusters",
        "names of milestones",
        "spelling",
        "inherited",
        "-0",
        "idle legacy",
        "no skill",
        "no challengers",
        "no referral",
        "no survival clients",
    ],
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
from clustersim.plan.quantile_table import quantile_table
from clustersim.plan.value import Value
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
    without = Program(plan=PLAN, tables=lower(PLAN).tables)
    assert len({without.digest, with_levers().digest, with_levers(**{name: 1}).digest}) == 3


def test_levers_bring_events_of_their_own():
    plan = cs.Plan()
    assert lower(plan.replace(focus={}, ideas={}, network={})).events == (*lower(plan).milestones, "legacy")
    assert lower(plan.replace(accelerator={}, finances={}, mission={})).events[-4:] == (
        "legacy",
        "burnout",
        "ruin",
        "admission",
    )
    assert lower(plan.replace(finances={})).events[-2:] == ("legacy", "ruin")


def test_counts_of_levers_count_towards_the_limit_of_memory():
    """The bins of cash and of mission revenue are three times those of revenue."""
    plan = cs.Plan(horizon=1200)
    assert lower(plan.replace(mission={}, finances={})).tally_bytes > 3.8 * lower(plan).tally_bytes
    many = [cs.Milestone(name=f"m{i}", revenue=1_000 * (i + 1)) for i in range(21)]
    large = cs.Plan(clusters=1_000, horizon=1200, milestones=many, convergence=None)
    assert lower(large).tally_bytes < 2**28
    with pytest.raises(cs.PlanError, match="with 21 milestones over 1200 months makes counts of 3"):
        lower(large.replace(mission={}, finances={}))


def test_a_unit_of_cash_is_a_quantum_or_a_power_of_two_of_them():
    program = lower(cs.Plan(finances={}, revenue=cs.lognormal(mean=10_000, cv=3)))
    assert program.cash_unit == program.quantum * 2**program.levers.cash_shift > program.quantum
    assert lower(cs.Plan(finances={})).cash_unit == lower(cs.Plan()).quantum
    assert lower(cs.Plan()).cash_unit == lower(cs.Plan()).quantum


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
    assert program.events == (*program.milestones, "legacy", "burnout", "ruin", "admission")
    assert lower(cs.Plan()).events == (*program.milestones, "legacy")


@pytest.mark.parametrize(
    ("clusters", "words"),
    [
        (1200, "with 64 milestones over 1200 months makes counts of 775 MB, more than the 268 MB allowed"),
        ([cs.Cluster()] * 1200, "clusters = 1200: .* take fewer"),
    ],
)
def test_counts_that_would_not_fit_are_refused(clusters, words):
    milestones = [cs.Milestone(name=f"{i}", revenue=1_000) for i in range(64)]
    with pytest.raises(PlanError, match=words) as refused:
        fresh(cs.Plan(clusters=clusters, horizon=1200, milestones=milestones, convergence=None))
    assert [problem.path for problem in refused.value.problems] == ["clusters"]


def test_a_large_plan_that_fits_is_lowered():
    program = fresh(cs.Plan(clusters=1200, horizon=1200))
    assert (program.clusters, program.horizon) == (1200, 1200)


def test_without_levers_nothing_is_scored_nothing_fits_and_no_odds_move():
    program = lower(cs.Plan())
    tables = program.tables
    assert program.levers is None
    assert (tables.ideas, tables.fit) == (0, -1)
    assert (tables.skill, tables.luck, tables.fit_mean, tables.fit_odds, tables.odds) == (0, 1, 0, 0, 0)


def test_scores_that_tell_something_are_drawn():
    program = lower(cs.Plan(ideas=cs.Ideas(count=30, skill=0.6)))
    assert program.levers is None
    assert program.tables.ideas == 30
    assert program.tables.skill == np.float32(0.6)
    assert program.tables.luck == np.float32(0.8)
    assert lower(cs.Plan(ideas=cs.Ideas(skill=0.5))).tables.luck == np.float32(sqrt(0.75))
    assert lower(cs.Plan(ideas=cs.Ideas(count=30))).tables.ideas == 0


def test_fit_has_a_table_and_a_mean():
    tables = lower(cs.Plan(mission=cs.Mission(success_odds=3))).tables
    assert np.array_equal(tables.quantiles[tables.fit], quantile_table(cs.beta(6, 4)))
    assert tables.fit_mean == pytest.approx(0.6, abs=1e-5)
    assert tables.fit_odds == np.float32(log(3))
    exactly = lower(cs.Plan(mission=cs.Mission(fit=0.3, success_odds=1))).tables
    assert (exactly.fit_mean, exactly.fit_odds) == (np.float32(0.3), 0)
    assert (exactly.quantiles[exactly.fit] == [np.float32(0.3), 0]).all()


def test_fit_leaves_the_other_tables_where_they_are():
    without, tables = lower(cs.Plan()).tables, lower(cs.Plan(mission=cs.Mission())).tables
    assert np.array_equal(tables.quantiles[:-1], without.quantiles)
    assert np.array_equal(tables.cluster, without.cluster)
    assert np.array_equal(tables.practice, without.practice)


NETWORK = cs.Network(challengers=0.4, success_odds=0.7, upside=0.3, spread=0.6, drag=0.9, referral=0)


def test_challengers_move_odds_and_noise():
    without = lower(cs.Plan(market=cs.Market(), persistence=0.4)).tables
    program = lower(cs.Plan(market=cs.Market(), persistence=0.4, network=NETWORK))
    tables = program.tables
    assert program.levers is None
    assert tables.odds == np.float32(0.4 * log(0.7))
    assert tables.volatility == np.float32(0.248 / log(2))  # 0.2 * (1 + 0.6 * 0.4)
    assert tables.drift == np.float32(-(0.248**2) / 2 / log(2))
    for name in ("persistence", "innovation", "market_volatility", "market_persistence", "market_drift"):
        assert getattr(tables, name) == getattr(without, name), name


def test_challengers_stretch_revenue_and_ramp_and_nothing_else():
    own = cs.Cluster(revenue=cs.uniform(1_000, 2_000), ramp=5, trial=4)
    plan = cs.Plan(clusters=[cs.Cluster(), own])
    without, tables = lower(plan).tables, lower(plan.replace(network=NETWORK)).tables

    def values(of, name, k):
        return of.quantiles[of.cluster[name, k]]

    for k, price, ramp in ((0, plan.revenue, plan.ramp), (1, own.revenue, own.ramp)):
        assert np.array_equal(values(tables, REVENUE, k), quantile_table(price, 1 + 0.3 * 0.4))
        assert np.array_equal(values(tables, RAMP, k), quantile_table(ramp, 1 + 0.9 * 0.4))
        assert np.array_equal(values(tables, TRIAL, k), values(without, TRIAL, k))
        np.testing.assert_allclose(values(tables, REVENUE, k)[:, 0], 1.12 * values(without, REVENUE, k)[:, 0], 1e-6)
    for mine, before in zip(tables.practice, without.practice, strict=True):  # megas' targets among them
        assert np.array_equal(tables.quantiles[mine], without.quantiles[before])
