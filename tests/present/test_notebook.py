"""What a notebook shows of values: well-formed, escaped, in the ink of the page around it, with the numbers told."""

import re
import subprocess
import sys

import pytest

import clustersim as cs
from clustersim.analysis.comparison_summary import points
from clustersim.outcome.notation import chance, percent, printable
from clustersim.present.decided import verdict as compared
from clustersim.present.in_words.sentence import describe
from clustersim.present.notebook import ACCENT
from clustersim.present.words import verdict
from pages import NASTY, Page, contrast

GOAL = cs.Goal(name="<half way>", metric="revenue", at_least=30_000, by=24)


@pytest.fixture(scope="module")
def compared_plans():
    return cs.compare({"<steady>": cs.Plan(), "rush": cs.Plan(every=1)}, n=2_000, rng=7)


#: What is shown, by what it is: an outcome and a comparison in, a value out.
SHOWN = {
    "plan": lambda whole, _: whole.plan,
    "portfolio": lambda *_: cs.presets.portfolio(),
    "outcome": lambda whole, _: whole,
    "summary": lambda whole, _: whole.summary(),
    "passage": lambda whole, _: whole["black belt"],
    "legacy": lambda whole, _: whole.legacy,
    "estimate": lambda whole, _: whole["black belt"].probability(by=36),
    "comparison": lambda _, plans: plans,
    "comparison's summary": lambda _, plans: plans.summary(),
    "difference": lambda _, plans: plans.probability("black belt", 36),
    "assessment": lambda *_: cs.assess(cs.Plan(), GOAL, n=500, rng=7),
    "solution": lambda *_: cs.solve(cs.Plan(), "clusters", "black belt", by=60, probability=0.8, n=500, rng=7),
    "sensitivity": lambda *_: cs.sensitivity(
        cs.Plan(), {"failure_rate": (0.3, 0.7), "every": (1, 4)}, "black belt", by=36, points=16, n=50, rng=7
    ),
    "life": lambda whole, _: whole.trace(47),
    "sweep": lambda *_: cs.sweep(cs.Plan(), {"every": [1, 2]}, n=50, rng=7).sweep.summary(),
}


@pytest.fixture(params=SHOWN)
def value(request, whole, compared_plans):
    return SHOWN[request.param](whole, compared_plans)


def test_it_is_well_formed_and_small(value):
    html = value._repr_html_()
    page = Page(html)
    assert page.open == []
    assert page.tags[0][0] == "div"
    assert len(html) < 40_000
    assert not {"script", "style", "link", "img", "iframe"} & {tag for tag, _ in page.tags}
    assert all(svg["aria-label"] for svg in page.of("svg"))


def test_it_takes_the_ink_around_it(value):
    """No colour but the accent: what is dark by day is light by night."""
    assert set(re.findall(r"#[0-9A-Fa-f]{3,8}\b|rgba?\(|\b(?:black|white)\b(?!-)", _attributes(value))) <= {ACCENT}


def _attributes(value):
    tags = Page(value._repr_html_()).tags
    return " ".join(v or "" for _, attributes in tags for name, v in attributes.items() if name != "aria-label")


def test_the_accent_is_seen_by_day_and_by_night():
    assert contrast(ACCENT, "#FFFFFF") > 3
    assert contrast(ACCENT, "#111111") > 3
    assert contrast("#0000FF", "#111111") < 3  # a colour that would not do


def test_a_plan_is_told_in_words_with_its_file():
    plan = cs.presets.focused()
    page = Page(plan._repr_html_())
    assert describe(plan) in page.inside("div")
    assert "".join(page.inside("pre")) == plan.to_toml()


def test_an_outcome_begins_with_the_answer(outcome):
    page = Page(outcome._repr_html_())
    assert verdict(outcome) in page.inside("div")
    written = "".join("".join(page.inside("table")).split())
    for event in outcome.events:
        for by in (36, 60, 120):
            assert chance(event.probability(by=by)).replace(" ", "") in written


def test_a_first_passage_draws_its_curve(outcome):
    belt = outcome["black belt"]
    page = Page(belt._repr_html_())
    (line,) = page.of("polyline")
    points = [tuple(map(float, point.split(","))) for point in line["points"].split()]
    last = 55 - 53 * belt.cdf(120)
    assert points[0] == (0, 55)
    assert points[-1] == (200, pytest.approx(last, abs=0.05))
    assert [y for _, y in points] == sorted((y for _, y in points), reverse=True)
    assert f"{belt.median():.0f}" in page.inside("td")


def test_an_outcomes_fan_has_the_quantiles(outcome):
    shapes = Page(outcome._repr_html_()).of("polygon")
    bands = outcome.revenue.quantile([0.05, 0.25, 0.75, 0.95])[:, -1]
    top = outcome.revenue.quantile(0.95).max()
    for shape, low, high in zip(shapes, bands[:2], bands[:1:-1], strict=True):
        heights = [float(point.split(",")[1]) for point in shape["points"].split()]
        edge = len(heights) // 2
        assert heights[edge - 1 : edge + 1] == pytest.approx([55 - 53 * low / top, 55 - 53 * high / top], abs=0.06)


def test_an_estimate_shows_its_interval(outcome):
    estimate = outcome["black belt"].probability(by=36)
    page = Page(estimate._repr_html_())
    (rect,), (dot,) = page.of("rect"), page.of("circle")
    assert float(rect["x"]) == pytest.approx(200 * estimate.low, abs=0.06)
    assert float(rect["width"]) == pytest.approx(200 * (estimate.high - estimate.low), abs=0.06)
    assert float(dot["cx"]) == pytest.approx(200 * estimate.value, abs=0.06)
    assert "".join(page.inside("div")) == str(estimate).replace(" (", "", 1).rstrip(")")


def test_labels_are_texts_whatever_they_are():
    name = f"{NASTY}\x1b[31m"
    plan = cs.Plan(milestones=[cs.Milestone(name=name, revenue=1_000)], convergence=cs.Convergence(trigger=name))
    outcome = cs.simulate(plan, n=50, rng=7)
    for value in (plan, outcome, outcome[name]):
        page = Page(value._repr_html_())
        assert not {"script"} & {tag for tag, _ in page.tags}
        assert "\x1b" not in value._repr_html_()
        assert any(printable(name) in text for _, text in page.texts)


@pytest.mark.parametrize("horizon", [1, 2, 24, 1_200])
def test_any_horizon(horizon):
    outcome = cs.simulate(cs.Plan(horizon=horizon), n=20, rng=7)
    for value in (outcome, outcome["black belt"]):
        assert Page(value._repr_html_()).open == []


def test_it_takes_no_extra():
    extras = ("matplotlib", "jinja2", "rich", "typer", "pandas", "xarray")
    code = (
        f"import sys\nfor name in {extras}: sys.modules[name] = None\n"
        "import clustersim as cs\n"
        "outcome = cs.simulate(cs.Plan(), n=10, rng=7)\n"
        "belt = outcome['black belt']\n"
        "for value in (outcome, outcome.plan, belt, belt.probability(by=3)): print(len(value._repr_html_()) > 100)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)  # noqa: S603
    assert done.stdout.split() == ["True"] * 4


def test_a_comparison_tells_shares_and_differences():
    comparison = cs.compare({"<steady>": cs.Plan(), "rush": cs.Plan(every=1)}, n=2_000, rng=7)
    page = Page(comparison._repr_html_())
    assert compared(comparison) in page.inside("div")
    cells = "".join(page.inside("table"))
    assert f"{percent(comparison.outcomes['<steady>']['black belt'].cdf(36))} %" in cells
    assert points(comparison.probability("black belt", 36)) in cells
