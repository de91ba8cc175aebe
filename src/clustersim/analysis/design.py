"""Ranges in which a plan's numbers may lie, and the plans at points within them."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Any

from clustersim.analysis.fields import changed, field_of, limits_of
from clustersim.analysis.idle import refuse_idle
from clustersim.analysis.sobol import Range
from clustersim.plan.errors import shown
from clustersim.plan.number import as_number, single
from clustersim.plan.plan import Plan
from clustersim.spread import whole


@dataclass(frozen=True)
class Design:
    """A plan, and the ranges of its fields."""

    plan: Plan
    fields: tuple[str, ...]
    ranges: tuple[Range, ...]
    whole: tuple[bool, ...]

    @classmethod
    def of(cls, plan: Plan, ranges: Any) -> "Design":
        """Check ranges as a caller gave them.

        Raises
        ------
        TypeError, ValueError, PlanError
            If there are none, one is none, the plan has no such field, or every cluster has it of its own.
        """
        if not isinstance(ranges, Mapping):
            raise TypeError(f"ranges = {ranges!r}: must be ranges by field, as {{'failure_rate': (0.3, 0.7)}}")
        if not ranges:
            raise ValueError(
                "there are no ranges: name a field and from where to where, as {'failure_rate': (0.3, 0.7)}"
            )
        fields = tuple(field_of(plan, field) for field in ranges)
        limits = [limits_of(plan, field) for field in fields]
        for field, limit in zip(fields, limits, strict=True):
            if limit is None or field == "horizon":
                nothing = "what it holds is no number that could lie in a range"
                raise ValueError(f"{field}: {'nothing that happens by a month depends on it' if limit else nothing}")
        refuse_idle([plan], fields)
        whole_ones = tuple(limit is not None and limit.whole for limit in limits)
        spans = tuple(_range(*told) for told in zip(fields, ranges.values(), whole_ones, strict=True))
        return cls(plan, fields, spans, whole_ones)

    @property
    def first(self) -> Plan:
        """The plan with every field in the middle of its range."""
        return self.at([float(span.ppf(0.5)) for span in self.ranges])

    def at(self, values: Iterable[float]) -> Plan:
        """Return the plan at a point."""
        told = {name: self.value(k, float(v)) for k, (name, v) in enumerate(zip(self.fields, values, strict=True))}
        return changed(self.plan, told)

    def ends(self, number: int, low: float, high: float) -> tuple[float, float]:
        """Return two quantiles of a field's range."""
        span = self.ranges[number]
        return self.value(number, float(span.ppf(low))), self.value(number, float(span.ppf(high)))

    def value(self, number: int, drawn: float) -> float:
        """Return a drawn value as the field takes it."""
        return round(drawn) if self.whole[number] else drawn


def _range(field: str, told: Any, whole_one: bool) -> Range:  # noqa: FBT001  told by the field
    """Return what a value is drawn from."""
    from scipy import stats  # noqa: PLC0415  scipy.stats loads when it is needed

    if isinstance(told, tuple | list):
        ends = [number for end in told if (number := as_number(end)) is not None]
        if not len(ends) == len(told) == 2:
            raise TypeError(f"{field} = {shown(told)}: must be a pair (low, high), or a distribution")
        low, high = ends
        if not (math.isfinite(low) and math.isfinite(high)):
            raise ValueError(f"{field} = {shown(told)}: both must be finite")
        if not low < high:
            raise ValueError(f"{field} = {shown(told)}: the first must be below the second")
        if whole_one:
            if not all(isinstance(single(end), Integral) for end in told):
                raise ValueError(f"{field} = {shown(told)}: the field is whole, so must be both ends")
            return stats.randint(int(low), int(high) + 1)
        return stats.uniform(low, high - low)
    if not hasattr(told, "ppf"):
        raise TypeError(f"{field} = {shown(told)}: must be a pair (low, high), or a distribution")
    discrete = isinstance(getattr(told, "dist", None), stats.rv_discrete)
    if whole_one and not discrete:
        raise ValueError(f"{field}: the field is whole, so the distribution must be discrete, as stats.randint(1, 7)")
    return told  # type: ignore[no-any-return]  # it has what a Range has


def power_of_two(points: Any) -> int:
    """Return a number of base points that is a power of 2.

    Raises
    ------
    TypeError, ValueError
        If it is none.
    """
    number = whole("points", points, 2)
    if number & (number - 1):
        raise ValueError(f"points = {number}: must be a power of 2, as 256")
    return number
