"""The schema is checked with a small validator of the keywords that it uses, so no dependency is needed."""

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings

from clustersim.plan.plan import Plan
from clustersim.plan.schema import DIALECT
from clustersim.testing import plans

SCHEMA = Plan.json_schema()
KINDS = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float)}
ANNOTATIONS = {"description", "default", "title", "$schema", "$defs"}


def valid(value, schema):
    known = {
        "$ref": lambda ref: valid(value, SCHEMA["$defs"][ref.removeprefix("#/$defs/")]),
        "anyOf": lambda some: any(valid(value, each) for each in some),
        "const": lambda const: value is const,
        "enum": lambda words: value in words,
        "type": lambda kind: isinstance(value, KINDS[kind]) and not isinstance(value, bool),
        "minimum": lambda low: value >= low,
        "maximum": lambda high: value <= high,
        "exclusiveMaximum": lambda high: value < high,
        "minLength": lambda low: len(value) >= low,
        "maxLength": lambda high: len(value) <= high,
        "minItems": lambda low: len(value) >= low,
        "maxItems": lambda high: len(value) <= high,
        "items": lambda each: all(valid(item, each) for item in value),
        "minProperties": lambda low: len(value) >= low,
        "maxProperties": lambda high: len(value) <= high,
        "required": lambda names: set(names) <= set(value),
        "properties": lambda named: all(valid(value[name], s) for name, s in named.items() if name in value),
        "additionalProperties": lambda rest: all(
            rest is not False and valid(item, rest)
            for name, item in value.items()
            if name not in schema.get("properties", {})
        ),
    }
    keywords = sorted(set(schema) - ANNOTATIONS, key=lambda keyword: keyword != "type")
    return all(known[keyword](schema[keyword]) for keyword in keywords)


def test_the_schema_is_json_of_the_right_dialect():
    assert SCHEMA["$schema"] == DIALECT
    assert json.loads(json.dumps(SCHEMA, allow_nan=False)) == SCHEMA


def test_every_field_is_described_and_has_its_default():
    tables = [SCHEMA, *(d for d in SCHEMA["$defs"].values() if d.get("additionalProperties") is False)]
    assert len(tables) == 15
    for table in tables:
        for name, field in table["properties"].items():
            assert field["description"]
            assert ("default" in field) == (name not in table.get("required", ()))
    assert set(SCHEMA["properties"]) == set(Plan.model_fields)


def test_the_defaults_are_valid():
    assert valid({name: field["default"] for name, field in SCHEMA["properties"].items()}, SCHEMA)


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[2] / "examples").glob("*.toml")), ids=lambda p: p.stem)
def test_the_examples_are_valid(path):
    assert valid(tomllib.loads(path.read_text("utf-8")), SCHEMA)


@given(plans())
@settings(max_examples=50, deadline=None)
def test_what_is_written_is_valid(plan):
    assert valid(tomllib.loads(plan.to_toml()), SCHEMA)


@pytest.mark.parametrize(
    "text",
    [
        "every = 0",
        "every = true",
        "focus = 3",
        "focus = true",
        "[focus]\ncapacity = 0",
        "[ideas]\nskill = 1",
        "[mission]\nfit = 2",
        "[finances]\nsurvival = true",
        "[finances.survival]\nclients = 1.5",
        "[accelerator]\nevery = 0",
        "[network]\nchallenger = 0.5",
        "failure_rate = 1.5",
        "ramp = { lognormal = { median = 6 } }",
        "ramp = { lognormal = { median = 6, cv = 1 } }",
        "ramp = { beta = { a = 1, b = 2 }, gamma = { a = 1 } }",
        "persistence = 1",
        "convergence = true",
        "seasonality = [1, 2]",
        'ramp_curve = "straight"',
        "[[milestones]]\nname = 'x'",
    ],
)
def test_what_validation_refuses_is_not_valid(text):
    with pytest.raises(ValueError, match=" "):
        Plan.from_toml_text(text)
    assert not valid(tomllib.loads(text), SCHEMA)
