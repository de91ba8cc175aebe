"""Practice by practice, under one key: what makes a plan worse brings nothing forward, up to the trigger.

Why it holds, whatever chance brings: a month's revenue is a sum over clusters, each addend and the sum itself never
decrease in what a cluster earns, and rounding keeps order. So where every cluster earns no more in any month, nothing
is reached sooner. It ends with convergence: later may be better. docs/explanation/invariants.md tells it to users.

A condition stands in a test's docstring; the tests behind it drop it, and find practices that are ahead on the worse
plan. So they show at the same time that the comparison would see one.
"""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import clustersim as cs
from clustersim.plan.plan import LADDER, RAMP_CURVES
from clustersim.program import lower
from clustersim.testing import keys
from plan_strategies import practices, times

N = 100
MANY = 20_000
LONG = 1_200  # months: longer than any horizon

few_examples = settings(max_examples=20)


def paths(plan, key=7, n=MANY):
    return cs.paths(plan, n=n, rng=key)


def ahead(worse, better, trigger=None):
    """Practices that earn more in some month, or reach something sooner, on the worse plan.

    It looks as far as the month in which the better one reaches the trigger, that month included.
    """
    last = better.reached[trigger] if trigger else np.full(len(better.viable), np.inf)
    months = np.arange(1, better.revenue.shape[1] + 1)
    earning = ((worse.revenue > better.revenue) & (months <= last[:, None])).any(axis=1)
    reaching = [
        (worse.reached[name] < better.reached[name]) & (worse.reached[name] <= last)
        for name in better.reached
        if name != "legacy"  # it comes after the trigger: see the legacy's own tests
    ]
    return earning | np.any(reaching, axis=0)


def sooner(worse, better, name):
    """Practices that reach it sooner on the worse plan, be it before the trigger or after."""
    return worse.reached[name] < better.reached[name]


def assert_no_practice_is_ahead(worse, better, key):
    trigger = better.convergence.trigger if better.convergence else None
    assert not ahead(paths(worse, key, N), paths(better, key, N), trigger).any()


def some_practice_is_ahead(worse, better, key=7):
    """Tell whether one of many practices is, up to black belt."""
    return ahead(paths(worse, key), paths(better, key), "black belt").any()


def two(strategy):
    """Draw two numbers, the smaller first."""
    return st.tuples(strategy, strategy).map(sorted)


# Milestones


@given(practices(), st.data(), st.floats(1, 10), keys())
@few_examples
def test_a_higher_level_never_brings_its_milestone_forward(plan, data, factor, key):
    """On no condition: be it the trigger, practices are the same until the lower level is reached."""
    index = data.draw(st.integers(0, len(plan.milestones) - 1))
    milestones = list(plan.milestones)
    name = milestones[index].name
    milestones[index] = milestones[index].model_copy(update={"revenue": milestones[index].revenue * factor})
    raised = plan.replace(milestones=milestones)
    assert not sooner(paths(raised, key, N), paths(plan, key, N), name).any()


def ladder(**levels):
    """The default ladder, with other levels."""
    changed = {name.replace("_", " "): revenue for name, revenue in levels.items()}
    return [m.model_copy(update={"revenue": changed.get(m.name, m.revenue)}) for m in LADDER]


def test_a_higher_level_of_the_trigger_may_bring_other_milestones_forward():
    """Who converges later has tried more clusters by then."""
    raised, plan = (paths(cs.Plan(milestones=ladder(black_belt=level))) for level in (70_000, 60_000))
    assert sooner(raised, plan, "million").any()
    assert not sooner(raised, plan, "black belt").any()
    assert not ahead(raised, plan, "black belt").any()


@given(practices(trial=LONG, lifetime=None), two(st.floats(0, 1)), st.floats(1, 10), keys())
@few_examples
def test_neither_a_higher_trigger_nor_more_failure_brings_the_legacy_forward(plan, rates, factor, key):
    """If something is always live, so that who reaches the trigger converges; here because nothing closes.

    The wait from there on is the same on either plan.
    """
    first = plan.milestones[0]
    easy, hard = (
        plan.replace(
            at_once=None,
            failure_rate=rate,
            milestones=[first.model_copy(update={"revenue": revenue}), *plan.milestones[1:]],
            legacy=cs.Legacy(mean_months=6),
            **{"convergence.trigger": first.name},
        )
        for rate, revenue in zip(rates, (first.revenue, first.revenue * factor), strict=True)
    )
    assert not sooner(paths(hard, key, N), paths(easy, key, N), "legacy").any()


def test_a_higher_level_of_the_trigger_may_bring_the_legacy_forward():
    """From never: where every cluster has just closed there is nobody to converge, and the trigger is past."""
    offers = [cs.Cluster(revenue=10_000), cs.Cluster(revenue=20_000)]
    plan = cs.Plan(clusters=offers, failure_rate=1, failed_share=1, trial=3, ramp=1, volatility=0)
    low, high = (
        paths(plan.replace(milestones=[cs.Milestone(name="black belt", revenue=level)]), n=N)
        for level in (10_000, 12_000)
    )
    assert (low.reached["black belt"] == 3).all()
    assert np.isinf(low.reached["legacy"]).all()
    assert (high.reached["black belt"] == 4).all()
    assert sooner(high, low, "legacy").any()


# Failure


@given(practices(at_once=None), two(st.floats(0, 1)), keys())
@few_examples
def test_a_higher_failure_rate_brings_nothing_forward(plan, rates, key):
    """If launches do not wait for clusters that ramp.

    Fates are compared with the same words, so that more failure dooms more clusters and saves none; and a doomed one
    earns no more and closes no later.
    """
    low, high = (plan.replace(failure_rate=rate) for rate in rates)
    assert_no_practice_is_ahead(high, low, key)


@given(practices(trial=LONG), st.integers(1, 4), two(st.floats(0, 1)), keys())
@few_examples
def test_nor_does_it_if_launches_wait_but_no_cluster_is_given_up_while_it_ramps(plan, at_once, rates, key):
    low, high = (plan.replace(failure_rate=rate, at_once=at_once) for rate in rates)
    assert_no_practice_is_ahead(high, low, key)


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_a_higher_failure_rate_may_bring_forward_what_waits_for_attention(at_once):
    """A doomed cluster is given up early, and the next one is launched the sooner."""
    low, high = (cs.Plan(failure_rate=rate, at_once=at_once) for rate in (0.5, 0.6))
    assert some_practice_is_ahead(high, low)
    assert not some_practice_is_ahead(*(plan.replace(trial=LONG) for plan in (high, low)))


def test_a_higher_failure_rate_may_bring_forward_what_comes_after_the_trigger():
    low, high = (paths(cs.Plan(failure_rate=rate)) for rate in (0.5, 0.6))
    assert sooner(high, low, "million").any()
    assert not ahead(high, low, "black belt").any()


@given(practices(), two(st.floats(0, 1)), keys())
@few_examples
def test_doomed_clusters_that_earn_less_bring_nothing_forward(plan, shares, key):
    """On no condition: nothing but revenue hangs on it."""
    low, high = (plan.replace(failed_share=share) for share in shares)
    assert_no_practice_is_ahead(low, high, key)


@given(practices(at_once=None), keys())
@few_examples
def test_shorter_trials_bring_nothing_forward(plan, key):
    """If launches do not wait for clusters that ramp."""
    offers = [c.model_copy(update={"trial": c.trial and times(c.trial, 2)}) for c in plan.portfolio]
    longer = plan.replace(clusters=offers, trial=times(plan.trial, 2))
    assert_no_practice_is_ahead(plan, longer, key)


def test_shorter_trials_may_bring_forward_what_waits_for_attention():
    short, long = (cs.Plan(at_once=2, trial=trial) for trial in (cs.uniform(3, 9), cs.uniform(6, 18)))
    assert some_practice_is_ahead(short, long)
    assert not some_practice_is_ahead(short.replace(at_once=None), long.replace(at_once=None))


@given(practices(), st.none() | st.floats(0, 60), st.floats(0, 60), keys())
@few_examples
def test_shorter_lifetimes_bring_nothing_forward(plan, long, short, key):
    """On no condition: launches wait for clusters that ramp, and none of those dies."""
    short, long = (short, None) if long is None else sorted((short, long))
    assert_no_practice_is_ahead(plan.replace(lifetime=short), plan.replace(lifetime=long), key)


# Clusters and their launches


@given(practices(), st.integers(1, 8), keys())
@few_examples
def test_fewer_clusters_bring_nothing_forward(plan, kept, key):
    """If it is the last that are left out, and revenue is counted in the same quanta.

    Launches never wait for later clusters, so that the others live as they would have anyway.
    """
    fewer = plan.replace(clusters=plan.portfolio[:kept])
    assume(lower(fewer).quantum == lower(plan).quantum)
    assert_no_practice_is_ahead(fewer, plan, key)


def test_leaving_out_the_first_cluster_may_bring_something_forward():
    offers = [cs.Cluster(revenue=revenue) for revenue in (10_000, 30_000, 30_000)]
    better, worse = (cs.Plan(clusters=some) for some in (offers, offers[1:]))
    assert some_practice_is_ahead(worse, better)
    assert not some_practice_is_ahead(better.replace(clusters=offers[:-1]), better)


def test_fewer_clusters_may_bring_something_forward_where_quanta_are_coarser():
    """A month that misses a level by less than half a quantum is counted as at it, and 64 bits take finer quanta.

    A cluster that may earn millions is counted in parts of a dollar; with one that may earn billions, more bits are
    needed than 32, and of those there are enough for finer quanta.
    """
    steady = cs.Cluster(revenue=1_000)
    wild, wilder = (cs.Cluster(revenue=cs.lognormal(median=10_000, sigma=sigma)) for sigma in (0.8, 2.0))
    plan = cs.Plan(
        clusters=[steady, wild, wilder],
        every=12,
        ramp=1,
        failure_rate=0,
        volatility=0,
        milestones=[cs.Milestone(name="black belt", revenue=1_000.01, window=1)],
        horizon=12,
        convergence=None,
    )
    fewer = plan.replace(clusters=[steady, wild])
    assert lower(plan).quantum < lower(fewer).quantum == 2.0**-5
    assert (lower(plan).fast, lower(fewer).fast) == (False, True)
    assert (paths(fewer, n=N).reached["black belt"] == 1).all()
    assert np.isinf(paths(plan, n=N).reached["black belt"]).all()


def test_fewer_clusters_may_bring_forward_what_comes_after_the_trigger():
    fewer, plan = (paths(cs.Plan(clusters=clusters)) for clusters in (10, 12))
    assert sooner(fewer, plan, "million").any()
    assert not ahead(fewer, plan, "black belt").any()


memoryless = st.sampled_from([{"volatility": 0}, {"persistence": 0}])
earn_nothing = st.sampled_from([{"failure_rate": 0}, {"failed_share": 0}])


def without(plan, *conditions):
    """The plan on some conditions, in the clusters of a portfolio too."""
    fixed = {name: value for condition in conditions for name, value in condition.items()}
    offers = plan.portfolio
    if "failure_rate" in fixed:
        offers = [cluster.model_copy(update={"failure_rate": None}) for cluster in offers]
    return plan.replace(clusters=offers, **fixed)


@given(practices(lifetime=None), memoryless, earn_nothing, two(st.integers(1, 24)), keys())
@few_examples
def test_launching_less_often_brings_nothing_forward(plan, noise, doomed, every, key):
    """If clusters only get better with age: none dies, the doomed earn nothing, and noise forgets when it began.

    Launches may wait for clusters that ramp: whatever delays one delays all after it.
    """
    often, seldom = (without(plan, noise, doomed, {"every": months}) for months in every)
    assert_no_practice_is_ahead(seldom, often, key)


@given(practices(lifetime=None), memoryless, earn_nothing, two(st.integers(1, 8)), keys())
@few_examples
def test_ramping_fewer_at_once_brings_nothing_forward(plan, noise, doomed, at_once, key):
    """On the same conditions."""
    few, many = (without(plan, noise, doomed, {"at_once": limit}) for limit in at_once)
    assert_no_practice_is_ahead(few, many, key)
    assert_no_practice_is_ahead(many, many.replace(at_once=None), key)


AGELESS = cs.Plan(volatility=0, failed_share=0)


@pytest.mark.parametrize(
    "dropped",
    [{"failed_share": 0.25}, {"volatility": 0.2}],
    ids=["doomed clusters earn", "noise remembers its beginning"],
)
def test_launching_less_often_may_bring_something_forward_if_age_is_no_gain(dropped):
    plan = AGELESS.replace(**dropped)
    assert some_practice_is_ahead(plan.replace(every=4), plan)
    assert some_practice_is_ahead(plan.replace(at_once=2), plan.replace(at_once=3))
    assert not some_practice_is_ahead(AGELESS.replace(every=4), AGELESS)
    assert not some_practice_is_ahead(AGELESS.replace(at_once=2), AGELESS.replace(at_once=3))


def test_launching_less_often_may_bring_something_forward_if_clusters_die():
    """One that grows slowly and one that grows fast are both there if the second waits for the first."""
    slow_and_fast = [cs.Cluster(ramp=12), cs.Cluster(ramp=1)]
    plan = AGELESS.replace(clusters=slow_and_fast, lifetime=3, failure_rate=0, revenue=30_000)
    assert some_practice_is_ahead(plan.replace(every=12), plan.replace(every=1))
    plan = plan.replace(lifetime=None)
    assert not some_practice_is_ahead(plan.replace(every=12), plan.replace(every=1))


def slower(plan):
    """The plan, with ramps of twice the length: every one of them, and exactly."""
    offers = [c.model_copy(update={"ramp": c.ramp and times(c.ramp, 2)}) for c in plan.portfolio]
    return plan.replace(clusters=offers, ramp=times(plan.ramp, 2))


@pytest.mark.parametrize("curve", RAMP_CURVES)
@given(plan=practices(lifetime=None, at_once=None), key=keys())
@settings(max_examples=10)
def test_slower_ramps_bring_nothing_forward(curve, plan, key):
    """If clusters do not die, and launches do not wait for those that ramp."""
    plan = plan.replace(ramp_curve=curve)
    assert_no_practice_is_ahead(slower(plan), plan, key)


@given(practices(lifetime=None), memoryless, earn_nothing, st.integers(1, 4), keys())
@few_examples
def test_nor_do_they_if_launches_wait_and_clusters_only_get_better_with_age(plan, noise, doomed, at_once, key):
    plan = without(plan, noise, doomed, {"at_once": at_once})
    assert_no_practice_is_ahead(slower(plan), plan, key)


def test_slower_ramps_may_bring_something_forward_if_clusters_die():
    """They die so much later."""
    plan = cs.Plan(lifetime=12)
    assert some_practice_is_ahead(slower(plan), plan)
    assert not some_practice_is_ahead(slower(plan.replace(lifetime=None)), plan.replace(lifetime=None))


# What knows no better and worse


def test_noise_brings_some_practices_forward_and_holds_others_back():
    calm, wild = (cs.Plan(volatility=volatility) for volatility in (0.2, 0.4))
    assert some_practice_is_ahead(wild, calm)
    assert some_practice_is_ahead(calm, wild)
