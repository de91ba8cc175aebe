"""Monte Carlo distributions for an expertise practice.

>>> import clustersim as cs
>>> outcome = cs.simulate(cs.Plan(), n=10_000, rng=7)
>>> bool(0.42 < outcome["black belt"].cdf(36) < 0.47)
True

Everything here loads when it is first used (PEP 562): importing the package alone takes milliseconds.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from clustersim._version import __version__

if TYPE_CHECKING:
    from clustersim.analysis.assess import assess
    from clustersim.analysis.assessment import Assessment
    from clustersim.analysis.compare import compare
    from clustersim.analysis.comparison import Comparison
    from clustersim.analysis.condition import Condition, never, reached
    from clustersim.analysis.effects import Sensitivity
    from clustersim.analysis.find import find
    from clustersim.analysis.sensitivity import sensitivity
    from clustersim.analysis.solution import Solution
    from clustersim.analysis.solve import solve
    from clustersim.analysis.sweep import sweep
    from clustersim.analysis.trace import Trace
    from clustersim.analysis.trace_events import Event
    from clustersim.closed_form.exact import Exact, NotExactError, exact
    from clustersim.engine import Paths, extend, paths, simulate
    from clustersim.outcome.archive import LoadError
    from clustersim.outcome.difference import Difference
    from clustersim.outcome.estimate import Estimate
    from clustersim.outcome.first_passage import FirstPassage
    from clustersim.outcome.outcome import Outcome
    from clustersim.outcome.precision import Precision
    from clustersim.outcome.storage import load
    from clustersim.plan import presets
    from clustersim.plan.errors import PlanError
    from clustersim.plan.goals import Goal, Pipeline
    from clustersim.plan.levers import Accelerator, Finances, Focus, Ideas, Mission, Network, SurvivalClients
    from clustersim.plan.parameter import Distribution, beta, between, lognormal, uniform
    from clustersim.plan.plan import Cluster, Convergence, Legacy, Market, Milestone, Plan
    from clustersim.present import plots
    from clustersim.present.progress import progress_bar
    from clustersim.seeds import Key

_HOME = {
    "Accelerator": "plan.levers",
    "Assessment": "analysis.assessment",
    "Cluster": "plan.plan",
    "Comparison": "analysis.comparison",
    "Condition": "analysis.condition",
    "Convergence": "plan.plan",
    "Difference": "outcome.difference",
    "Distribution": "plan.parameter",
    "Estimate": "outcome.estimate",
    "Event": "analysis.trace_events",
    "Exact": "closed_form.exact",
    "Finances": "plan.levers",
    "FirstPassage": "outcome.first_passage",
    "Focus": "plan.levers",
    "Goal": "plan.goals",
    "Ideas": "plan.levers",
    "Key": "seeds",
    "Legacy": "plan.plan",
    "LoadError": "outcome.archive",
    "Market": "plan.plan",
    "Milestone": "plan.plan",
    "Mission": "plan.levers",
    "Network": "plan.levers",
    "NotExactError": "closed_form.exact",
    "Outcome": "outcome.outcome",
    "Paths": "engine",
    "Pipeline": "plan.goals",
    "Plan": "plan.plan",
    "PlanError": "plan.errors",
    "Precision": "outcome.precision",
    "Sensitivity": "analysis.effects",
    "Solution": "analysis.solution",
    "SurvivalClients": "plan.levers",
    "Trace": "analysis.trace",
    "assess": "analysis.assess",
    "beta": "plan.parameter",
    "between": "plan.parameter",
    "compare": "analysis.compare",
    "exact": "closed_form.exact",
    "extend": "engine",
    "find": "analysis.find",
    "load": "outcome.storage",
    "lognormal": "plan.parameter",
    "never": "analysis.condition",
    "paths": "engine",
    "plots": "present",
    "presets": "plan",
    "progress_bar": "present.progress",
    "reached": "analysis.condition",
    "sensitivity": "analysis.sensitivity",
    "simulate": "engine",
    "solve": "analysis.solve",
    "sweep": "analysis.sweep",
    "uniform": "plan.parameter",
}

#: Names that are modules themselves.
_MODULES = frozenset({"plots", "presets"})

__all__ = [
    "Accelerator",
    "Assessment",
    "Cluster",
    "Comparison",
    "Condition",
    "Convergence",
    "Difference",
    "Distribution",
    "Estimate",
    "Event",
    "Exact",
    "Finances",
    "FirstPassage",
    "Focus",
    "Goal",
    "Ideas",
    "Key",
    "Legacy",
    "LoadError",
    "Market",
    "Milestone",
    "Mission",
    "Network",
    "NotExactError",
    "Outcome",
    "Paths",
    "Pipeline",
    "Plan",
    "PlanError",
    "Precision",
    "Sensitivity",
    "Solution",
    "SurvivalClients",
    "Trace",
    "__version__",
    "assess",
    "beta",
    "between",
    "compare",
    "exact",
    "extend",
    "find",
    "load",
    "lognormal",
    "never",
    "paths",
    "plots",
    "presets",
    "progress_bar",
    "reached",
    "sensitivity",
    "simulate",
    "solve",
    "sweep",
    "uniform",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'clustersim' has no attribute {name!r}")
    home = f"clustersim.{_HOME[name]}"
    value = import_module(f"{home}.{name}") if name in _MODULES else getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
