"""Closed forms: the facts, what is refused and why, and the simulator against them."""

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import clustersim as cs
from clustersim.closed_form import grid
from clustersim.closed_form.distributions import ExactCount
from clustersim.plan.plan import RAMP_CURVES
from clustersim.program import lower
from clustersim.viability import with_shared

LITERAL = cs.presets.literal()

#: A comparison of a count with its exact probability fails by chance at most so often.
ALARM = 1e-7


# Facts


def test_the_literal_plan_is_a_coin_toss_by_year_three():
    belt = cs.exact(LITERAL)["black belt"]
    assert belt.cdf(36) == 0.5
    assert belt.ppf(0.5) == belt.median() == 36
    assert belt.cdf(120) == 2510 / 4096
    assert belt.beyond_horizon == 1 - 2510 / 4096
    for j in range(6, 13):
        tail = sum(comb(j, k) for k in range(6, j + 1)) / 2**j
        assert belt.cdf(3 * (j - 1) + 6) == tail
    assert belt.pmf([19, 20, 21]).tolist() == [0, 1 / 128, 1 / 128]  # a seventh success, ramping, helps in month 20
    assert belt.error(36) == 0


@pytest.mark.parametrize(("clusters", "fact"), [(14, 0.788), (15, 0.849), (16, 0.895), (17, 0.928)])
def test_fifteen_clusters_are_needed_for_80_per_cent(clusters, fact):
    belt = cs.exact(LITERAL.replace(clusters=clusters, horizon=120))["black belt"]
    assert belt.cdf(120) == sum(comb(clusters, j) for j in range(6, clusters + 1)) / 2**clusters
    assert belt.cdf(120) == pytest.approx(fact, abs=5e-4)


def test_the_number_of_viable_clusters_is_known_of_every_plan():
    assert 1 - cs.exact(cs.Plan()).viable.cdf(5) == 2510 / 4096
    assert cs.exact(cs.Plan()).viable.method == "binomial"
    common = cs.exact(cs.presets.common_fate()).viable
    assert 1 - common.cdf(5) == pytest.approx(0.5727, abs=5e-5)
    assert common.method == "mixture of binomials"
    portfolio = cs.exact(cs.presets.portfolio()).viable
    rates = [cluster.failure_rate for cluster in cs.presets.portfolio().portfolio]
    assert portfolio.method == "Poisson-binomial"
    assert portfolio.mean() == pytest.approx(8 - sum(rates))
    assert portfolio.std() ** 2 == pytest.approx(sum(rate * (1 - rate) for rate in rates))


def test_a_number_s_distribution_is_read_like_a_counted_one():
    number = ExactCount(name="things", probabilities=np.array([0.25, 0.5, 0, 0.25]), method="by hand")
    assert number.pmf([-1, 0, 1.5, 3, 4]).tolist() == [0, 0.25, 0, 0.25, 0]
    assert number.cdf([-1, 0, 1, 2.5, 3, 9]).tolist() == [0, 0.25, 0.75, 0.75, 1, 1]
    assert (number.mean(), number.std()) == (1.25, pytest.approx(np.std([0, 1, 1, 3])))
    assert repr(number) == "<ExactCount of things: 1.25 on average, by hand>"


def test_a_passage_is_read_like_a_counted_one():
    belt = cs.exact(LITERAL)["black belt"]
    estimate = belt.probability(by=36)
    assert (estimate.value, estimate.low, estimate.high, estimate.standard_error) == (0.5, 0.5, 0.5, 0)
    assert str(estimate) == "50.0000 % (enumeration of 4,096 fates)"
    assert belt.cdf([[0, 36], [21, 120]]).tolist() == [[0, 0.5], [1 / 64, 2510 / 4096]]
    assert belt.held_by_month[[34, 35]].tolist() == belt.cdf([35, 36]).tolist()
    assert belt.held(36) == belt.probability(36)
    assert belt.interval(0.5) == (30, np.inf)
    assert repr(belt) == (
        "<ExactPassage 'black belt': 61.28 % within 120 months (median month 36), enumeration of 4,096 fates>"
    )
    for wrong in (0, 121):
        with pytest.raises(ValueError, match="from 1 to the horizon, 120"):
            belt.probability(wrong)
    with pytest.raises(ValueError, match="beyond the horizon"):
        belt.cdf(121)


def test_what_is_known_is_named():
    known = cs.exact(LITERAL)
    assert list(known) == ["black belt"] == list(known.keys())
    assert "black belt" in known
    assert repr(known) == "<Exact: viable clusters, binomial; 'black belt', enumeration of 4,096 fates>"
    default = cs.exact(cs.Plan())
    assert list(default) == []
    assert repr(default).startswith("<Exact: viable clusters, binomial; not first passages: volatility = 0.2 makes")
    assert (known.plan, known.horizon) == (LITERAL, 120)


# What is refused

QUIET = cs.Plan(volatility=0, convergence=None)


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        (LITERAL.replace(volatility=0.2), r"volatility = 0.2 makes revenue noisy \(it takes 0\)"),
        (LITERAL.replace(market=cs.Market()), r"market makes revenue noisy \(it takes None\)"),
        (LITERAL.replace(convergence=cs.Convergence()), r"convergence .* \(it takes None\)"),
        (QUIET, r"doomed clusters earn until they close \(failed_share = 0.25: it takes 0"),
        (QUIET.replace(failed_share=0, lifetime=12), r"lifetime makes revenue fall \(it takes None\)"),
        (QUIET.replace(failed_share=0, seasonality=[1] * 11 + [2]), r"seasonality makes revenue fall"),
        (QUIET.replace(failed_share=0, at_once=1), r"at_once makes launches random"),
        (QUIET.replace(failed_share=0, clusters=61, every=1), r"61 clusters are too many \(it takes 60 at most\)"),
        (LITERAL.replace(clusters=21), r"21 clusters make 2\^21 fates \(it takes 20 clusters at most\)"),
        (LITERAL.replace(failed_share=0.5), r"trial is a distribution, and when doomed clusters close is felt"),
    ],
)
def test_what_is_not_known_says_why(plan, reason):
    if plan.convergence is not None:
        plan = plan.replace(**{"convergence.trigger": plan.milestones[0].name})
    known = cs.exact(plan)
    with pytest.raises(cs.NotExactError, match=rf"^'black belt' is not known exactly: .*{reason}"):
        known["black belt"]
    assert list(known) == []
    assert known.viable.pmf(0) > 0


LEVERS = {
    "ideas": cs.Ideas(count=40, skill=0.3),
    "focus": cs.Focus(),
    "mission": cs.Mission(),
    "finances": cs.Finances(),
    "network": cs.Network(),
    "accelerator": cs.Accelerator(),
}
MOVE_FATES = {"ideas": "ideas.skill", "mission": "mission.success_odds", "network": "network.success_odds"}


@pytest.mark.parametrize(("name", "lever"), LEVERS.items(), ids=LEVERS)
def test_levers_are_refused_and_what_moves_fates_leaves_not_even_viability(name, lever):
    known = cs.exact(LITERAL.replace(**{name: lever}))
    with pytest.raises(
        cs.NotExactError, match=rf"'black belt' .* {name} is a lever without a closed form \(it takes None"
    ):
        known["black belt"]
    assert list(known) == []
    if name not in MOVE_FATES:
        assert known.viable.pmf(6) == cs.exact(LITERAL).viable.pmf(6)
        assert repr(known).startswith("<Exact: viable clusters, binomial; not first passages: ")
        return
    with pytest.raises(
        cs.NotExactError, match=rf"^the number of viable .*: {MOVE_FATES[name]} moves fates \(it takes "
    ):
        known.viable  # noqa: B018 - the look-up is what fails
    assert repr(known).startswith("<Exact: not first passages: ")


def test_figures_without_any_closed_form_are_refused_by_name():
    known = cs.exact(LITERAL)
    for name in ("legacy", "revenue"):
        with pytest.raises(cs.NotExactError, match=name):
            getattr(known, name)
    with pytest.raises(KeyError, match="no milestone 'blak belt': did you mean 'black belt'"):
        known["blak belt"]
    with pytest.raises(TypeError, match=r"plan must be a clustersim\.Plan, not str"):
        cs.exact("plan.toml")


# The parts


def test_nodes_integrate_what_they_should():
    """Gauss's rule of the failure rate's own table gives every binomial that the closed form gives."""
    for rate in (cs.beta(4.5, 4.5), cs.beta(0.4, 0.7), cs.uniform(0.2, 0.7), 0.25):
        tables = lower(cs.Plan(failure_rate=rate)).tables
        for clusters in (1, 2, 12, 25):
            rates, weights = grid.nodes(tables, clusters)
            mixed = weights @ stats.binom(clusters, 1 - rates[:, None]).pmf(np.arange(clusters + 1))
            assert np.abs(mixed - with_shared(tables, clusters)).max() < 1e-12


def test_a_table_s_distribution_function_inverts_its_quantiles():
    plan = cs.Plan(revenue=cs.lognormal(mean=10_000, cv=0.3), failed_share=0)
    tables = lower(plan).tables
    table = tables.quantiles[tables.cluster[0, 0]]
    u = np.array([1e-6, 0.01, 0.3, 0.5, 0.77, 0.999, 1 - 1e-7])
    assert np.abs(grid.law(table).below(plan.revenue.ppf(u), strictly=True) - u).max() < 1e-5
    number = grid.law(tables.quantiles[tables.practice[0]])
    assert number.below(np.array([0.4, 0.5, 0.6]), strictly=True).tolist() == [0, 0, 1]
    assert number.below(np.array([0.4, 0.5, 0.6]), strictly=False).tolist() == [0, 1, 1]


def test_a_grid_brackets_what_is_known_otherwise():
    """One viable cluster of random level, full at once: the chance is the level's own."""
    revenue = cs.lognormal(mean=10_000, cv=0.5)
    plan = cs.Plan(
        clusters=1,
        failure_rate=0.25,
        revenue=revenue,
        ramp=1,
        failed_share=0,
        volatility=0,
        convergence=None,
        milestones=[cs.Milestone(name="rent", revenue=9_000, window=2)],
        horizon=6,
    )
    rent = cs.exact(plan)["rent"]
    truth = 0.75 * (1 - stats.lognorm(revenue.shapes[0], scale=revenue.scale).cdf(9_000))
    low, high = rent.probability(2).low, rent.probability(2).high
    assert low - 1e-5 < truth < high + 1e-5  # the table's cells are straight lines
    assert 0 < high - low < 2e-4
    assert rent.error(2) == (high - low) / 2
    assert rent.cdf(1) == 0
    assert rent.cdf([2, 6]).tolist() == pytest.approx([truth, truth], abs=1e-4)


# The simulator against it


def too_rare(plan, *, exact_plan=None, n=20_000, seed=7):
    """Counts of a run that are too rare for the exact probabilities: (milestone, month) pairs, reached and held."""
    outcome = cs.simulate(plan, n=n, rng=seed, workers=1)
    known = cs.exact(plan if exact_plan is None else exact_plan)
    months = np.arange(plan.horizon + 1)
    found = []
    for name in plan.milestones:
        passage, counted = known[name.name], outcome[name.name]
        reached = np.cumsum(np.concatenate(([0], counted.counts.sum(axis=0)[1:])))
        held = np.concatenate(([0], counted.held_counts))
        for counts, bounds in ((reached, passage.reached_bounds), (held, passage.held_bounds)):
            low, high = bounds(months)
            rare = (stats.binom.cdf(counts, n, low) < ALARM) | (stats.binom.sf(counts - 1, n, high) < ALARM)
            found += [(name.name, month) for month in np.flatnonzero(rare)]
    return found


def numbers(low, high):
    return st.integers(0, 12).map(lambda i: low + (high - low) * i / 12)


rates = st.sampled_from([0.0, 0.1, 0.5, 0.8, 1.0, cs.beta(2, 3), cs.uniform(0.2, 0.7)])


def ladders(draw):
    revenues = draw(st.lists(numbers(0, 60_000), min_size=1, max_size=3, unique=True))
    windows = draw(st.lists(st.integers(1, 13), min_size=3, max_size=3))
    return tuple(
        cs.Milestone(name=f"level {i}", revenue=revenue, window=windows[i]) for i, revenue in enumerate(revenues)
    )


@st.composite
def fixed_plans(draw):
    """Draw plans in which only fates are random: seasons, lifetimes, trials and waiting included."""
    own = st.builds(
        cs.Cluster,
        failure_rate=st.none() | rates,
        revenue=st.none() | numbers(0, 30_000),
        ramp=st.none() | numbers(0.5, 15),
        trial=st.none() | numbers(0, 15),
    )
    return cs.Plan(
        clusters=draw(st.integers(1, 8) | st.lists(own, min_size=1, max_size=6).map(tuple)),
        every=draw(st.integers(1, 5)),
        at_once=draw(st.none() | st.integers(1, 3)),
        failure_rate=draw(rates),
        revenue=draw(numbers(1_000, 20_000)),
        ramp=draw(numbers(0.5, 12)),
        ramp_curve=draw(st.sampled_from(RAMP_CURVES)),
        trial=draw(numbers(0, 12)),
        failed_share=draw(numbers(0, 1)),
        lifetime=draw(st.none() | numbers(0, 24)),
        volatility=0,
        seasonality=draw(st.none() | st.just((0.5, 1, 1, 1.5, 1, 1, 0, 1, 1, 1, 1.25, 1))),
        milestones=ladders(draw),
        convergence=None,
        horizon=draw(st.integers(1, 48)),
    )


@st.composite
def rising_plans(draw):
    """Draw plans with random levels whose revenue never falls."""
    return cs.Plan(
        clusters=draw(st.integers(1, 6)),
        every=draw(st.integers(1, 5)),
        failure_rate=draw(rates),
        revenue=draw(
            st.sampled_from([cs.lognormal(mean=9_000, cv=0.4), cs.uniform(0, 15_000), cs.between(900, 9_000)])
        ),
        ramp=draw(numbers(0.5, 12) | st.sampled_from([cs.lognormal(median=6, sigma=0.5), cs.uniform(2, 9)])),
        ramp_curve=draw(st.sampled_from(RAMP_CURVES)),
        trial=draw(st.just(60)),
        failed_share=draw(st.sampled_from([0, 0.5])),
        volatility=0,
        milestones=ladders(draw)[:2],
        convergence=None,
        horizon=draw(st.integers(1, 30)),
    )


@given(fixed_plans())
@settings(max_examples=60, derandomize=True)
def test_the_simulator_agrees_with_the_enumeration_of_fates(plan):
    assert too_rare(plan) == []
    for name in cs.exact(plan):
        assert cs.exact(plan)[name].method.startswith("enumeration of ")
        assert np.max(cs.exact(plan)[name].error(plan.horizon)) == 0


@given(rising_plans())
@settings(max_examples=12, derandomize=True)
def test_the_simulator_agrees_with_the_convolution(plan):
    assert too_rare(plan) == []
    for name in cs.exact(plan):
        cdf = cs.exact(plan)[name].cdf(np.arange(plan.horizon + 1))
        assert (np.diff(cdf) >= -1e-9).all()


@pytest.mark.parametrize(
    "plan",
    [
        LITERAL,
        LITERAL.replace(
            clusters=6, revenue=cs.lognormal(mean=10_000, cv=0.3), milestones=cs.Plan.ladder[2:3], horizon=36
        ),
    ],
    ids=["fixed", "rising"],
)
def test_a_slightly_wrong_model_is_told_from_the_right_one(plan):
    n = 200_000
    assert too_rare(plan, n=n) == []
    for wrong in (plan.replace(failure_rate=0.51), plan.replace(every=4), plan.replace(ramp=7)):
        assert too_rare(plan, exact_plan=wrong, n=n) != []
