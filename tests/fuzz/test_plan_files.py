"""A plan file may say anything: it is a plan, or it is refused with a PlanError that says what is wrong with it."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

import clustersim as cs
import toml_text
from clustersim.plan import errors, files, quantile_table, rules
from clustersim.plan.presets import PRESETS
from fuzzing import Count, lived_through, rounds, told_harmlessly
from mutations import AWKWARD, changes, mutated, pairs_of

KNOWN = [pairs_of(tomllib.loads(preset().replace(horizon=36).to_toml())) for preset in PRESETS.values()]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    """What scipy takes a minute for, it may take a second for here."""
    monkeypatch.setattr(quantile_table, "PATIENCE", 1.0)


def texts():
    """Draw a plan file as text: known ones with things changed, first as data and then, now and then, as text."""

    def made(data, rngs):
        text = toml_text.written(data, inline=bool(rngs))
        for rng in rngs[:-1]:
            text = _spoiled(rng, text)
        return text

    return st.builds(made, mutated(KNOWN), changes(3))


def _spoiled(rng, text):
    at = rng.randint(0, len(text))
    lines = text.split("\n")
    line = rng.randint(0, len(lines) - 1)
    sign = rng.choice("=[]{}\"'#,.\n\r\t\0 \ufeff\u2028\u00a012e-")
    tail = f"\n# {rng.choice(AWKWARD)}\nx = {'[' * rng.choice([5, 5_000])}"
    ways = [
        text[:at],
        text[:at] + text[at + 1 :],
        text[:at] + sign + text[at:],
        text[:at] + "1e400" + text[at:],
        "\n".join([*lines[:line], lines[line], *lines[line:]]),
        "\n".join([*lines[:line], *lines[line + 1 :]]),
        text.replace("\n", "\r\n"),
        text.replace("=", ":", 1),
        "\ufeff" + text,
        text + tail,
    ]
    return ways[rng.randint(0, len(ways) - 1)]


def contents():
    """Draw a plan file as bytes."""

    def made(text, rngs):
        content = text.encode("utf-8", "replace")
        for rng in rngs:
            at = rng.randint(0, len(content))
            content = rng.choice(
                [
                    *[content] * 6,
                    text.encode("utf-16", "surrogatepass"),
                    text.encode("latin-1", "replace"),
                    text.encode("utf-8-sig", "surrogatepass"),
                    content[:at] + rng.randbytes(2) + content[at:],
                ]
            )
        return content

    return st.builds(made, texts(), changes(2))


def is_toml(text):
    try:
        files.parse(text)
    except cs.PlanError:
        return False
    return True


def text_test(count):
    """A test of texts, which counts how far they get."""

    @given(texts())
    def look(text):
        with count.input():
            try:
                plan = cs.Plan.from_toml_text(text)
            except cs.PlanError as wrong:
                told_harmlessly(wrong)
                count.far["validated"] += is_toml(text)
            else:
                count.far["validated"] += 1
                lived_through(plan, count)

    return look


@rounds(36)
def test_texts(number):
    count = Count("texts of plan files", number)
    count.run(text_test(count))


@rounds(36)
def test_files(number, tmp_path):
    count = Count("plan files", number)
    path = tmp_path / "mine.toml"

    @given(contents())
    def look(content):
        path.write_bytes(content)
        with count.input():
            try:
                plan = cs.Plan.from_toml(path)
            except cs.PlanError as wrong:
                told_harmlessly(wrong)
                count.far["validated"] += is_toml(content.decode("utf-8-sig", "replace"))
            else:
                count.far["validated"] += 1
                lived_through(plan, count)
        assert [*tmp_path.iterdir()] == [path]

    count.run(look)


# A library with a hole is found out in one round


def test_nesting_that_is_not_looked_after_is_found(monkeypatch):
    monkeypatch.setattr(files, "parse", lambda text: tomllib.loads(text) if "[[[[[[" in text else {})
    count = Count("deep nesting", 0)
    with pytest.raises((RecursionError, tomllib.TOMLDecodeError)):
        count.find(text_test(count))


def test_numbers_without_limits_are_found(monkeypatch):
    monkeypatch.setattr(rules.Real, "inside", lambda *_: True)
    count = Count("any number", 0)
    with pytest.raises((AssertionError, ArithmeticError, ValueError, RuntimeWarning)) as found:
        count.find(text_test(count))
    assert not isinstance(found.value, cs.PlanError)


def test_names_that_a_terminal_obeys_are_found(monkeypatch):
    monkeypatch.setattr(errors, "escaped", str)
    count = Count("escapes", 0)
    with pytest.raises(AssertionError, match=r"\\x1b|\\u202e|\\u200b|\\ufeff|\\x00|\\r|\\t"):
        count.find(text_test(count))
