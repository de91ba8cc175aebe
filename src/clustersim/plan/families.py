"""The shapes of distributions: the usual ones in numpy and scipy.special, the others by way of scipy.stats.

A family is standard (loc 0, scale 1) and named as in scipy.stats. Loading scipy.stats takes about a second,
loading scipy.special a tenth; so both are loaded when first needed, and a default plan needs neither.
"""

import math
import sys
import warnings
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Support = tuple[float, float]


def _special() -> Any:
    return import_module("scipy.special")


class Family:
    """A standard distribution with shape parameters; quantiles are taken from either tail without loss."""

    shape_names: tuple[str, ...] = ()

    def support(self, *shapes: float) -> Support:
        """Return the ends of the support, NaN where the shapes are none of this family."""
        raise NotImplementedError

    def ppf(self, p: Array, *shapes: float) -> Array:
        """Return quantiles by the probability below."""
        raise NotImplementedError

    def isf(self, q: Array, *shapes: float) -> Array:
        """Return quantiles by the probability above."""
        raise NotImplementedError

    def mean(self, *shapes: float) -> float:
        """Return the mean."""
        raise NotImplementedError

    def std(self, *shapes: float) -> float:
        """Return the standard deviation."""
        raise NotImplementedError


def _positive(high: float, *shapes: float) -> Support:
    return (0.0, high) if all(0.0 < s < math.inf for s in shapes) else (math.nan, math.nan)


class _Lognorm(Family):
    shape_names = ("s",)

    def support(self, *shapes: float) -> Support:
        return _positive(math.inf, *shapes)

    def ppf(self, p: Array, *shapes: float) -> Array:
        return np.asarray(np.exp(shapes[0] * _special().ndtri(p)))

    def isf(self, q: Array, *shapes: float) -> Array:
        return np.asarray(np.exp(-shapes[0] * _special().ndtri(q)))

    def mean(self, *shapes: float) -> float:
        return float(np.exp(0.5 * shapes[0] ** 2))

    def std(self, *shapes: float) -> float:
        return float(np.sqrt(np.expm1(shapes[0] ** 2)) * np.exp(0.5 * shapes[0] ** 2))


class _Uniform(Family):
    def support(self, *_: float) -> Support:
        return 0.0, 1.0

    def ppf(self, p: Array, *_: float) -> Array:
        return np.where((p >= 0.0) & (p <= 1.0), p, np.nan)

    def isf(self, q: Array, *_: float) -> Array:
        return np.where((q >= 0.0) & (q <= 1.0), 1.0 - q, np.nan)

    def mean(self, *_: float) -> float:
        return 0.5

    def std(self, *_: float) -> float:
        return math.sqrt(1.0 / 12.0)


class _Beta(Family):
    shape_names = ("a", "b")

    def support(self, *shapes: float) -> Support:
        return _positive(1.0, *shapes)

    def ppf(self, p: Array, *shapes: float) -> Array:
        return np.asarray(_special().betaincinv(*shapes, p))

    def isf(self, q: Array, *shapes: float) -> Array:
        return np.asarray(_special().betainccinv(*shapes, q))

    def mean(self, *shapes: float) -> float:
        return shapes[0] / (shapes[0] + shapes[1])

    def std(self, *shapes: float) -> float:
        a, b = shapes
        return math.sqrt((a / (a + b)) * (b / (a + b)) / (a + b + 1.0))


class _WeibullMin(Family):
    shape_names = ("c",)

    def support(self, *shapes: float) -> Support:
        return _positive(math.inf, *shapes)

    def ppf(self, p: Array, *shapes: float) -> Array:
        return np.asarray((-np.log1p(-p)) ** (1.0 / shapes[0]))

    def isf(self, q: Array, *shapes: float) -> Array:
        return np.asarray((-np.log(q)) ** (1.0 / shapes[0]))

    def mean(self, *shapes: float) -> float:
        return float(_special().gamma(1.0 + 1.0 / shapes[0]))

    def std(self, *shapes: float) -> float:
        first, second = self.mean(*shapes), _special().gamma(1.0 + 2.0 / shapes[0])
        return math.inf if second == math.inf else math.sqrt(max(0.0, second - first**2))


class _Expon(Family):
    def support(self, *_: float) -> Support:
        return 0.0, math.inf

    def ppf(self, p: Array, *_: float) -> Array:
        return np.asarray(-np.log1p(-p))

    def isf(self, q: Array, *_: float) -> Array:
        return np.asarray(-np.log(q))

    def mean(self, *_: float) -> float:
        return 1.0

    def std(self, *_: float) -> float:
        return 1.0


class _Gamma(Family):
    shape_names = ("a",)

    def support(self, *shapes: float) -> Support:
        return _positive(math.inf, *shapes)

    def ppf(self, p: Array, *shapes: float) -> Array:
        return np.asarray(_special().gammaincinv(shapes[0], p))

    def isf(self, q: Array, *shapes: float) -> Array:
        return np.asarray(_special().gammainccinv(shapes[0], q))

    def mean(self, *shapes: float) -> float:
        return shapes[0]

    def std(self, *shapes: float) -> float:
        return math.sqrt(shapes[0])


class _Triang(Family):
    shape_names = ("c",)

    def support(self, *shapes: float) -> Support:
        return (0.0, 1.0) if 0.0 <= shapes[0] <= 1.0 else (math.nan, math.nan)

    def ppf(self, p: Array, *shapes: float) -> Array:
        c = shapes[0]
        return np.where(p < c, np.sqrt(c * p), 1.0 - np.sqrt((1.0 - c) * (1.0 - p)))

    def isf(self, q: Array, *shapes: float) -> Array:
        c = shapes[0]
        return np.where(q < 1.0 - c, 1.0 - np.sqrt((1.0 - c) * q), np.sqrt(c * (1.0 - q)))

    def mean(self, *shapes: float) -> float:
        return (1.0 + shapes[0]) / 3.0

    def std(self, *shapes: float) -> float:
        return math.sqrt((1.0 - shapes[0] + shapes[0] ** 2) / 18.0)


class _Scipy(Family):
    """Any other continuous distribution of scipy.stats."""

    def __init__(self, generic: Any) -> None:
        self._generic = generic
        self.shape_names = tuple(generic.shapes.split(", ")) if generic.shapes else ()

    def _quietly(self, method: str, *arguments: Any) -> Any:
        # scipy's own numerics may warn on the way to a good answer; a bad answer is NaN, which is looked for
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return getattr(self._generic, method)(*arguments)

    def support(self, *shapes: float) -> Support:
        low, high = self._quietly("support", *shapes)
        return float(low), float(high)

    def ppf(self, p: Array, *shapes: float) -> Array:
        return np.asarray(self._quietly("ppf", p, *shapes), dtype=np.float64)

    def isf(self, q: Array, *shapes: float) -> Array:
        return np.asarray(self._quietly("isf", q, *shapes), dtype=np.float64)

    def mean(self, *shapes: float) -> float:
        return float(self._quietly("mean", *shapes))

    def std(self, *shapes: float) -> float:
        return float(self._quietly("std", *shapes))


OURS: dict[str, Family] = {
    "beta": _Beta(),
    "expon": _Expon(),
    "gamma": _Gamma(),
    "lognorm": _Lognorm(),
    "triang": _Triang(),
    "uniform": _Uniform(),
    "weibull_min": _WeibullMin(),
}


@cache
def generics() -> dict[str, Any]:
    """Return the continuous distributions of scipy.stats by name (this loads scipy.stats)."""
    stats = import_module("scipy.stats")
    return {
        name: thing
        for name, thing in vars(stats).items()
        if isinstance(thing, stats.rv_continuous) and thing.name == name
    }


def family(name: str) -> Family:
    """Return the family of this scipy.stats name.

    Raises
    ------
    KeyError
        If scipy.stats has no continuous distribution of this name.
    """
    return OURS[name] if name in OURS else _Scipy(generics()[name])


def is_scipys_own(generic: Any) -> bool:
    """Tell whether this is one of scipy.stats' continuous distributions, and not a variation on it.

    Whoever holds such an object has loaded scipy.stats, so looking there loads nothing.
    """
    original = generics().get(generic.name) if "scipy.stats" in sys.modules else None
    return (
        original is not None
        and type(generic) is type(original)
        and (generic.a, generic.b, generic.shapes) == (original.a, original.b, original.shapes)
    )
