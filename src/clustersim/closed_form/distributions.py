"""Distributions that are known exactly, read as those that are counted."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from clustersim.outcome.estimate import Estimate
from clustersim.outcome.months import MonthDistribution, step
from clustersim.outcome.numbers import NumberDistribution
from clustersim.plan.reals import Number, Numbers, shaped

Floats = NDArray[np.float64]

#: The lowest and the highest that the chances by some months can be: (2, number of months).
Bounds = Callable[[NDArray[np.intp]], Floats]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ExactCount(NumberDistribution):
    """The distribution of a small whole number, exactly.

    Attributes
    ----------
    name
        What is counted.
    probabilities : (K + 1,)
        Of the numbers 0, 1, ..., K.
    method
        Where they come from.

    Examples
    --------
    >>> viable = ExactCount(name="viable clusters", probabilities=np.array([0.25, 0.5, 0.25]), method="binomial")
    >>> viable.pmf(1), viable.cdf([0, 1, 2]).tolist(), viable.mean()
    (0.5, [0.25, 0.75, 1.0], 1.0)
    >>> viable
    <ExactCount of viable clusters: 1 on average, binomial>
    """

    name: str
    probabilities: Floats
    method: str

    @property
    def _exactly(self) -> Floats:
        return self.probabilities

    @property
    def _at_most(self) -> Floats:
        return np.concatenate(([0.0], np.minimum(np.cumsum(self.probabilities[:-1]), 1), [1.0]))

    def mean(self) -> float:
        """Average number."""
        return float(self.probabilities @ np.arange(len(self.probabilities)))

    def std(self) -> float:
        """Return the standard deviation."""
        apart = np.arange(len(self.probabilities)) - self.mean()
        return float(np.sqrt(self.probabilities @ apart**2))

    def __repr__(self) -> str:
        return f"<ExactCount of {self.name}: {self.mean():.4g} on average, {self.method}>"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ExactPassage(MonthDistribution):
    """The distribution of the month in which a milestone is first reached, exactly or within a known error.

    It is read as a `FirstPassage` is. Values are in the middle of what is possible; `error` tells how far from the
    truth they can be.

    Attributes
    ----------
    name
        Of the milestone.
    method
        How it is found.
    """

    name: str
    method: str
    last_month: int
    reached_bounds: Bounds
    held_bounds: Bounds

    @property
    def horizon(self) -> int:
        """How many months are known of."""
        return self.last_month

    @cached_property
    def _reached(self) -> Floats:
        middle = self.reached_bounds(np.arange(self.horizon + 1)).mean(axis=0)
        return np.maximum.accumulate(middle)

    def _by(self, months: NDArray[np.intp]) -> Floats:
        if "_reached" in self.__dict__:
            return self._reached[months]
        return np.asarray(self.reached_bounds(months.ravel()).mean(axis=0).reshape(months.shape))

    @overload
    def error(self, month: Number) -> float: ...
    @overload
    def error(self, month: Numbers) -> NDArray[np.float64]: ...
    def error(self, month: Number | Numbers) -> float | NDArray[np.float64]:
        """How far `cdf` can be from the truth: 0 where it is exact.

        Raises
        ------
        ValueError
            If a month is nan or lies beyond the horizon.
        """
        months = step(self._months(month))
        low, high = self.reached_bounds(months.ravel())
        return shaped(((high - low) / 2).reshape(months.shape))

    def probability(self, by: float) -> Estimate:
        """P(it happens by the end of month `by`), between `low` and `high` with certainty.

        Raises
        ------
        ValueError
            If `by` is not whole, or not between 1 and the horizon.
        """
        return self._between(self.reached_bounds, self._month(by))

    def held(self, month: int) -> Estimate:
        """P(at the level in `month`), whenever it was first reached, between `low` and `high` with certainty.

        Raises
        ------
        ValueError
            If the month is not whole, or not between 1 and the horizon.
        """
        return self._between(self.held_bounds, self._month(month, "month", "held_by_month has all"))

    @cached_property
    def held_by_month(self) -> Floats:
        """P(at the level in month 1, 2, ..., H), as `held` tells it of one: shape (H,)."""
        return np.asarray(self.held_bounds(np.arange(1, self.horizon + 1)).mean(axis=0))

    def _between(self, bounds: Bounds, month: int) -> Estimate:
        low, high = bounds(np.array([month]))[:, 0].tolist()
        return Estimate(
            value=(low + high) / 2, low=low, high=high, confidence_level=1.0, standard_error=0.0, method=self.method
        )

    def __repr__(self) -> str:
        return f"<ExactPassage {self.name!r}: {self._within()}, {self.method}>"
