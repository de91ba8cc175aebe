"""What is offered for a distribution that a field does not take: one of the user's own numbers, which the field takes.

A field's `Offers` try what was probably meant, and fall back on what is usual in such a field; nothing is offered that
the field would refuse.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from clustersim.plan.errors import PlanError
from clustersim.plan.inline import inline
from clustersim.plan.number import as_number, compact
from clustersim.plan.parameter import NORMALS, Distribution, beta, between, lognormal, uniform

#: What people call the numbers of a distribution, by what they are here.
_CALLED = {
    "low": ("low", "min", "minimum", "lower", "from", "least"),
    "high": ("high", "max", "maximum", "upper", "to", "most"),
    "mean": ("mean", "average", "mu", "loc", "expected"),
    "sd": ("sd", "std", "stdev", "sigma", "scale", "stddev"),
    "cv": ("cv",),
}
_RANGES = {"", "between", "uniform", "range"}


@dataclass(frozen=True)
class Offers:
    """What a field can be offered.

    Attributes
    ----------
    usual
        Distributions of numbers that are usual in such a field: the one of the user's word is offered, or the first.
    single
        A usual number.
    scipys
        A usual distribution as Python has it from scipy.stats.
    shares
        Whether its numbers are shares, from 0 to 1.
    takes
        Tells whether the field takes a distribution.
    """

    usual: tuple[Distribution, ...]
    single: float
    scipys: str
    shares: bool = False
    takes: Callable[[Distribution], bool] = lambda _: True

    @property
    def form(self) -> str:
        """Tell what the field takes."""
        return (
            f"must be a number or a distribution: in a plan file {inline(self.single)} or {inline(self.usual[0])}, "
            f"in Python {self.usual[0]!r} or scipy.stats.{self.scipys}"
        )

    def of_several(self, values: Any) -> str:
        """Write what is taken for several numbers in a list: the lowest and the highest are the ends of a range."""
        return self._told(lambda: self._ranges(*_ends(values)))

    def of_named(self, word: str, values: Any) -> str:
        """Write what is taken for a distribution of a name, with numbers that may have names or none."""
        if isinstance(values, Mapping):
            known = {str(key).casefold(): number for key, value in values.items() if (number := as_number(value))}
            return self._told(lambda: self._named(word, known), word)
        listed = _numbers(values)
        return self._told(lambda: self._unnamed(word, listed), word)

    def instead_of(self, distribution: Distribution) -> str:
        """Write what is taken for a distribution that is not: of its ends, or its mean and spread."""
        return self._told(lambda: self._alike(distribution))

    def _told(self, candidates: Callable[[], Iterable[tuple[Distribution, str]]], word: str = "") -> str:
        """Write the first that the field takes, and what was done to its numbers."""
        try:
            for distribution, done in candidates():
                if self.takes(distribution):
                    return inline(distribution) + done
        except (PlanError, ArithmeticError, ValueError):  # no distribution has such numbers
            pass
        return inline(next((usual for usual in self.usual if usual.spelling[0] == word), self.usual[0]))

    def _named(self, word: str, given: Mapping[str, float]) -> Iterator[tuple[Distribution, str]]:
        called = {name: next((given[key] for key in keys if key in given), None) for name, keys in _CALLED.items()}
        low, high, mean, sd, cv = (called[name] for name in ("low", "high", "mean", "sd", "cv"))
        if set(given) == {"a", "b"}:
            yield beta(given["a"], given["b"]), ""
        if set(given) == {"median", "sigma"}:
            yield from self._alike(lognormal(median=given["median"], sigma=given["sigma"]))
        if high is not None:
            yield from self._ranges(low or 0.0, high, word)
        if mean is not None and (sd or cv):
            yield from self._about(mean, sd or (cv or 0.0) * mean)

    def _unnamed(self, word: str, values: Sequence[float]) -> Iterator[tuple[Distribution, str]]:
        if len(values) != 2:  # all that have a spelling here have two
            return
        if word == "beta":
            yield beta(*values), ""
        elif word == "lognormal":
            yield from self._alike(lognormal(mean=values[0], cv=values[1]))
        elif word.casefold() in {"norm", *NORMALS}:
            yield from self._about(*values)
        elif word in _RANGES:
            yield from self._ranges(min(values), max(values), word)

    def _alike(self, distribution: Distribution) -> Iterator[tuple[Distribution, str]]:
        word, arguments = distribution.spelling
        yield distribution, ""
        low, high = distribution.support()
        if word == "between":
            low, high = (value for _, value in arguments)
        if isfinite(low) and isfinite(high):
            yield from self._ranges(low, high, word)
        yield from self._about(distribution.mean(), distribution.std())

    def _ranges(self, low: float, high: float, word: str = "between") -> Iterator[tuple[Distribution, str]]:
        """Make ranges of two numbers; of shares they have ends, which may have been meant in per cent."""
        low, high = min(low, high), max(low, high)
        if self.shares:
            (low, high), done = _as_shares(low, high)
            yield uniform(max(low, 0.0), min(high, 1.0)), done
        elif word == "uniform" or low <= 0.0:
            yield uniform(max(low, 0.0), high), ""
        else:
            yield between(low, high), ""

    def _about(self, mean: float, sd: float) -> Iterator[tuple[Distribution, str]]:
        """Make distributions of a mean and a standard deviation."""
        if not self.shares:
            yield lognormal(mean=mean, cv=_rounded(sd / mean)), ""
            return
        (mean, sd), done = _as_shares(mean, sd)
        sure = mean * (1.0 - mean) / sd**2 - 1.0
        if sure < 0.1:  # so wide that it is nearly all or nothing: nobody means that
            return
        yield beta(_rounded(sure * mean), _rounded(sure * (1.0 - mean))), done


def _as_shares(first: float, second: float) -> tuple[tuple[float, float], str]:
    """Take two numbers for per cent where they cannot be shares, and say so."""
    if not 1.0 < first <= 100.0 and not (first >= 1.0 and second > 2.0):  # 1 to 1.2 is no per cent
        return (first, second), ""
    one, other = (float(f"{value / 100:.12g}") for value in (first, second))
    return (one, other), f" ({compact(first)} % is written {compact(one)}, not {compact(first)})"


def _rounded(number: float) -> float:
    return float(f"{number:.3g}")


def _numbers(values: Any) -> list[float]:
    if not isinstance(values, list | tuple | np.ndarray) or getattr(values, "ndim", 1) == 0 or len(values) > 1000:
        return []  # no distribution has so many
    found = [as_number(value) for value in values]
    return [] if None in found else [value for value in found if value is not None]


def _ends(values: Any) -> tuple[float, float]:
    """Return the lowest and the highest of some numbers.

    Raises
    ------
    ValueError
        If there are none.
    """
    numbers = _numbers(values)
    return min(numbers), max(numbers)
