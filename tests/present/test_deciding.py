import csv
import io
import json

import pytest
from typer.testing import CliRunner

import clustersim as cs
from clustersim.analysis.comparison_summary import ends
from clustersim.outcome.notation import percent
from clustersim.present import commands
from clustersim.present.decided import share, verdict
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


@pytest.mark.parametrize("columns", ["40", "120"])
@pytest.mark.parametrize(
    "command",
    [
        ["compare", "slow.toml", "fast.toml", "-n", 100],
        ["sweep", "slow.toml", "--vary", "every=1,2,3,4,5,6", "--vary", "failure_rate=0.1:0.9:9", "-n", 50],
        ["solve", "slow.toml", "failure_rate", "--probability", 0.5, "-n", 200],
        ["sensitivity", "slow.toml", "--vary", "failure_rate=0.3:0.7", "-n", 50, "--points", 8],
        ["trace", "slow.toml", 7],
        ["trace", "slow.toml", "--find", "black belt", "-n", 200],
        ["assess", "ideal_clients", "-n", 100],
        ["plan", "check", "ideal.toml"],
    ],
    ids=lambda command: " ".join(map(str, command[:2])),
)
def test_every_command_keeps_to_the_width_of_the_terminal(desk, monkeypatch, command, columns):
    (desk / "ideal.toml").write_text(cs.presets.ideal_clients().to_toml())
    monkeypatch.setenv("COLUMNS", columns)
    result = call(*command, *(["--seed", 7] if command[0] != "plan" else []))
    assert result.exit_code == 0, result.stderr
    widest = max(map(len, result.stdout.splitlines()))
    assert widest <= min(int(columns), 100)
    assert columns == "40" or command[:2] == ["trace", "slow.toml"] or widest > 80


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


@pytest.mark.usefixtures("desk")
def test_a_comparison_answers_what_is_asked_for():
    question = ["compare", "slow.toml", "fast.toml", "-n", 500, "--seed", 7, "--milestone", "million", "--by", 24]
    assert " ".join(call(*question).stdout.split()).endswith(f"{verdict(compared(), 'million', 24)} (seed 7)")
    told = json.loads(call(*question, "--json").stdout)["asked"]
    assert (told["milestone"], told["by"]) == ("million", 24)
    assert told["probability"]["fast"]["value"] == compared().outcomes["fast"]["million"].cdf(24)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (["--milestone", "ruin"], "--milestone ruin, of slow: this plan has no ruin: its 'finances' is None"),
        (["--milestone", "milion"], "milestone = 'milion': did you mean 'million'?"),
        (["--by", "49"], "by = 49: the plan's horizon is month 48"),
    ],
)
@pytest.mark.usefixtures("desk")
def test_a_comparison_refuses_before_the_run_what_not_all_plans_have(question, said):
    refused = call("compare", "slow.toml", "fast.toml", "-n", "1e9", *question)
    assert refused.exit_code == 2
    assert said in refused.stderr


def test_plans_with_other_milestones_are_told_what_to_write_into_their_files(desk):
    (desk / "salary.toml").write_text('milestones = [{name = "salary", revenue = 8_000}]\nconvergence = false')
    refused = call("compare", "salary.toml", "converging_clusters", "-n", "1e9")
    assert refused.exit_code == 2
    assert refused.stderr.startswith(
        "the plans must have the same milestones: of 'salary', salary has revenue = 8,000 with window = 3"
    )
    assert "write the same tables [[milestones]] into both files" in refused.stderr
    assert "replace(" not in refused.stderr


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


def test_values_are_written_and_told_as_in_a_plan_file():
    command = [
        "sweep",
        "--vary",
        "ramp={ between = { low = 3, high = 18 } }, 6",
        "--vary",
        "focus={},false",
        "-n",
        20,
        "--seed",
        7,
    ]
    shown = call(*command).stdout
    assert "{ between = { low = 3, high = 18 } }" in shown
    assert "'" not in shown
    rows = list(csv.DictReader(io.StringIO(call(*command, "--csv").stdout)))
    assert {row["ramp"] for row in rows} == {"{ between = { low = 3, high = 18 } }", "6"}
    assert {row["focus"] for row in rows} == {"{}", "false"}


@pytest.mark.parametrize(
    ("vary", "said"),
    [
        ("ramp=between(3,18)", "a distribution is written as in a plan file, and in quotes, as --vary 'ramp={between="),
        ("every=1-3", "a range is written low:high:count, as every=1:3:3, and a list with commas"),
        ("failure_rate=0.3..0.7", "as failure_rate=0.3:0.7:3"),
    ],
)
def test_what_looks_like_values_is_told_how_it_is_written(vary, said):
    refused = call("sweep", "--vary", vary, "-n", 20)
    assert refused.exit_code == 2
    assert said in refused.stderr
    ranges = call("sensitivity", "--vary", vary, "-n", 20)
    assert "with a colon, low:high, as failure_rate=0.3:0.7" in ranges.stderr
