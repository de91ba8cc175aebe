"""What holds of every practice on every plan, whatever chance brings: docs/explanation/invariants.md tells why.

Where a sentence needs a condition, its docstring says so, and the test below it shows what happens without.
"""

from functools import reduce
from itertools import accumulate, pairwise
from operator import add

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import clustersim as cs
from clustersim.plan.plan import LADDER
from clustersim.program import lower
from clustersim.testing import keys
from digests import digest_of_counts
from plan_strategies import converging, practices

N = 100
MANY = 20_000
LONG = 1_200  # months: no plan is simulated for longer

few_examples = settings(max_examples=20)


def paths(plan, key, n=N):
    return cs.paths(plan, n=n, rng=key)


levels = st.integers(1_000, 80_000)


def level(revenue, window, name=None):
    return cs.Milestone(name=name or f"{revenue:g} over {window}", revenue=revenue, window=window)


# Clusters


@given(practices(), keys())
@few_examples
def test_no_more_are_viable_or_launched_than_there_are(plan, key):
    practice = paths(plan, key)
    clusters = len(plan.portfolio)
    assert ((practice.viable >= 0) & (practice.viable <= clusters)).all()
    assert ((practice.launches >= 1) & (practice.launches <= clusters)).all()


@given(practices(), keys())
@few_examples
def test_fate_hangs_on_failure_rates_alone(plan, key):
    """It is drawn for every cluster, launched or not: no price, pace or market saves one."""
    rates = [cs.Cluster(failure_rate=cluster.failure_rate) for cluster in plan.portfolio]
    other = cs.Plan(clusters=rates, failure_rate=plan.failure_rate)
    assert np.array_equal(paths(plan, key).viable, paths(other, key).viable)


def test_launches_hang_on_more():
    assert (paths(cs.Plan(revenue=20_000), 7).launches < paths(cs.Plan(), 7).launches).any()


def launched_by(month, plan):
    """How many the calendar alone would have launched."""
    return np.minimum(1 + (month - 1) // plan.every, len(plan.portfolio))


@given(practices(at_once=None, lifetime=None, trial=LONG), keys())
@few_examples
def test_launches_follow_the_calendar_until_convergence(plan, key):
    """If nothing limits how many ramp at once; and if something is always live, so that the trigger does converge."""
    practice = paths(plan, key)
    trigger = practice.reached[plan.convergence.trigger] if plan.convergence else np.inf
    last = np.full(N, np.minimum(trigger, plan.horizon))
    assert np.array_equal(practice.launches, launched_by(last, plan))


def test_launches_wait_where_attention_is_short():
    plan = cs.Plan(at_once=1, convergence=None, horizon=36)
    assert (paths(plan, 7).launches < launched_by(36, plan)).any()


def test_launches_go_on_where_every_cluster_has_just_closed():
    """Nobody is left to converge, and month 3 passes for nothing."""
    plan = cs.Plan(
        clusters=2,
        failure_rate=1,
        failed_share=1,
        trial=3,
        revenue=10_000,
        ramp=1,
        volatility=0,
        milestones=[level(10_000, 3, "rent")],
        convergence=cs.Convergence(trigger="rent"),
    )
    practice = paths(plan, 7)
    assert (practice.reached["rent"] == 3).all()
    assert (practice.launches == 2).all()
    assert np.isinf(practice.reached["legacy"]).all()


# Mega-clusters and the legacy

FORTUNE = 2.0**30


def told_by_revenue(plan):
    """The plan, but a practice's revenue tells how many megas it has: each earns a fortune from its first month on."""
    return plan.replace(
        volatility=0,
        market=None,
        seasonality=None,
        **{"convergence.revenue": FORTUNE, "convergence.months": 0.01},
    )


@given(converging().map(told_by_revenue), keys())
@few_examples
def test_no_more_megas_than_the_plan_wants_and_the_practice_has_launched(plan, key):
    practice = paths(plan, key)
    megas = practice.revenue / FORTUNE
    assert np.allclose(megas, megas.round(), atol=0.01)  # the rest is what clusters earn
    megas = megas.round()
    assert (megas <= plan.convergence.megas).all()
    assert (megas <= practice.launches[:, None]).all()
    months = np.arange(1, plan.horizon + 1)
    converged = months > practice.reached[plan.convergence.trigger][:, None]
    assert not megas[~converged].any()
    assert (np.diff(megas, axis=1)[converged[:, :-1]] == 0).all()  # they do not close


@given(converging(legacy=cs.Legacy(mean_months=6)).map(told_by_revenue), keys())
@few_examples
def test_a_legacy_is_a_mega_after_convergence_that_grew_from_a_launched_cluster(plan, key):
    practice = paths(plan, key)
    legacy = practice.reached["legacy"]
    found = np.isfinite(legacy)
    assert (practice.reached[plan.convergence.trigger][found] < legacy[found]).all()
    megas = (practice.revenue / FORTUNE).round()
    assert (megas[found, legacy[found].astype(int) - 1] >= 1).all()
    assert ((practice.origin >= 0) == found).all()
    assert (practice.origin < practice.launches).all()


def test_practices_of_one_to_three_megas_and_of_none_were_looked_at():
    practice = paths(told_by_revenue(cs.Plan(trial=2, convergence=cs.Convergence(trigger="white belt"))), 7, MANY)
    megas = (practice.revenue[:, -1] / FORTUNE).round()
    assert set(megas) == {0, 1, 2, 3}
    assert np.isfinite(practice.reached["legacy"]).sum() > MANY / 4


def waited(plan, key, n=N):
    """Months from the trigger to the legacy; infinity where there is none."""
    reached = paths(plan, key, n).reached
    found = np.isfinite(reached["legacy"])
    return np.subtract(reached["legacy"], reached[plan.convergence.trigger], where=found, out=np.full(n, np.inf))


@given(converging(legacy=cs.Legacy(mean_months=6)), keys())
@few_examples
def test_the_wait_for_the_legacy_hangs_on_nothing_else(plan, key):
    """A practice that converges on two plans of one legacy waits as long on either, if the horizon lets it."""
    one, other = waited(plan, key), waited(cs.Plan(revenue=30_000, legacy=cs.Legacy(mean_months=6)), key)
    both = np.isfinite(one) & np.isfinite(other)
    assert np.array_equal(one[both], other[both])


def test_another_legacy_has_another_wait():
    plan = cs.Plan()
    shorter = plan.replace(**{"legacy.mean_months": 50})
    assert (waited(shorter, 7) < waited(plan, 7)).sum() > N / 4


# Milestones


@given(practices(), keys())
@few_examples
def test_distributions_of_first_passages_rise_from_0_to_at_most_1(plan, key):
    outcome = cs.simulate(plan, n=N, rng=key, workers=1)
    months, shares = np.arange(plan.horizon + 1), np.linspace(0, 1, 21)
    for event in outcome.events:
        cdf = event.cdf(months)
        assert cdf[0] == 0
        assert (np.diff(cdf) >= 0).all()
        assert cdf[-1] <= 1
        assert np.allclose(cdf + event.sf(months), 1, rtol=1e-15)
        assert np.allclose(np.cumsum(event.pmf(months)), cdf, rtol=1e-12)
        within = event.ppf(shares)
        assert (np.diff(within[np.isfinite(within)]) >= 0).all()
        assert all(event.cdf(month) >= share for month, share in zip(within, shares, strict=True) if month < np.inf)


@given(practices(), keys())
@few_examples
def test_what_is_held_has_been_reached(plan, key):
    outcome = cs.simulate(plan, n=N, rng=key, workers=1)
    months = np.arange(1, plan.horizon + 1)
    for milestone in plan.milestones:
        passage = outcome[milestone.name]
        assert (passage.held_by_month <= passage.cdf(months)).all()
        assert (passage.cdf(months[: milestone.window - 1]) == 0).all()


def test_what_has_been_reached_need_not_be_held():
    belt = cs.simulate(cs.Plan(convergence=None), n=MANY, rng=7)["black belt"]
    assert belt.held(120).high < belt.cdf(120) - 0.1
    assert (np.diff(belt.held_by_month) < 0).any()


def sooner(practice, one, other):
    """Practices that reach one milestone sooner than another."""
    return practice.reached[one.name] < practice.reached[other.name]


@given(practices(), levels, st.integers(1, 8), st.integers(1, 8), keys())
@few_examples
def test_a_level_is_reached_in_a_short_window_no_later_than_in_a_long_one(plan, revenue, window, times, key):
    """If the short one divides the long: of the equal parts of a window that averages a level, one does."""
    short, long = level(revenue, window, "short"), level(revenue, min(window * times, 24 // window * window), "long")
    practice = paths(plan.replace(milestones=[*plan.milestones, short, long]), key)
    assert not sooner(practice, long, short).any()


def test_a_window_that_divides_no_other_may_come_later():
    """Three months average 60 000 of which no two neighbours do."""
    plan = cs.Plan(
        clusters=1,
        failure_rate=0,
        revenue=60_000,
        ramp=1,
        volatility=0,
        seasonality=[1.5, 0, 1.5] * 4,
        milestones=[level(60_000, 3), level(60_000, 2), level(60_000, 1)],
        convergence=None,
        horizon=3,
    )
    assert {name: set(months) for name, months in paths(plan, 7).reached.items()} == {
        "60000 over 3": {3},
        "60000 over 2": {np.inf},
        "60000 over 1": {1},
    }


@given(practices(), levels, levels, st.integers(1, 24), keys())
@few_examples
def test_of_two_levels_the_lower_is_reached_no_later(plan, one, other, window, key):
    """If their windows are the same."""
    low, high = level(min(one, other), window, "low"), level(max(one, other), window, "high")
    assert not sooner(paths(plan.replace(milestones=[*plan.milestones, low, high]), key), high, low).any()


def test_a_lower_level_over_a_longer_window_may_come_later():
    plan = cs.Plan(milestones=[*LADDER, level(50_000, 12)], convergence=None)
    practice = paths(plan, 7)
    assert sooner(practice, level(60_000, 3, "black belt"), level(50_000, 12)).any()


@given(practices(milestones=LADDER, convergence=cs.Convergence()), keys())
@few_examples
def test_belts_follow_each_other_and_black_month_black_belt_black_year_and_the_legacy(plan, key):
    """Whatever the plan, as long as the ladder is the default one, and the legacy waits for black belt."""
    reached = paths(plan, key).reached
    belts = ("white belt", "yellow belt", "green belt", "blue belt", "black belt", "black year", "million")
    for ladder in (belts, ("black month", "black belt", "legacy")):
        for lower_one, higher_one in pairwise(ladder):
            assert (reached.get(lower_one) <= reached.get(higher_one, np.inf)).all()


def test_the_legacy_need_not_wait_for_any_other_milestone():
    reached = paths(cs.Plan(), 7, MANY).reached
    assert (reached["legacy"] < reached["million"]).any()


# Counts


@given(practices(), keys(), st.lists(st.integers(1, 40), min_size=2, max_size=5), st.randoms(use_true_random=False))
@few_examples
def test_counts_add_in_any_order_over_any_split(plan, key, sizes, random):
    begins = accumulate(sizes, initial=0)
    pieces = [cs.simulate(plan, n=n, rng=key, first=first, workers=1) for first, n in zip(begins, sizes, strict=False)]
    random.shuffle(pieces)
    whole = cs.simulate(plan, n=sum(sizes), rng=key, workers=1)
    assert digest_of_counts(reduce(add, pieces).tally) == digest_of_counts(whole.tally)


@given(practices(), keys())
@few_examples
def test_every_practice_is_counted_once_in_every_table(plan, key):
    tally = cs.simulate(plan, n=N, rng=key, workers=1).tally
    assert (tally.reached.sum(axis=(1, 2)) == N).all()
    assert (tally.reached.sum(axis=2) == tally.reached[0].sum(axis=1)).all()  # viable clusters, whatever the event
    assert (tally.histogram.sum(axis=1) == N).all()
    assert tally.launches.sum() == N
    assert tally.origin.sum() == tally.reached[-1, :, 1:].sum() <= N
    assert lower(plan).digest == tally.digest
