"""The base of the values that a plan is made of: frozen, keyword-only, with errors that say what is right."""

from collections.abc import Mapping
from os import PathLike
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from clustersim.plan.errors import MISSING, PlanError, Problem, article, shown, suggest
from clustersim.plan.number import compact
from clustersim.plan.rules import unknown_name
from clustersim.plan.signature import documented, signature

#: What else a name may be meant for, that stands in another place under another name.
_ALSO = {"attention": "; how many clusters can have full attention at a time is the field capacity of [focus]"}


class Value(BaseModel):
    """A frozen value with named fields; one PlanError names all that are wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def __init__(self, /, *unnamed: Any, **data: Any) -> None:
        if unnamed:
            raise TypeError(_by_name(type(self), unnamed))
        try:
            super().__init__(**data)
        except ValidationError as wrong:
            problems = _problems(type(self), wrong)
        else:
            return
        # Outside of the handler: some libraries send an error to another process together with those before it, and
        # pydantic's carries values that cannot travel.
        raise PlanError(problems)

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        cls.__signature__ = signature(cls)
        if cls.__doc__:
            cls.__doc__ = documented(cls.__doc__, cls)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(_unchanging(type(self), name, shown(value)))

    def __delattr__(self, name: str) -> None:
        raise AttributeError(_unchanging(type(self), name, "..."))

    @classmethod
    def model_validate(cls, obj: Any, **_: Any) -> Self:
        """Return the value of these fields, as the constructor does."""
        if isinstance(obj, cls):
            return obj
        if not isinstance(obj, Mapping):
            raise PlanError.one(obj, f"must be {article(cls.__name__)}, or a mapping of its fields")
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


def _by_name(kind: type[BaseModel], unnamed: tuple[Any, ...]) -> str:
    """Return what is right instead of arguments without names."""
    name, first = kind.__name__, unnamed[0]
    if isinstance(first, Mapping):
        return f"{name} takes its fields by name: {name}(**fields)"
    if isinstance(first, (str, PathLike)) and hasattr(kind, "from_toml"):
        return f"{name} takes its fields by name; a plan file is read by {name}.from_toml(path)"
    told = ", ".join(f"{field}={shown(value)}" for field, value in zip(kind.model_fields, unnamed, strict=False))
    return f"{name} takes its fields by name: {name}({told})"


def _unchanging(kind: type[BaseModel], name: str, value: str) -> str:
    """Return what is right instead of setting a field."""
    if name not in kind.model_fields:
        return f"{article(kind.__name__)} does not change, and has no field {name}; {suggest(name, kind.model_fields)}"
    if hasattr(kind, "replace"):
        return f"{article(kind.__name__)} is frozen: plan.replace({name}={value}) gives a changed one"
    places = {
        "Cluster": "clusters[0]",
        "Goal": "goals[0]",
        "Milestone": "milestones[0]",
        "SurvivalClients": "finances.survival",
    }
    where = places.get(kind.__name__, kind.__name__.lower())
    remedy = f'plan.replace(**{{"{where}.{name}": {value}}}) gives a plan with another one'
    return f"{article(kind.__name__)} is frozen: {remedy}"


def _unknown(kind: type[BaseModel], name: str, value: Any) -> str:
    """Return the remedy for an unknown field, which may be another table's, or the plan's own."""
    from clustersim.plan.places import in_python, places  # noqa: PLC0415 - a plan is made of these values

    heads = places(name)
    if "" in heads:
        return f"this is a field of the plan, not of {kind.__name__}; in a plan file move it above the first table"
    if heads and isinstance(value, Mapping):
        return f"write {' or '.join(f'{head[:-1]}.{name}]' for head in heads)}"
    if heads:
        python = in_python(name, shown(value))
        told = f"this is a field of {' or '.join(heads)}: in a plan file it stands below that head"
        return f"{told}{python and f', in Python {python}'}{_ALSO.get(name, '')}"
    return unknown_name(name, list(kind.model_fields), "field")


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
        elif error["type"] == "extra_forbidden":
            problems.append(Problem(name or '""', value, _unknown(kind, name, value)))
        elif error["type"] == "missing":
            problems.append(Problem(name, MISSING, kind.model_fields[name].description or "must be given"))
        else:
            problems.append(Problem(name, value, error["msg"]))
    return problems
