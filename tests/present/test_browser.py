"""A report's page in a real browser: no error, no request, nothing wider than the screen.

Takes Chromium and Playwright, and is left out, with a word, where either is missing:

    apt-get install chromium && python -m pip install ".[browser]" && python -m pytest tests/present/test_browser.py

With ``CLUSTERSIM_PICTURES=folder`` the pictures that it takes are kept there, to be looked at.
"""

import os
import shutil
from pathlib import Path

import pytest

import clustersim as cs

playwright = pytest.importorskip("playwright.sync_api", reason="a browser's test needs playwright")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="a browser's test needs Chromium"),
    pytest.mark.xdist_group("browser"),
]
NASTY = "<img src=x onerror=alert(1)><script>document.title='x'</script>"
LONG = "W" * 80


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = Path(os.environ.get("CLUSTERSIM_PICTURES") or tmp_path_factory.mktemp("reports")).absolute()
    folder.mkdir(exist_ok=True, parents=True)
    labels = cs.Plan(
        clusters=[cs.Cluster(name=NASTY), cs.Cluster(name=LONG), cs.Cluster(name="黒帯")],
        milestones=[cs.Milestone(name=NASTY, revenue=1_000), cs.Milestone(name=LONG, revenue=5_000)],
        convergence=cs.Convergence(trigger=NASTY, megas=1),
    )
    names = [f"{what} for leaders of large organisations, no. {k}" for k in range(15) for what in ("Talk", "Course")]
    plans = {
        "default": cs.Plan(),
        "whole": cs.presets.whole_story(),
        "labels": labels,
        "portfolio": cs.presets.portfolio(),
        "thirty": cs.Plan(clusters=[cs.Cluster(name=name, ramp=cs.between(3, 18)) for name in names]),
        "year": cs.Plan(horizon=12),
        "century": cs.Plan(horizon=1_200),
        "never": cs.Plan(clusters=1),
    }
    for name, plan in plans.items():
        cs.simulate(plan, n=2_000, rng=7).report(folder / f"{name}.html")
    bolder = {"steady": cs.Plan(), "rush": cs.Plan(every=1), NASTY: cs.presets.focused()}
    cs.compare(bolder, n=2_000, rng=7).report(folder / "compared.html")
    five = bolder | {"whole": cs.presets.whole_story(), LONG: cs.presets.portfolio()}
    cs.compare(five, n=500, rng=7).report(folder / "five.html")
    return folder


@pytest.fixture
def visit(browser, reports):
    """Open a report and tell what was said on the console, and what was asked of the network."""
    contexts = []

    def opened(name, width, scheme="light"):
        contexts.append(browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme))
        page, said, asked = contexts[-1].new_page(), [], []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url))
        page.goto((reports / f"{name}.html").as_uri())
        return page, said, asked

    yield opened
    for context in contexts:
        context.close()


REPORTS = ["default", "whole", "labels", "portfolio", "thirty", "year", "century", "never", "compared", "five"]


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
@pytest.mark.parametrize("name", REPORTS)
def test_a_report_is_seen_whole_and_asks_for_nothing(visit, reports, name, width, scheme):
    page, said, asked = visit(name, width, scheme)
    assert said == []
    assert asked == [(reports / f"{name}.html").as_uri()]
    page.screenshot(path=reports / f"{name}-{width}-{scheme}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    pictures = page.locator("svg.picture")
    assert pictures.count() >= 3
    for box in (pictures.nth(k).bounding_box() for k in range(pictures.count())):
        assert 0.75 * min(width, 500) < box["width"] < width
        assert box["height"] > 180
    firsts = page.eval_on_selector_all("th + td", "cells => cells.map(cell => cell.getBoundingClientRect().right)")
    assert max(firsts) <= width  # what does not fit can be scrolled, each table in its own card
    assert page.title().startswith("clustersim: ")


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_is_written_over_anything_else(visit, name):
    """No cell's text leaves its cell: a table that is too wide is scrolled instead."""
    for width in (390, 800, 1280):
        page, _, _ = visit(name, width)
        spilt = page.eval_on_selector_all(
            "td, th, dt, dd, pre, .tile > *",
            """boxes => boxes.filter(box => box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 0)
                             .map(box => box.textContent)""",
        )
        assert spilt == []


@pytest.mark.parametrize("name", ["default", "whole", "year", "compared"])
@pytest.mark.parametrize("width", [390, 1280])
def test_letters_of_pictures_can_be_read_and_stay_inside(visit, name, width):
    page, _, _ = visit(name, width)
    sizes = page.eval_on_selector_all(
        "svg.picture text",
        """texts => texts.map(text => {
            const box = text.getBoundingClientRect(), card = text.closest("figure").getBoundingClientRect();
            return [box.height, box.left - card.left, card.right - box.right];
        })""",
    )
    assert len(sizes) > 20
    assert min(size for size, _, _ in sizes) >= 9.5
    assert min(min(left, right) for _, left, right in sizes) >= 0


def test_ink_stands_out_by_day_and_by_night(visit):
    for scheme, dark in (("light", False), ("dark", True)):
        page, _, _ = visit("default", 1280, scheme)
        ground, ink = page.evaluate(
            """[getComputedStyle(document.querySelector("figure")).backgroundColor,
                getComputedStyle(document.querySelector("svg.picture text")).fill]"""
        )
        levels = [sum(map(int, colour[4:-1].split(","))) / 3 for colour in (ground, ink)]
        assert (levels[0] < levels[1]) is dark
        assert abs(levels[0] - levels[1]) > 150


@pytest.mark.parametrize(("name", "most"), [("default", 5), ("compared", 9)])
def test_it_is_printed_on_few_pages_with_its_plan(visit, reports, name, most):
    page, _, _ = visit(name, 1280)
    page.pdf(path=reports / f"{name}.pdf", format="A4", prefer_css_page_size=True)
    printed = (reports / f"{name}.pdf").read_bytes()
    assert printed.startswith(b"%PDF")
    assert 2 <= printed.count(b"/Type /Page\n") <= most


@pytest.mark.parametrize("name", ["default", "compared"])
def test_on_paper_all_is_dark_on_white_and_files_are_open(visit, name):
    page, _, _ = visit(name, 688, "dark")  # the width of a sheet of A4 between its margins
    page.emulate_media(media="print", color_scheme="dark")
    ground, ink = page.evaluate(
        """[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"""
    )
    assert ground == "rgb(255, 255, 255)"
    assert ink == "rgb(34, 34, 34)"
    heights = page.eval_on_selector_all("details pre", "blocks => blocks.map(block => block.clientHeight)")
    assert min(heights) > 100
    assert page.evaluate("document.documentElement.scrollWidth") == 688


def test_a_page_that_runs_something_is_seen(browser):
    """The control: what is looked for above is noticed where it is."""
    context = browser.new_context()
    page, said, asked = context.new_page(), [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.set_content("<script>console.log('it runs')</script><img src='http://127.0.0.1:9/x.png'>")
    page.wait_for_timeout(200)
    context.close()
    assert "it runs" in said
    assert "http://127.0.0.1:9/x.png" in asked
