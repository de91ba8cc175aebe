"""The base of the values that a plan is made of: frozen, keyword-only, with errors that say what is right."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from clustersim.plan.errors import MISSING, PlanError, Problem
from clustersim.plan.number import compact
from clustersim.plan.rules import unknown_name


class Value(BaseModel):
    """A frozen value with named fields; one PlanError names all that are wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def __init__(self, /, **data: Any) -> None:
        try:
            super().__init__(**data)
        except ValidationError as wrong:
            raise PlanError(_problems(type(self), wrong)) from None

    @classmethod
    def model_validate(cls, obj: Any, **_: Any) -> Self:
        """Return the value of these fields, as the constructor does."""
        if isinstance(obj, cls):
            return obj
        if not isinstance(obj, Mapping):
            raise PlanError.one(obj, f"must be a {cls.__name__}, or a mapping of its fields")
        return cls(**obj)

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """Return the value of these fields in JSON, with the constructor's errors."""
        try:
            return super().model_validate_json(json_data, **options)
        except ValidationError as wrong:
            raise PlanError(_problems(cls, wrong)) from None

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy; changes are validated, unlike pydantic's own."""
        return type(self)(**dict(self) | dict(update)) if update else super().model_copy(deep=deep)

    def __repr__(self) -> str:
        fields = type(self).model_fields
        told = [
            f"{name}={_written(value)}"
            for name, value in self
            if fields[name].is_required() or value != fields[name].default
        ]
        return f"{type(self).__name__}({', '.join(told)})"

    __str__ = __repr__


def _written(value: Any) -> str:
    if isinstance(value, float):
        return compact(value)
    if isinstance(value, tuple):
        return f"({', '.join(map(_written, value))}{',' * (len(value) == 1)})"
    return repr(value)


def _problems(kind: type[BaseModel], wrong: ValidationError) -> list[Problem]:
    """Translate pydantic's errors: rules raise PlanError, the rest are fields missing and fields unknown."""
    problems = list[Problem]()
    for error in wrong.errors(include_url=False):
        name, value = "".join(map(str, error["loc"][:1])), error["input"]
        cause = error.get("ctx", {}).get("error")
        if isinstance(cause, PlanError):
            problems += cause.within(name).problems
        elif error["type"] == "missing":
            problems.append(Problem(name, MISSING, kind.model_fields[name].description or "must be given"))
        elif not name:
            problems.append(Problem(name, value, error["msg"]))
        else:
            problems.append(Problem(name, value, unknown_name(name, list(kind.model_fields), "field")))
    return problems
