"""Users' code passes a strict type checker that knows nothing of pydantic, and its results are no Any."""

import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import clustersim as cs
from clustersim.plan.errors import PlanError
from test_docs import PAGES, ROOT, blocks

TYPED = Path(__file__).parent / "typed"
PROMPT = re.compile(r"^(?:>>>|\.\.\.) ?", re.MULTILINE)


def code(page):
    """The examples of a page as a module."""
    lines = [line for _, text in blocks(page, "python") for line in text.splitlines() if PROMPT.match(line)]
    return "".join(f"{PROMPT.sub('', line)}\n" for line in lines)


def checked(folder, cache):
    """Check a user's code and the pages' in a folder of their own, as one would who has installed clustersim."""
    pytest.importorskip("mypy", reason="types are checked by mypy: install the extra lint")
    pages = folder / "pages"
    pages.mkdir()
    pages.joinpath("__init__.py").touch()
    for page in PAGES:
        if module := code(page):
            name = re.sub(r"\W", "_", str(page.relative_to(ROOT).with_suffix("")))
            pages.joinpath(f"{name}.py").write_text(module, encoding="utf-8")
    shutil.copy(TYPED / "practice.py", folder)
    return subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-m", "mypy", "--config-file", TYPED / "mypy.ini", "--cache-dir", cache, "practice.py", pages],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(Path(cs.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )


def test_types_are_right_without_a_plugin(tmp_path, pytestconfig):
    told = checked(tmp_path, pytestconfig.cache.mkdir("mypy"))
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.fixture(scope="module")
def practice():
    return runpy.run_path(str(TYPED / "practice.py"))


def test_what_the_checker_passes_runs(practice):
    plans = practice["plans"]()
    for plan in plans.values():
        practice["parts"](plan)
    practice["results"](plans["default"])
    practice["decisions"](plans["default"])


def test_what_the_checker_refuses_is_refused(practice):
    for wrong in practice["refused"]():
        with pytest.raises((PlanError, TypeError)):
            wrong()
