"""What a report's page says and holds; how it looks is for a browser: test_browser.py."""

import json
import re
import shlex
import subprocess
import sys

import pytest
from hypothesis import given, settings
from typer.testing import CliRunner

import clustersim as cs
from clustersim.outcome.notation import percent
from clustersim.present.commands import app
from clustersim.present.decided import verdict as compared
from clustersim.present.in_words.plan import changes, tell
from clustersim.present.in_words.sentence import describe
from clustersim.present.report.html import render
from clustersim.present.words import verdict
from clustersim.testing import plans
from pages import NASTY, Page


@pytest.fixture(scope="module")
def html(whole):
    return render(whole)


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def spaced(texts):
    """The words, whether or not their line may break between them."""
    return "".join(texts).replace("\N{NO-BREAK SPACE}", " ")


def blocks(html):
    """The texts that are to be typed or saved, whatever is marked in them."""
    return ["".join(Page(f"<pre>{block}</pre>").inside("pre")) for block in re.findall(r"(?s)<pre>(.*?)</pre>", html)]


def test_the_page_is_well_formed(page):
    assert page.open == []
    assert page.tags[0] == ("html", {"lang": "en"})


def test_nothing_runs_and_nothing_is_fetched(html, page):
    (policy,) = [meta["content"] for meta in page.of("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "script-src" not in policy
    assert not {"script", "img", "iframe", "object", "embed", "form", "base"} & {tag for tag, _ in page.tags}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    links = [value for _, attributes in page.tags for name, value in attributes.items() if name in {"href", "src"}]
    assert all(link.startswith(("data:", "#")) for link in links)
    assert not re.search(r"https?://|@import|url\((?!#)", html)


@pytest.mark.parametrize(
    ("horizon", "value", "sure"),
    [
        (120, "month 38", "a quarter by month 31, fewer than three quarters within the 120 months"),
        (36, "less than half", "% by year 3, so there is no month for half; a quarter by month 31"),
        (24, "less than half", "% by year 2, so there is no month for half"),
    ],
)
def test_what_lies_beyond_the_horizon_is_told_as_that(horizon, value, sure):
    texts = spaced(Page(render(cs.simulate(cs.Plan(horizon=horizon), n=20_000, rng=7))).inside("body"))
    assert value in texts
    assert sure in texts


def test_it_is_small(html):
    assert len(html.encode()) < 300_000


def test_the_largest_plan_stays_below_a_megabyte():
    ladder = [cs.Milestone(name=f"{'step ' * 14}{k}", revenue=1_000.0 * (k + 1)) for k in range(30)]
    more = {"ideas.count": 200, "convergence.trigger": ladder[-1].name}
    plan = cs.presets.whole_story().replace(horizon=1_200, milestones=ladder, clusters=120, **more)
    assert len(render(cs.simulate(plan, n=500, rng=7)).encode()) < 1_000_000


def test_the_same_outcome_makes_the_same_page(html):
    assert html == render(cs.simulate(cs.presets.whole_story(), n=2_000, rng=7))
    assert html != render(cs.simulate(cs.presets.whole_story(), n=2_000, rng=8))


def test_the_answer_comes_first_and_the_plan_in_words(whole, page):
    assert spaced(page.inside("h1")) == verdict(whole)
    assert describe(whole.plan) in page.inside("p")
    told = list(zip(page.inside("dt"), map(spaced, page.inside("dd")), strict=True))
    assert told[: len(list(tell(whole.plan)))] == list(tell(whole.plan))


def test_a_mishap_is_in_the_answer_and_in_figures():
    ruined = cs.simulate(cs.Plan(finances=cs.Finances(savings=20_000)), n=2_000, rng=7)
    page = Page(render(ruined))
    assert spaced(page.inside("h1")).endswith(f"; {100 * ruined.ruin.cdf(36):.0f} % have been ruined.")
    assert f"{percent(ruined.ruin.cdf(36))} %" in page.inside("strong")
    quarter, half = ruined.ruin.ppf([0.25, 0.5])
    assert f"; a quarter by month {quarter:.0f}; half by month {half:.0f}" in spaced(page.inside("small"))
    spared = Page(render(cs.simulate(cs.Plan(finances=cs.Finances()), n=2_000, rng=7)))
    assert "; fewer than a quarter within the 120 months" in spaced(spared.inside("small"))
    captions = spaced(page.inside("figcaption"))
    assert f"the {percent(ruined.ruin.cdf(120))} % who are ruined stay in the picture" in captions
    assert "the lowest line, of 5 %, is theirs." in captions
    assert ruined.cash.quantile(0.05)[-1] < 0


def test_what_its_words_mean_is_told_as_far_as_they_are_used(page):
    told = spaced(page.inside("p"))
    for word in ("A cluster is", "A mega-cluster is", "The legacy is", "ruined when", "burnt out when"):
        assert word in told
    assert "at black belt when its revenue is $60k a month on average of 3 months" in told
    bare = spaced(Page(render(cs.simulate(cs.Plan(convergence=None), n=200, rng=7))).inside("p"))
    assert "A cluster is" in bare
    assert not [word for word in ("mega-cluster", "legacy", "ruined") if word in bare]


def test_a_title_stands_above_everything(whole, tmp_path, monkeypatch):
    page = Page(render(whole, title="Ana <& Co>"))
    assert page.inside("p")[0] == "Ana <& Co>"
    assert page.inside("title") == [f"Ana <& Co>: {verdict(whole)}"]
    with pytest.raises(TypeError, match="title = 3: must be text"):
        whole.report(tmp_path / "a.html", title=3)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ana.toml").write_text("horizon = 12", encoding="utf-8")
    for more, title in (([], "ana"), (["--title", "For Ana"], "For Ana"), (["--title", ""], None)):
        command = ["simulate", "ana.toml", "-n", "50", "--seed", "7", "--report", "a.html", *more]
        assert CliRunner().invoke(app, command).exit_code == 0
        called = re.findall(r'<p class="called">(.*)</p>', (tmp_path / "a.html").read_text(encoding="utf-8"))
        assert called == ([] if title is None else [title])


@pytest.mark.parametrize(
    ("plan", "figure", "words"),
    [
        (cs.Plan(), "month 38", "a quarter by month 31, fewer than three quarters within the 120 months"),
        (cs.Plan(every=1, failure_rate=0.2), "month 12", "a quarter by month 11, three quarters by month 13"),
        (cs.Plan(failure_rate=0.6), "less than half", "so there is no month for half; a quarter by month 37"),
        (cs.Plan(horizon=36), "less than half", "so there is no month for half; a quarter by month 31"),
        (cs.Plan(horizon=12), "less than half", "% by year 1, so there is no month for half"),
    ],
)
def test_when_half_are_there_is_told_in_words(plan, figure, words):
    outcome = cs.simulate(plan, n=20_000, rng=7)
    page = Page(render(outcome))
    assert page.inside("strong")[1] == figure
    assert words in spaced(page.inside("small"))


def test_a_portfolio_is_listed(page):
    listed = Page(render(cs.simulate(cs.presets.portfolio(), n=200, rng=7)))
    assert "Its clusters" in listed.inside("caption")
    assert "1. Keynote" in listed.inside("th")
    assert "Its clusters" not in page.inside("caption")


def test_every_table_of_the_summary_is_there(whole, page):
    summary = whole.summary()
    written = " ".join("".join(page.inside("table")).split())
    for table in (summary.chances(), summary.months(), summary.revenue(), summary.year_ends()):
        for line in table[1:]:
            assert " ".join(filter(None, line)).replace(" ", "") in written.replace(" ", "")


@pytest.mark.parametrize(
    ("preset", "pictures"),
    [
        (cs.presets.converging_clusters, ["What they earn", "When they get", "What is left", "Where the legacy"]),
        (cs.presets.survival_clients, ["What they earn", "When they get", "What is left", "Where", "Revenue", "Cash"]),
        (lambda: cs.Plan(convergence=None), ["What they earn", "When they get there", "What is left"]),
    ],
)
def test_pictures_are_those_that_the_plan_has(preset, pictures):
    page = Page(render(cs.simulate(preset(), n=1_000, rng=7)))
    titles = page.inside("h3")
    assert len(titles) == len(pictures)
    assert all(title.startswith(begun) for title, begun in zip(titles, pictures, strict=True))
    assert [svg["role"] for svg in page.of("svg")] == ["img"] * len(pictures)
    assert all(svg["aria-label"] for svg in page.of("svg"))


def test_no_two_things_have_one_name_and_none_is_missing(html, page):
    names = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(names) == len(set(names)) > 0
    assert set(re.findall(r"(?:url\(|href=\")#([^)\"]+)", html)) == set(names)


def test_labels_are_texts_whatever_they_are():
    plan = cs.Plan(
        clusters=[cs.Cluster(name=NASTY), cs.Cluster(name="\x1b[31m")],
        milestones=[cs.Milestone(name=NASTY, revenue=1_000)],
        convergence=cs.Convergence(trigger=NASTY, megas=1),
    )
    outcome = cs.simulate(plan, n=500, rng=7)
    html = render(outcome)
    page = Page(html)
    assert "script" not in {tag for tag, _ in page.tags}
    assert "\x1b" not in html
    assert NASTY in page.inside("caption") or any(NASTY in text for text in page.inside("th"))
    assert any(text.startswith("<script>") for text in page.inside("svg"))
    assert "49" not in "".join(page.inside("h1"))


@settings(max_examples=12)
@given(plans())
def test_any_plan_can_be_reported_and_shown(plan):
    outcome = cs.simulate(plan, n=30, rng=7)
    html = render(outcome)
    assert Page(html).open == []
    assert len(html) < 1_000_000
    for value in (plan, outcome, *outcome.events):
        assert Page(value._repr_html_()).open == []


def test_what_it_says_of_repeating_the_run_repeats_it(tmp_path, monkeypatch):
    outcome = cs.simulate(cs.Plan(every=2), n=300, rng=7) + cs.simulate(cs.Plan(every=2), n=200, rng=7, first=900)
    code, plan = blocks(render(outcome))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.toml").write_text(plan, encoding="utf-8")
    names = {}
    exec(code, names)  # noqa: S102 - what the page tells its reader to run
    assert names["outcome"] == outcome


@pytest.mark.parametrize("seed", [7, None])
def test_a_command_repeats_a_run_of_one_range_whose_seed_is_known(tmp_path, monkeypatch, seed):
    outcome = cs.simulate(cs.Plan(every=2), n=300, rng=seed)
    html = render(outcome)
    *commands, code, plan = blocks(html)
    assert ("Seed" in Page(html).inside("dt")) == (len(commands) == 1) == (seed == 7)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.toml").write_text(plan, encoding="utf-8")
    names = {}
    exec(code, names)  # noqa: S102 - what the page tells its reader to run
    assert names["outcome"] == outcome
    for command in commands:
        done = CliRunner().invoke(app, [*shlex.split(command)[1:], "--title", "", "--report", "again.html"])
        assert done.exit_code == 0
        assert (tmp_path / "again.html").read_text(encoding="utf-8") == html


def test_a_command_repeats_a_comparison(tmp_path, monkeypatch):
    plans = {"steady": cs.Plan(), "rush": cs.Plan(every=1)}
    html = render(cs.compare(plans, n=300, rng=7))
    command, *_ = blocks(html)
    monkeypatch.chdir(tmp_path)
    for name, plan in plans.items():
        (tmp_path / f"{name}.toml").write_text(plan.to_toml(), encoding="utf-8")
    done = CliRunner().invoke(app, [*shlex.split(command)[1:], "--report", "again.html"])
    assert done.exit_code == 0
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == html


def test_how_sure_it_is_says_what_is_not_covered(page):
    said = " ".join(page.inside("p"))
    assert "An interval covers chance in the simulation alone." in said
    assert "2,000 practices were simulated" in said


def test_it_is_written_whole_or_not_at_all(whole, html, tmp_path):
    whole.report(tmp_path / "a.html")
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == html
    with pytest.raises(OSError, match="nowhere"):
        whole.report(tmp_path / "nowhere" / "a.html")
    assert [file.name for file in tmp_path.iterdir()] == ["a.html"]


def test_the_command_line_writes_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command = ["simulate", "focused", "-n", "500", "--seed", "7", "--json", "--report", "a.html", "--save", "a.zip"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0
    assert json.loads(done.stdout)["provenance"]["n"] == 500
    told = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert told == render(cs.simulate(cs.presets.focused(), n=500, rng=7), title="focused")
    assert CliRunner().invoke(app, ["show", "a.zip", "--report", "b.html", "--title", "focused"]).exit_code == 0
    assert (tmp_path / "b.html").read_text(encoding="utf-8") == told


def test_where_it_cannot_be_written_is_told_before_the_run(tmp_path):
    done = CliRunner().invoke(app, ["simulate", "-n", "1e9", "--report", str(tmp_path / "no" / "a.html")])
    assert done.exit_code == 2
    assert "no/a.html: there is no folder" in done.stderr


@pytest.mark.parametrize("library", ["matplotlib", "jinja2"])
def test_what_is_missing_is_told_before_the_run(library, tmp_path):
    code = (
        f"import sys; sys.modules['{library}'] = None\n"
        "from clustersim.__main__ import main\n"
        f"sys.argv = ['clustersim', 'simulate', '-n', '1e9', '--report', {str(tmp_path / 'a.html')!r}]\n"
        "sys.exit(main())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True)  # noqa: S603
    assert done.returncode == 2
    assert done.stderr == f'a report needs {library}: pip install "clustersim[report]"\n'
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def comparison():
    return cs.compare({"steady": cs.Plan(), NASTY: cs.Plan(every=1, horizon=60)}, n=800, rng=7)


def test_a_comparison_is_reported_alike(comparison, tmp_path):
    comparison.report(tmp_path / "a.html")
    html = (tmp_path / "a.html").read_text(encoding="utf-8")
    page = Page(html)
    assert spaced(page.inside("h1")) == compared(comparison)
    assert len(page.of("svg")) == 3
    assert "script" not in {tag for tag, _ in page.tags}
    assert not re.search(r"https?://|@import|url\((?!#)", html)
    first, other = (cs.Plan(), cs.Plan(every=1, horizon=60))
    assert [text for text in page.inside("p") if text.startswith("12 clusters")] == [describe(first), describe(other)]
    told = [*tell(first), *changes(other, first)]
    assert list(zip(page.inside("dt"), map(spaced, page.inside("dd")), strict=True))[: len(told)] == told
    written = "".join("".join(page.inside("table")).split())
    for _, table in comparison.summary().tables():
        assert all("".join("".join(line).split()) in written for line in table[1:])


def test_a_comparison_may_have_a_title(comparison, tmp_path):
    comparison.report(tmp_path / "a.html", title="Ana <& Co>")
    page = Page((tmp_path / "a.html").read_text(encoding="utf-8"))
    assert page.inside("title")[0].startswith("Ana <& Co>: steady and ")
    with pytest.raises(TypeError, match="title = 3: must be text"):
        comparison.report(tmp_path / "b.html", title=3)


def test_a_comparison_tells_what_befalls_practices_where_all_plans_know_it():
    poor = cs.Plan(finances=cs.Finances(savings=10_000), horizon=48)
    rich = poor.replace(**{"finances.savings": 40_000})
    comparison = cs.compare({"poor": poor, "rich": rich}, n=400, rng=7)
    page = Page(render(comparison))
    assert "How many have been ruined" in page.inside("h3")
    shares = [percent(outcome.ruin.cdf(36)) for outcome in comparison.outcomes.values()]
    tiles = dict(zip(page.inside("span"), page.inside("strong"), strict=False))
    told = {what: value for what, value in tiles.items() if "ruined" in what}
    assert [spaced(value) for value in told.values()] == [f"{share} %" for share in shares]  # the fates are the same
    assert "burnt out" not in " ".join(page.inside("span"))
    other = cs.compare({"poor": poor, "free": cs.Plan(horizon=48)}, n=400, rng=7)
    assert "How many have been ruined" not in Page(render(other)).inside("h3")


def test_what_it_says_of_repeating_a_comparison_repeats_it(comparison, tmp_path, monkeypatch):
    _, code, *plans = blocks(render(comparison))
    monkeypatch.chdir(tmp_path)
    for place, plan in enumerate(plans, start=1):
        (tmp_path / f"plan-{place}.toml").write_text(plan, encoding="utf-8")
    names = {}
    exec(code, names)  # noqa: S102 - what the page tells its reader to run
    assert names["comparison"].names == comparison.names
    assert render(names["comparison"]) == render(comparison)


def test_the_command_line_reports_a_comparison(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command = ["compare", "focused", "scattered", "-n", "300", "--seed", "7", "--csv", "--report", "a.html"]
    assert CliRunner().invoke(app, command).exit_code == 0
    plans = {"focused": cs.presets.focused(), "scattered": cs.presets.scattered()}
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == render(cs.compare(plans, n=300, rng=7))
    done = CliRunner().invoke(app, [*command[:-1], "no/a.html"])
    assert done.exit_code == 2
    assert "no/a.html: there is no folder" in done.stderr


def test_clusters_that_plans_have_in_common_are_listed_once():
    plan = cs.presets.portfolio()
    other = plan.replace(**{"clusters[0].failure_rate": 0.5})
    for second, times in ((plan.replace(every=2), 1), (other, 2)):
        compared = Page(render(cs.compare({"steady": plan, "rush": second}, n=200, rng=7)))
        assert compared.inside("caption").count("Its clusters") == times
