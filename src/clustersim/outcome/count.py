"""How many: the distribution of a number of clusters, as counted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustersim.outcome.numbers import NumberDistribution


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Count(NumberDistribution):
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

    @property
    def _exactly(self) -> NDArray[np.float64]:
        return np.asarray(self.counts / self.n)

    @property
    def _at_most(self) -> NDArray[np.float64]:
        return np.concatenate(([0], np.cumsum(self.counts))) / self.n

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
