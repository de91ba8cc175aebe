"""What a plan takes for a parameter: a number, a Distribution, scipy.stats' own, or a plan file's form."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from clustersim.plan.errors import PlanError
from clustersim.plan.families import is_scipys_own
from clustersim.plan.number import as_number
from clustersim.plan.offers import Offers
from clustersim.plan.parameter import NORMALS, SPELLINGS, Distribution, Parameter, between
from clustersim.plan.syntax import unquoted

_ANY = Offers(usual=(between(3, 18),), single=0.5, scipys="beta(2, 5)")


def parameter(value: Any, offers: Offers = _ANY) -> Parameter:
    """Return what ``value`` means as a parameter; numbers may still be NaN or infinite.

    What is no parameter is refused with one that the field takes, of which there are ``offers``.

    Raises
    ------
    PlanError
        If it means none.

    Examples
    --------
    >>> parameter({"uniform": {"low": 3, "high": 9}})
    uniform(3, 9)
    """
    number = as_number(value)
    if number is not None:
        return number
    if isinstance(value, Distribution):
        return value
    if isinstance(value, Mapping):
        return _from_table(value, offers)
    if isinstance(value, str):
        raise PlanError.one(value, f"{offers.form}, not text{unquoted(value)}")
    if isinstance(value, (bool, np.bool_)):
        raise PlanError.one(value, f"{offers.form}, not true or false")
    if isinstance(value, (list, tuple, np.ndarray)):
        raise PlanError.one(
            value, f"must be one number or a distribution, not several; a range is {offers.of_several(value)}"
        )
    return _from_scipy(value, offers)


def _from_table(table: Mapping[Any, Any], offers: Offers) -> Distribution:
    """Read ``{lognormal = {median = 6, sigma = 0.5}}``."""
    if len(table) != 1:
        remedy = f"a distribution is a table with one name, such as {offers.of_named('', table)}"
        raise PlanError.one(table, remedy)
    ((name, arguments),) = table.items()
    by_name = isinstance(arguments, Mapping) and all(isinstance(key, str) for key in (name, *arguments))
    if not by_name:
        remedy = f"needs its parameters by name, such as {offers.of_named(str(name), arguments)}"
        raise PlanError.one(arguments, remedy, path=str(name))
    if name.lower() in NORMALS:
        raise PlanError.one(table, f"a normal reaches below 0; such as {offers.of_named(name, arguments)}")
    if name in SPELLINGS and {"mean", "sd"} & {*arguments} and not _spells(name, arguments):
        raise PlanError.one(table, f"{_needs(name)}, such as {offers.of_named(name, arguments)}")
    return Distribution.of(name, **arguments)


def _spells(word: str, arguments: Mapping[str, Any]) -> bool:
    return any({*arguments} <= {*form} for form in SPELLINGS[word])


def _needs(word: str) -> str:
    return f"{word} needs {', or '.join(' and '.join(form) for form in SPELLINGS[word])}"


def _from_scipy(value: Any, offers: Offers) -> Distribution:
    """Read a frozen distribution of scipy.stats, which whoever made it has loaded: nothing is loaded here."""
    ancestors = {cls.__name__ for cls in type(value).__mro__ if cls.__module__.startswith("scipy.stats.")}
    if "rv_continuous_frozen" in ancestors:
        return _from_frozen(value)
    if "rv_discrete_frozen" in ancestors or "rv_discrete" in ancestors:
        raise PlanError.one(value, "must be a continuous distribution; this one is discrete")
    if "rv_continuous" in ancestors:
        name = value.name if is_scipys_own(value) else "beta"
        raise PlanError.one(value, f"must be frozen, with its parameters given: scipy.stats.{name}(...)")
    if {"UnivariateDistribution", "_ProbabilityDistribution"} & ancestors:
        remedy = "must be a classic frozen distribution, like scipy.stats.gamma(2, scale=3), not a new-style one"
        raise PlanError.one(value, remedy)
    raise PlanError.one(value, offers.form)


def _from_frozen(frozen: Any) -> Distribution:
    generic = frozen.dist
    if not is_scipys_own(generic):
        remedy = "must be one of scipy.stats' own continuous distributions; this one is home-made or a histogram"
        raise PlanError.one(frozen, remedy)
    shape_names = tuple(generic.shapes.split(", ")) if generic.shapes else ()
    given = dict(zip((*shape_names, "loc", "scale"), frozen.args, strict=False)) | frozen.kwds
    if generic.name == "uniform":
        loc, scale = as_number(given.get("loc", 0.0)), as_number(given.get("scale", 1.0))
        if loc is not None and scale is not None and scale > 0.0 and (loc + scale) - loc == scale:
            given = {"low": loc, "high": loc + scale}
    if generic.name == "beta":  # the spelling without what says nothing
        neutral = {"loc": 0.0, "scale": 1.0}
        given = {name: v for name, v in given.items() if name not in neutral or as_number(v) != neutral[name]}
    return Distribution.of(generic.name, **given)
