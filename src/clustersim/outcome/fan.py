"""Amounts by month: their quantiles from the histogram, their mean and deviation from exact sums."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clustersim.outcome.bands import order_statistics
from clustersim.outcome.estimate import certain
from clustersim.outcome.notation import span
from clustersim.plan.reals import as_shares

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS_PER_OCTAVE = 64  # as in clustersim.kernel.counting, which a reader need not load: a test holds them equal


def edges(bins: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lower and upper edges, in quanta, of the histogram's bins: each of shape (bins,).

    Bin 0 is exactly 0, the last one exactly the largest revenue; between them an octave has 64 bins of equal
    width, each with its lower edge and without its upper one.

    >>> lower, upper = edges(130)
    >>> lower[[0, 1, 2, 64, 65, 129]].tolist(), upper[[0, 128, 129]].tolist()
    ([0.0, 1.0, 1.015625, 1.984375, 2.0, 4.0], [0.0, 4.0, 4.0])
    """
    octave, step = np.divmod(np.arange(bins - 1), BINS_PER_OCTAVE)
    lower = np.concatenate(([0.0], np.ldexp(1 + step / BINS_PER_OCTAVE, octave)))
    upper = np.concatenate(([0.0], lower[2:], lower[-1:]))
    return lower, upper


def signed_edges(bins: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lower and upper edges, in units, of bins of what may be negative: each of shape (bins,).

    They are the bins of `edges`, and before these the same mirrored, with the bin of 0 once.

    >>> lower, upper = signed_edges(259)
    >>> lower[[0, 1, 128, 129, 130]].tolist(), upper[[0, 1, 128, 129, 130]].tolist()
    ([-4.0, -4.0, -1.015625, 0.0, 1.0], [-4.0, -3.96875, -1.0, 0.0, 1.015625])
    """
    lower, upper = edges((bins + 1) // 2)
    return np.concatenate((-upper[:0:-1], lower)), np.concatenate((-lower[:0:-1], upper))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Fan:
    """The distribution of a practice's revenue in every month, in dollars a month.

    Attributes
    ----------
    name
        What it is: "revenue" or "mission revenue".
    n
        How many trajectories were counted.
    quantum
        Dollars of one quantum, a power of two.
    histogram : (H, B)
        Trajectories by month and bin, see `edges`.
    sums, square_sums : (H,) of Python integers
        Over trajectories, of revenue in quanta and of its square.
    """

    name: str = "revenue"
    n: int
    quantum: float
    histogram: NDArray[np.int64]
    sums: NDArray[np.object_]
    square_sums: NDArray[np.object_]

    @property
    def horizon(self) -> int:
        """How many months were simulated."""
        return len(self.sums)

    @property
    def months(self) -> NDArray[np.int64]:
        """The months 1, 2, ..., H, which the last axis of all else here runs over."""
        return np.arange(1, self.horizon + 1)

    def quantile(self, q: ArrayLike) -> NDArray[np.float64]:
        """Return what a share `q` of practices has at most: shape ``q.shape + (H,)``, index 0 is month 1.

        Never decreasing in q. Linear inside a bin, whose width is at most 1/64 of the amount; an amount of 0 is
        exact. ``quantile(0)`` and ``quantile(1)`` are the outer edges of the outermost bins in use.

        Raises
        ------
        ValueError
            If a share is not between 0 and 1.
        """
        shares = as_shares(q)
        lower, upper = self._edges()
        rank = shares.ravel() * self.n
        whole = np.rint(rank)  # 0.28 of 100 is 28, and not the next float
        rank = np.where(np.abs(rank - whole) <= 4 * np.spacing(whole), whole, rank)
        found = np.empty((rank.size, self.horizon))
        for month, counts in enumerate(self.histogram):
            seen = np.flatnonzero(counts)
            up_to = np.cumsum(counts[seen])
            at = np.minimum(np.searchsorted(up_to, rank, side="left"), len(seen) - 1)
            inside = 1 - np.maximum(up_to[at] - rank, 0) / counts[seen][at]
            low, high = lower[seen][at], upper[seen][at]
            found[:, month] = low + inside * (high - low)
        return found.reshape((*shares.shape, self.horizon)) * self.quantum

    def quantile_interval(
        self, q: ArrayLike, *, confidence_level: float = 0.95
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Tell between which amounts `quantile` lies, at a confidence level: order statistics of the trajectories.

        Each month and share for itself. Limits are the outer edges of the bins in which the order statistics fall, so
        they are never too narrow, and by up to 1/64 of the amount too wide on either side.

        Returns
        -------
        low, high
            Of shape ``q.shape + (H,)``. Where too few trajectories were counted, `high` is infinite, and `low` is 0, or
            minus infinity for what may be negative.

        Raises
        ------
        ValueError
            If a share or the level is not between 0 and 1.

        Examples
        --------
        >>> import clustersim as cs
        >>> revenue = cs.simulate(cs.Plan(), n=20_000, rng=7).revenue
        >>> low, high = revenue.quantile_interval(0.5)
        >>> bool(low[35] < revenue.quantile(0.5)[35] < high[35])
        True
        """
        shares = as_shares(q)
        low, high = np.empty((2, shares.size, self.horizon))
        lower, upper = self._edges()
        least = 0.0 if lower[0] == 0 else -np.inf
        level = certain(confidence_level)
        ranks = np.array([order_statistics(share, self.n, level) for share in shares.ravel().tolist()]).reshape(-1, 2)
        for month, counts in enumerate(self.histogram):
            bins = np.searchsorted(np.cumsum(counts), ranks, side="left").clip(max=len(counts) - 1)
            low[:, month] = np.where(ranks[:, 0] > 0, lower[bins[:, 0]] * self.quantum, least)
            high[:, month] = np.where(ranks[:, 1] <= self.n, upper[bins[:, 1]] * self.quantum, np.inf)
        shape = (*shares.shape, self.horizon)
        return low.reshape(shape), high.reshape(shape)

    def mean(self) -> NDArray[np.float64]:
        """Average of every month, shape (H,): correctly rounded from the exact sum."""
        return np.array([total / self.n for total in self.sums.tolist()]) * self.quantum

    def std(self) -> NDArray[np.float64]:
        """Return the standard deviation over the trajectories counted (dividing by n), shape (H,).

        The variance is an exact quotient of integers, so nothing cancels.
        """
        return np.array([math.sqrt(square / self.n**2) for square in self._squares()]) * self.quantum

    def standard_error(self) -> NDArray[np.float64]:
        """Return the standard error of `mean`, shape (H,): inf for a single trajectory."""
        if self.n == 1:
            return np.full(self.horizon, np.inf)
        freedom = self.n**2 * (self.n - 1)
        return np.array([math.sqrt(square / freedom) for square in self._squares()]) * self.quantum

    def by_year(self) -> NDArray[np.float64]:
        """Average revenue of each year, the sum of its 12 months: shape (years,).

        When the horizon is not a whole number of years, the last one is the sum of the months that it has.
        """
        years: NDArray[np.float64] = np.add.reduceat(self.mean(), np.arange(0, self.horizon, 12))
        return years

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw the median by month, and where half and nine tenths of all practices are.

        Parameters
        ----------
        ax
            Where to draw; a new figure's if it is None.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        from clustersim.present.plots import amounts  # noqa: PLC0415  # what presents knows what is presented

        return amounts(self, ax)

    def _edges(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return edges(self.histogram.shape[1])

    def _squares(self) -> list[int]:
        """n**2 times the variance of each month, in quanta squared."""
        return [
            self.n * squares - total**2
            for total, squares in zip(self.sums.tolist(), self.square_sums.tolist(), strict=True)
        ]

    def __repr__(self) -> str:
        low, middle, high = self.quantile([0.05, 0.5, 0.95])[:, -1]
        return (
            f"<{type(self).__name__} of {self.name} over {span(self.horizon)}: in the last one {_dollars(middle)}, "
            f"90 % between {_dollars(low)} and {_dollars(high)}, n = {self.n}>"
        )


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Balance(Fan):
    """The distribution of a practice's cash at the end of every month, in dollars: below 0 is ruin.

    Cash stays where it is after ruin, so the distribution of a month has all practices in it, ruined or not.

    It is counted in bins as revenue is, log-linear ones of a relative width of 1/128 to 1/64, and in the same mirrored
    for what is owed: neither side of 0 has a range to guess, and what decides on ruin, cash near 0, is seen finest. A
    unit is a quantum, or as small a power of two of them that cash has at most 2^40 units; cash is rounded to it.

    Attributes
    ----------
    name
        What it is: "cash".
    n
        How many trajectories were counted.
    quantum
        Dollars of one unit, a power of two.
    histogram : (H, C)
        Trajectories by month and bin, see `signed_edges`.
    sums, square_sums : (H,) of Python integers
        Over trajectories, of cash in units and of its square.
    """

    name: str = "cash"

    def by_year(self) -> NDArray[np.float64]:
        """Average cash at the end of each year: shape (years,).

        When the horizon is not a whole number of years, the last one is that of the last month.
        """
        years: NDArray[np.float64] = self.mean()[[*range(11, self.horizon - 1, 12), self.horizon - 1]]
        return years

    def _edges(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return signed_edges(self.histogram.shape[1])


def _dollars(amount: float) -> str:
    """Write an amount in whole dollars.

    >>> _dollars(1234.4), _dollars(-1234.6), _dollars(-0.1)
    ('$1,234', '-$1,235', '$0')
    """
    return f"{'-' * (round(amount) < 0)}${abs(amount):,.0f}"
