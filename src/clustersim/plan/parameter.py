"""A parameter of the plan: a number, or a distribution in one of its spellings.

>>> lognormal(median=6, sigma=0.5)
lognormal(median=6, sigma=0.5)
>>> float(lognormal(median=6, sigma=0.5).ppf(0.5))
6.0

The spellings are what a coach knows: a mean and how much it varies, or that 9 of 10 cases lie between two
numbers.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from clustersim.plan.errors import MISSING, PlanError, Problem, nearest, suggest
from clustersim.plan.families import Array, Family, Support, family, generics
from clustersim.plan.number import as_number, compact
from clustersim.plan.reals import as_shares

Arguments = tuple[tuple[str, float], ...]

_Z95 = 1.6448536269514722  # the normal's 95 % quantile
NORMALS = {"normal", "gauss", "gaussian"}
"""What people call the distribution that scipy.stats calls norm, and that no field takes."""

_PLACED = ("loc", "scale")
_FIXED = "a fixed value is written as a number"

# The spellings that are this library's own functions; every other one is scipy.stats'.
SPELLINGS: dict[str, tuple[tuple[str, ...], ...]] = {
    "lognormal": (("mean", "cv"), ("median", "sigma")),
    "between": (("low", "high"),),
    "uniform": (("low", "high"),),
    "beta": (("a", "b"),),
}


@dataclass(frozen=True, kw_only=True, repr=False)
class Distribution:
    """A continuous distribution, compared by its scipy.stats name, shape parameters, loc and scale.

    Made by `lognormal`, `between`, `beta`, `uniform`, `Distribution.of`, or from a frozen scipy.stats
    distribution given to a plan. It keeps the spelling that it was written in, for showing only.

    Attributes
    ----------
    name
        As in scipy.stats.
    shapes, loc, scale
        As in scipy.stats.
    spelling
        A word and its named arguments, as written; of what is made in scipy.stats' terms, those.

    Raises
    ------
    PlanError
        If scipy.stats has no such distribution.

    Examples
    --------
    >>> lognormal(median=6, sigma=0.5) == Distribution.of("lognorm", s=0.5, scale=6)
    True
    >>> Distribution(name="lognorm", shapes=(0.5,), scale=6)
    stats.lognorm(s=0.5, scale=6)
    """

    name: str
    shapes: tuple[float, ...] = ()
    loc: float = 0.0
    scale: float = 1.0
    spelling: tuple[str, Arguments] = field(init=False, compare=False)

    @classmethod
    def of(cls, name: str, /, **parameters: float) -> "Distribution":
        """Make a distribution by its name and named parameters: a spelling of ours, or any of scipy.stats.

        Parameters
        ----------
        name
            "lognormal", "between", "uniform", "beta", or the name of a continuous distribution of
            scipy.stats.
        **parameters
            Its parameters; with a scipy.stats name its shape parameters, and loc and scale if wanted.

        Raises
        ------
        PlanError
            If there is no such distribution, or not with such parameters.

        Examples
        --------
        >>> Distribution.of("gamma", a=2, scale=3).mean()
        6.0
        """
        _refuse_no_name(name)
        if name in {"lognormal", "between"} or (name == "uniform" and {"low", "high"} & set(parameters)):
            return _ours(name, parameters)
        shape_names = _family(name, "", SPELLINGS).shape_names
        numbers = _named_numbers(name, parameters, required=shape_names, optional=_PLACED)
        shapes = tuple(numbers[n] for n in shape_names)
        placed = {n: numbers[n] for n in _PLACED if n in numbers}
        return _spelled(name, numbers, name=name, shapes=shapes, **placed)

    def __post_init__(self) -> None:
        _refuse_no_name(self.name)
        names = _family(self.name, "name").shape_names
        if not isinstance(self.shapes, tuple | list) or len(self.shapes) != len(names):
            told = f"({', '.join(names)}{',' * (len(names) == 1)})"
            raise PlanError.one(self.shapes, f"must be the shape parameters of {self.name}: {told}", path="shapes")
        given = dict(zip(names, self.shapes, strict=True)) | {"loc": self.loc, "scale": self.scale}
        numbers = _named_numbers(self.name, given, required=names, optional=_PLACED)
        loc, scale = numbers["loc"], numbers["scale"]
        said = {n: value for n, value in numbers.items() if (n, value) not in {("loc", 0.0), ("scale", 1.0)}}
        for attribute, value in (
            ("shapes", tuple(numbers[n] for n in names)),
            ("loc", loc),
            ("scale", scale),
            ("spelling", (self.name, tuple(said.items()))),
        ):
            object.__setattr__(self, attribute, value)
        low, high = self.support()
        if not low < high:  # NaN, scipy's sign of impossible shapes, included
            raise _impossible(self.name, said)

    @cached_property
    def _family(self) -> Family:
        return family(self.name)

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in vars(self).items() if key != "_family"}

    def ppf(self, p: ArrayLike) -> Array:
        """Return the quantiles with probability ``p`` below: an array of the shape of ``p``.

        Raises
        ------
        ValueError
            If a probability is not between 0 and 1.
        """
        below = as_shares(p, "p")
        with np.errstate(all="ignore"):  # infinity at the ends of the support is the right answer
            return np.asarray(self.loc + self.scale * self._family.ppf(below, *self.shapes))

    def isf(self, q: ArrayLike) -> Array:
        """Return the quantiles with probability ``q`` above; exact where ``ppf(1 - q)`` would be rounded.

        Raises
        ------
        ValueError
            If a probability is not between 0 and 1.
        """
        above = as_shares(q)
        with np.errstate(all="ignore"):
            return np.asarray(self.loc + self.scale * self._family.isf(above, *self.shapes))

    def support(self) -> Support:
        """Return the lowest and the highest possible value; infinity where there is no highest."""
        low, high = self._family.support(*self.shapes)
        return self.loc + self.scale * low, self.loc + self.scale * high

    def mean(self) -> float:
        """Return the mean; infinity or NaN where there is none."""
        with np.errstate(all="ignore"):
            return self.loc + self.scale * self._family.mean(*self.shapes)

    def std(self) -> float:
        """Return the standard deviation; infinity or NaN where there is none."""
        with np.errstate(all="ignore"):
            return self.scale * self._family.std(*self.shapes)

    def __repr__(self) -> str:
        word, arguments = self.spelling
        names = tuple(name for name, _ in arguments)
        if names not in SPELLINGS.get(word, ()):
            word = f"stats.{word}"
        elif word in {"beta", "uniform", "between"}:
            return f"{word}({', '.join(compact(value) for _, value in arguments)})"
        return f"{word}({', '.join(f'{name}={compact(value)}' for name, value in arguments)})"


def _spelled(word: str, numbers: dict[str, float], **scipys: Any) -> Distribution:
    """Make a distribution, in scipy.stats' terms, that was written in this spelling."""
    try:
        made = Distribution(**scipys)
    except PlanError:
        raise _impossible(word, numbers) from None
    object.__setattr__(made, "spelling", (word, tuple(numbers.items())))
    return made


def _impossible(word: str, arguments: dict[str, float]) -> PlanError:
    return PlanError.one(arguments, f"no distribution has these parameters of {word}", path=word)


Parameter = float | Distribution
"""What a drawn field of a plan holds."""


def lognormal(
    *,
    mean: float | None = None,
    cv: float | None = None,
    median: float | None = None,
    sigma: float | None = None,
) -> Distribution:
    """Make a lognormal distribution from its mean and coefficient of variation, or its median and log-sigma.

    Parameters
    ----------
    mean, cv
        Mean, and standard deviation as a share of the mean.
    median, sigma
        Median, and standard deviation of the logarithm.

    Raises
    ------
    PlanError
        If neither pair is given, or a value is not above 0.

    Examples
    --------
    >>> round(lognormal(mean=10_000, cv=0.3).std())
    3000
    """
    given = {"mean": mean, "cv": cv, "median": median, "sigma": sigma}
    return _ours("lognormal", {name: value for name, value in given.items() if value is not None})


def between(low: float, high: float) -> Distribution:
    """Make the lognormal distribution with 5 % below ``low`` and 5 % above ``high``.

    Raises
    ------
    PlanError
        Unless 0 < low < high.

    Examples
    --------
    >>> between(3, 18).ppf([0.05, 0.95]).round(6).tolist()
    [3.0, 18.0]
    """
    return _ours("between", {"low": low, "high": high})


def uniform(low: float, high: float) -> Distribution:
    """Make the uniform distribution from ``low`` to ``high``: unlike ``scipy.stats.uniform(loc, scale)``.

    Raises
    ------
    PlanError
        Unless low < high.

    Examples
    --------
    >>> uniform(3, 9).support()
    (3.0, 9.0)
    """
    return _ours("uniform", {"low": low, "high": high})


def beta(a: float, b: float) -> Distribution:
    """Make the Beta distribution on 0..1 with mean a / (a + b).

    Raises
    ------
    PlanError
        Unless both are above 0.

    Examples
    --------
    >>> beta(4.5, 4.5).mean()
    0.5
    """
    return Distribution.of("beta", a=a, b=b)


def _refuse_no_name(name: Any) -> None:
    if not isinstance(name, str):
        raise PlanError.one(name, "must be the name of a distribution, as 'gamma'", path="name")


def _family(name: str, path: str, spellings: Collection[str] = ()) -> Family:
    """Return the family of this name, or say which one, or which spelling, was probably meant."""
    try:
        return family(name)
    except KeyError:
        if name.lower() in NORMALS:
            remedy = "a normal reaches below 0: lognormal(mean=..., cv=...) does not, nor does beta(a, b) for shares"
            raise PlanError.one(name, remedy, path) from None
        close = nearest(name, sorted({*generics(), *spellings}))
        known = f"known are {', '.join(spellings)}{' and ' * bool(spellings)}those of scipy.stats"
        told = f"did you mean {close!r}?" if close else known
        raise PlanError.one(name, f"no continuous distribution; {told}", path) from None


def _named_numbers(
    word: str, given: dict[str, Any], *, required: tuple[str, ...], optional: tuple[str, ...] = ()
) -> dict[str, float]:
    """Return the arguments as floats in their canonical order, or say all that is wrong with them."""
    problems, numbers = [], {}
    for name in (*required, *optional):
        if name not in given:
            if name in required:
                problems.append(Problem(name, MISSING, f"{word} needs {' and '.join(required)}"))
            continue
        number = as_number(given[name])
        if number is None:
            problems.append(Problem(name, given[name], "must be a single number"))
        elif math.isnan(number) or (name in _PLACED and math.isinf(number)):
            problems.append(Problem(name, given[name], "must be a finite number"))
        elif name == "scale" and number <= 0.0:
            problems.append(Problem(name, given[name], "must be above 0"))
        else:
            numbers[name] = number
    known = (*required, *optional)
    problems += [
        Problem(str(name), value, f"unknown parameter of {word}; {suggest(str(name), known)}")
        for name, value in given.items()
        if name not in known
    ]
    if problems:
        raise PlanError(problems).within(word) from None
    return numbers


def _ours(word: str, given: dict[str, Any]) -> Distribution:
    """Make a distribution in a spelling of this library."""
    forms = SPELLINGS[word]
    names = next((form for form in forms if set(form) & set(given)), forms[0])
    if word == "lognormal" and not any(given and set(given) <= set(form) for form in forms):
        raise PlanError.one(given, "lognormal needs mean and cv, or median and sigma, both above 0", path=word)
    numbers = _named_numbers(word, given, required=names)
    first, second = numbers.values()
    if word == "uniform":
        if not -math.inf < first < second < math.inf:
            raise PlanError.one(given, f"low must be below high; {_FIXED}", path=word)
        return _spelled(word, numbers, name="uniform", loc=first, scale=second - first)
    if word == "between":
        if not 0.0 < first < second < math.inf:
            raise PlanError.one(given, f"low must be below high, and both above 0; {_FIXED}", path=word)
        s, scale = (math.log(second) - math.log(first)) / (2.0 * _Z95), math.sqrt(first) * math.sqrt(second)
    else:
        problems = [
            Problem(name, given[name], f"must be above 0 and finite; {_FIXED}")
            for name, value in numbers.items()
            if not 0.0 < value < math.inf
        ]
        if problems:
            raise PlanError(problems).within(word)
        s, scale = (second, first) if names == ("median", "sigma") else _from_mean(first, second)
    return _spelled(word, numbers, name="lognorm", shapes=(s,), scale=scale)


def _from_mean(mean: float, cv: float) -> tuple[float, float]:
    """Return the log-sigma and the median of a lognormal."""
    s = math.sqrt(math.log1p(cv * cv))
    return s, mean * math.exp(-0.5 * s * s)
