"""What the shell offers: each is asked as the shells' own scripts ask."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from clustersim.plan.presets import PRESETS


@pytest.fixture(autouse=True)
def desk(tmp_path, monkeypatch):
    """A folder with plans, a saved run, and other things."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plans").mkdir()
    goals = '[[goals]]\nname = "half way, or more"\nmetric = "revenue"\nat_least = 30_000\nby = 24\n'
    goals += 'destination = "first rent"\n'
    own = '[[milestones]]\nname = "first rent"\nrevenue = 1_000\n'
    for name, text in {
        "mine.toml": f"convergence = false\n{own}\n{goals}[finances]\n",
        "plans/bolder.toml": "every = 1",
        "wrong.toml": "every = ",
        "run.zip": "",
        "notes.txt": "",
        ".hidden.toml": "",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")


def program(**environment):
    return subprocess.run(
        [sys.executable, "-m", "clustersim"], env=os.environ | environment, capture_output=True, check=True, text=True
    ).stdout


def offered(*words):
    """What bash is told, after a line of words of which the last is not complete."""
    line = "\n".join(["clustersim", *words])
    told = program(_CLUSTERSIM_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=str(len(words)))
    return list(filter(None, told.splitlines()))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["so"], ["solve"]),
        (["plan", ""], ["new", "check", "schema"]),
        (["simulate", "--prec"], ["--precision"]),
        (["simulate", "mi"], ["mine.toml"]),
        (["simulate", "pl"], ["plans/bolder.toml"]),
        (["simulate", "plans/b"], ["plans/bolder.toml"]),
        (["compare", "mine.toml", "single_"], ["single_bet"]),
        (["plan", "check", ""], ["mine.toml", "plans/bolder.toml", "wrong.toml"]),
        (["plan", "new", "foc"], ["focused"]),
        (["show", ""], ["run.zip"]),
        (["solve", "mine.toml", "every", "--milestone", ""], ["first\\ rent", "ruin"]),
        (["solve", "mine.toml", "every", "--milestone", '"fi'], ["first rent"]),
        (["solve", "wrong.toml", "every", "--milestone", "legac"], ["legacy"]),
        (["solve", "focused", "every", "--milestone", "black"], ["black\\ belt", "black\\ month", "black\\ year"]),
        (["solve", "mine.toml", "focus."], ["focus.capacity", "focus.switching_cost", "focus.upkeep"]),
        (["sweep", "--vary", "fai"], ["failure_rate=", "failed_share="]),
        (["sensitivity", "--vary", "ramp_c"], []),
        (["assess", "mine.toml", ""], ["half\\ way,\\ or\\ more"]),
    ],
    ids=" ".join,
)
def test_the_shell_completes(words, expected):
    assert offered(*words) == expected


def test_plans_come_before_presets():
    assert offered("simulate", "") == ["mine.toml", "plans/bolder.toml", "wrong.toml", *PRESETS]


def test_stories_stay_on_one_line_in_fish_and_zsh():
    line = {"_TYPER_COMPLETE_ARGS": "clustersim plan new "}
    fish = program(_CLUSTERSIM_COMPLETE="complete_fish", _TYPER_COMPLETE_FISH_ACTION="get-args", **line)
    assert [told.split("\t")[0] for told in fish.splitlines()] == list(PRESETS)
    assert "single_bet\tthe classic mistake" in fish.splitlines()
    zsh = program(_CLUSTERSIM_COMPLETE="complete_zsh", **line)
    assert re.findall(r'^(?:_arguments \'\*: :\(\()?"(\w+)":"[^"]+"', zsh, re.MULTILINE) == list(PRESETS)


def test_bash_itself_takes_a_name_of_two_words_for_one(tmp_path):
    ours = tmp_path / "clustersim"
    ours.write_text(f'#!/bin/sh\nexec {sys.executable} -m clustersim "$@"\n', encoding="utf-8")
    ours.chmod(0o755)
    line = r"COMP_WORDS=(clustersim solve mine.toml every --milestone fir); COMP_CWORD=5"
    show = "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION=1 ./clustersim --show-completion bash"
    asked = f'source <({show})\n{line}\n_clustersim_completion ./clustersim\nprintf "%s|" "${{COMPREPLY[@]}}"'
    done = subprocess.run(  # noqa: S603 - our own code
        [shutil.which("bash"), "-c", asked], capture_output=True, text=True, check=True
    )
    assert done.stdout == "first\\ rent|"
