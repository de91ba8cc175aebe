"""The fields of a plan with some changed, by dotted names: ``clusters[2].failure_rate``, ``Keynote.failure_rate``."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from clustersim.plan.errors import PlanError, Problem, nearest, shown
from clustersim.plan.number import single
from clustersim.plan.places import dotted
from clustersim.plan.plan import Plan
from clustersim.plan.value import Value

#: So many clusters are named in an error, at most.
_TOLD = 12

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
    parted = [(steps_of(plan, path), path, value) for path, value in changes.items()]
    for steps, path, value in sorted(parted, key=lambda change: len(change[0])):
        if not steps or isinstance(steps[0], int):
            problems.append(Problem(path, value, "no name of a field, such as every or convergence.megas"))
            continue
        if len(steps) > 1 and steps[0] not in Plan.model_fields and _named(plan):
            problems.append(Problem(path, value, _unknown(plan, steps[0])))
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
    if path in type(plan).model_fields:
        return ""
    names = [name for name in dotted() if name.rpartition(".")[2] == path]
    return f"this field is called {' or '.join(map(repr, names))} here" if names else ""


def steps_of(plan: Plan, path: str) -> list[str | int]:
    """Split ``clusters[2].failure_rate`` into its steps; nothing if it is no such path.

    The name of a cluster stands for its place: of one that no other cluster has, nor any field. So does that of a
    milestone which no cluster has, also after ``milestones.``.

    >>> plan = Plan(clusters=[{}, {"name": "Online course"}])
    >>> steps_of(plan, "Online course.ramp"), steps_of(plan, "focus.capacity")
    (['clusters', 1, 'ramp'], ['focus', 'capacity'])
    >>> steps_of(plan, "black belt.revenue"), steps_of(plan, "milestones.black belt.window")
    (['milestones', 4, 'revenue'], ['milestones', 4, 'window'])
    """
    named = _named(plan)
    called = [(k, name) for k, name in named if path.startswith(f"{name}.") and name not in Plan.model_fields]
    if called:
        place, longest = max(called, key=lambda one: len(one[1]))
        if [name for _, name in named].count(longest) == 1:
            path = f"clusters[{place}]{path.removeprefix(longest)}"
    else:
        path = _placed(plan, path)
    if re.fullmatch(rf"(?!\.)(?:{_STEP.pattern})+", path) is None:
        return []
    return [word or int(index) for word, index in _STEP.findall(path)]


def _placed(plan: Plan, path: str) -> str:
    """Put a milestone's place for its name, where a path begins with one that no field has."""
    bare = path.removeprefix("milestones.")
    called = [
        (len(milestone.name), k)
        for k, milestone in enumerate(plan.milestones)
        if bare.startswith(f"{milestone.name}.") and (bare != path or milestone.name not in Plan.model_fields)
    ]
    if not called:
        return path
    longest, place = max(called)
    return f"milestones[{place}]{bare[longest:]}"


def _named(plan: Plan) -> list[tuple[int, str]]:
    """Tell the names of the clusters that have one, with their places."""
    return [(k, cluster.name) for k, cluster in enumerate(plan.portfolio) if cluster.name is not None]


def _unknown(plan: Plan, word: str) -> str:
    """Tell what a name that is that of no field, nor of one cluster alone, should be."""
    named = _named(plan)
    names = [name for _, name in named]
    parted = dict.fromkeys(name.partition(".")[0] for name in dotted() if "." in name)
    close = None if word in names else nearest(word, ["clusters", "milestones", "goals", *parted, *names])
    if close is not None:
        return f"unknown field or cluster; did you mean {close!r}?"
    told = [f"clusters[{k}] is {shown(name)}" for k, name in named if word not in names or name == word]
    more = [f"{len(told) - _TOLD} more have names"] if len(told) > _TOLD else []
    why = "several clusters have this name" if word in names else "unknown field or cluster"
    return f"{why}: {', '.join([*told[:_TOLD], *more])}"


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
    elif isinstance(parts, list):
        return f"there is none that is called {step!r} here: they are called by their names, or by places, from [0]"
    elif not isinstance(parts, dict):
        return (
            f"there is no field {step!r} here: the whole is one value; give whole ones, of a distribution as "
            "[lognormal(mean=8_000, cv=0.3), lognormal(mean=12_000, cv=0.3)]"
        )
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
