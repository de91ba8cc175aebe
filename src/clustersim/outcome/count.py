"""How many: the distribution of a number of clusters."""

from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Count:
    """The distribution of a small whole number, as counted.

    Attributes
    ----------
    name
        What was counted.
    counts : (K + 1,)
        Trajectories by the number 0, 1, ..., K.

    Examples
    --------
    >>> viable = Count(name="viable clusters", counts=np.array([1, 2, 1]))
    >>> viable.pmf(1), viable.cdf([0, 1, 2]).tolist(), viable.mean()
    (0.5, [0.25, 0.75, 1.0], 1.0)
    >>> viable
    <Count of viable clusters: 1 on average, 0 to 2, n = 4>
    """

    name: str
    counts: NDArray[np.int64]

    @property
    def n(self) -> int:
        """How many trajectories were counted."""
        return int(self.counts.sum())

    @overload
    def pmf(self, k: float) -> float: ...
    @overload
    def pmf(self, k: ArrayLike) -> Any: ...
    def pmf(self, k: ArrayLike) -> Any:
        """P(exactly k): a float for a number, an array for an array; 0 where k is not possible."""
        number = np.asarray(k, dtype=np.float64)
        possible = (number >= 0) & (number < len(self.counts)) & (number == np.floor(number))
        found = np.where(possible, self.counts[np.where(possible, number, 0).astype(np.intp)], 0) / self.n
        return found.item() if found.ndim == 0 else found

    @overload
    def cdf(self, k: float) -> float: ...
    @overload
    def cdf(self, k: ArrayLike) -> Any: ...
    def cdf(self, k: ArrayLike) -> Any:
        """P(at most k): a float for a number, an array for an array.

        Raises
        ------
        ValueError
            If a k is nan.
        """
        number = np.asarray(k, dtype=np.float64)
        if np.any(np.isnan(number)):
            raise ValueError("k is nan: it must be a number")
        at_most = np.concatenate(([0], np.cumsum(self.counts)))
        found = at_most[np.floor(np.clip(number, -1, len(self.counts) - 1)).astype(np.intp) + 1] / self.n
        return found.item() if found.ndim == 0 else found

    def mean(self) -> float:
        """Average number."""
        return self._moment(1) / self.n

    def std(self) -> float:
        """Return the standard deviation over the trajectories counted (dividing by n)."""
        return float(np.sqrt((self.n * self._moment(2) - self._moment(1) ** 2) / self.n**2))

    def _moment(self, power: int) -> int:
        """Sum of k ** power over trajectories, in Python's integers."""
        return sum(k**power * int(count) for k, count in enumerate(self.counts))

    def __repr__(self) -> str:
        seen = np.flatnonzero(self.counts)
        return f"<Count of {self.name}: {self.mean():.4g} on average, {seen[0]} to {seen[-1]}, n = {self.n}>"
