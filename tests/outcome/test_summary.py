from html.parser import HTMLParser

import numpy as np
import pytest

import clustersim as cs
from clustersim.plan.plan import Milestone, Plan
from tallies import made_up


def milestone(name):
    return Plan(clusters=3, horizon=30, convergence=None, milestones=[Milestone(name=name, revenue=20_000)])


def test_it_tells_what_the_distributions_tell():
    outcome = made_up(Plan(horizon=70), 400)
    summary = outcome.summary()
    assert summary.by == (36, 60)
    line = summary.passages[4]
    belt = outcome["black belt"]
    assert line.name == "black belt"
    assert [c.value for c in line.chances] == [belt.cdf(36), belt.cdf(60)]
    assert line.quartiles == (belt.ppf(0.25), belt.median(), belt.ppf(0.75))
    assert line.held == belt.held(70)
    assert summary.passages[-1].name == "legacy"
    assert summary.passages[-1].held is None
    assert [year.last_month for year in summary.years] == [12, 24, 36, 48, 60, 70]
    assert [year.total for year in summary.years] == outcome.revenue.by_year().tolist()
    assert summary.years[1].median == outcome.revenue.quantile(0.5)[23]


def test_one_month_is_no_months():
    plan = Plan(clusters=2, horizon=1, convergence=None)
    outcome = made_up(plan, 5)
    assert repr(outcome.summary()).startswith("5 practices over 1 month\n")
    told = f"{outcome['black belt']!r} {outcome.revenue!r} {outcome['black belt']._repr_html_()}"
    assert "1 months" not in told


@pytest.mark.parametrize(("horizon", "by"), [(1, (1,)), (12, (12,)), (35, (35,)), (36, (36,)), (240, (36, 60, 120))])
def test_chances_are_told_for_months_within_the_horizon(horizon, by):
    assert made_up(Plan(clusters=2, horizon=horizon), 20).summary().by == by


def test_lines_of_a_table_are_aligned():
    lines = repr(made_up(Plan(), 400).summary()).splitlines()
    rows = lines[lines.index("") + 3 :][:8]
    assert len({row.index(")") for row in rows}) == 1
    assert rows[4].startswith("black belt   ")
    assert max(map(len, lines)) <= 80


def test_it_says_what_it_means():
    text = repr(made_up(Plan(horizon=36), 400).summary())
    assert text.startswith("400 practices over 36 months\n")
    assert "not doubt about the plan's numbers" in text
    assert "% at its level in month 36" in text
    assert ">36: beyond the horizon" in text
    assert "trajector" not in text


def test_labels_cannot_harm():
    summary = made_up(milestone("\u9ed2<b>&[red]x"), 50).summary()
    assert "\u9ed2<b>&[red]x" in str(summary)
    html = summary._repr_html_()
    assert "&lt;b&gt;&amp;[red]x" in html
    parser = HTMLParser()
    parser.feed(html)
    assert "<b>" not in html


def test_a_plan_that_earns_nothing_is_summarised():
    summary = made_up(milestone("a").replace(revenue=0), 5).summary()
    assert np.isfinite(summary.years[0].total)


def test_levers_have_lines_of_their_own():
    plan = Plan(horizon=30, mission={}, finances={"savings": 10_000}, accelerator={})
    outcome = made_up(plan, 400)
    summary = outcome.summary()
    assert [passage.name for passage in summary.passages][-4:] == ["legacy", "burnout", "ruin", "admission"]
    assert [end.last_month for end in summary.cash] == [12, 24, 30]
    assert [end.mean for end in summary.cash] == outcome.cash.mean()[[11, 23, 29]].tolist()
    assert [end.median for end in summary.cash] == outcome.cash.quantile(0.5)[[11, 23, 29]].tolist()
    assert summary.on_mission == pytest.approx(0.6, rel=1e-5)
    text = str(summary)
    assert "Cash at the end of each year, that of the ruined as it was:\n" in text
    assert "-$" in text
    assert text.endswith("Of all revenue 60.0 % is mission revenue: each cluster's, weighted by its fit.")
    assert max(map(len, text.splitlines())) <= 80
    html = summary._repr_html_()
    assert html.count("<table ") == html.count("</table>") == 4
    assert "mission revenue" in html


def test_levers_that_are_off_have_none():
    summary = made_up(Plan(horizon=30), 50).summary()
    assert (summary.cash, summary.on_mission, summary.mission, summary.year_ends()) == ((), None, "", ())
    assert "Cash" not in str(summary)
    assert "mission" not in str(summary)


def test_a_plan_that_earns_nothing_has_no_mission_revenue():
    assert cs.simulate(cs.Plan(revenue=0, mission={}, convergence=None), n=10, rng=7).summary().on_mission == 0
