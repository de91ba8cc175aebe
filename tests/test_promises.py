"""Every test that the page of promises names is there, and its tables are whole."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "explanation" / "promises.md"
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def rows():
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.startswith("| ") and not line.startswith(("| ---", "| promised"))]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table]


@cache
def functions(file):
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_a_promise_has_tests_that_are_there(row):
    promise, tests, *_ = row
    named = NAMED.findall(tests)
    assert promise
    assert named
    assert ", ".join(f"`{file}::{name}`" for file, name in named) == tests
    assert [(file, name) for file, name in named if name not in functions(file)] == []


def test_no_promise_is_made_twice():
    promises = [row[0] for row in rows()]
    assert len(set(promises)) == len(promises) > 30


def test_what_is_not_there_is_seen():
    assert "test_no_promise_is_made_twice" in functions("tests/test_promises.py")
    assert "test_that_nobody_wrote" not in functions("tests/test_promises.py")
