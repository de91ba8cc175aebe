"""When something first happened: the distribution of a first passage within the horizon."""

from dataclasses import dataclass
from functools import cached_property
from numbers import Real
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clustersim.outcome.estimate import Estimate
from clustersim.outcome.notation import practices


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FirstPassage:
    """The distribution of the month in which an event first happened, as counted.

    Months are counted from 1. Nothing is known beyond the horizon: a month after it is refused, and a
    quantile that lies there is ``inf``. So there is no mean either. Methods take a number and give a float,
    or take an array and give one of the same shape.

    Attributes
    ----------
    name
        Of the milestone, or "legacy", "burnout", "ruin" or "admission".
    counts : (K + 1, H + 1)
        Trajectories by number of viable clusters and month; month 0 counts those that it did not happen to.
    held_counts : (H,) or None
        Trajectories that are at the milestone's level in month 1, 2, ...; None for an event that is no level.

    Examples
    --------
    >>> belt = FirstPassage(name="belt", counts=np.array([[4, 0, 1, 3]]), held_counts=np.array([0, 1, 4]))
    >>> belt.cdf(2), belt.cdf([1, 2, 3]).tolist(), belt.sf(3)
    (0.125, [0.0, 0.125, 0.5], 0.5)
    >>> belt.ppf(0.25), belt.ppf(0.75), belt.beyond_horizon
    (3.0, inf, 0.5)
    >>> belt
    <FirstPassage 'belt': 50 % within 3 months (median month 3), n = 8>
    """

    name: str
    counts: NDArray[np.int64]
    held_counts: NDArray[np.int64] | None = None

    @property
    def n(self) -> int:
        """How many trajectories were counted."""
        return int(self._reached[-1] + self.counts[:, 0].sum())

    @property
    def horizon(self) -> int:
        """How many months were simulated."""
        return len(self._reached) - 1

    @cached_property
    def _reached(self) -> NDArray[np.int64]:
        """Trajectories that it happened to by month 0, 1, ..., H."""
        by_month = self.counts.sum(axis=0)
        by_month[0] = 0
        total: NDArray[np.int64] = np.cumsum(by_month)
        return total

    def _months(self, month: ArrayLike) -> NDArray[np.float64]:
        """Months as floats, none beyond the horizon: there a step function would have to be made up."""
        try:
            months = np.asarray(month, dtype=np.float64)
        except (TypeError, ValueError):
            months = np.asarray(np.nan)
        if np.any(np.isnan(months)):
            raise ValueError(f"month is {month!r}: months are numbers from 1 to the horizon, {self.horizon}")
        if np.any(np.floor(months) > self.horizon):
            raise ValueError(
                f"month {np.max(months):g} lies beyond the horizon of {self.horizon} months: not simulated"
            )
        return months

    @overload
    def cdf(self, month: float) -> float: ...
    @overload
    def cdf(self, month: ArrayLike) -> Any: ...
    def cdf(self, month: ArrayLike) -> Any:
        """P(it happened by the end of `month`): a step function, 0 before month 1.

        Raises
        ------
        ValueError
            If a month is nan or lies beyond the horizon.
        """
        return _shaped(self._reached[_step(self._months(month))] / self.n)

    @overload
    def sf(self, month: float) -> float: ...
    @overload
    def sf(self, month: ArrayLike) -> Any: ...
    def sf(self, month: ArrayLike) -> Any:
        """P(it had not happened by the end of `month`), 1 - cdf.

        Raises
        ------
        ValueError
            If a month is nan or lies beyond the horizon.
        """
        return _shaped((self.n - self._reached[_step(self._months(month))]) / self.n)

    @overload
    def pmf(self, month: float) -> float: ...
    @overload
    def pmf(self, month: ArrayLike) -> Any: ...
    def pmf(self, month: ArrayLike) -> Any:
        """P(it first happened in `month`): 0 before month 1 and where `month` is not whole.

        Raises
        ------
        ValueError
            If a month is nan or lies beyond the horizon.
        """
        months = self._months(month)
        in_month = np.diff(self._reached, prepend=0)[_step(months)]
        return _shaped(np.where(months == np.floor(months), in_month, 0) / self.n)

    def probability(self, by: float, *, confidence_level: float = 0.95) -> Estimate:
        """P(it happened by the end of month `by`), with its confidence interval.

        Raises
        ------
        ValueError
            If `by` is not between 1 and the horizon, or the level not between 0 and 1.
        """
        if not (isinstance(by, Real) and 1 <= by < self.horizon + 1):
            raise ValueError(f"by is {by!r}: it must be a month from 1 to the horizon, {self.horizon}")
        return Estimate.of_count(int(self._reached[int(by)]), self.n, confidence_level)

    @overload
    def ppf(self, q: float) -> float: ...
    @overload
    def ppf(self, q: ArrayLike) -> Any: ...
    def ppf(self, q: ArrayLike) -> Any:
        """Return the first month, from 0 on, by which a share `q` of all trajectories have got there.

        It is ``inf`` where fewer than that did within the horizon. ``ppf(0)`` is 0, one month before the
        first possible one, as for `scipy.stats` distributions.

        Raises
        ------
        ValueError
            If a share is not between 0 and 1.
        """
        shares = np.asarray(q, dtype=np.float64)
        if not np.all((shares >= 0) & (shares <= 1)):
            raise ValueError(f"q is {q!r}: shares must lie between 0 and 1")
        month = np.searchsorted(self._reached / self.n, shares, side="left")
        return _shaped(np.where(month > self.horizon, np.inf, month))

    def median(self) -> float:
        """Return the first month by which half of all trajectories have got there; inf if fewer did."""
        return self.ppf(0.5)

    def interval(self, confidence: float) -> tuple[float, float]:
        """Months with equal shares of the trajectories before and after; ``inf`` beyond the horizon.

        Raises
        ------
        ValueError
            If `confidence` is not between 0 and 1.
        """
        if not 0 <= confidence <= 1:
            raise ValueError(f"confidence is {confidence}: it must lie between 0 and 1")
        return self.ppf((1 - confidence) / 2), self.ppf((1 + confidence) / 2)

    @property
    def beyond_horizon(self) -> float:
        """P(it had not happened by the horizon)."""
        return self.sf(self.horizon)

    @overload
    def held(self, month: float) -> float: ...
    @overload
    def held(self, month: ArrayLike) -> Any: ...
    def held(self, month: ArrayLike) -> Any:
        """P(at the level in `month`), whenever it was first reached: a step function, 0 before month 1.

        Raises
        ------
        AttributeError
            If the event is no level of revenue, as legacy and ruin are none.
        ValueError
            If a month is nan or lies beyond the horizon.
        """
        if self.held_counts is None:
            raise AttributeError(f"{self.name} is no level of revenue: only milestones can be held")
        return _shaped(np.concatenate(([0], self.held_counts))[_step(self._months(month))] / self.n)

    def __repr__(self) -> str:
        within = f"{100 * self.cdf(self.horizon):.4g} % within {self.horizon} months"
        median = "" if np.isinf(self.median()) else f" (median month {self.median():.0f})"
        return f"<{type(self).__name__} {self.name!r}: {within}{median}, n = {self.n}>"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Legacy(FirstPassage):
    """When the legacy cluster emerged, and which one it was.

    Attributes
    ----------
    origin_counts : (K,)
        Legacies by the launch order, from 0, of the cluster that they grew from.

    Examples
    --------
    >>> legacy = Legacy(name="legacy", counts=np.array([[4, 0, 1, 3]]), origin_counts=np.array([3, 1]))
    >>> legacy.cdf(3), legacy.origin.tolist()
    (0.5, [0.75, 0.25])
    """

    origin_counts: NDArray[np.int64]

    @property
    def origin(self) -> NDArray[np.float64]:
        """P(the legacy grew from the k-th launched cluster, given that there is one), k from 0: shape (K,).

        Raises
        ------
        ValueError
            If no trajectory had a legacy within the horizon, so that nothing is given.
        """
        total = self.origin_counts.sum()
        if total == 0:
            raise ValueError(f"none of {practices(self.n)} has a legacy within {self.horizon} months: it has no origin")
        shares: NDArray[np.float64] = self.origin_counts / total
        return shares


def _step(months: NDArray[np.float64]) -> NDArray[np.intp]:
    """Index of the last whole month, 0 for all before the first."""
    return np.floor(np.maximum(months, 0)).astype(np.intp)


def _shaped(values: Any) -> Any:
    """Give a float for a number, an array for an array."""
    return values.item() if np.ndim(values) == 0 else values
