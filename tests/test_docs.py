"""The pages are true: examples run, plan files are plans, screens are what the commands print.

Code blocks are told apart by their language:

- ``python``: doctest examples; those of a page share their names.
- ``toml``: a plan file. If its first line is ``# name.toml``, the page's commands and examples find
  it under that name.
- ``console``: ``$ clustersim ...`` and what it prints, 80 columns wide; ``...`` stands for what is left out.

What other languages mark, such as ``sh``, is only read by people.
"""

import doctest
import inspect
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import clustersim as cs
from clustersim import testing
from clustersim.present.commands import app

ROOT = Path(__file__).parents[1]
INDEX = ROOT / "docs" / "index.md"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(ROOT.glob("docs/**/*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)")
FILE_NAME = re.compile(r"# ([\w-]+\.toml)\n")
COMMAND = re.compile(r"^\$ clustersim (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def blocks(page, language):
    """The blocks of a language, each with the number of its first line."""
    text = page.read_text(encoding="utf-8")
    return [
        (text.count("\n", 0, found.start(2)) + 1, found[2]) for found in BLOCK.finditer(text) if found[1] == language
    ]


def put_plan_files(page, desk):
    """Write the plan files of a page that have a name."""
    for _, text in blocks(page, "toml"):
        if name := FILE_NAME.match(text):
            (desk / name[1]).write_text(text, encoding="utf-8")


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with the examples in it, and a terminal of 80 columns without colours."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("FORCE_COLOR", "PY_COLORS", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@every_page
def test_examples_run(page, desk, capsys):
    put_plan_files(page, desk)
    names, runner = {}, doctest.DocTestRunner(optionflags=FLAGS)
    for line, text in blocks(page, "python"):
        # A name of its own: what asks for a function's source finds none, instead of another block's.
        example = doctest.DocTestParser().get_doctest(text, names, f"{page.name}:{line}", str(page), line - 1)
        assert example.examples, f"{page}, line {line}: python without an example that could be run"
        example.globs = names  # the parser makes a copy, and the next block goes on from this one
        runner.run(example, clear_globs=False)
    assert runner.summarize(verbose=False).failed == 0, capsys.readouterr().out


@every_page
def test_plan_files_are_plans(page, desk):
    for line, text in blocks(page, "toml"):
        file = desk / f"{page.stem}-{line}.toml"
        file.write_text(text, encoding="utf-8")
        assert isinstance(cs.Plan.from_toml(file), cs.Plan)


@every_page
def test_screens_are_what_the_commands_print(page, desk):
    put_plan_files(page, desk)
    for line, text in blocks(page, "console"):
        commands = COMMAND.findall(text)
        assert "".join(f"$ clustersim {command}\n{screen}" for command, screen in commands) == text, (
            f"{page}, line {line}: a console shows commands of clustersim alone"
        )
        for command, screen in commands:
            printed = CliRunner().invoke(app, shlex.split(command), prog_name="clustersim").output
            assert doctest.OutputChecker().check_output(screen, printed, doctest.ELLIPSIS), (
                f"{page}, line {line}: clustersim {command} prints\n{printed}"
            )


def links(page):
    return [page.parent / link for link in LINK.findall(page.read_text(encoding="utf-8"))]


@every_page
def test_links_lead_somewhere(page):
    assert [str(target) for target in links(page) if not target.exists()] == []


def test_every_page_is_reached_from_the_index():
    reached, ahead = set(), {INDEX}
    while ahead:
        page = ahead.pop()
        reached.add(page)
        ahead |= {target.resolve() for target in links(page) if target.suffix == ".md"} - reached
    assert {str(page.relative_to(ROOT)) for page in set(PAGES) - reached} <= {"README.md"}


def headings(page):
    """The names by which a page's headings are linked to: as GitHub makes them, and the site."""
    prose = BLOCK.sub("", page.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@every_page
def test_links_lead_to_headings(page):
    parts = re.findall(r"\]\((?!\w+:)([^)#\s]*)#([^)\s]+)\)", page.read_text(encoding="utf-8"))
    lost = [f"{file}#{part}" for file, part in parts if part not in headings((page.parent / file) if file else page)]
    assert lost == []


def test_every_picture_has_its_place():
    """A picture is drawn where a page links to its script, and only there."""
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    scripts = {path.stem for path in (ROOT / "docs" / "pictures").glob("*.py")} - {"default", "panels"}
    placed = re.findall(r"^\[Picture: [^\]]+\]\(\.\./pictures/(\w+)\.py\)$", text, re.MULTILINE)
    assert sorted(placed) == sorted(scripts)
    assert [path.name for path in (ROOT / "docs" / "pictures").glob("*.svg")] == ["default.svg"]


def drawn(picture):
    """What a picture shows: what is written in it, and each curve and band of it, in points."""
    text = picture.read_text(encoding="utf-8")
    paths = (re.findall(r"-?[\d.]+", path) for path in re.findall(r'<path d="([^"]+)"', text))
    return re.findall(r"<!-- (.+?) -->", text), [np.array(path, dtype=float) for path in paths if len(path) > 200]


def test_the_readme_s_picture_is_what_its_script_draws(tmp_path):
    script, anew = ROOT / "docs" / "pictures" / "default.py", tmp_path / "default.svg"
    subprocess.run([sys.executable, script, anew], check=True)  # noqa: S603 - a script of our own
    (words, curves), (words_anew, curves_anew) = drawn(script.with_suffix(".svg")), drawn(anew)
    assert words == words_anew
    assert "44.2 % by year 3" in words
    assert [len(curve) for curve in curves] == [len(curve) for curve in curves_anew]
    # The two bands, the median, nine milestones; single practices are lines too.
    assert len(curves) >= 12
    # Releases of matplotlib may lay a picture out otherwise, by less than can be seen.
    assert max(np.abs(one - other).max() for one, other in zip(curves, curves_anew, strict=True)) < 0.5


@pytest.mark.parametrize("mark", ["run", "test"])
def test_the_readme_has_the_newcomer_s_commands(mark):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(re.findall(rf"<!-- {mark} -->\n+```sh\npython -m pip install [^\n]+\n```\n", text)) == 1


def public_names():
    """Every name that users may import, each with what it stands for."""
    yield from ((name, getattr(cs, name)) for name in cs.__all__ if not name.startswith("__"))
    yield from ((f"plots.{name}", getattr(cs.plots, name)) for name in cs.plots.__all__)
    yield from ((f"testing.{name}", getattr(testing, name)) for name in testing.__all__)
    yield from ((f"presets.{name}", getattr(cs.presets, name)) for name in (*cs.presets.names(), "names", "text"))


every_name = pytest.mark.parametrize(("name", "value"), [pytest.param(*pair, id=pair[0]) for pair in public_names()])


@every_name
def test_the_reference_has_every_public_name(name, value):  # noqa: ARG001 - the one list serves both tests
    text = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "reference").glob("*.md"))
    named = rf"^\.\. auto\w+:: clustersim\.{re.escape(name)}$"
    if name.startswith("testing."):  # whose names are told by its __all__
        named = r"^\.\. automodule:: clustersim\.testing\n   :members:$"
    assert re.search(named, text, re.MULTILINE)


@every_name
def test_every_public_name_has_an_example_that_runs(name, value):
    """It is run with all docstrings: ``pytest --doctest-modules``."""
    examples = doctest.DocTestParser().get_examples(inspect.getdoc(value))
    assert [example for example in examples if not example.options.get(doctest.SKIP)], name


def test_the_reference_leaves_out_the_inside():
    left_out = runpy.run_path(str(ROOT / "docs" / "conf.py"))["leave_out_the_inside"]
    members = [
        (cs.Plan, "model_config", True),
        (cs.Plan, "__new__", True),
        (cs.LoadError, "__init__", True),
        (cs.Plan, "replace", None),
        (cs.Key, "__new__", None),
        (cs.Precision, "__init__", None),
    ]
    for kind, name, out in members:
        assert left_out(None, "class", name, getattr(kind, name), False, None) is out, (kind, name)  # noqa: FBT003 - as Sphinx calls
