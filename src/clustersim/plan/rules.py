"""What the fields of a plan may hold: a rule checks a value, says what would be right, and has a JSON schema.

A rule stands in a field's annotation, ``Annotated[int, Whole(1, 1200)]``, and is the whole of that field's
validation: nothing is coerced from text, nothing is clipped.
"""

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from pydantic_core import CoreSchema, core_schema

from clustersim.plan.errors import PlanError, Problem, article, suggest
from clustersim.plan.inline import inline
from clustersim.plan.number import as_number, compact, single
from clustersim.plan.offers import Offers
from clustersim.plan.parameter import Distribution, Parameter, beta, between, lognormal, uniform
from clustersim.plan.recognise import parameter
from clustersim.plan.syntax import unquoted

Schema = dict[str, Any]

MONTHS = 1_200
DOLLARS = 1e12
LONG = 1e6
SHORT = 1e-6
NAME_LENGTH = 80


class Rule:
    """What a field may hold."""

    def check(self, value: Any) -> Any:
        """Return the value as the plan keeps it, or raise PlanError."""
        return self._check(value)

    def schema(self) -> Schema:
        """Return the JSON schema of the field's form in a plan file."""
        return self._schema()

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        """Tell pydantic that this rule alone validates the field."""
        return core_schema.no_info_plain_validator_function(self._check)

    def _check(self, value: Any) -> Any:
        raise NotImplementedError

    def _schema(self) -> Schema:
        raise NotImplementedError


@dataclass(frozen=True)
class Whole(Rule):
    """A whole number from ``low`` to ``high``."""

    low: int
    high: int

    def _check(self, value: Any) -> int:
        remedy, value = f"must be a whole number from {self.low} to {self.high}", single(value)
        if isinstance(value, (bool, np.bool_)):
            raise PlanError.one(value, f"{remedy}, not true or false")
        if isinstance(value, str):
            raise PlanError.one(value, f"{remedy}, not text{unquoted(value)}")
        if isinstance(value, (float, np.floating)):
            written = f"; write {int(value)}" if math.isfinite(value) and float(value).is_integer() else ""
            raise PlanError.one(value, f"{remedy}, without a decimal point{written}")
        if not isinstance(value, (int, np.integer)) or not self.low <= int(value) <= self.high:
            raise PlanError.one(value, remedy)
        return int(value)

    def _schema(self) -> Schema:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True)
class Real(Rule):
    """A number from ``low`` to ``high``, below ``high`` if that is open; ``why`` explains the limit."""

    low: float
    high: float
    open_high: bool = False
    why: str = ""

    @property
    def remedy(self) -> str:
        """What would be right."""
        if self.open_high:
            text = f"must be at least {compact(self.low)} and below {compact(self.high)}"
        else:
            text = f"must be from {compact(self.low)} to {compact(self.high)}"
        if (self.low, self.high) == (0.0, 1.0) and not self.open_high:
            text += " (50 % is written 0.5)"
        return text + (f": {self.why}" if self.why else "")

    def inside(self, number: float) -> bool:
        """Tell whether the number is allowed; NaN is not."""
        return self.low <= number < self.high or (number == self.high and not self.open_high)

    def _check(self, value: Any) -> float:
        number = as_number(value)
        if number is None:
            told = f", not text{unquoted(value)}" if isinstance(value, str) else ""
            kind = ", not true or false" if isinstance(value, bool) else told
            raise PlanError.one(value, f"{self.remedy}; a single number{kind}")
        if not self.inside(number):
            raise PlanError.one(value, self.remedy)
        return number

    def _schema(self) -> Schema:
        high = "exclusiveMaximum" if self.open_high else "maximum"
        return {"type": "number", "minimum": self.low, high: self.high}


SHARE = Real(0.0, 1.0)
DOLLARS_A_MONTH = Real(0.0, DOLLARS, why="dollars a month, at most a million million")


PERSISTENCE = Real(0.0, 1.0, open_high=True)
VOLATILITY = Real(
    0.0,
    3.0,
    why="a log standard deviation; more noise has no usable mean: rare months earn nearly all",
)


@dataclass(frozen=True)
class Drawn(Rule):
    """A parameter: a number that keeps ``number``, or a distribution within ``support``.

    A support may reach to infinity; then 999 in 1000 draws must keep the rule for numbers. ``usual`` is what is offered
    where it is kept by neither, nor told what was meant.
    """

    number: Real
    support: tuple[float, float]
    usual: Offers

    @property
    def offers(self) -> Offers:
        """What is offered for what the field does not take."""
        return replace(self.usual, takes=lambda distribution: not self._wrong(distribution))

    def _check(self, value: Any) -> Parameter:
        known = parameter(value, self.offers)
        if not isinstance(known, Distribution):
            return self.number.check(value)  # type: ignore[no-any-return]  # a Real keeps a float
        if wrong := self._wrong(known):
            raise PlanError.one(known, f"{wrong}; such as {self.offers.instead_of(known)}")
        return known

    def _wrong(self, distribution: Distribution) -> str:
        """Tell what is wrong with a distribution here; nothing if it is right."""
        low, high = distribution.support()
        least, most = self.support
        if not (low >= least and high <= most * (1.0 + 1e-12)):  # low + (high - low) may round upwards
            limits = f"from {least:g} to {most:g}" if math.isfinite(most) else f"at least {least:g}"
            return f"must be {limits}, but {_reach(distribution)}"
        if math.isinf(high) or high > self.number.high:
            rare = float(distribution.isf(0.001))
            if not rare <= self.number.high:
                return f"{self.number.remedy}; one draw in 1000 of this distribution exceeds {rare:g}"
        return ""

    def _schema(self) -> Schema:
        return {"anyOf": [self.number.schema(), {"$ref": "#/$defs/Distribution"}]}


def _reach(distribution: Distribution) -> str:
    """Tell from where to where a distribution goes."""
    low, high = distribution.support()
    if distribution.spelling[0] == "between":
        return "of this distribution one case in ten lies outside of the two numbers, and there is no end above"
    if math.isinf(low) and math.isinf(high):
        return "this distribution has no end, below or above"
    if math.isinf(high):
        return f"this distribution goes from {low:g} upwards without end"
    if math.isinf(low):
        return f"this distribution goes from {high:g} downwards without end"
    return f"this distribution goes from {low:g} to {high:g}"


_SHARES = Offers(
    usual=(uniform(0.4, 0.7), beta(4.5, 4.5)),
    single=0.5,
    scipys="beta(2, 5)",
    shares=True,
)
_DOLLARS = Offers(
    usual=(between(4_000, 15_000), lognormal(mean=10_000, cv=0.3), uniform(5_000, 15_000)),
    single=10_000,
    scipys="gamma(4, scale=2500)",
)
_MONTHS = Offers(
    usual=(between(3, 18), lognormal(median=6, sigma=0.5), uniform(3, 9)),
    single=6,
    scipys="gamma(2, scale=3)",
)

PROBABILITY = Drawn(SHARE, (0.0, 1.0), _SHARES)
MONEY = Drawn(DOLLARS_A_MONTH, (0.0, math.inf), _DOLLARS)
DURATION = Drawn(Real(0.0, LONG, why="months"), (0.0, math.inf), _MONTHS)
POSITIVE_DURATION = Drawn(Real(SHORT, LONG, why="months, above 0"), (0.0, math.inf), _MONTHS)


@dataclass(frozen=True)
class Choice(Rule):
    """One of some words."""

    words: tuple[str, ...]

    def _check(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.words:
            raise PlanError.one(value, f"must be one of {', '.join(map(repr, self.words))}")
        return str(value)

    def _schema(self) -> Schema:
        return {"enum": list(self.words)}


class Name(Rule):
    """A name that is not empty nor longer than 80 characters."""

    def _check(self, value: Any) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > NAME_LENGTH:
            raise PlanError.one(value, f"must be a name of 1 to {NAME_LENGTH} characters")
        if any(0xD800 <= ord(c) < 0xE000 for c in value):
            raise PlanError.one(value, "must be text that a file can hold: it has half a character (a surrogate)")
        return str(value)

    def _schema(self) -> Schema:
        return {"type": "string", "minLength": 1, "maxLength": NAME_LENGTH}


@dataclass(frozen=True)
class Maybe(Rule):
    """What another rule allows, or None, which a plan file writes ``false``."""

    rule: Rule

    def _check(self, value: Any) -> Any:
        if value is None or value is False:
            return None
        try:
            return self.rule.check(value)
        except PlanError as wrong:
            (first, *_) = wrong.problems
            if first.path or (as_number(value) and not isinstance(self.rule, Table)):
                raise
            raise PlanError.one(first.value, f"{first.remedy}; or false, in Python None, for none") from None

    def _schema(self) -> Schema:
        inner = self.rule.schema()
        return {"anyOf": [*inner.get("anyOf", [inner]), {"const": False}]}


@dataclass(frozen=True)
class Table(Rule):
    """A value with fields of its own: an instance of ``kind``, or its fields by name."""

    kind: Callable[..., Any]

    def _check(self, value: Any) -> Any:
        if isinstance(self.kind, type) and isinstance(value, self.kind):
            return value
        name = self.kind.__name__
        if not isinstance(value, Mapping):
            raise PlanError.one(value, f"must be a table such as {self.example()}, in Python {article(name)}(...)")
        if not all(isinstance(key, str) for key in value):
            raise PlanError.one(value, f"must have the names of fields of {name} as keys")
        return self.kind(**value)

    def example(self) -> str:
        """Write the fields and their defaults as in a plan file, dots where there is none."""
        fields = inspect.signature(self.kind).parameters.values()
        return inline({f.name: ... if f.default in {None, f.empty} else f.default for f in fields})

    def _schema(self) -> Schema:
        return {"$ref": f"#/$defs/{self.kind.__name__}"}


@dataclass(frozen=True)
class Several(Rule):
    """A tuple of ``low`` to ``high`` values that keep one rule."""

    rule: Rule
    low: int
    high: int
    what: str

    def _check(self, value: Any) -> tuple[Any, ...]:
        count = str(self.low) if self.low == self.high else f"{self.low} to {self.high}"
        if isinstance(value, np.ndarray) and value.ndim == 1:
            value = value.tolist()
        if isinstance(value, Mapping) and isinstance(self.rule, Table):
            raise PlanError.one(value, f"must be a list of {count}: write double brackets, [[{self.what}]]")
        if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
            raise PlanError.one(value, f"must be a list of {count} {self.what}")
        if not self.low <= len(value) <= self.high:
            raise PlanError.one(value, f"must be {count} {self.what}; there are {len(value)}")
        kept, problems = [], list[Problem]()
        for index, item in enumerate(value):
            try:
                kept.append(self.rule.check(item))
            except PlanError as wrong:
                problems += wrong.within(f"[{index}]").problems
        if problems:
            raise PlanError(problems)
        return tuple(kept)

    def _schema(self) -> Schema:
        return {"type": "array", "items": self.rule.schema(), "minItems": self.low, "maxItems": self.high}


def unknown_name(word: Any, known: Sequence[str], what: str) -> str:
    """Return the remedy for a name that is not among those known."""
    return f"unknown {what}; {suggest(str(word), known)}"
