import csv
import io
import json

import pytest
from typer.testing import CliRunner

import clustersim as cs
from clustersim.present import commands


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
    assert result.stdout.startswith("500 practices on each plan over 48 months, the same luck on each (seed 7)\n")
    assert repr(compared().summary()).split("\n", 1)[1] in result.stdout
    assert "After three years fast has brought" in result.stdout.splitlines()[-2]
    assert max(map(len, result.stdout.splitlines())) <= 80


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


def test_no_difference_that_is_certain_is_said(desk):
    (desk / "same.toml").write_text("horizon = 48\nlifetime = 200")
    assert "no difference that is certain" in " ".join(
        call("compare", "slow.toml", "same.toml", "-n", 50).stdout.split()
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["slow.toml"], "it takes two plans"),
        (["slow.toml", "slow.toml"], "the same plan is named twice"),
        (["slow.toml", "nowhere.toml"], "no file nowhere.toml"),
        (["slow.toml", "single_bet", "-n", "0"], "n = 0"),
    ],
)
@pytest.mark.usefixtures("desk")
def test_what_cannot_be_compared_is_status_2_and_a_sentence(arguments, said):
    result = call("compare", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr
