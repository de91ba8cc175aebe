"""The fields of a plan with some changed, by dotted names such as ``clusters[2].failure_rate``."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from clustersim.plan.errors import PlanError, Problem
from clustersim.plan.number import single
from clustersim.plan.plan import Plan
from clustersim.plan.value import Value

_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d{1,9})\]")


def replaced(plan: Plan, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changed fields, not yet validated; a whole field is set before the fields within it.

    Of clusters that are listed, a number means so many of them, the first in launch order: what the list says of each
    is not put away for a count.

    Raises
    ------
    PlanError
        If a dotted name leads nowhere, or more clusters are asked for than are listed; names that are merely unknown
        are left to the plan's own validation.
    """
    fields = dict(plan)
    problems = list[Problem]()
    for path, value in sorted(changes.items(), key=lambda change: len(_steps(change[0]))):
        steps = _steps(path)
        if not steps or isinstance(steps[0], int):
            problems.append(Problem(path, value, "no name of a field, such as every or convergence.megas"))
            continue
        if steps == ["clusters"]:
            remedy = _of_the_list(fields, value)
        else:
            remedy = _elsewhere(path, plan) or _set(fields, steps, value)
        if remedy:
            problems.append(Problem(path, value, remedy))
    if problems:
        raise PlanError(problems)
    return fields


def _elsewhere(path: str, plan: Value) -> str:
    """Tell the dotted names of a field that was meant, where the plan itself has none of the name."""
    from clustersim.plan.places import dotted  # noqa: PLC0415 - it knows Plan, which is changed here

    if path in type(plan).model_fields:
        return ""
    names = [name for name in dotted() if name.rpartition(".")[2] == path]
    return f"this field is called {' or '.join(map(repr, names))} here" if names else ""


def _steps(path: str) -> list[str | int]:
    """Split ``clusters[2].failure_rate`` into its steps; nothing if it is no such path."""
    if re.fullmatch(rf"(?!\.)(?:{_STEP.pattern})+", path) is None:
        return []
    return [word or int(index) for word, index in _STEP.findall(path)]


def _open(value: Any) -> Any:
    """Return a value's parts as a dict or list that can be changed; what has none as it is."""
    if isinstance(value, Value):
        return dict(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (tuple, list)):
        return list(value)
    return value


def _of_the_list(fields: dict[str, Any], value: Any) -> str:
    """Set the clusters: of a list, a number takes the first ones; say so if it has not so many."""
    listed, count = fields["clusters"], single(value)
    if isinstance(listed, tuple) and isinstance(count, int | np.integer) and not isinstance(count, bool) and count > 0:
        if count > len(listed):
            return (
                f"the plan lists {len(listed)}, of which a number takes the first ones: at most {len(listed)}; "
                "more take a longer list"
            )
        value = listed[:count]
    fields["clusters"] = value
    return ""


def _set(parts: Any, steps: list[str | int], value: Any) -> str:
    """Set the part that the steps lead to, opening what is passed on the way; say so if they lead nowhere."""
    step, rest = steps[0], steps[1:]
    if isinstance(step, int):
        if not isinstance(parts, list):
            return "this is not a list: none of it can be set alone"
        if step >= len(parts):
            return f"there are {len(parts)}, counted from 0"
    elif not isinstance(parts, dict):
        return f"there is no field {step!r} here: the whole is one value"
    if rest:
        part = _open(parts.get(step) if isinstance(parts, dict) else parts[step])
        if step == "clusters" and isinstance(part, int) and isinstance(rest[0], int):
            part = [{} for _ in range(part)]
        if (part is None or part is False) and isinstance(rest[0], str):
            part = {}
        remedy = _set(part, rest, value)
        if remedy:
            return remedy
        value = part
    parts[step] = value
    return ""
