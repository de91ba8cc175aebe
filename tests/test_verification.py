"""The verification, small: every comparison agrees, and is told from a slightly wrong one.

Each case may fail by chance once in a million runs, and has a fixed seed. ``python verification`` takes 10^8
trajectories, and writes docs/verification.md.
"""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

import cases
import dieharder
import facts
import page
from streams import Stream, of_few_rounds

ROOT = Path(__file__).parents[1]
N = 100_000
CASES = [case for part in cases.PARTS.values() for case in part]


@pytest.fixture(scope="module")
def command():
    spec = importlib.util.spec_from_file_location("verification_command", ROOT / "verification" / "__main__.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_run_agrees_with_what_is_known_and_not_with_what_is_slightly_wrong(case):
    found = facts.compared(case, N)
    count = len(found.p_values)
    assert count == len(found.wrong_p_values) > 0
    assert found.agrees(count)
    assert found.is_told(count)


def test_names_are_different():
    assert len({case.name for case in CASES}) == len(CASES) == 23


# The page


def test_the_page_has_a_place_for_each_part_and_says_where_it_comes_from(command):
    text = page.PAGE.read_text(encoding="utf-8")
    for part in command.VERIFICATIONS:
        content = re.search(rf"<!-- {part} -->\n(.*?)<!-- end of {part} -->", text, re.DOTALL)[1]
        assert "cores used: " in content, f"python verification '{part}' has not been run"
        assert re.search(r"\b20\d\d-\d\d-\d\d\.", content)


def test_a_part_replaces_its_own_and_nothing_else():
    text = "a\n<!-- one -->\nold\n<!-- end of one -->\nb\n<!-- two -->\n<!-- end of two -->\n"
    new = page.written(text, "one", "new \\1", machine="here")
    assert new == text.replace("old\n", "\nnew \\1\n\nhere\n\n")
    assert page.written(new, "one", "new \\1", machine="here") == new
    with pytest.raises(ValueError, match="no place for 'three'"):
        page.written(text, "three", "new")


def test_the_command_tells_bad_verdicts(command, capsys, monkeypatch):
    def bad(subject, n):  # noqa: ARG001 - what is called with
        return f"{n} of them", False

    monkeypatch.setitem(command.VERIFICATIONS, "fates", (bad, None))
    assert command.main(["fates", "-n", "1e3", "--dry"]) == 1
    assert capsys.readouterr().out == "== fates: BAD\n\n1000 of them\n\n"
    with pytest.raises(SystemExit):
        command.main(["fate"])
    assert "no such part: fate" in capsys.readouterr().err


def test_what_is_wrong_is_called_so(command, monkeypatch):
    """A case whose facts are wrong, and one whose wrong plan is not."""
    right, other = cases.FATES[0], cases.FATES[4]
    wrong = facts.Case(
        name="wrong", plan=right.plan, known=lambda _: right.known(right.wrong(0.1)[0]), wrong=right.wrong
    )
    blind = facts.Case(name="blind", plan=other.plan, known=other.known, wrong=lambda _: (other.plan, "nothing"))
    for case, verdict in ((wrong, "TOO FAR OFF"), (blind, "AGREES WITH A WRONG PLAN TOO")):
        content, good = command.verify_facts([right, case], N)
        assert not good
        assert content.count("| agrees |") == 1
        assert verdict in content
    monkeypatch.setitem(command.MISTAKES, "none", Stream())
    content, good = command.verify_randomness(None, 2_048)
    assert not good
    assert "| none | 0 | NOT SEEN |" in content


def test_it_runs_from_the_command_line():
    asked = [sys.executable, str(ROOT / "verification"), "default plan", "-n", "5e4", "--dry"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    assert said.stdout.startswith("== default plan: good\n\n50,000 trajectories each, 4 comparisons in all;")


# Dieharder


@pytest.mark.skipif(not dieharder.is_installed(), reason="dieharder, a program of Debian's, is not installed")
def test_dieharder_finds_nothing_but_mistakes():
    found = list(dieharder.verdicts(tests=dieharder.QUICK))
    assert [verdict.name for verdict in found] == [
        "diehard_birthdays",
        "diehard_count_1s_str",
        *2 * ["diehard_runs"],
    ]
    assert not any(verdict.failed for verdict in found)
    assert all(verdict.failed for verdict in dieharder.verdicts(Stream(generator=of_few_rounds(3)), dieharder.QUICK))


def test_what_dieharder_prints_is_read():
    printed = "#====#\n  sts_serial,   3,    100000,0.00000000\nrgb_bitdist, 2, 10, 0.99600000\n"
    serial, bits = dieharder._told(printed)
    assert serial == dieharder.Verdict("sts_serial", 3, 100_000, "0.00000000")
    assert serial.failed
    assert serial.weak
    assert bits.weak
    assert not bits.failed


def test_where_it_is_missing_the_page_says_so(command, monkeypatch):
    monkeypatch.setattr(dieharder.shutil, "which", lambda _: None)
    content, good = command.verify_by_dieharder(None, 10**8)
    assert content.startswith("dieharder is not installed")
    assert good
