"""Goals, and the stream of leads that one of their metrics counts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from clustersim.plan.errors import MISSING, PlanError, Problem
from clustersim.plan.rules import DOLLARS, MONTHS, SHARE, Choice, Name, Real, Several, Table, Whole, unknown_name
from clustersim.plan.value import Value

if TYPE_CHECKING:
    from clustersim.plan.parts import Milestone

METRICS = ("revenue", "mission revenue", "clusters", "clients")
"""What a goal can be measured by, see the model."""

#: What a metric is counted by, where not every plan has it.
_TAKES = {"mission revenue": "mission", "clients": "pipeline"}

#: Amounts of money are averages of so many months, and not told before.
AVERAGED = 3


class Pipeline(Value):
    """The stream of leads from which new ideal clients are won; nothing else of the plan touches it.

    Examples
    --------
    >>> Pipeline(leads=40, ideal=0.25, close_rate=0.5).clients
    5.0
    """

    leads: Annotated[float, Real(0.0, 1e6, why="leads a month")] = Field(
        default=40.0, description="leads that come in a month"
    )
    ideal: Annotated[float, SHARE] = Field(default=0.25, description="share of leads that are ideal clients")
    close_rate: Annotated[float, SHARE] = Field(default=0.5, description="share of ideal leads that become clients")

    @property
    def clients(self) -> float:
        """New ideal clients a month, on average."""
        return self.leads * self.ideal * self.close_rate


class Goal(Value):
    """Something to be reached by a month, and measured: ``assess`` tells how S.M.M.A.R.T. it is.

    Examples
    --------
    >>> Goal(name="half way", metric="revenue", at_least=30_000, by=24)
    Goal(name='half way', metric='revenue', at_least=30000, by=24)
    """

    name: Annotated[str, Name()] = Field(description="what it is called; unique in the plan")
    metric: Annotated[str, Choice(METRICS)] = Field(
        description='"revenue" (average of three months), "mission revenue" (likewise), "clusters" (viable ones that '
        'are established) or "clients" (new ideal ones won in the month)'
    )
    at_least: Annotated[float, Real(0.0, DOLLARS, why="dollars a month, clusters or clients")] = Field(
        description="met when the metric is at least this: dollars a month, clusters or clients"
    )
    by: Annotated[int, Whole(1, MONTHS)] = Field(
        description="the last month in which it can be met; clients are those won in this very month"
    )
    destination: Annotated[str, Name()] = Field(
        default="black belt", description="the milestone that it is to be relevant for, reached by the horizon"
    )


class Goals(Several):
    """Some goals with names of their own."""

    def __init__(self) -> None:
        super().__init__(Table(Goal), 0, 64, "goals")

    def _check(self, value: Any) -> tuple[Goal, ...]:
        goals = super()._check(value)
        names = [goal.name for goal in goals]
        problems = [
            Problem(f"[{index}].name", name, f"must be unique: goals[{names.index(name)}] has this name")
            for index, name in enumerate(names)
            if names.index(name) < index
        ]
        if problems:
            raise PlanError(problems)
        return goals


def problems_of(goals: Sequence[Goal], plan: dict[str, Any]) -> list[Problem]:
    """Tell what goals ask for that the plan, as far as its fields are right, has not."""
    problems = list[Problem]()
    milestones: Sequence[Milestone] = plan.get("milestones", ())
    names = [milestone.name for milestone in milestones]
    for index, goal in enumerate(goals):
        lever = _TAKES.get(goal.metric)
        if lever is not None and plan.get(lever, MISSING) is None:
            remedy = f"takes the plan's {lever!r}, which is None: a table [{lever}] switches it on"
            problems.append(Problem(f"[{index}].metric", goal.metric, remedy))
        if goal.by > plan.get("horizon", MONTHS):
            remedy = f"must be at most the plan's horizon, {plan['horizon']}"
            problems.append(Problem(f"[{index}].by", goal.by, remedy))
        if goal.metric in {"revenue", "mission revenue"} and goal.by < AVERAGED:
            remedy = f"must be {AVERAGED} or more: {goal.metric} is an average of {AVERAGED} months"
            problems.append(Problem(f"[{index}].by", goal.by, remedy))
        if names and goal.destination not in names:
            problems.append(
                Problem(f"[{index}].destination", goal.destination, unknown_name(goal.destination, names, "milestone"))
            )
    return problems
