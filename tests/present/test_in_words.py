"""A plan in words says all that the plan says: whatever is changed in it changes the words."""

import pytest
from pydantic import BaseModel

import clustersim as cs
from clustersim.present.in_words.hints import hints
from clustersim.present.in_words.plan import changes, portfolio, tell
from clustersim.present.in_words.sentence import describe
from clustersim.program import lower
from clustersim.viability import stratum_weights

#: Values that differ from a plan's whose every lever is on, by the field's dotted name.
CHANGED = {
    "clusters": 9,
    "every": 4,
    "at_once": 2,
    "failure_rate": cs.beta(4.5, 4.5),
    "revenue": cs.lognormal(mean=10_000, cv=0.4),
    "ramp": cs.lognormal(median=6, sigma=0.6),
    "ramp_curve": "gompertz",
    "trial": cs.uniform(3, 10),
    "failed_share": 0.0,
    "lifetime": 48,
    "volatility": 0.3,
    "persistence": 0.6,
    "seasonality": [1.5, 0.5] * 6,
    "horizon": 60,
    "market.volatility": 0.2,
    "market.persistence": 0.9,
    "milestones": cs.Plan.ladder[:5],
    "convergence.trigger": "blue belt",
    "convergence.megas": 2,
    "convergence.revenue": cs.uniform(20_000, 60_000),
    "convergence.months": 12,
    "legacy.mean_months": 48,
    "legacy.shape": 2,
    "ideas.count": 50,
    "ideas.skill": 0.2,
    "focus.capacity": 2,
    "focus.switching_cost": 0.3,
    "focus.upkeep": 0.2,
    "mission.fit": cs.beta(5, 5),
    "mission.success_odds": 3,
    "mission.recovery": 0.1,
    "mission.drain": 0.1,
    "mission.upkeep": 0.5,
    "mission.burnout_months": 6,
    "mission.burnout_revenue": 0.25,
    "finances.savings": 20_000,
    "finances.living": 5_000,
    "finances.margin": 0.6,
    "finances.survival.clients": 2,
    "finances.survival.fee": 2_500,
    "finances.survival.attention": 0.25,
    "finances.survival.until": 10_000,
    "network.challengers": 0.5,
    "network.success_odds": 0.75,
    "network.upside": 0.25,
    "network.spread": 0.25,
    "network.drag": 0.5,
    "network.referral": 0.25,
    "network.saturation": 20,
    "network.fee": 3_000,
    "accelerator.every": 3,
    "accelerator.odds": 0.05,
    "accelerator.speed": 2,
    "accelerator.months": 12,
    "pipeline.leads": 30,
    "pipeline.ideal": 0.5,
    "pipeline.close_rate": 0.25,
    "goals": [],
}


@pytest.fixture(scope="module")
def everything():
    goals = [cs.Goal(name="half way", metric="revenue", at_least=30_000, by=24)]
    return cs.presets.whole_story().replace(market={}, pipeline={}, goals=goals)


def fields(value, begun=""):
    """Name all fields of a plan, and of what is in it."""
    for name in type(value).model_fields:
        part = getattr(value, name)
        if isinstance(part, BaseModel) and not isinstance(part, cs.Distribution):
            yield from fields(part, f"{begun}{name}.")
        else:
            yield f"{begun}{name}"


def test_no_field_is_forgotten_here(everything):
    assert set(fields(everything)) == set(CHANGED)


@pytest.mark.parametrize("field", CHANGED)
def test_whatever_is_changed_is_told(everything, field):
    changed = everything.replace(**{field: CHANGED[field]})
    assert changed != everything
    assert list(tell(changed)) != list(tell(everything))
    assert list(changes(changed, everything))
    assert not list(changes(everything, everything))


@pytest.mark.parametrize("lever", ["ideas", "focus", "mission", "finances", "network", "accelerator", "pipeline"])
def test_a_lever_that_is_off_is_told_as_left_out(everything, lever):
    without = everything.replace(goals=(), **{lever: None})
    told = dict(tell(everything))
    (topic,) = told.keys() - dict(tell(without)).keys() - {"Goals"}
    assert (topic, "Left out.") in list(changes(without, everything))
    assert ("Left out" in dict(tell(without))) == (lever != "pipeline")


def test_a_failure_rate_that_varies_says_by_how_much():
    told = dict(tell(cs.Plan(failure_rate=cs.beta(4.5, 4.5))))["Failures"]
    low, high = cs.beta(4.5, 4.5).ppf([0.05, 0.95])
    assert f"50 % on average ({100 * low:.1f} to {100 * high:.1f} in nine of ten)" in told
    assert "varies" not in dict(tell(cs.Plan()))["Failures"]


def test_a_portfolio_is_a_table_of_what_its_clusters_have_of_their_own():
    plan = cs.Plan(
        failure_rate=cs.beta(2, 2),
        clusters=[cs.Cluster(name="Keynote", failure_rate=0.3, trial=6), cs.Cluster(ramp=cs.between(3, 18))],
    )
    assert portfolio(plan) == (
        ("", "fails, in %", "months to grow", "months kept if it fails"),
        ("1. Keynote", "30", "6.8 (2.64 to 13.7)", "6"),
        ("2.", "50 (13.5 to 86.5)", "8.52 (3 to 18)", "6 (3.3 to 8.7)"),
    )
    told = dict(tell(plan))
    assert told["Failures"].startswith(
        "How likely each cluster is to fail stands in the table of clusters below. Those "
    )
    assert (
        "share one, which varies from practice to practice: 50 % on average (13.5 to 86.5 in nine" in told["Failures"]
    )
    assert "A success earns $10k a month" in told["Successes"]
    assert "as long as the table tells to grow" in told["Successes"]
    assert portfolio(cs.Plan()) == ()


def test_a_rate_that_is_drawn_for_one_cluster_alone_is_not_told_as_one_that_practices_share():
    alone = cs.Plan(clusters=[cs.Cluster(failure_rate=cs.uniform(0.4, 0.7))] * 3)
    told = dict(tell(alone))["Failures"]
    assert "drawn for that cluster alone, independently of all others. So it comes to the same" in told
    assert "share one" not in told
    moved = dict(tell(alone.replace(mission={})))["Failures"]
    assert "average" not in moved
    assert portfolio(alone)[1] == ("1.", "55 (41.5 to 68.5)")
    assert "55 % of them fail on average (a cluster's own rate is drawn for it alone)," in describe(alone)
    both = alone.replace(clusters=[*alone.clusters, cs.Cluster()], failure_rate=cs.beta(2, 2))
    assert "(14 to 86 % in nine of ten; a cluster's own rate is drawn for it alone)," in describe(both)
    single = alone.replace(clusters=alone.clusters[:1])
    assert "it fails with 55 % probability on average (a cluster's own rate is" in describe(single)
    assert "average" not in describe(cs.Plan(clusters=[cs.Cluster(failure_rate=0.4), cs.Cluster()]))


def test_such_a_rate_does_come_to_the_same_as_its_average():
    """What the words say is true: the number of viable clusters has the distribution that the averages give."""
    alone = cs.Plan(clusters=[cs.Cluster(failure_rate=cs.uniform(0.4, 0.7))] * 3)
    known = cs.Plan(clusters=[cs.Cluster(failure_rate=0.55)] * 3)
    shared = cs.Plan(clusters=3, failure_rate=cs.uniform(0.4, 0.7))
    viable = [stratum_weights(lower(plan)) for plan in (alone, known, shared)]
    assert viable[0] == pytest.approx(viable[1], rel=1e-4)
    assert viable[2] != pytest.approx(viable[1], rel=1e-2)


@pytest.mark.parametrize(
    ("changed", "topic", "words"),
    [
        ({"clusters": 1}, "Clusters", "One cluster is launched, in the first month."),
        ({"horizon": 12}, "Clusters", "No more than 4 of them fit in that time."),
        ({"failure_rate": 1}, "Failures", "Every cluster fails."),
        ({"failure_rate": 0}, "Failures", "No cluster fails."),
        ({"network.challengers": 0.5}, "Failures", "That is before network, see below, moves the odds."),
        ({"mission": {}, "ideas.skill": 0.3}, "Failures", "before ideas and mission, see below, move the odds."),
        ({"volatility": 0}, "Ups and downs", "What a cluster earns does not go up and down by chance."),
        ({"convergence": None}, "Convergence", "None: clusters stay what they are."),
        ({"convergence": None}, "Legacy", "None."),
        ({"convergence.megas": 1}, "Convergence", "the best cluster becomes a mega-cluster. All others close"),
        ({"clusters": 2}, "Convergence", "the best 2 become mega-clusters"),
        ({"clusters": 1}, "Convergence", "is first reached the cluster becomes a mega-cluster. It aims at $20k"),
        ({"clusters": 1}, "Legacy", "The mega-cluster emerges as the legacy"),
        ({"accelerator.every": 1}, "Accelerator", "Every month the practice applies"),
        ({"finances.survival.clients": 0}, "Finances", "There are no survival clients."),
        ({"finances.survival.clients": 1}, "Finances", "One survival client pays $3k a month, and takes 50 %"),
        ({"finances.survival.clients": 2}, "Finances", "2 survival clients pay $3k a month each, and each takes 50 %"),
        ({"focus.capacity": 1}, "Focus", "1 growing cluster can have full attention"),
        ({"ideas.count": 20}, "Ideas", "The score foretells nothing."),
    ],
)
def test_its_words_fit_the_plan(changed, topic, words):
    assert words in dict(tell(cs.Plan().replace(**changed)))[topic]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"revenue": 1_000}, "aim at $35k a month on average, 35 times what a success earns ($1k): revenue leaps"),
        ({"revenue": 100_000}, "less than a success earns ($100k): most of them do not grow any more. What they aim"),
        ({"revenue": 0}, "and a success earns nothing. What they aim at is the field revenue of [convergence]"),
        ({"clusters": [{}, {"ramp": 3, "trial": 2}]}, "the last cluster, 2., has its own ramp and its own trial. In"),
        ({"clusters": [{}, {"name": "Book", "ramp": 3}]}, "Only the last cluster, 2. Book, has its own ramp. In"),
    ],
)
def test_what_may_not_have_been_meant_is_told(changed, words):
    (hint,) = hints(cs.Plan().replace(**changed))
    assert words in hint


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"revenue": 7_000},
        {"revenue": 35_000},
        {"revenue": 1_000, "convergence": None},
        {"revenue": 1_000, "convergence.revenue": 5_000},
        {"failure_rate": 1, "revenue": 1_000},
        {"clusters": [{"ramp": 3}]},
        {"clusters": [{"ramp": 4}, {"ramp": 3}]},
        {"clusters": [{"ramp": 4}, {}, {"name": "Book"}]},
    ],
)
def test_a_plan_that_may_well_be_meant_has_no_hints(changed):
    assert not list(hints(cs.Plan().replace(**changed)))


@pytest.mark.parametrize(("times", "grows"), [(1, True), (10, False)])
def test_mega_clusters_that_aim_below_what_clusters_earn_do_not_grow_as_the_hint_says(times, grows):
    ladder = [cs.Milestone(name=m.name, revenue=times * m.revenue, window=m.window) for m in cs.Plan.ladder]
    plan = cs.Plan(revenue=cs.lognormal(mean=times * 10_000, cv=0.3), milestones=ladder)
    mean = cs.simulate(plan, n=5_000, rng=7).revenue.mean()
    assert (mean[119] > 1.2 * mean[35]) == grows
    assert any("do not grow" in hint for hint in hints(plan)) == (not grows)
