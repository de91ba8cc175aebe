"""For the tests of your own planning code: hypothesis strategies of plans and of their parts, and what always holds.

>>> from hypothesis import given
>>> import clustersim as cs
>>> from clustersim.testing import check_invariants, keys, plans
>>> @given(plans(max_horizon=36), keys())
... def test_any_plan_can_be_simulated(plan, key):
...     check_invariants(cs.simulate(plan, n=100, rng=key, workers=1))

Strategies need hypothesis: ``pip install "clustersim[testing]"``. ``st.from_type(cs.Plan)``, of any part of a plan, of
``cs.Distribution`` and of ``cs.Key`` draw from the same strategies, and that without importing this module.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clustersim.testing.goal_strategies import goal, goals, pipeline
    from clustersim.testing.invariants import check_invariants
    from clustersim.testing.lever_strategies import (
        accelerator,
        finances,
        focus,
        ideas,
        levers,
        mission,
        network,
        survival_clients,
    )
    from clustersim.testing.parameter_strategies import (
        distributions,
        fits,
        lifetimes,
        odds_ratios,
        parameters,
        probabilities,
        ramps,
        revenues,
        trials,
    )
    from clustersim.testing.part_strategies import (
        clusters,
        convergence,
        legacy,
        market,
        milestone,
        milestones,
        names,
        portfolios,
        seasons,
    )
    from clustersim.testing.plan_strategies import keys, plans

_HOME = {
    "accelerator": "lever_strategies",
    "check_invariants": "invariants",
    "clusters": "part_strategies",
    "convergence": "part_strategies",
    "distributions": "parameter_strategies",
    "finances": "lever_strategies",
    "fits": "parameter_strategies",
    "focus": "lever_strategies",
    "goal": "goal_strategies",
    "goals": "goal_strategies",
    "ideas": "lever_strategies",
    "keys": "plan_strategies",
    "legacy": "part_strategies",
    "levers": "lever_strategies",
    "lifetimes": "parameter_strategies",
    "market": "part_strategies",
    "milestone": "part_strategies",
    "milestones": "part_strategies",
    "mission": "lever_strategies",
    "names": "part_strategies",
    "network": "lever_strategies",
    "odds_ratios": "parameter_strategies",
    "parameters": "parameter_strategies",
    "pipeline": "goal_strategies",
    "plans": "plan_strategies",
    "portfolios": "part_strategies",
    "probabilities": "parameter_strategies",
    "ramps": "parameter_strategies",
    "revenues": "parameter_strategies",
    "seasons": "part_strategies",
    "survival_clients": "lever_strategies",
    "trials": "parameter_strategies",
}

__all__ = [
    "accelerator",
    "check_invariants",
    "clusters",
    "convergence",
    "distributions",
    "finances",
    "fits",
    "focus",
    "goal",
    "goals",
    "ideas",
    "keys",
    "legacy",
    "levers",
    "lifetimes",
    "market",
    "milestone",
    "milestones",
    "mission",
    "names",
    "network",
    "odds_ratios",
    "parameters",
    "pipeline",
    "plans",
    "portfolios",
    "probabilities",
    "ramps",
    "revenues",
    "seasons",
    "survival_clients",
    "trials",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'clustersim.testing' has no attribute {name!r}")
    try:
        home = import_module(f"clustersim.testing.{_HOME[name]}")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "hypothesis":
            raise
        raise ImportError(f'clustersim.testing.{name} needs hypothesis: pip install "clustersim[testing]"') from error
    value = getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
