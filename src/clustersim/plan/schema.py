"""The JSON schema of plan files, draft 2020-12, in the dialect that editors of TOML read.

It is made from the rules in the fields' annotations, so it cannot say anything else than validation does.
What concerns several fields at once (a trigger among the milestones) is beyond it.
"""

from typing import Any

from clustersim.plan.goals import Goal, Pipeline
from clustersim.plan.levers import Accelerator, Finances, Focus, Ideas, Mission, Network, SurvivalClients
from clustersim.plan.parameter import SPELLINGS, Distribution
from clustersim.plan.parts import Cluster, Convergence, Legacy, Market, Milestone
from clustersim.plan.plan import Plan
from clustersim.plan.rules import Rule, Schema
from clustersim.plan.value import Value

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def of(plan: type[Plan]) -> Schema:
    """Return the schema of files of such plans."""
    tables = (Cluster, Convergence, Goal, Legacy, Market, Milestone, Pipeline)
    levers = (Accelerator, Finances, Focus, Ideas, Mission, Network, SurvivalClients)
    return {
        "$schema": DIALECT,
        "title": "clustersim plan",
        **_table(plan),
        "$defs": {"Distribution": _distribution()} | {table.__name__: _table(table) for table in (*tables, *levers)},
    }


def _table(kind: type[Value]) -> Schema:
    fields = kind.model_fields
    schema: Schema = {
        "type": "object",
        "description": (kind.__doc__ or "").partition("\n")[0],
        "additionalProperties": False,
        "properties": {},
    }
    for name, field in fields.items():
        rule = next(thing for thing in field.metadata if isinstance(thing, Rule))
        inner = rule.schema() | {"description": field.description}
        if not field.is_required():
            inner["default"] = plain(field.default)
        schema["properties"][name] = inner
    required = [name for name, field in fields.items() if field.is_required()]
    return schema | ({"required": required} if required else {})


def plain(value: Any) -> Any:
    """Return a field's value in the types of TOML and JSON.

    >>> from clustersim.plan.parameter import uniform
    >>> plain(uniform(3, 9))
    {'uniform': {'low': 3.0, 'high': 9.0}}
    """
    if value is None:
        return False
    if isinstance(value, Distribution):
        word, arguments = value.spelling
        return {word: dict(arguments)}
    if isinstance(value, Value):
        return {name: plain(inner) for name, inner in value}
    return [plain(item) for item in value] if isinstance(value, tuple) else value


def _distribution() -> Schema:
    """One name, and its parameters by name: our spellings in full, those of scipy.stats as numbers."""

    def numbers(names: tuple[str, ...]) -> Schema:
        return {
            "type": "object",
            "properties": {name: {"type": "number"} for name in names},
            "required": list(names),
            "additionalProperties": False,
        }

    # scipy's own parameters of the names that are ours too
    forms = SPELLINGS | {"uniform": (*SPELLINGS["uniform"], ("loc", "scale"))}
    forms |= {"beta": (*SPELLINGS["beta"], ("a", "b", "loc", "scale"))}
    return {
        "type": "object",
        "description": "a distribution: one of the library's spellings, or any continuous one of scipy.stats",
        "minProperties": 1,
        "maxProperties": 1,
        "properties": {word: {"anyOf": [numbers(names) for names in some]} for word, some in forms.items()},
        "additionalProperties": {"type": "object", "additionalProperties": {"type": "number"}},
    }
