import csv
import io
import json

import pytest
from typer.testing import CliRunner

import clustersim as cs
from clustersim.analysis.assess import beside
from clustersim.outcome.notation import chance
from clustersim.present import commands
from clustersim.present.goals import counted
from pages import Page


def call(*arguments):
    return CliRunner().invoke(commands.app, list(map(str, arguments)))


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with a plan in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text("horizon = 48\nevery = 1\n[mission]\n")
    return tmp_path


def plan():
    return cs.Plan(horizon=48, every=1, mission={})


@pytest.mark.usefixtures("desk")
def test_a_life_is_told_on_one_screen():
    result = call("trace", "mine.toml", 11, "--seed", 7)
    assert result.exit_code == 0
    life = cs.simulate(plan(), 12, rng=7).trace(11)
    assert result.stdout.startswith("Trajectory 11 over 48 months (seed 7)\n")
    assert repr(life.summary()).split("\n", 1)[1] == result.stdout.split("\n", 1)[1].rstrip("\n")
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.usefixtures("desk")
def test_a_life_for_other_programs():
    life = cs.simulate(plan(), 12, rng=7).trace(11)
    content = json.loads(call("trace", "mine.toml", 11, "--seed", 7, "--json").stdout)
    assert content["revenue"] == life.total.tolist()
    assert content["energy"] == life.energy.tolist()
    assert content["cash"] is None
    assert content["clusters"][2]["revenue"] == life.revenue[2].tolist()
    assert [event["words"] for event in content["events"]] == [event.words for event in life.events]
    rows = list(csv.DictReader(io.StringIO(call("trace", "mine.toml", 11, "--seed", 7, "--csv").stdout)))
    assert len(rows) == 12 * 48
    assert sum(float(row["revenue"]) for row in rows) == pytest.approx(life.total.sum())


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["mine.toml", 2**63], "trajectories are numbered below 2^63"),
        (["yours.toml", 1], "there is no file yours.toml"),
        (["mine.toml", 1, "--json", "--csv"], "exclude each other"),
    ],
)
def test_what_cannot_be_traced_is_said(arguments, words):
    result = call("trace", *arguments, "--seed", 7)
    assert result.exit_code == 2
    assert words in result.stderr


@pytest.mark.usefixtures("desk")
def test_a_life_that_meets_a_condition_is_told():
    result = call("trace", "mine.toml", "--find", "burnout and never legacy", "-n", 2_000, "--seed", 7)
    assert result.exit_code == 0, result.stderr
    outcome = cs.simulate(plan(), 2_000, rng=7)
    first, *others = cs.find(outcome, cs.reached("burnout") & cs.never("legacy"), at_most=12).tolist()
    head = " ".join(result.stdout.split("\n\n")[0].split())
    assert head == f"The first of 2,000 practices with burnout and never legacy: {first}, {', '.join(map(str, others))}"
    assert f"Trajectory {first} over 48 months (seed 7)" in result.stdout


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--find", "never black bolt"], "did you mean 'black belt'"),
        (["--find", "ruin"], "milestone = 'ruin'"),
        (["--find", "million by 1"], "none of 500 practices meets it: million by 1"),
        (
            ["--find", "legacy at median"],
            "fewer than half get there within 48 months (7.2 %), so there is no such month",
        ),
        ([], "it takes a life's NUMBER, or --find"),
        ([3, "--find", "black belt"], "it takes a life's NUMBER, or --find"),
    ],
)
def test_what_cannot_be_found_is_said(arguments, words):
    result = call("trace", "mine.toml", *arguments, "-n", 500, "--seed", 7)
    assert result.exit_code == 2
    assert words in result.stderr


GOALS = cs.presets.ideal_clients().replace(horizon=48)


@pytest.fixture
def goals_file(desk):
    (desk / "goals.toml").write_text(GOALS.to_toml())
    return "goals.toml"


def test_goals_are_told_card_after_card(goals_file):
    result = call("assess", goals_file, "-n", 300, "--seed", 7)
    assert result.exit_code == 0, result.stderr
    for number, goal in enumerate(GOALS.goals):
        body = repr(cs.assess(GOALS, goal, 300, rng=7).summary()).rpartition("\n\n")[0]
        assert (body if number else body.split("\n", 1)[1]) in result.stdout
    assert result.stdout.startswith("close 5 ideal clients in January, in 300 practices (seed 7)\n")
    assert result.stdout.count("Intervals: ") == 1
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_one_goal_is_told_by_its_name(goals_file):
    result = call("assess", goals_file, "half of black belt in two years", "-n", 300, "--seed", 7)
    assert result.stdout.startswith("half of black belt in two years, in 300 practices (seed 7)\n")
    assert "January" not in result.stdout


def test_goals_for_other_programs(goals_file):
    card = cs.assess(GOALS, "half of black belt in two years", 300, rng=7)
    content = json.loads(call("assess", goals_file, "-n", 300, "--seed", 7, "--json").stdout)
    assert content["goals"][1]["letters"][3]["value"] == card.attainable.value
    assert content["goals"][1]["met"][23] == card.attainable.value
    assert content["goals"][0]["met"] is None
    rows = list(csv.DictReader(io.StringIO(call("assess", goals_file, "-n", 300, "--seed", 7, "--csv").stdout)))
    assert [row["letter"] for row in rows] == list("SMMART" * 3)
    assert float(rows[9]["value"]) == card.attainable.value


def test_goals_are_reported_with_their_cards(goals_file, desk):
    result = call("assess", goals_file, "-n", 300, "--seed", 7, "--report", "goals.html")
    assert result.exit_code == 0, result.stderr
    page = Page((desk / "goals.html").read_text())
    told = "".join(page.inside("body")).replace("\N{NO-BREAK SPACE}", " ")
    for goal in GOALS.goals:
        for letter in cs.assess(GOALS, goal, 300, rng=7).card.letters:
            assert letter.sentence in told
            assert letter.told in told
    assert page.inside("h1")[0].startswith("Of 3 goals, ")
    assert len(page.of("svg")) == 3
    assert page.inside("p")[0] == "goals"


def test_what_a_report_of_goals_says_of_repeating_it_repeats_it(goals_file, desk):
    call("assess", goals_file, "-n", 300, "--seed", 7, "--report", "goals.html")
    *shell, python, plan = Page((desk / "goals.html").read_text()).inside("pre")
    assert "".join(shell) == "clustersim assess plan.toml -n 300 --seed 7"
    (desk / "plan.toml").write_text(plan)
    whole = {}
    exec(python, whole)  # noqa: S102  # it is ours
    assert [card.attainable for card in whole["goals"]] == [
        cs.assess(GOALS, goal, 300, rng=7).attainable for goal in GOALS.goals
    ]


def test_a_run_tells_how_likely_its_goals_are(goals_file, desk):
    command = ["simulate", goals_file, "-n", 300, "--seed", 7, "--save", "run.zip", "--report", "run.html"]
    shown = call(*command).stdout
    content = json.loads(call(*command, "--json").stdout)["goals"]
    page = Page((desk / "run.html").read_text())
    for goal, told in zip(GOALS.goals, content, strict=True):
        attainable = cs.assess(GOALS, goal, 300, rng=7).attainable
        assert (told["name"], told["value"], told["low"]) == (goal.name, attainable.value, attainable.low)
        (line,) = (line for line in shown.splitlines() if line.startswith(goal.name))
        assert line.endswith(chance(attainable))
        assert goal.name in page.inside("th")
    assert "Goals were counted" not in shown
    assert call("show", "run.zip").stdout == shown


def test_goals_of_a_large_run_are_counted_in_its_first_practices(monkeypatch):
    monkeypatch.setattr("clustersim.analysis.assess._BESIDE_A_RUN", 200)
    outcome = cs.simulate(GOALS, 300, rng=7, first=50)
    goals = beside(outcome)
    assert [one.n for one in goals] == [200] * 3
    assert goals[1].attainable == cs.assess(GOALS, GOALS.goals[1], 200, rng=7, first=50).attainable
    assert goals[1].provenance["ranges"] == [[50, 250]]
    assert counted(goals, outcome.n) == "Goals were counted in the first 200 practices."
    assert beside(cs.simulate(cs.Plan(), 10, rng=7)) == ()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["mine.toml"], "this plan has no goals: a table [[goals]] for each"),
        (["goals.toml", "half of red belt"], "did you mean 'half of black belt in two years'"),
        (["goals.toml", "-n", "0"], "-n 0: must be"),
    ],
)
@pytest.mark.usefixtures("goals_file")
def test_what_cannot_be_assessed_is_said(arguments, words):
    result = call("assess", *arguments, "--seed", 7)
    assert result.exit_code == 2
    assert words in result.stderr
