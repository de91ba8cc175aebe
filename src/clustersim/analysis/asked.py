"""What was asked for, checked before anything is simulated: milestones, months, shares."""

from typing import Any, NamedTuple

from clustersim.joint import has
from clustersim.outcome.outcome import foremost, off
from clustersim.plan.errors import shown, suggest
from clustersim.plan.number import as_number
from clustersim.plan.plan import Plan
from clustersim.program import Program
from clustersim.spread import whole


class Subject(NamedTuple):
    """What an answer is about first: a milestone, or another event, and the month by which."""

    milestone: str
    by: int


def subject_of(program: Program, milestone: Any = None, by: Any = None) -> Subject:
    """Return what is asked for; where it is not said, the milestone that matters most, by year three.

    A plan that ends sooner is asked for its last month.

    Raises
    ------
    TypeError, ValueError
        If the plan has no such milestone, or the month is not whole, or beyond the horizon.

    Examples
    --------
    >>> from clustersim.program import lower
    >>> subject_of(lower(Plan(horizon=24))), subject_of(lower(Plan()), "million", 60)
    (Subject(milestone='black belt', by=24), Subject(milestone='million', by=60))
    """
    return meant(
        program.plan,
        program.horizon,
        None if milestone is None else event_of(program, milestone),
        None if by is None else month_of(program.horizon, by),
    )


def meant(plan: Plan, horizon: int, milestone: str | None = None, by: int | None = None) -> Subject:
    """Return what is asked for, unchecked; where it is not said, the milestone that matters most, by year three."""
    return Subject(foremost(plan) if milestone is None else milestone, min(36, horizon) if by is None else by)


def event_of(program: Program, milestone: Any) -> str:
    """Return the name of a milestone, or of "legacy", "burnout", "ruin" or "admission", that a plan has.

    Raises
    ------
    TypeError, ValueError
        If it is no name, or the plan has none of it.
    """
    if not isinstance(milestone, str):
        raise TypeError(f"milestone = {milestone!r}: must be a milestone's name, as {foremost(program.plan)!r}")
    if milestone not in has(program):
        remedy = off(program.plan, milestone) or suggest(milestone, has(program))
        raise ValueError(f"milestone = {milestone!r}: {remedy}")
    return milestone


def month_of(horizon: int, by: Any) -> int:
    """Return a month that is simulated.

    Raises
    ------
    TypeError, ValueError
        If it is not whole, or beyond the horizon.
    """
    month = whole("by", by, 1)
    if month > horizon:
        raise ValueError(f"by = {month}: the plan's horizon is month {horizon}")
    return month


def share_of(name: str, value: Any) -> float:
    """Return a share strictly between 0 and 1.

    Raises
    ------
    TypeError, ValueError
        If it is none.
    """
    share = as_number(value)
    if share is None:
        raise TypeError(f"{name} = {shown(value)}: must be a number between 0 and 1, as 0.8")
    if not 0 < share < 1:
        raise ValueError(f"{name} = {shown(value)}: must lie between 0 and 1, without them (80 % is written 0.8)")
    return share


def plan_of(name: str, plan: Any) -> Plan:
    """Return a plan.

    Raises
    ------
    TypeError
        If it is none.
    """
    if not isinstance(plan, Plan):
        remedy = "Plan.from_toml(path) reads a file"
        raise TypeError(f"{name} must be a clustersim.Plan, not {type(plan).__name__}: {remedy}")
    return plan
