"""Strategies of whole plans, and of the luck to run them with."""

from collections.abc import Mapping, Sequence
from typing import Any

import hypothesis.strategies as st
from hypothesis import assume

from clustersim.plan.errors import PlanError, suggest
from clustersim.plan.goals import METRICS
from clustersim.plan.parts import Cluster, Milestone
from clustersim.plan.plan import RAMP_CURVES, Plan
from clustersim.program import lower
from clustersim.seeds import Key
from clustersim.testing.goal_strategies import goals, pipeline
from clustersim.testing.lever_strategies import levers as some_levers
from clustersim.testing.parameter_strategies import (
    lifetimes,
    numbers,
    or_default,
    probabilities,
    ramps,
    revenues,
    trials,
)
from clustersim.testing.part_strategies import convergence, legacy, market, milestones, portfolios, seasons


def plans(
    *, max_clusters: int = 12, max_horizon: int = 120, levers: bool = True, **fields: Any
) -> st.SearchStrategy[Plan]:
    """Draw plans, each of which can be simulated: a thousand practices take some milliseconds.

    They shrink towards ``Plan()``: what a failing example shows is what it takes to fail.

    Parameters
    ----------
    max_clusters, max_horizon
        Clusters, and months, at most.
    levers
        Whether there are levers, each off half of the time; or none.
    **fields
        Fields of the plan that are not to be drawn like that: values, or strategies of your own. What is said here
        of a field that the clusters of a portfolio may have too holds for these as well.

    Raises
    ------
    TypeError
        If a plan has no such field.

    Examples
    --------
    >>> from hypothesis import Phase, find, settings
    >>> quickly = settings(phases=[Phase.generate, Phase.shrink], database=None)
    >>> find(plans(), lambda plan: plan.horizon < 100 and plan.focus is not None, settings=quickly)
    Plan(horizon=1, focus=Focus())
    >>> find(plans(every=1, levers=False), lambda plan: plan.market is not None, settings=quickly)
    Plan(every=1, market=Market())
    """
    unknown = [name for name in fields if name not in Plan.model_fields]
    if unknown:
        raise TypeError(f"a plan has no field {unknown[0]!r}: {suggest(unknown[0], Plan.model_fields)}")
    fixed = {name: kept if isinstance(kept, st.SearchStrategy) else st.just(kept) for name, kept in fields.items()}
    drawn = {name: strategy for name, strategy in _simple_fields(max_horizon).items() if name not in fixed}
    fixed.setdefault("clusters", _clusters(max_clusters, fixed))
    asked = {"max_clusters": max_clusters, "max_horizon": max_horizon, "levers": levers, **fields}
    told = ", ".join(f"{name}={value!r}" for name, value in asked.items())
    return _plans(_Fields(st.fixed_dictionaries(drawn), st.fixed_dictionaries(fixed), levers, told))


class _Fields:
    """What the fields of a plan are drawn by, which hypothesis shows when a test fails: as it was asked for."""

    def __init__(
        self,
        simple: st.SearchStrategy[dict[str, Any]],
        fixed: st.SearchStrategy[dict[str, Any]],
        levers: bool,  # noqa: FBT001 - handed over by plans alone
        told: str,
    ) -> None:
        self.simple, self.fixed, self.levers, self._told = simple, fixed, levers, told

    def __repr__(self) -> str:
        return self._told


@st.composite
def _plans(draw: st.DrawFn, fields: _Fields) -> Plan:
    drawn, kept = draw(fields.simple), draw(fields.fixed)
    if "milestones" not in kept:
        drawn["milestones"] = _with_trigger(draw(milestones()), kept.get("convergence"))
    if "convergence" not in kept:
        ladder = kept["milestones"] if "milestones" in kept else drawn["milestones"]
        drawn["convergence"] = draw(_convergences([Milestone.model_validate(m).name for m in ladder]))
    if fields.levers:
        tried = kept["clusters"]
        drawn |= draw(some_levers(tried if isinstance(tried, int) else len(tried)))
    plan = Plan(**drawn | kept)
    if "goals" not in kept:
        plan = plan.replace(goals=draw(_goals(plan)))
    assume(_countable(plan))
    return plan


def _simple_fields(max_horizon: int) -> dict[str, st.SearchStrategy[Any]]:
    """Tell the fields that hang on no other."""
    known = {
        "every": st.integers(1, 6),
        "at_once": st.integers(1, 4),
        "failure_rate": probabilities(),
        "revenue": revenues(),
        "ramp": ramps(),
        "ramp_curve": st.sampled_from(RAMP_CURVES),
        "trial": trials(),
        "failed_share": numbers(0.0, 1.0),
        "lifetime": lifetimes(),
        "volatility": st.just(0.0) | numbers(0.0, 0.8),
        "persistence": numbers(0.0, 0.95),
        "market": market(),
        "seasonality": seasons(),
        "legacy": st.none() | legacy(),
        "pipeline": pipeline(),
    }
    usual = min(Plan.model_fields["horizon"].default, max_horizon)
    return {name: or_default(Plan, name, strategy) for name, strategy in known.items()} | {
        "horizon": st.just(usual) | st.integers(1, max_horizon)
    }


def _clusters(most: int, kept: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Draw a number of clusters, or a portfolio that leaves to the plan what is kept there."""
    usual = min(Plan.model_fields["clusters"].default, most)
    left = {name: None for name in Cluster.model_fields if name in kept}
    listed = portfolios(min(most, 6), named=False).map(
        lambda portfolio: tuple(cluster.model_copy(update=left) for cluster in portfolio)
    )
    return st.just(usual) | st.integers(1, most) | listed


def _convergences(names: Sequence[str]) -> st.SearchStrategy[Any]:
    """Draw a convergence, the default one if there is its trigger, or none."""
    usual = Plan.model_fields["convergence"].default
    first = st.just(usual) if usual.trigger in names else st.none()
    return first | st.none() | convergence(names)


def _goals(plan: Plan) -> st.SearchStrategy[Any]:
    """Draw goals in what the plan has."""
    takes = {"mission revenue": plan.mission, "clients": plan.pipeline}
    metrics = [metric for metric in METRICS if metric not in takes or takes[metric] is not None]
    return goals(metrics, [milestone.name for milestone in plan.milestones], plan.horizon)


def _with_trigger(ladder: tuple[Milestone, ...], fixed: Any) -> tuple[Milestone, ...]:
    """Let the first milestone be the trigger of a convergence that was not drawn, if none is."""
    trigger = getattr(fixed, "trigger", None)
    if trigger is None or trigger in {milestone.name for milestone in ladder}:
        return ladder
    return (ladder[0].model_copy(update={"name": trigger}), *ladder[1:])


def _countable(plan: Plan) -> bool:
    """Tell whether the plan's revenue is not spread too widely."""
    try:
        lower(plan)
    except PlanError:
        return False
    return True


def keys() -> st.SearchStrategy[Key]:
    """Draw keys, which ``rng=`` takes: whatever chance may bring.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(keys(), lambda _: True)
    Key(0)
    """
    return st.integers(0, 2**64 - 1).map(Key)
