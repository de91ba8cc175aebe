"""Labels with markup, terminal escapes, formulas, and signs that turn or hide text are harmless in every output."""

import csv
import io
import json
import os
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from typer.testing import CliRunner

import clustersim as cs
from clustersim.outcome.notation import printable
from clustersim.present import export
from clustersim.present.commands import app
from clustersim.testing import names
from pages import Page

LABELS = [
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "a; =1+1",
    "\uff1d1+1",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x9b31mred",
    "\u202egnp.exe",
    "\u2066isolate\u2069",
    "zero\u200bwidth\u200d\ufeff",
    "a\nb\r\nc\u2028d\u2029e\x85f",
    "\x00nul",
    "\x7fdel\x08",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "&lt;b&gt;",
    "[bold red]markup[/] :smile:",
    "\U0001f94b\U0001f3fd\u200d\u2642\ufe0f",
    "\u9ed2\u5e2f",
    "e\u0301\u0301\u0301",
    "\u05d0\u05d1 and \u0627",
    "$\\frac{1}{2}$",
    "%s %d {0} {name} %(x)s",
    "'''\"\"\"\\",
    "_",
]
#: Those that go through commands that take longer, too.
SOME = {
    "=1+1",
    "a; =1+1",
    "\x1b[31mred\x1b[0m",
    "\u202egnp.exe",
    "a\nb\r\nc\u2028d\u2029e\x85f",
    "[bold red]markup[/] :smile:",
}
FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20\t\r")


def labelled(label):
    """A plan that has this label for its trigger and for a cluster, both of which every output names."""
    ladder = [cs.Milestone(name=label, revenue=5_000, window=1), cs.Milestone(name="rent", revenue=2_500)]
    return cs.Plan(
        clusters=[cs.Cluster(name=label), cs.Cluster()],
        milestones=ladder,
        convergence=cs.Convergence(trigger=label, months=2),
        horizon=12,
    )


def is_harmless(text):
    """Whether nothing in a text is more than a sign on its line."""
    return not [sign for sign in text if sign != "\n" and unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]


@pytest.fixture(params=LABELS, ids=ascii)
def label(request):
    return request.param


@pytest.fixture
def file(label, tmp_path):
    """A plan file with the label in it."""
    path = tmp_path / "mine.toml"
    path.write_text(labelled(label).to_toml(), encoding="utf-8")
    path.with_name("other.toml").write_text(labelled(label).replace(every=1).to_toml(), encoding="utf-8")
    return str(path)


def call(*arguments):
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def commands(file, label):
    """Every command that says something of a plan, and what it is asked for."""
    few = ("-n", "20", "--seed", "7")
    yield "simulate", ("simulate", file, *few), ("--json", "--csv")
    yield "check", ("plan", "check", file), ()
    if label not in SOME:
        return
    yield "compare", ("compare", file, file.replace("mine", "other"), *few), ("--json", "--csv")
    yield "sweep", ("sweep", file, "--vary", "every=1,2", "--milestone", label, *few), ("--json", "--csv")
    yield "solve", ("solve", file, "every", "--milestone", label, "--probability", "0.5", *few), ("--json",)
    yield "trace", ("trace", file, "3", "--seed", "7"), ("--json", "--csv")


def test_every_command_is_harmless_in_every_form(file, label):
    for name, command, forms in commands(file, label):
        for form in ((), *((form,) for form in forms)):
            result = call(*command, *form)
            assert result.exit_code in {0, 1}, (name, form, result.output)
            assert is_harmless(result.stdout), (name, form, ascii(result.stdout))
            assert is_harmless(result.stderr), (name, form, ascii(result.stderr))
            if form == ("--json",):
                assert result.stdout.isascii()
                assert label in strings(json.loads(result.stdout)) or name == "solve"
            if form == ("--csv",):
                look_at_cells(result.stdout)


def strings(content):
    """Every text in a JSON object, its names included."""
    if isinstance(content, dict):
        return {*content, *(text for inner in content.values() for text in strings(inner))}
    if isinstance(content, list):
        return {text for inner in content for text in strings(inner)}
    return {content} if isinstance(content, str) else set()


def look_at_cells(text):
    """No cell is a formula, however the spreadsheet parts them; and every row has as many."""
    for separator in ",;\t":
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        cells = [cell for row in rows for cell in row if not is_number(cell)]
        assert not [cell for cell in cells if cell.strip(" \ufffd").startswith(FORMULA)], cells
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len({len(row) for row in rows}) == 1
    assert len(rows) == text.count("\n")


def is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True


@settings(max_examples=300)
@given(names())
def test_any_label_is_harmless_in_a_cell(name):
    look_at_cells(f"event,month\n{row(export.harmless(name))},1\n")


def row(cell):
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow([cell])
    return buffer.getvalue()


def test_plan_files_keep_it_as_it_is(file, label):
    with open(file, encoding="utf-8", newline="") as written:  # noqa: PTH123 - line ends as they are
        text = written.read()
    assert is_harmless(text)
    assert cs.Plan.from_toml(file) == labelled(label)


def test_what_python_shows_is_harmless(label):
    outcome = cs.simulate(labelled(label), n=20, rng=7)
    shown = [repr(outcome), repr(outcome.plan), repr(outcome[label]), str(outcome.summary()), repr(outcome.trace(3))]
    assert all(map(is_harmless, shown)), list(map(ascii, shown))


def test_pages_have_it_as_text(label):
    outcome = cs.simulate(labelled(label), n=20, rng=7)
    for value in (outcome, outcome.plan, outcome[label], outcome.summary()):
        html = value._repr_html_()
        page = Page(html)
        assert is_harmless(html)
        assert not {"script", "img"} & {tag for tag, _ in page.tags}
    assert any(printable(label) in text for _, text in Page(outcome._repr_html_()).texts)


def test_errors_are_harmless(label, tmp_path):
    wrong = tmp_path / "wrong.toml"
    known = labelled(label).to_toml()
    assert "trigger" in known
    cases = [
        known.replace("horizon = 12", "horizon = 12000"),
        known + "\n[convergenc]\n",
        known.replace('name = "rent"', f"name = {known.split('trigger = ')[1].splitlines()[0]}"),
        known.replace('trigger = "', 'trigger = "no '),
        f"{json.dumps(label)} = 1",
        f"# {label}\nevery = ".replace("\n", " ", label.count("\n")),
        f"every = {label}",
    ]
    for text in cases:
        wrong.write_text(text, encoding="utf-8", newline="")
        result = call("simulate", str(wrong), "-n", "9")
        assert is_harmless(result.stderr), ascii(result.stderr)
        if text == "every = +1":
            continue  # which is a plan
        assert result.exit_code == 2, text
        with pytest.raises(cs.PlanError) as refused:
            cs.Plan.from_toml(wrong)
        assert is_harmless(str(refused.value))
    outcome = cs.simulate(labelled(label), n=9, rng=7)
    for missing in (f"{label}{label}", f"no {label}"):
        with pytest.raises(KeyError) as refused:
            outcome[missing]
        assert is_harmless(str(refused.value))


def test_a_file_of_that_name_is_told_harmlessly(label):
    for command in (("simulate", label), ("show", label), ("plan", "check", label), ("plan", "new", label)):
        if "\x00" in label or label.startswith("-"):
            continue  # no name of a file, and no argument
        result = call(*command)
        assert result.exit_code == 2, command
        assert is_harmless(result.stderr), ascii(result.stderr)


@pytest.mark.parametrize("label", ["\x1b]0;title\x07", "<script>alert(1)</script>"], ids=ascii)
def test_progress_on_a_terminal_has_no_label(file):
    """On the terminal of standard error there are numbers alone, whatever the plan's labels are."""
    pty = pytest.importorskip("pty", reason="this system has no terminals to pretend")
    code = (
        "import sys\n"
        "from clustersim.present import progress; progress.PATIENCE = 0\n"
        "from clustersim.__main__ import main\n"
        f"sys.argv = ['clustersim', 'simulate', {file!r}, '-n', '2000', '--seed', '7']\n"
        "sys.exit(main())"
    )
    ours, theirs = pty.openpty()
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=theirs, check=True
    )
    os.close(theirs)
    drawn = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "of 2,000" in drawn
    assert not [word for word in ("alert", "evil", "title", "gnp", "SUM", "frac") if word in drawn]
    assert is_harmless(done.stdout.decode())
