"""A distribution over months within a horizon: what is read alike from counts and from closed forms."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from clustersim.outcome.estimate import Estimate
from clustersim.outcome.notation import span
from clustersim.plan.errors import shown
from clustersim.plan.number import as_number
from clustersim.plan.reals import Number, Numbers, as_shares, reals, shaped


class MonthDistribution(ABC):
    """The distribution of the month in which an event first happens, known up to a horizon.

    Months are counted from 1. Nothing is known beyond the horizon: a month after it is refused, and a
    quantile that lies there is ``inf``. So there is no mean either. Methods take a number and give a float,
    or take an array and give one of the same shape.
    """

    @property
    @abstractmethod
    def _reached(self) -> NDArray[np.float64]:
        """P(it happened by month 0, 1, ..., H): shape (H + 1,)."""

    def _by(self, months: NDArray[np.intp]) -> NDArray[np.float64]:
        """P(it happened by these months), for those who need not find all to tell some."""
        return self._reached[months]

    @abstractmethod
    def probability(self, by: float) -> Estimate:
        """P(it happened by the end of month `by`), with how sure that is."""

    @property
    @abstractmethod
    def horizon(self) -> int:
        """How many months are known of."""

    def _months(self, month: Number | Numbers) -> NDArray[np.float64]:
        """Months as floats, none beyond the horizon: there a step function would have to be made up."""
        months = reals("month", month, f"a month from 1 to the horizon, {self.horizon}")
        if np.any(np.floor(months) > self.horizon):
            raise ValueError(
                f"month {np.max(months):g} lies beyond the horizon of {span(self.horizon)}: nothing is known there"
            )
        return months

    def _month(self, by: float, name: str = "by", several: str = "cdf([12, 24]) takes several") -> int:
        """Tell which month a probability is asked for: one, and whole."""
        return month_by(by, self.horizon, f"the horizon, {self.horizon}", name=name, several=several)

    @overload
    def cdf(self, month: Number) -> float: ...
    @overload
    def cdf(self, month: Numbers) -> NDArray[np.float64]: ...
    def cdf(self, month: Number | Numbers) -> float | NDArray[np.float64]:
        """P(it happens by the end of `month`): a step function, 0 before month 1.

        Raises
        ------
        ValueError
            If a month is nan or lies beyond the horizon.
        """
        return shaped(self._by(step(self._months(month))))

    @overload
    def sf(self, month: Number) -> float: ...
    @overload
    def sf(self, month: Numbers) -> NDArray[np.float64]: ...
    def sf(self, month: Number | Numbers) -> float | NDArray[np.float64]:
        """P(it has not happened by the end of `month`), 1 - cdf.

        Raises
        ------
        ValueError
            If a month is nan or lies beyond the horizon.
        """
        return shaped(1 - self._by(step(self._months(month))))

    @overload
    def pmf(self, month: Number) -> float: ...
    @overload
    def pmf(self, month: Numbers) -> NDArray[np.float64]: ...
    def pmf(self, month: Number | Numbers) -> float | NDArray[np.float64]:
        """P(it first happens in `month`): 0 before month 1 and where `month` is not whole.

        Raises
        ------
        ValueError
            If a month is nan or lies beyond the horizon.
        """
        months = self._months(month)
        last = step(months)
        in_month = self._by(last) - self._by(np.maximum(last - 1, 0))
        return shaped(np.where(months == np.floor(months), in_month, 0))

    @overload
    def ppf(self, q: Number) -> float: ...
    @overload
    def ppf(self, q: Numbers) -> NDArray[np.float64]: ...
    def ppf(self, q: Number | Numbers) -> float | NDArray[np.float64]:
        """Return the first month, from 0 on, by which a share `q` of all practices have got there.

        It is ``inf`` where fewer than that do within the horizon. ``ppf(0)`` is 0, one month before the
        first possible one, as for `scipy.stats` distributions.

        Raises
        ------
        ValueError
            If a share is not between 0 and 1.
        """
        month = np.searchsorted(self._reached, as_shares(q), side="left")
        return shaped(np.where(month > self.horizon, np.inf, month))

    def median(self) -> float:
        """Return the first month by which half of all practices have got there; inf if fewer do."""
        return self.ppf(0.5)

    def interval(self, confidence: float) -> tuple[float, float]:
        """Months with equal shares of the practices before and after; ``inf`` beyond the horizon.

        This is how far practices differ, as `scipy.stats` names it, not how sure a number is.

        Raises
        ------
        ValueError
            If `confidence` is not between 0 and 1.
        """
        share = as_number(confidence)
        if share is None or not 0 <= share <= 1:
            raise ValueError(f"confidence = {shown(confidence)}: must be a share from 0 to 1")
        return self.ppf((1 - share) / 2), self.ppf((1 + share) / 2)

    @property
    def beyond_horizon(self) -> float:
        """P(it has not happened by the horizon)."""
        return self.sf(self.horizon)

    def _within(self) -> str:
        """Say how many get there, and when half of them have."""
        within = f"{100 * self.cdf(self.horizon):.4g} % within {span(self.horizon)}"
        return within + ("" if np.isinf(self.median()) else f" (median month {self.median():.0f})")


def month_by(by: Any, last: int, named: str, *, name: str = "by", several: str = "") -> int:
    """Return the one, whole month by which a probability is asked for, up to the last, which is named.

    Parameters
    ----------
    several
        What takes more than one month, if anything does.

    Raises
    ------
    ValueError
        If it is none.

    Examples
    --------
    >>> month_by("36", 120, "the horizon, 120")
    Traceback (most recent call last):
    ValueError: by = '36': must be a month from 1 to the horizon, 120
    """
    month = as_number(by)
    told = f"{name} = {shown(by)}: must be a month from 1 to {named}"
    if month is None or not 1 <= month < last + 1:
        many = several and isinstance(by, Iterable) and not isinstance(by, str)
        raise ValueError(f"{told}; {several}" if many else told)
    if month != int(month):
        raise ValueError(f"{told}, and whole: {int(month)}, say")
    return int(month)


def step(months: NDArray[np.float64]) -> NDArray[np.intp]:
    """Index of the last whole month, 0 for all before the first."""
    return np.floor(np.maximum(months, 0)).astype(np.intp)
