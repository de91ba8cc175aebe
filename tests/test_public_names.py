import inspect
from types import ModuleType

import pytest

import clustersim as cs

# A name more or less here is a promise made or broken: say so in the changelog.
PUBLIC = [
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


def documented():
    """Every public class and function, and what they offer under names of our own."""
    for name in PUBLIC:
        value = getattr(cs, name)
        if isinstance(value, ModuleType):
            yield name, value
            yield from (
                (f"{name}.{member}", function)
                for member, function in vars(value).items()
                if inspect.isfunction(function) and not member.startswith("_")
            )
        elif inspect.isclass(value):
            yield name, value
            yield from (
                (f"{name}.{member}", getattr(value, member))
                for kind in value.__mro__
                if kind.__module__.startswith("clustersim")
                for member, found in vars(kind).items()
                if not member.startswith("_")
                and (inspect.isroutine(found) or isinstance(found, (property, classmethod, staticmethod)))
            )
        elif callable(value):
            yield name, value


def test_the_public_names_are_these():
    assert sorted(cs.__all__) == PUBLIC
    assert dir(cs) == PUBLIC


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_can_be_imported(name):
    names = {}
    exec(f"from clustersim import {name}", names)  # noqa: S102 - a name of our own
    assert names[name] is getattr(cs, name)


def test_a_star_imports_all_of_them():
    names = {}
    exec("from clustersim import *", names)  # noqa: S102 - our own package
    assert names.keys() >= set(PUBLIC)


def test_another_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'clustersim' has no attribute 'simulat'"):
        cs.simulat  # noqa: B018 - the look-up is what fails


@pytest.mark.parametrize(("name", "value"), [pytest.param(*pair, id=pair[0]) for pair in documented()])
def test_what_is_public_has_a_docstring(name, value):
    assert inspect.getdoc(value), f"{name} has no docstring"
    assert inspect.getdoc(value) != inspect.getdoc(object), f"{name} has only what every object has"
