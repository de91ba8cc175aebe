"""What hypothesis calls when it is imported, by the entry point in ``pyproject.toml``: who draws what."""

from importlib import import_module
from typing import Any

from clustersim.plan import goals, levers, parameter, parts, plan
from clustersim.seeds import Key

#: Which of the strategies draws values of a type.
_DRAWN_BY: dict[type[Any], str] = {
    plan.Plan: "plans",
    parts.Cluster: "clusters",
    parts.Convergence: "convergence",
    parts.Legacy: "legacy",
    parts.Market: "market",
    parts.Milestone: "milestone",
    levers.Accelerator: "accelerator",
    levers.Finances: "finances",
    levers.Focus: "focus",
    levers.Ideas: "ideas",
    levers.Mission: "mission",
    levers.Network: "network",
    levers.SurvivalClients: "survival_clients",
    goals.Goal: "goal",
    goals.Pipeline: "pipeline",
    parameter.Distribution: "distributions",
    Key: "keys",
}


def register() -> None:
    """Let ``hypothesis.strategies.from_type`` draw plans and what they are made of.

    Strategies load when one is first asked for.
    """
    from hypothesis import strategies as st  # noqa: PLC0415  it is being imported while this module is

    for kind in _DRAWN_BY:
        st.register_type_strategy(kind, _drawn)


def _drawn(kind: type[Any]) -> Any:
    return getattr(import_module("clustersim.testing"), _DRAWN_BY[kind])()
