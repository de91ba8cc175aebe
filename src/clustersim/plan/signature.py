"""What ``help`` tells of a value: a plain signature, and its parameters with their descriptions."""

import inspect
import re
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo


class _Plain(str):
    """Text that is shown without quotes."""

    __slots__ = ()
    __repr__ = str.__str__


class _Ladder(tuple[Any, ...]):
    """The default milestones, shown by their name."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Plan.ladder"


def _kind(field: FieldInfo) -> _Plain:
    return _Plain(re.sub(r"clustersim\.plan\.\w+\.", "", inspect.formatannotation(field.annotation)))


def _default(field: FieldInfo, kind: type[BaseModel]) -> Any:
    return _Ladder(field.default) if field.default == getattr(kind, "ladder", ...) else field.default


def signature(kind: type[BaseModel]) -> inspect.Signature:
    """Return a signature with the fields' names, plain types and defaults."""
    return inspect.Signature(
        [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=inspect.Parameter.empty if field.is_required() else _default(field, kind),
                annotation=_kind(field),
            )
            for name, field in kind.model_fields.items()
        ]
    )


def documented(doc: str, kind: type[BaseModel]) -> str:
    """Return a class's documentation with a section that tells each field, before the first section of its own."""
    section = ["Parameters", "----------"]
    for name, field in kind.model_fields.items():
        default = "" if field.is_required() else f", default {_default(field, kind)!r}"
        section += [f"{name} : {_kind(field)}{default}", f"    {field.description}"]
    lines = inspect.cleandoc(doc).split("\n")
    heads = [n for n, line in enumerate(lines[1:]) if line and set(line) == {"-"}]
    first = heads[0] if heads else len(lines)
    return "\n".join([*lines[:first], *section, "", *lines[first:]])
