"""What changes nothing: plans that differ in words, in money's unit, or in what cannot matter, give the same bits."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clustersim as cs
from clustersim.plan.plan import LADDER
from clustersim.program import lower
from clustersim.testing import keys, milestones, names
from digests import digest_of_counts
from plan_strategies import converging, practices, times

N = 100
LONG = 1_200  # months: longer than any horizon

few_examples = settings(max_examples=20)


def paths(plan, key=7, n=N):
    return cs.paths(plan, n=n, rng=key)


def digest(plan, key=7, n=N):
    return digest_of_counts(cs.simulate(plan, n=n, rng=key, workers=1).tally)


def assert_same(one, other, *events):
    """The same revenue and, of some events, the same months."""
    assert np.array_equal(one.revenue, other.revenue)
    for event in events:
        assert np.array_equal(one.reached[event], other.reached[event]), event


def with_milestones(plan, ladder):
    """The plan with other milestones, its trigger first among them."""
    trigger = [m for m in plan.milestones if plan.convergence and m.name == plan.convergence.trigger]
    return plan.replace(milestones=[*trigger, *(m for m in ladder if m.name not in {t.name for t in trigger})])


# Words


@given(practices(), st.lists(names(), min_size=16, max_size=16, unique=True), keys())
@few_examples
def test_one_plan_under_two_names_gives_the_same_bits(plan, words, key):
    new = dict(zip([m.name for m in plan.milestones], words, strict=False))
    renamed = plan.replace(
        clusters=[c.model_copy(update={"name": word}) for c, word in zip(plan.portfolio, words[8:], strict=False)],
        milestones=[m.model_copy(update={"name": new[m.name]}) for m in plan.milestones],
        convergence=plan.convergence and plan.convergence.model_copy(update={"trigger": new[plan.convergence.trigger]}),
    )
    assert digest(renamed, key) == digest(plan, key)
    assert lower(renamed).digest == lower(plan).digest


@given(practices(), keys())
@few_examples
def test_what_a_cluster_inherits_may_as_well_be_written_out(plan, key):
    inherited = {"revenue": plan.revenue, "ramp": plan.ramp, "trial": plan.trial}
    own = [{**inherited, **{k: v for k, v in cluster if v is not None}} for cluster in plan.portfolio]
    written_out = plan.replace(clusters=[cs.Cluster(**fields) for fields in own])
    assert digest(written_out, key) == digest(plan, key)


def test_a_common_fate_cannot_be_written_out():
    """A failure rate that is drawn belongs to the practice, or to one cluster alone."""
    common = cs.Plan(failure_rate=cs.beta(4.5, 4.5))
    own = [cs.Cluster(failure_rate=cs.beta(4.5, 4.5))] * 12
    assert digest(common.replace(clusters=own)) != digest(common)
    assert digest(cs.Plan(clusters=[cs.Cluster(failure_rate=0.5)] * 12)) == digest(cs.Plan(failure_rate=0.5))


# Money


def in_another_unit(plan, factor):
    """The plan, all its money multiplied."""
    return plan.replace(
        clusters=[c.model_copy(update={"revenue": c.revenue and times(c.revenue, factor)}) for c in plan.portfolio],
        revenue=times(plan.revenue, factor),
        milestones=[m.model_copy(update={"revenue": m.revenue * factor}) for m in plan.milestones],
        convergence=plan.convergence
        and plan.convergence.model_copy(update={"revenue": times(plan.convergence.revenue, factor)}),
    )


@given(practices(), st.integers(-8, 6), keys())
@few_examples
def test_money_has_no_unit(plan, power, key):
    """If it is multiplied by a power of two, exactly: the same practices are counted, in other quanta."""
    scaled = in_another_unit(plan, 2.0**power)
    assert digest(scaled, key) == digest(plan, key)
    assert np.array_equal(paths(scaled, key).revenue, paths(plan, key).revenue * 2.0**power)


def test_other_units_of_money_are_right_to_the_last_digits():
    plan, cents = paths(cs.Plan(), n=1_000), paths(in_another_unit(cs.Plan(), 100), n=1_000)
    assert digest(in_another_unit(cs.Plan(), 100)) != digest(cs.Plan())
    same = np.isclose(cents.revenue, plan.revenue * 100, rtol=1e-5, atol=100 * lower(cs.Plan()).quantum)
    assert same.mean() > 0.99  # but where one converged in another month
    same = [np.mean(cents.reached[name] == months) for name, months in plan.reached.items()]
    assert min(same) > 0.99


def test_a_unit_is_one_of_all_money():
    """Of milestones too, and of what mega-clusters aim at."""
    plan = cs.Plan()
    assert digest(in_another_unit(plan, 2).replace(milestones=LADDER)) != digest(plan)
    assert digest(in_another_unit(plan, 2).replace(convergence=cs.Convergence())) != digest(plan)


# What only looks on


@given(practices(), milestones(), keys())
@few_examples
def test_a_milestone_that_triggers_nothing_changes_nothing_else(plan, ladder, key):
    one = paths(plan, key)
    other = paths(with_milestones(plan, ladder), key)
    legacy = {"legacy"} & set(one.reached)
    trigger = {plan.convergence.trigger} if plan.convergence else set()
    assert_same(one, other, *legacy, *trigger)
    for name in ("viable", "launches", "origin"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


@given(practices(), st.randoms(use_true_random=False), keys())
@few_examples
def test_the_order_of_milestones_is_for_readers(plan, random, key):
    shuffled = random.sample(plan.milestones, len(plan.milestones))
    one, other = paths(plan, key), paths(plan.replace(milestones=shuffled), key)
    assert_same(one, other, *one.reached)


@given(converging(), keys())
@few_examples
def test_without_a_legacy_all_else_is_the_same(plan, key):
    one, other = (paths(plan.replace(legacy=legacy), key) for legacy in (cs.Legacy(mean_months=9), None))
    assert_same(one, other, *(m.name for m in plan.milestones))
    assert np.array_equal(one.launches, other.launches)
    assert set(one.reached) - set(other.reached) == {"legacy"}


# Time


@given(practices(), st.integers(1, 60), keys())
@few_examples
def test_a_longer_horizon_leaves_the_months_before_it_as_they_were(plan, more, key):
    short, long = paths(plan, key), paths(plan.replace(horizon=plan.horizon + more), key)
    assert np.array_equal(short.revenue, long.revenue[:, : plan.horizon])
    for name, months in long.reached.items():
        assert np.array_equal(short.reached[name], np.where(months <= plan.horizon, months, np.inf)), name
    assert np.array_equal(short.viable, long.viable)
    assert (short.launches <= long.launches).all()


@given(converging(), keys())
@few_examples
def test_no_month_knows_what_comes_after_convergence(plan, key):
    """Whatever is planned for then, up to the trigger's month practices are the same."""
    other = plan.replace(legacy=None, **{"convergence.months": 60})
    one, two = paths(plan, key), paths(other, key)
    last = one.reached[plan.convergence.trigger][:, None]
    before = np.arange(1, plan.horizon + 1) <= last
    assert np.array_equal(one.revenue[before], two.revenue[before])
    assert np.array_equal(one.launches, two.launches)


def test_months_after_convergence_know_it():
    one, two = (paths(cs.Plan(convergence=cs.Convergence(months=months))) for months in (18, 60))
    assert (one.revenue > two.revenue).any()


# What cannot matter

NEUTRAL = {
    "a season of ones is none": ({"seasonality": [1] * 12}, {}),
    "a market without volatility is none": ({"market": cs.Market(volatility=0)}, {}),
    "noise of no size needs no memory": ({"volatility": 0, "persistence": 0}, {"volatility": 0, "persistence": 0.9}),
    "as many at once as there are clusters is no limit": ({"at_once": 12}, {}),
    "a lifetime beyond the horizon is none": ({"lifetime": 120}, {}),
    "where nothing fails trials are not needed": (
        {"failure_rate": 0, "trial": 1, "failed_share": 0},
        {"failure_rate": 0},
    ),
    "one cluster has no schedule": ({"clusters": 1, "every": 99, "at_once": 1}, {"clusters": 1}),
    "who never converges has no legacy": ({"convergence": None, "legacy": None}, {"convergence": None}),
}


@pytest.mark.parametrize("name", NEUTRAL)
def test_what_cannot_matter_does_not(name):
    one, other = (cs.Plan(**fields) for fields in NEUTRAL[name])
    assert digest(one, n=2_000) == digest(other, n=2_000)


@pytest.mark.parametrize(
    "little",
    [
        {"seasonality": [1.001] + [1] * 11},
        {"market": cs.Market(volatility=0.001)},
        {"persistence": 0.501},
        {"at_once": 4},
        {"lifetime": 80},
        {"failure_rate": 0.001},
        {"trial": cs.uniform(3, 9.1)},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_what_matters_little_is_seen(little):
    assert digest(cs.Plan(**little), n=2_000) != digest(cs.Plan(), n=2_000)


@given(practices(lifetime=None), keys())
@few_examples
def test_a_failure_that_nobody_notices_is_none(plan, key):
    """If a doomed cluster earns as much and is kept for ever: counts differ in how many are viable alone."""
    offers = [c.model_copy(update={"failure_rate": None, "trial": None}) for c in plan.portfolio]
    plan = plan.replace(clusters=offers, failed_share=1, trial=LONG)
    tallies = [cs.simulate(plan.replace(failure_rate=f), n=N, rng=key, workers=1).tally for f in (0, 0.5)]
    none, half = (replace(tally, reached=tally.reached.sum(axis=1)) for tally in tallies)
    assert digest_of_counts(none) == digest_of_counts(half)
    assert not np.array_equal(tallies[0].reached, tallies[1].reached)
