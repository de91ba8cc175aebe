"""Where in a plan file a field belongs."""

from collections.abc import Iterator
from functools import cache

from pydantic import BaseModel

from clustersim.plan.lists import Clusters
from clustersim.plan.parts import Cluster
from clustersim.plan.plan import Plan
from clustersim.plan.rules import Drawn, Maybe, Rule, Several, Table


@cache
def places(name: str) -> tuple[str, ...]:
    """Tell the heads of the tables in which a field, or a table, of this name may stand: an empty one for the plan's.

    >>> places("savings"), places("every"), places("window"), places("nothing")
    (('[finances]',), ('', '[accelerator]'), ('[[milestones]]',), ())
    >>> places("survival"), places("clients")
    (('[finances]',), ('[finances.survival]',))
    """
    return tuple(head for head, field in _fields(Plan, "", "") if field == name)


@cache
def drawn(name: str) -> Drawn | None:
    """Return the rule of a field of this name that may be a distribution, if there is one.

    >>> drawn("ramp") is not None, drawn("every")
    (True, None)
    """
    tables = (_tables(rule)[0] for rule in _rules(Plan).values())
    rules = (_rules(kind).get(name) for kind in (Plan, *tables) if kind is not None)
    bare = (rule.rule if isinstance(rule, Maybe) else rule for rule in rules)
    return next((rule for rule in bare if isinstance(rule, Drawn)), None)


def in_python(name: str, value: str) -> str:
    """Write how a field of a table is given to a plan in Python, if one table alone has it; else nothing.

    >>> print(in_python("savings", "25000"))
    finances=cs.Finances(savings=25000)
    >>> print(in_python("clients", "2"))
    finances=cs.Finances(survival=cs.SurvivalClients(clients=2))
    >>> print(in_python("window", "1"))
    milestones=[cs.Milestone(window=1, ...)]
    """
    found = [*_given(Plan, name, value)]
    return found[0] if len(found) == 1 else ""


def _given(kind: type[BaseModel], name: str, value: str) -> Iterator[str]:
    for field, rule in _rules(kind).items():
        table, many = _tables(rule)
        if table is None:
            continue
        inside = [f"{name}={value}"] * (name in table.model_fields) + [*_given(table, name, value)]
        for told in inside:
            made = f"cs.{table.__name__}({told}{', ...' * many})"
            yield f"{field}=[{made}]" if many else f"{field}={made}"


def _rules(kind: type[BaseModel]) -> dict[str, Rule]:
    found = kind.model_fields.items()
    return {name: rule for name, field in found for rule in field.metadata if isinstance(rule, Rule)}


def dotted() -> tuple[str, ...]:
    """Tell the dotted names of all fields, but those within lists.

    >>> "every" in dotted(), "finances.survival.clients" in dotted(), "milestones.window" in dotted()
    (True, True, False)
    """
    found = _fields(Plan, "", "")
    return tuple(f"{head[1:-1]}.{name}".lstrip(".") for head, name in found if not head.startswith("[["))


def _fields(kind: type[BaseModel], path: str, head: str) -> Iterator[tuple[str, str]]:
    yield from ((head, name) for name in kind.model_fields)
    for name, rule in _rules(kind).items():
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
