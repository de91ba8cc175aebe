"""Goals are met by those trajectories that met them, and what a card tells is read from just these."""

import math

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import clustersim as cs
from clustersim.analysis.assess import cards
from clustersim.analysis.goal_counts import Assessing, poisson_tail
from clustersim.program import lower
from clustersim.ranges import run_range
from clustersim.seeds import Key
from clustersim.testing import plans
from clustersim.twin.float32 import Float32
from clustersim.twin.twin import live

mpl.use("agg")
PLAN = cs.Plan(every=2, horizon=60, mission={}, finances={"savings": 20_000}, pipeline={})
N = 4_000


def goal(**fields):
    return cs.Goal(**({"name": "half way", "metric": "revenue", "at_least": 30_000, "by": 24} | fields))


@pytest.fixture(scope="module")
def lives():
    return cs.paths(PLAN, N, rng=7, first=100)


def first_met(amounts, at_least, ruin):
    """By hand: the first month, from the third on, in which three months' average is at least so much."""
    window = np.lib.stride_tricks.sliding_window_view(amounts, 3, axis=1).mean(axis=2)
    flags = window >= at_least
    months = np.where(flags.any(axis=1), flags.argmax(axis=1) + 3, np.inf)
    return np.where(months < ruin, months, np.inf)


@pytest.mark.parametrize("metric", ["revenue", "mission revenue"])
@pytest.mark.parametrize("at_least", [8_000, 30_000, 60_000])
def test_money_is_met_by_those_who_met_it(lives, metric, at_least):
    amounts = lives.revenue if metric == "revenue" else lives.mission_revenue
    months = first_met(amounts, at_least, lives.reached["ruin"])
    card = cs.assess(PLAN, goal(metric=metric, at_least=at_least), N, rng=7, first=100)
    counted = card.met.counts.sum(axis=0)
    assert counted[1:].tolist() == [(months == month).sum() for month in range(1, 61)]
    there = np.isfinite(lives.reached["black belt"])
    assert card.counts.reached.tolist() == [
        [(~there & (months > 24)).sum(), (there & (months > 24)).sum()],
        [(~there & (months <= 24)).sum(), (there & (months <= 24)).sum()],
    ]


def test_a_goal_at_a_milestone_s_level_is_that_milestone():
    """To the last bit, post-stratification included."""
    card, outcome = cs.assess(PLAN, goal(), N, rng=7), cs.simulate(PLAN, N, rng=7)
    assert np.array_equal(card.met.counts, outcome["green belt"].counts)
    assert card.attainable == outcome["green belt"].probability(by=24)
    assert not np.array_equal(card.met.counts, outcome["yellow belt"].counts)


@given(plans(max_horizon=48), st.integers(0, 2**64 - 1), st.integers(0, 2**63 - 100))
@settings(max_examples=60)
def test_established_clusters_are_the_twins(plan, key, first):
    program = lower(plan)
    records, more = run_range(program, key, first, 4, paths=True, standing=True)
    assert np.array_equal(records.revenue, run_range(program, key, first, 4, paths=True)[0].revenue)
    for i in range(4):
        life = live(program, key, first + i, Float32())
        until = life.ruin or plan.horizon
        assert more.standing[:until, i].tolist() == life.established[:until]


def test_clusters_are_met_by_those_who_met_them():
    plan = cs.Plan(horizon=48, lifetime=20, finances={"savings": 15_000})
    card = cs.assess(plan, goal(metric="clusters", at_least=3, by=30), 60, rng=7)
    months = []
    for i in range(60):
        life = live(lower(plan), card.key, i, Float32())
        met = [m for m, number in enumerate(life.established, 1) if number >= 3 and not 0 < life.ruin <= m]
        months.append(met[0] if met else 0)
    assert card.met.counts.sum(axis=0).tolist() == np.bincount(months, minlength=49).tolist()
    assert 0 < card.attainable.value < 1


@pytest.mark.parametrize("plan", [cs.Plan(), PLAN, cs.presets.whole_story()], ids=["default", "levers", "all"])
def test_ranges_and_workers_change_nothing(plan):
    asked = goal(metric="clusters", at_least=2)
    job = Assessing(lower(plan.replace(goals=[asked])), (asked, goal(name="other")))
    whole, *_ = job.count(7, 50, 3_000)
    pieces = [job.count(7, first, 1_000)[0] for first in (2_050, 50, 1_050)]
    total = pieces[0] + pieces[1] + pieces[2]
    assert total.n == whole.n
    for mine, theirs in zip(total.goals, whole.goals, strict=True):
        assert all(np.array_equal(value, vars(theirs)[name]) for name, value in vars(mine).items())


def test_cards_of_several_goals_are_those_of_each():
    goals = (goal(), goal(name="b", metric="clusters", at_least=2), goal(name="c", metric="clients", at_least=5, by=1))
    together = cards(PLAN, goals, 500, rng=7)
    for card, alone in zip(together, goals, strict=True):
        assert repr(card.summary()) == repr(cs.assess(PLAN, alone, 500, rng=7, workers=1).summary())


def test_mission_revenue_s_share_is_that_of_the_goal_s_month(lives):
    card = cs.assess(PLAN, goal(by=24), N, rng=7, first=100)
    x, y = lives.revenue[:, 23], lives.mission_revenue[:, 23]
    assert card.mission_based.value == pytest.approx(y.sum() / x.sum())
    residuals = y - card.mission_based.value * x
    error = math.sqrt((residuals**2).sum() / (N - 1) / N) / x.mean()
    assert card.mission_based.standard_error == pytest.approx(error)
    assert cs.assess(PLAN, goal(by=25), N, rng=7, first=100).mission_based.value != card.mission_based.value


def test_mission_revenue_s_share_is_the_fit_where_all_fit_alike():
    card = cs.assess(cs.Plan(mission={"fit": 0.75}), goal(), 500, rng=7)
    assert card.mission_based.value == pytest.approx(0.75, abs=1e-6)
    assert card.letter("mission-based").sentence.startswith("Of what all practices together earn in month 24, 75.0 %")


@pytest.mark.parametrize(("mean", "least"), [(5, 5), (0.3, 1), (40, 50), (7.5, 0), (3, 2.5)])
def test_clients_are_poisson(mean, least):
    plan = cs.Plan(pipeline=cs.Pipeline(leads=8 * mean, ideal=0.25, close_rate=0.5))
    card = cs.assess(plan, goal(metric="clients", at_least=least, by=1), 10, rng=7)
    assert card.attainable.value == pytest.approx(stats.poisson.sf(math.ceil(least) - 1, mean))
    assert card.attainable.low == card.attainable.high
    assert card.met is card.relevant is None


@given(st.floats(0, 200), st.integers(0, 300))
def test_the_tail_of_a_poisson_number(mean, least):
    assert poisson_tail(mean, least) == pytest.approx(stats.poisson.sf(least - 1, mean), abs=1e-12)


def test_close_5_ideal_clients_in_january():
    card = cs.assess(cs.presets.ideal_clients(), "close 5 ideal clients in January", 200, rng=7)
    assert card.attainable.value == pytest.approx(0.559507, abs=1e-6)
    assert "With 5 won a month on average, 56.0 % of months bring 5 clients or more." in repr(card.summary()).replace(
        "\n   ", " "
    )


def test_relevance_is_undefined_where_there_is_nothing_to_compare():
    words = {
        "all practices meet it in time": goal(at_least=0),
        "no practices meet it in time": goal(at_least=1e9),
        "in the model new clients are tied to nothing else, black belt included": goal(metric="clients", at_least=1),
    }
    for why, asked in words.items():
        card = cs.assess(cs.Plan(pipeline={}), asked, 300, rng=7)
        assert card.relevant is None
        assert card.letter("relevant").sentence == f"Undefined: {why}."
        assert math.isnan(card.letter("relevant").value)


def test_relevance_is_the_difference_of_shares(lives):
    card = cs.assess(PLAN, goal(), N, rng=7, first=100)
    met = first_met(lives.revenue, 30_000, lives.reached["ruin"]) <= 24
    there = np.isfinite(lives.reached["black belt"])
    assert card.relevant.value == pytest.approx(there[met].mean() - there[~met].mean())
    assert card.relevant.low < card.relevant.value < card.relevant.high


@pytest.mark.parametrize(
    ("fields", "destination", "there"),
    [
        ({"at_least": 60_000}, "black belt", True),
        ({"at_least": 61_000}, "black month", True),  # of three months that average so much, one earns as much
        ({"metric": "mission revenue", "at_least": 60_000}, "black belt", True),  # which is a part of revenue
        ({"at_least": 59_999}, "black belt", False),
        ({"at_least": 90_000}, "million", False),  # three months are no year
        ({"metric": "clusters", "at_least": 6}, "black belt", False),
    ],
)
def test_who_is_there_by_meeting_a_goal_tells_nothing_of_what_it_does(fields, destination, there):
    card = cs.assess(PLAN, goal(by=40, destination=destination, **fields), N, rng=7)
    assert card.is_there == there
    assert (card.relevant is None) == (card.destinations is None) == there
    sentence = card.letter("relevant").sentence
    assert (
        sentence.startswith(f"Undefined: who meets it has thereby reached {destination}, which asks for no more")
        == there
    )
    assert not there or card.counts.reached[1, 0] == 0


def test_a_destination_that_has_nothing_to_do_with_a_goal_is_not_relevant():
    """Independent by construction: the goal hangs on the first months alone, the destination on later luck alone.

    Five standard errors: a right difference exceeds them once in 1.7 million times. Luck that lasts is relevant.
    """
    plan = cs.Plan(clusters=1, failure_rate=0, ramp=3, convergence=None, horizon=24, persistence=0, revenue=10_000)
    plan = plan.replace(milestones=[cs.Milestone(name="late", revenue=15_800, window=1)], ramp_curve="linear")
    card = cs.assess(plan, goal(at_least=8_000, by=4, destination="late"), 20_000, rng=7)
    assert 0.05 < card.attainable.value < 0.95
    assert abs(card.relevant.value) < 5 * card.relevant.standard_error
    lasting = cs.assess(plan.replace(persistence=0.9), goal(at_least=8_000, by=4, destination="late"), 20_000, rng=7)
    assert lasting.relevant.value > 5 * lasting.relevant.standard_error


def test_the_card_has_six_letters_and_a_sentence_each():
    card = cs.assess(PLAN, goal(), N, rng=7).summary()
    assert "".join(letter.letter for letter in card.letters) == "SMMART"
    assert all(letter.sentence.endswith(".") for letter in card.letters)
    text = repr(card)
    assert text.startswith("half way, in 4,000 practices\n")
    assert max(map(len, text.splitlines())) <= 80
    html = card._repr_html_()
    assert html.count("<tr ") == 6


def test_markup_in_a_goal_s_name_does_no_harm():
    card = cs.assess(PLAN, goal(name="<b>\x1b[31m"), 50, rng=7).summary()
    assert "<b>" not in card._repr_html_()
    assert "\x1b" not in repr(card)


def test_a_card_as_a_table():
    table = cs.assess(PLAN, goal(), N, rng=7).to_pandas()
    assert table["letter"].tolist() == list("SMMART")
    assert table.set_index("name").loc["attainable", "value"] == cs.assess(PLAN, goal(), N, rng=7).attainable.value


@pytest.mark.parametrize("metric", ["revenue", "clients"])
def test_the_plot_has_the_curve_and_the_date(metric):
    card = cs.assess(PLAN, goal(metric=metric, at_least=5), 500, rng=7)
    ax = card.plot()
    curve = ax.lines[0].get_ydata()
    expected = 100 * card.met.cdf(np.arange(1, 61)) if card.met else np.full(60, 100 * card.attainable.value)
    assert np.allclose(curve, expected)
    assert list(ax.lines[1].get_xdata()) == [24, 24]
    assert card.plot(ax) is ax
    mpl.pyplot.close(ax.figure)


def test_a_goal_of_the_plan_is_taken_by_its_name_or_alone():
    one = PLAN.replace(goals=[goal()])
    assert cs.assess(one, n=50, rng=7).goal == cs.assess(one, "half way", n=50, rng=7).goal == goal()


@pytest.mark.parametrize(
    ("plan", "asked", "error", "words"),
    [
        (PLAN, None, ValueError, "it has none: give a Goal"),
        (PLAN.replace(goals=[goal(), goal(name="b")]), None, ValueError, "it has 2: 'half way', 'b'; name one"),
        (PLAN.replace(goals=[goal()]), "half why", ValueError, "did you mean 'half way'"),
        (PLAN, "half way", ValueError, "the plan has no goals"),
        (PLAN, 3, TypeError, "must be a Goal, or the name"),
        ("plan.toml", goal(), TypeError, "must be a clustersim.Plan"),
        (cs.Plan(), goal(metric="clients"), cs.PlanError, "takes the plan's 'pipeline'"),
        (cs.Plan(horizon=12), goal(), cs.PlanError, "at most the plan's horizon, 12"),
        (cs.Plan(), goal(destination="rent"), cs.PlanError, "unknown milestone"),
    ],
)
def test_what_cannot_be_assessed_is_said_before_anything_is_simulated(plan, asked, error, words):
    with pytest.raises(error, match=words):
        cs.assess(plan, asked, n=10**15, rng=7)


def test_luck_is_that_of_simulate():
    outcome = cs.simulate(PLAN, 300, rng=Key(5), first=9)
    card = cs.assess(PLAN, goal(), 300, rng=Key(5), first=9)
    assert np.array_equal(card.met.counts, outcome["green belt"].counts)
    seen = []
    cs.assess(PLAN, goal(), 300, rng=Key(5), progress=lambda *told: seen.append(told))
    assert seen[-1] == (300, 300)
