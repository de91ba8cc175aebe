"""Fields of a plan by their dotted names: what they hold, and plans in which they hold something else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np

from clustersim.plan.errors import PlanError
from clustersim.plan.parameter import Distribution
from clustersim.plan.places import places
from clustersim.plan.plan import Plan
from clustersim.plan.replace import steps_of


@dataclass(frozen=True)
class Limits:
    """What a field that is a number may be: from `low` to `high`, whole or not."""

    low: float
    high: float
    whole: bool


def changed(plan: Plan, changes: Mapping[str, Any]) -> Plan:
    """Return a plan with some fields changed, numpy's numbers taken for Python's.

    Raises
    ------
    PlanError
        If there is no such field, or the changed plan is wrong.
    """
    return plan.replace(**{name: plain(value) for name, value in changes.items()})


def plain(value: Any) -> Any:
    """Return a number of numpy's as Python's own, and all else as it is."""
    return value.item() if isinstance(value, np.generic) else value


def field_of(plan: Plan, field: Any) -> str:
    """Return the dotted name of a field.

    Raises
    ------
    TypeError, PlanError
        If it is no text, or the plan has no such field.
    """
    if not isinstance(field, str):
        raise TypeError(f"field = {field!r}: must be the name of a plan's field, as 'every' or 'focus.capacity'")
    limits_of(plan, field)
    return field


def value_of(plan: Plan, field: str) -> Any:
    """Return what a field holds; None where what it belongs to is off.

    Raises
    ------
    PlanError
        If a list is not so long.
    """
    value: Any = plan
    for step in steps_of(plan, field):
        if value is None:
            return None
        if isinstance(step, int):
            value = plan.portfolio if isinstance(value, int) else value
            if step >= len(value):
                raise PlanError.one(field, _remedy(plan, field), path="field")
            value = value[step]
        else:
            value = getattr(value, step)
    return value


def limits_of(plan: Plan, field: str) -> Limits | None:
    """Tell what a number in a field may be, from the schema of plan files; None if it can be no number.

    Of clusters that are listed there are as many as the list has.

    Raises
    ------
    PlanError
        If the plan has no such field: the remedy has the nearest name.

    Examples
    --------
    >>> limits_of(Plan(), "clusters"), limits_of(Plan(), "focus.capacity").whole, limits_of(Plan(), "ramp_curve")
    (Limits(low=1, high=1200, whole=True), False, None)
    """
    node: Any = {"$ref": "#"}
    for step in steps_of(plan, field) or [field]:
        forms = list(_forms(node))
        if isinstance(step, int):
            lists = [form["items"] for form in forms if "items" in form]
            node = lists[0] if lists else None
        else:
            tables = [form["properties"] for form in forms if step in form.get("properties", {})]
            node = tables[0][step] if tables else None
        if node is None:
            raise PlanError.one(field, _remedy(plan, field), path="field")
    if field == "clusters" and isinstance(plan.clusters, tuple):
        return Limits(1, len(plan.clusters), whole=True)
    for form in _forms(node):
        if form.get("type") in {"integer", "number"}:
            beyond = form.get("exclusiveMaximum")
            high = form["maximum"] if beyond is None else float(np.nextafter(beyond, -np.inf))
            return Limits(form["minimum"], high, form["type"] == "integer")
    return None


def _remedy(plan: Plan, field: str) -> str:
    """Tell what the name of a field that there is not should be: what a plan says that is told to change it."""
    heads = [f"{head[2:-2]}[0]" if head.startswith("[[") else head[1:-1] for head in places(field) if head]
    if heads:
        return f"write {' or '.join(f'{head}.{field}' for head in heads)}"
    try:
        plan.replace(**{field: 0})
    except PlanError as wrong:
        return wrong.problems[0].remedy
    return "no name of a field, such as every or convergence.megas"


def _forms(node: Any) -> Iterator[dict[str, Any]]:
    """Unfold what a schema allows: references, and alternatives."""
    if node is None:
        return
    if "$ref" in node:
        _, *path = node["$ref"].split("/")
        inner: Any = _schema()
        for step in path:
            inner = inner[step]
        yield from _forms({name: value for name, value in inner.items() if name != "$ref"})
        return
    for inner in node.get("anyOf", [node]):
        if inner is node:
            yield inner
        else:
            yield from _forms(inner)


@lru_cache(maxsize=1)
def _schema() -> dict[str, Any]:
    return Plan.json_schema()


def grid_of(plan: Plan, grid: Any) -> dict[str, tuple[Any, ...]]:
    """Return the axes of a grid: values by field.

    Raises
    ------
    TypeError, ValueError, PlanError
        If it is no mapping, or empty, or an axis has no values, or the plan no such field.
    """
    if not isinstance(grid, Mapping):
        raise TypeError(f"grid = {grid!r}: must be values by field, as {{'failure_rate': [0.3, 0.5], 'every': [1, 2]}}")
    if not grid:
        raise ValueError("the grid is empty: it needs a field and its values, as {'every': [1, 2, 3]}")
    axes = dict[str, tuple[Any, ...]]()
    for field, values in grid.items():
        name = field_of(plan, field)
        if isinstance(values, (str, bytes, Mapping, Distribution)) or not hasattr(values, "__iter__"):
            raise TypeError(f"{name} = {values!r}: must be a list of values, as [1, 2, 3]")
        axes[name] = tuple(map(plain, values))
        if not axes[name]:
            raise ValueError(f"{name} = {values!r}: the list of values is empty")
    return axes


def points_of(plan: Plan, axes: Mapping[str, tuple[Any, ...]]) -> list[Plan]:
    """Return the plans of a grid, the last axis fastest; the first wrong one is refused with all that is wrong."""
    return [changed(plan, dict(zip(axes, values, strict=True))) for values in product(*axes.values())]
