import csv
import io
import json

import pytest
from typer.testing import CliRunner

import clustersim as cs
from clustersim.analysis.comparison_summary import ends
from clustersim.outcome.notation import percent
from clustersim.present import commands
from clustersim.present.decided import share
from clustersim.present.varying import varied


def call(*arguments):
    return CliRunner().invoke(commands.app, list(map(str, arguments)))


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with two plans in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "slow.toml").write_text("horizon = 48")
    (tmp_path / "fast.toml").write_text("horizon = 48\nevery = 1")
    return tmp_path


def compared(n=500):
    return cs.compare({"slow": cs.Plan(horizon=48), "fast": cs.Plan(horizon=48, every=1)}, n, rng=7)


@pytest.mark.usefixtures("desk")
def test_plans_are_compared_on_one_screen():
    result = call("compare", "slow.toml", "fast.toml", "-n", 500, "--seed", 7)
    assert result.exit_code == 0
    assert result.stdout.startswith(repr(compared().summary()))
    assert "After three years slow has brought" in result.stdout
    assert result.stdout.endswith("(seed 7)\n")
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_names_of_plans_that_are_long_break_no_word(desk):
    long = "a_plan_with_quite_a_long_name.toml"
    (desk / long).write_text("horizon = 48\nevery = 2")
    lines = call("compare", "slow.toml", long, "-n", 100, "--seed", 7).stdout.splitlines()
    assert max(map(len, lines)) <= 80
    at = next(
        number for number, line in enumerate(lines) if line.startswith("a_plan_with_quite_a_long_name against slow")
    )
    assert " ".join(lines[at : at + 2]).endswith("in points (95 % interval):")


@pytest.mark.usefixtures("desk")
def test_a_comparison_for_other_programs():
    content = json.loads(call("compare", "slow.toml", "fast.toml", "-n", "5e2", "--seed", 7, "--json").stdout)
    comparison = compared()
    belt = next(event for event in content["differences"][0]["events"] if event["name"] == "black belt")
    assert belt["difference"]["36"]["value"] == comparison.probability("black belt", 36).value
    assert content["plans"]["fast"]["every"] == 1
    assert content["provenance"]["n"] == 500
    assert content["differences"][0]["revenue"]["2"]["low"] == comparison.revenue(2).low
    rows = list(
        csv.DictReader(io.StringIO(call("compare", "slow.toml", "fast.toml", "-n", 500, "--seed", 7, "--csv").stdout))
    )
    assert len(rows) == 2 * len(comparison.events) * 48
    assert float(rows[-1]["difference"]) == comparison.probability("legacy", 48).value


def test_each_plan_is_told_against_the_first_and_where_none_is_seen_no_difference(desk):
    (desk / "same.toml").write_text("horizon = 48\nlifetime = 200")
    told = " ".join(call("compare", "fast.toml", "slow.toml", "same.toml", "-n", 500, "--seed", 7).stdout.split())
    plans = {
        "fast": cs.Plan(horizon=48, every=1),
        "slow": cs.Plan(horizon=48),
        "same": cs.Plan(horizon=48, lifetime=200),
    }
    comparison = cs.compare(plans, 500, rng=7)
    fast, slow, same = (percent(outcome["black belt"].cdf(36)) for outcome in comparison.outcomes.values())
    less = -100 * comparison.probability("black belt", 36, of="slow").value
    assert told.endswith(
        f"After three years fast has brought {fast} % of practices to black belt, slow {slow} %: {less:.1f} points "
        f"less; same {same} %: {less:.1f} points less. (seed 7)"
    )
    alike = " ".join(call("compare", "slow.toml", "same.toml", "-n", 500, "--seed", 7).stdout.split())
    low, high = ends(
        cs.compare({"slow": plans["slow"], "same": plans["same"]}, 500, rng=7).probability("black belt", 36)
    )
    assert alike.endswith(
        f"After three years slow has brought {slow} % of practices to black belt, same {same} %: the same within what "
        f"chance leaves, {low} to {high} points. (seed 7)"
    )
    assert low.startswith("-")
    assert high.startswith("+")


def test_three_numbers_of_a_sentence_go_together():
    """Whatever moves the fates: the other plan's chance is told as the first plan's and the difference."""
    plans = {"a": cs.Plan(horizon=48), "b": cs.Plan(horizon=48, mission=cs.Mission())}
    comparison = cs.compare(plans, 2_000, rng=7)
    more = comparison.probability("black belt", 36).value
    mine, its = (share(comparison, name, "black belt", 36) for name in plans)
    assert (mine, its) == (comparison.outcomes["a"]["black belt"].cdf(36), mine + more)
    assert its != comparison.outcomes["b"]["black belt"].cdf(36)
    assert share(comparison, "b", "legacy", 1) == 0  # never below, nor above 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["slow.toml"], "it takes two plans"),
        (["slow.toml", "slow.toml"], "the same plan is named twice"),
        (["slow.toml", "nowhere.toml"], "no file nowhere.toml"),
        (["slow.toml", "single_bet", "-n", "0"], "-n 0: must be"),
    ],
)
@pytest.mark.usefixtures("desk")
def test_what_cannot_be_compared_is_status_2_and_a_sentence(arguments, said):
    result = call("compare", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_a_grid_on_the_screen_and_for_other_programs(desk):
    grid = {"failure_rate": [0.4, 0.5, 0.6], "every": [1, 3]}
    swept = cs.sweep(cs.Plan(horizon=48), grid, 400, rng=7)
    asked = ["sweep", "slow.toml", "--vary", "failure_rate=0.4:0.6:3", "--vary", "every=1,3", "-n", 400, "--seed", 7]
    result = call(*asked, "--milestone", "blue belt", "--by", 30)
    assert result.exit_code == 0
    assert result.stdout.startswith(repr(swept.sweep.summary("blue belt", 30)))
    assert "blue belt by month 30 is likeliest" in result.stdout
    assert "failure_rate = 0.4, every = 1. (seed 7)" in " ".join(result.stdout.split())
    content = json.loads(call(*asked, "--json").stdout)
    assert content["axes"] == grid
    assert content["probability"]["values"] == swept["probability"].to_numpy().tolist()
    rows = list(csv.DictReader(io.StringIO(call(*asked, "--csv").stdout)))
    assert len(rows) == swept["probability"].size
    assert float(rows[-1]["probability"]) == swept["probability"].to_numpy().ravel()[-1]
    assert list(rows[0]) == ["failure_rate", "every", "milestone", "month", "probability", "standard_error"]
    assert desk.is_dir()


@pytest.mark.usefixtures("desk")
def test_what_a_success_earns_can_be_turned():
    asked = ["sweep", "slow.toml", "--vary", "revenue=8000,10000", "-n", 400, "--seed", 7]
    assert "revenue = 10000. (seed 7)" in " ".join(call(*asked).stdout.split())
    assert {row["revenue"] for row in csv.DictReader(io.StringIO(call(*asked, "--csv").stdout))} == {"8000", "10000"}
    assert json.loads(call(*asked, "--json").stdout)["practice_revenue"]["dims"] == ["revenue", "quantile", "month"]


def test_a_cluster_is_called_by_its_name_on_the_command_line():
    asked = ["sweep", "portfolio", "--vary", "Online course.failure_rate=0.1,0.9", "-n", 300, "--seed", 7, "--by", 60]
    told = " ".join(call(*asked).stdout.split())
    assert "black belt by year 5 is likeliest, with " in told
    assert "at Online course.failure_rate = 0.1" in told
    by_place = call(*asked[:3], "clusters[4].failure_rate=0.1,0.9", *asked[4:], "--csv").stdout
    by_name = call(*asked, "--csv").stdout
    assert by_name.splitlines()[1:] == by_place.splitlines()[1:]
    solved = call("solve", "portfolio", "Keynote.revenue", "--probability", 0.3, "--by", 60, "-n", 300, "--seed", 7)
    assert solved.exit_code == 0, solved.stderr
    assert "Keynote.revenue = about $" in solved.stdout


@pytest.mark.usefixtures("desk")
def test_what_is_solved_for_comes_last():
    asked = ["solve", "slow.toml", "every", "--probability", "0.5", "--by", 40, "-n", 400, "--seed", 7]
    found = cs.solve(cs.Plan(horizon=48), "every", "black belt", 40, 0.5, 400, rng=7)
    result = call(*asked)
    assert result.exit_code == 0
    assert " ".join(result.stdout.split()).endswith(f"{found.summary().headline} {found.summary().sureness}")
    assert "(seed 7)" in result.stdout
    content = json.loads(call(*asked, "--json").stdout)
    assert content["value"] == found.value
    assert [seen["value"] for seen in content["seen"]] == list(found.seen)
    rows = list(csv.DictReader(io.StringIO(call(*asked, "--csv").stdout)))
    assert [int(row["every"]) for row in rows] == list(found.seen)
    assert [float(row["standard_error"]) for row in rows] == [seen.standard_error for seen in found.seen.values()]
    out = call(*asked[:5], "--by", 2, "-n", 100)
    assert out.exit_code == 2
    assert "it is 0 % (0-3.7) with each that was seen" in out.stderr


@pytest.mark.usefixtures("desk")
def test_which_field_matters_is_the_last_sentence():
    vary = ["--vary", "failure_rate=0.4:0.6", "--vary", "every=2:4"]
    asked = ["sensitivity", "slow.toml", *vary, "-n", 50, "--points", 16, "--seed", 7]
    spans = {"failure_rate": (0.4, 0.6), "every": (2, 4)}
    found = cs.sensitivity(cs.Plan(horizon=48), spans, "black belt", 36, 50, points=16, rng=7)
    result = call(*asked)
    assert result.exit_code == 0
    assert result.stdout.startswith(repr(found.summary()))
    assert result.stdout.startswith("The doubt about failure_rate matters most: black belt by year 3 moves by ")
    assert "If failure_rate were known, " in result.stdout
    content = json.loads(call(*asked, "--json").stdout)
    assert content["effects"][1]["total"] == found["every"].total.value


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sweep", "--vary", "every"], "write a field, = and its values"),
        (["sweep", "--vary", "every=1:2"], "write low:high:count"),
        (["sweep", "--vary", "failure_rate=0.3:0.7:many"], "how many values"),
        (["sweep", "--vary", "failure_rate=low:0.7:3"], "low is no number"),
        (["sweep", "--vary", "failure_rate=.3:.5:2"], ".3 is no number; write 0.3 for .3"),
        (["sweep", "--vary", "failure_rate=0.3,.5"], "--vary failure_rate=0.3,.5: write 0.5 for .5"),
        (["sweep", "--vary", "revenue=9000,10k"], "--vary revenue=9000,10k: write 10_000 for 10k"),
        (["sweep", "--vary", "every=1,2", "--vary", "every=3"], "--vary every=3: every is varied already"),
        (["sensitivity", "--vary", "failure_rate=.3:.7"], ".3 is no number; write 0.3 for .3"),
        (
            ["sensitivity", "--vary", "every=1:2", "--vary", " every=3:4"],
            "every is varied already; write all its values",
        ),
        (["sweep", "--vary", "evry=1,2"], "did you mean 'every'"),
        (["sweep", "portfolio", "--vary", "Keynotes.ramp=1,2"], "did you mean 'Keynote'"),
        (["sweep", "--vary", "every=1,2", "--milestone", "blak belt", "-n", "10"], "did you mean 'black belt'"),
        (["sweep", "portfolio", "--vary", "ramp=2,5"], "every cluster has its own ramp, so this changes nothing"),
        (["sweep", "portfolio", "--vary", "clusters=2,9"], "the plan lists 8"),
        (["sensitivity", "--vary", "every=1,2"], "write from where to where"),
        (["sensitivity", "--vary", "every=1:2", "--points", "9"], "must be a power of 2"),
        (["sensitivity", "--vary", "ramp_curve=1:2"], "no number"),
        (["solve", "single_bet", "evry", "--probability", "0.5"], "did you mean 'every'"),
        (["solve", "single_bet", "every", "--probability", "50"], "80 % is written 0.8"),
    ],
)
def test_what_a_user_does_wrong_is_status_2_and_a_sentence(arguments, said):
    result = call(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_distributions_have_commas_of_their_own():
    rates = varied(cs.Plan(), ["failure_rate=0.5,{ beta = { a = 4.5, b = 4.5 } }"])
    assert rates == {"failure_rate": [0.5, {"beta": {"a": 4.5, "b": 4.5}}]}
    assert cs.Plan(failure_rate=rates["failure_rate"][1]).failure_rate == cs.beta(4.5, 4.5)
