"""A distribution of a small whole number: what is read alike from counts and from closed forms."""

from abc import ABC, abstractmethod
from typing import overload

import numpy as np
from numpy.typing import NDArray

from clustersim.plan.reals import Number, Numbers, reals, shaped


class NumberDistribution(ABC):
    """The distribution of a whole number from 0 to K."""

    @property
    @abstractmethod
    def _exactly(self) -> NDArray[np.float64]:
        """P(0), P(1), ..., P(K)."""

    @property
    @abstractmethod
    def _at_most(self) -> NDArray[np.float64]:
        """P(at most -1), which is 0, P(at most 0), ..., P(at most K), which is 1."""

    @abstractmethod
    def mean(self) -> float:
        """Average number."""

    @abstractmethod
    def std(self) -> float:
        """Return the standard deviation."""

    @overload
    def pmf(self, k: Number) -> float: ...
    @overload
    def pmf(self, k: Numbers) -> NDArray[np.float64]: ...
    def pmf(self, k: Number | Numbers) -> float | NDArray[np.float64]:
        """P(exactly k): a float for a number, an array for an array; 0 where k is not possible.

        Raises
        ------
        ValueError
            If a k is no number, or nan.
        """
        number, chances = reals("k", k, "a number"), self._exactly
        possible = (number >= 0) & (number < len(chances)) & (number == np.floor(number))
        found = np.where(possible, chances[np.where(possible, number, 0).astype(np.intp)], 0.0)
        return shaped(found)

    @overload
    def cdf(self, k: Number) -> float: ...
    @overload
    def cdf(self, k: Numbers) -> NDArray[np.float64]: ...
    def cdf(self, k: Number | Numbers) -> float | NDArray[np.float64]:
        """P(at most k): a float for a number, an array for an array.

        Raises
        ------
        ValueError
            If a k is no number, or nan.
        """
        number, at_most = reals("k", k, "a number"), self._at_most
        found = at_most[np.floor(np.clip(number, -1, len(at_most) - 2)).astype(np.intp) + 1]
        return shaped(found)
