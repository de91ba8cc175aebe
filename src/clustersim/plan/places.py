"""Where in a plan file a field belongs."""

from collections.abc import Iterator
from functools import cache

from pydantic import BaseModel

from clustersim.plan.lists import Clusters
from clustersim.plan.parts import Cluster
from clustersim.plan.plan import Plan
from clustersim.plan.rules import Maybe, Rule, Several, Table


@cache
def places(name: str) -> tuple[str, ...]:
    """Tell the heads of the tables in which a field, or a table, of this name may stand: an empty one for the plan's.

    >>> places("savings"), places("every"), places("window"), places("nothing")
    (('[finances]',), ('', '[accelerator]'), ('[[milestones]]',), ())
    >>> places("survival"), places("clients")
    (('[finances]',), ('[finances.survival]',))
    """
    return tuple(head for head, field in _fields(Plan, "", "") if field == name)


def dotted() -> tuple[str, ...]:
    """Tell the dotted names of all fields, but those within lists.

    >>> "every" in dotted(), "finances.survival.clients" in dotted(), "milestones.window" in dotted()
    (True, True, False)
    """
    found = _fields(Plan, "", "")
    return tuple(f"{head[1:-1]}.{name}".lstrip(".") for head, name in found if not head.startswith("[["))


def _fields(kind: type[BaseModel], path: str, head: str) -> Iterator[tuple[str, str]]:
    yield from ((head, name) for name in kind.model_fields)
    for name, field in kind.model_fields.items():
        for rule in (thing for thing in field.metadata if isinstance(thing, Rule)):
            inner, many = _tables(rule)
            within = f"{path}.{name}" if path else name
            if inner is not None:
                yield from _fields(inner, within, f"[[{within}]]" if many else f"[{within}]")


def _tables(rule: Rule) -> tuple[type[BaseModel] | None, bool]:
    """Tell what the tables are of that a rule allows, and whether there may be several."""
    if isinstance(rule, Clusters):
        return Cluster, True
    if isinstance(rule, Maybe | Several):
        return _tables(rule.rule)[0], isinstance(rule, Several)
    return (rule.kind, False) if isinstance(rule, Table) and isinstance(rule.kind, type) else (None, False)
