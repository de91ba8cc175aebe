"""A plan in a sentence or two."""

import pytest
from scipy import stats

from clustersim.plan.parameter import beta, between, uniform
from clustersim.plan.plan import Cluster, Convergence, Plan
from clustersim.plan.presets import PRESETS
from clustersim.present.in_words.sentence import describe


def test_a_plan_in_words():
    assert describe(Plan(clusters=1, legacy=None)) == (
        "1 cluster; it fails with 50 % probability, a success earns $10k a month, after about 3 to 14 months of "
        "growth. At black belt it becomes a mega-cluster."
    )
    assert describe(Plan(every=1, at_once=2, failure_rate=0.3, convergence=None)) == (
        "12 clusters, one a month, at most 2 ramping at once; 30 % of them fail, a success earns $10k a month, after "
        "about 3 to 14 months of growth."
    )
    portfolio = Plan(
        clusters=[Cluster(failure_rate=0.2, revenue=5_000), Cluster(failure_rate=0.4, revenue=15_000)],
        convergence=Convergence(megas=1),
    )
    assert describe(portfolio) == (
        "2 clusters, one every 3 months; 30 % of them fail, a success earns about $5k to $15k a month as the "
        "cluster may be, $9.29k on average, after about 3 to 14 months of growth. At black belt the best one becomes a "
        "mega-cluster, and later the legacy."
    )


def test_levers_that_are_on_are_named():
    plan = Plan(convergence=None)
    assert describe(plan.replace(mission={}, ideas={})) == f"{describe(plan)} Levers: 20 ideas, mission fit 0.6."
    assert describe(Plan(focus={})) == f"{describe(Plan())} Levers: focus on 3."
    every_one = PRESETS["whole_story"]().replace(convergence=None)
    assert describe(every_one).partition(" Levers: ")[2] == (
        "40 ideas (skill 0.3), focus on 3, mission fit 0.6, $40k saved and 1 survival client, 30 % challengers, "
        "an accelerator that takes 1 %."
    )
    clients = {"finances.savings": 0, "finances.survival.clients": 2, "mission.fit": 1, "accelerator.odds": 0.015}
    assert describe(plan.replace(**clients)).partition(" Levers: ")[2] == (
        "mission fit 1, $0 saved and 2 survival clients, an accelerator that takes 1.5 %."
    )
    assert "survival" not in describe(plan.replace(**{"finances.survival.clients": 0}))


def test_a_wide_spread_is_told_from_where_to_where():
    words = describe(Plan(revenue=stats.halfcauchy(scale=9_000)))
    assert "a success earns about $708 to $114k a month" in words
    assert "average" not in words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"failure_rate": 1}, "; all of them fail."),
        ({"failure_rate": 1, "clusters": 1}, "1 cluster; it fails."),
        ({"failure_rate": 0}, "; none of them fails, a success"),
        ({"failure_rate": 0, "clusters": 1}, "1 cluster; it succeeds, a success"),
        (
            {"failure_rate": beta(4.5, 4.5)},
            "; half of them fail on average, at a rate that varies between practices (24 to 76 % in nine of ten), a ",
        ),
        ({"seasonality": [1, 2] * 6}, "$10k a month, varying with the season, after"),
        ({"seasonality": [1, 2] * 6, "market.volatility": 0.1}, "varying with the season and the market, after"),
        ({"ramp": 6.5}, "$10k a month, after 6.5 months of growth."),
        ({"ramp": 1}, "$10k a month, after 1 month of growth."),
        ({"ramp": uniform(0.98, 1.02)}, "$10k a month, after about 1 month of growth."),
        ({"ramp": uniform(0.21, 0.89)}, "$10k a month, after about 0.2 to 0.9 months of growth."),
        ({"ramp": between(3, 18)}, "$10k a month, after about 3 to 18 months of growth."),
        ({"ramp": 9, "clusters": [{"ramp": 1}, {}]}, "$10k a month, after about 1 to 9 months of growth."),
        ({"horizon": 30}, "one every 3 months, 10 of them within 30 months;"),
        ({"horizon": 31, "at_once": 1}, "ramping at once, at most 11 of them within 31 months;"),
        ({"horizon": 34}, "12 clusters, one every 3 months;"),
    ],
)
def test_a_plan_s_words_fit_it(changes, words):
    assert words in describe(Plan(convergence=None).replace(**changes))
