"""Help is a page that teaches, on any terminal."""

import os
import re
import shlex
import subprocess
import sys

import pytest
from rich.text import Text
from typer.testing import CliRunner

from clustersim.plan.presets import PRESETS
from clustersim.present import commands, manual

COMMANDS = [
    [],
    ["simulate"],
    ["show"],
    ["compare"],
    ["sweep"],
    ["solve"],
    ["sensitivity"],
    ["trace"],
    ["assess"],
    ["warmup"],
    ["plan"],
    ["plan", "new"],
    ["plan", "check"],
    ["plan", "schema"],
]


def call(*arguments):
    return CliRunner().invoke(commands.app, list(arguments), prog_name="clustersim")


def shown(*command, columns=80):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        result = call(*command, "--help")
    assert result.exit_code == 0
    return result.stdout


def outside(**environment):
    """The help of simulate, as a process of its own writes it to a pipe."""
    command = [sys.executable, "-m", "clustersim", "simulate", "-h"]
    clean = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR", "TERM"}}
    return subprocess.run(command, env=clean | environment, capture_output=True, check=True).stdout  # noqa: S603


@pytest.mark.parametrize("columns", [30, 40, 59, 60, 80, 120])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_nothing_is_cut_off_at_any_width(command, columns):
    page = shown(*command, columns=columns)
    assert "…" not in page
    longest = {len(word) for word in page.split() if len(word) + 6 > columns}
    assert longest or max(map(len, page.splitlines())) <= min(columns, manual.WIDEST)
    words = set(re.findall(r"\w+", shown(*command, columns=200)))
    assert words <= set(re.findall(r"\w+", page)), "what a wide terminal has, a narrow one has too"


def test_every_command_is_on_the_first_page_in_one_line():
    page = shown()
    for command in COMMANDS[1:11]:
        first = shown(*command).split("\n\n")[1]
        assert re.search(rf"^  {command[0]} +{re.escape(first)}$", page, re.MULTILINE)


def test_the_page_of_simulate_teaches():
    page = " ".join(shown("simulate").split())
    assert "Usage: clustersim simulate [PLAN] [OPTIONS]" in page
    assert "not doubt about the plan's numbers" in page
    assert "Columns of --csv: event, month, pmf" in page
    assert "-n INT How many practices, as 100000 or 1e6. Without, 100000." in page


def test_what_is_needed_stands_in_the_usage():
    assert "Usage: clustersim solve PLAN FIELD --probability SHARE [OPTIONS]" in shown("solve")
    assert "Usage: clustersim sweep [PLAN] --vary FIELD=VALUES [OPTIONS]" in shown("sweep")


def test_help_names_every_preset():
    assert set(PRESETS) <= set(re.findall(r"\w+", shown("plan", "new")))


def examples(*command, columns):
    """The commands that a page shows, as a shell reads them."""
    whole = shown(*command, columns=columns).partition("Examples\n")[2].replace("\\\n", " ")
    return [line for line in whole.splitlines() if line.startswith("  clustersim ")]


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_what_examples_show_can_be_run(command, columns, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(PRESETS["ideal_clients"]().replace(horizon=60).to_toml(), encoding="utf-8")
    (tmp_path / "bolder.toml").write_text("horizon = 60\nevery = 1", encoding="utf-8")
    lines = examples(*command, columns=columns)
    assert bool(lines) == (command != ["plan"])
    for line in lines:
        _, *words = shlex.split(line.partition(" > ")[0])
        if words[:2] == ["plan", "new"] and (file := tmp_path / words[-1]).exists():
            file.unlink()
        small = {"sensitivity": ["-n", "20", "--points", "4"], "plan": [], "show": [], "warmup": []}
        result = call(*words, *small.get(words[0], ["-n", "200"]))
        assert result.exit_code == 0, (line, result.stderr)


def test_long_examples_break_between_options_and_keep_their_values():
    text = 'clustersim solve mine.toml clusters --milestone "black belt" --by 60'
    assert manual._broken(text, 44) == ('clustersim solve mine.toml clusters \\\n  --milestone "black belt" --by 60')


@pytest.mark.parametrize(
    ("environment", "styled"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1", "TERM": "xterm-256color"}, True),
        ({"FORCE_COLOR": "1", "TERM": "xterm-256color", "NO_COLOR": ""}, True),
        ({"FORCE_COLOR": "1", "TERM": "xterm-256color", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, False),
    ],
)
def test_styles_are_for_terminals_and_can_be_forbidden(environment, styled):
    assert (b"\x1b" in outside(**environment)) == styled


def test_help_without_unicode_is_the_same():
    assert outside(PYTHONIOENCODING="ascii", LC_ALL="C") == outside()
    assert outside().isascii()


def test_styles_change_no_letter(monkeypatch):
    plain = shown("simulate")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    styled = shown("simulate")
    assert styled != plain
    assert [line.rstrip() for line in Text.from_ansi(styled).plain.splitlines()] == plain.splitlines()


def test_whoever_reads_one_line_only_is_left_in_silence():
    code = "import time; time.sleep(0.5); from clustersim.__main__ import main; main()"
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", code, "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.close()
    assert process.wait(30) == 0
    assert process.stderr.read() == b""
    process.stderr.close()
