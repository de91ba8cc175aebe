"""What a plan takes for a parameter: a number, a Distribution, scipy.stats' own, or a plan file's form."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from clustersim.plan.errors import PlanError
from clustersim.plan.families import is_scipys_own
from clustersim.plan.inline import inline
from clustersim.plan.number import as_number
from clustersim.plan.parameter import SPELLINGS, Distribution, Parameter
from clustersim.plan.syntax import unquoted

_FORM = (
    "must be a number or a distribution: in a plan file 0.5 or { between = { low = 3, high = 18 } }, "
    "in Python between(3, 18) or scipy.stats.beta(2, 5)"
)
_USUAL: Mapping[str, list[float | None]] = {
    "lognormal": [10_000, 0.3],
    "between": [3, 18],
    "uniform": [3, 9],
    "beta": [2, 3],
}


def parameter(value: Any) -> Parameter:
    """Return what ``value`` means as a parameter; numbers may still be NaN or infinite.

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
        return _from_table(value)
    if isinstance(value, str):
        raise PlanError.one(value, f"{_FORM}, not text{unquoted(value)}")
    if isinstance(value, (bool, np.bool_)):
        raise PlanError.one(value, f"{_FORM}, not true or false")
    if isinstance(value, (list, tuple, np.ndarray)):
        raise PlanError.one(value, f"{_FORM}; one value, not several, a range is {_example('between', value)}")
    return _from_scipy(value)


def _from_table(table: Mapping[Any, Any]) -> Distribution:
    """Read ``{lognormal = {median = 6, sigma = 0.5}}``."""
    if len(table) != 1:
        raise PlanError.one(
            table, f"a distribution is a table with one name, such as {_example(_word_of(table), [*table.values()])}"
        )
    ((name, arguments),) = table.items()
    if not isinstance(arguments, Mapping) or not all(isinstance(key, str) for key in (name, *arguments)):
        remedy = f"needs its parameters by name, such as {_example(name, arguments)}"
        raise PlanError.one(arguments, remedy, path=str(name))
    return Distribution.of(name, **arguments)


def _word_of(table: Mapping[Any, Any]) -> str:
    """Return the spelling that has these parameters."""
    return next((word for word, forms in SPELLINGS.items() if any(set(table) == {*form} for form in forms)), "between")


def _example(word: Any, values: Any) -> str:
    """Write a distribution in this spelling as in a plan file, with these numbers if they are as many as it needs."""
    word = word if word in SPELLINGS else "between"
    names = SPELLINGS[word][0]
    many = isinstance(values, (list, tuple)) or (isinstance(values, np.ndarray) and values.ndim == 1)
    many = many and len(values) == len(names)
    numbers = [as_number(value) for value in values] if many else []
    if not numbers or None in numbers:
        numbers = _USUAL[word]
    return inline({word: dict(zip(names, numbers, strict=True))})


def _from_scipy(value: Any) -> Distribution:
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
    raise PlanError.one(value, _FORM)


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
