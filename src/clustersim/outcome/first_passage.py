"""When something first happened: the distribution of a first passage within the horizon, as counted."""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import NDArray

from clustersim.outcome.bands import dvoretzky_kiefer_wolfowitz
from clustersim.outcome.estimate import Estimate, certain
from clustersim.outcome.months import MonthDistribution, step
from clustersim.outcome.notation import practices, span
from clustersim.outcome.proportions import product
from clustersim.outcome.strata import Strata
from clustersim.plan.reals import Number, Numbers, as_shares, shaped

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FirstPassage(MonthDistribution):
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
    weights : (K + 1,) or None
        Exact probabilities of the numbers of viable clusters: with them shares are post-stratified, see `Strata`;
        without, they are shares of the trajectories.

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
    weights: NDArray[np.float64] | None = None

    @cached_property
    def n(self) -> int:
        """How many trajectories were counted."""
        return int(self.counts.sum())

    @property
    def horizon(self) -> int:
        """How many months were simulated."""
        return int(self.counts.shape[1] - 1)

    @cached_property
    def _strata(self) -> Strata | None:
        """The groups of numbers of viable clusters, if there are several and their weights are known."""
        if self.weights is None:
            return None
        strata = Strata.of(self.weights, self.counts.sum(axis=1))
        return strata if len(strata) > 1 else None

    @cached_property
    def _counted(self) -> NDArray[np.int64]:
        """Trajectories that it happened to by month 0, 1, ..., H, by number of viable clusters: (K + 1, H + 1)."""
        by_month = self.counts.copy()
        by_month[:, 0] = 0
        return np.cumsum(by_month, axis=1)

    @cached_property
    def _reached(self) -> NDArray[np.float64]:
        if self._strata is None:
            return np.asarray(self._counted.sum(axis=0) / self.n)
        return self._strata.share(self._counted)

    def probability(self, by: float, *, confidence_level: float = 0.95) -> Estimate:
        """P(it happened by the end of month `by`), with its confidence interval.

        Post-stratified where the number of viable clusters has a known distribution, plain where not, or where it
        happened to none or to all: ``method`` tells.

        Raises
        ------
        ValueError
            If `by` is not whole, or not between 1 and the horizon, or the level not between 0 and 1.
        """
        month = self._month(by)
        by_stratum = self._counted[:, month]
        successes = int(by_stratum.sum())
        if self._strata is None or successes in {0, self.n}:
            return Estimate.of_count(successes, self.n, confidence_level)
        low, high = self._strata.interval(by_stratum, certain(confidence_level))
        return Estimate(
            value=float(self._reached[month]),
            low=low,
            high=high,
            confidence_level=float(confidence_level),
            standard_error=float(self._errors[month]),
            method="post-stratified",
        )

    @overload
    def standard_error(self, month: Number) -> float: ...
    @overload
    def standard_error(self, month: Numbers) -> NDArray[np.float64]: ...
    def standard_error(self, month: Number | Numbers) -> float | NDArray[np.float64]:
        """Return the standard deviation of `cdf` over repeated runs, itself estimated: that of `probability`, at once.

        Raises
        ------
        ValueError
            If a month is nan or lies beyond the horizon.

        Examples
        --------
        >>> import clustersim as cs
        >>> belt = cs.simulate(cs.Plan(), n=2_000, rng=7)["black belt"]
        >>> belt.standard_error(36) == belt.probability(by=36).standard_error
        True
        """
        return shaped(self._errors[step(self._months(month))])

    @cached_property
    def _errors(self) -> NDArray[np.float64]:
        """Standard errors of P(it happened by month 0, 1, ..., H)."""
        share = self._counted.sum(axis=0) / self.n
        plain = np.sqrt(share * (1 - share) / self.n)
        if self._strata is None:
            return np.asarray(plain)
        return np.where((share == 0) | (share == 1), plain, self._strata.standard_error(self._counted))

    def ppf_interval(self, q: float, *, confidence_level: float = 0.95) -> tuple[float, float]:
        """Tell between which months `ppf` of a share `q` lies, both included, at a confidence level.

        The months at which a confidence interval of the probability first touches q, and at which it has first passed
        it: for plain estimates these are order statistics (Clopper and Pearson's limits turned round), for
        post-stratified ones Woodruff's interval. ``inf`` where that is beyond the horizon.

        Raises
        ------
        ValueError
            If `q` or the level is not between 0 and 1.

        References
        ----------
        R. S. Woodruff, Confidence intervals for medians and other position measures, Journal of the American
        Statistical Association 47 (1952).

        Examples
        --------
        >>> import clustersim as cs
        >>> belt = cs.simulate(cs.Plan(), n=2_000, rng=7)["black belt"]
        >>> belt.median(), belt.ppf_interval(0.5)
        (38.0, (38.0, 39.0))
        """
        certain(confidence_level)
        if as_shares(q) == 0:
            return 0.0, 0.0
        months = range(1, self.horizon + 1)

        def limit(side: str) -> float:
            def of(month: int) -> float:
                return float(getattr(self.probability(month, confidence_level=confidence_level), side))

            place = bisect_left(months, q, key=of)
            return float(months[place]) if place < len(months) else np.inf

        return limit("high"), limit("low")

    def cdf_band(self, *, confidence_level: float = 0.95) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Tell between which limits the whole curve lies, all months at once, at a confidence level.

        The inequality of Dvoretzky, Kiefer and Wolfowitz with Massart's constant, about the plain shares of the
        trajectories: wider than the intervals of single months, which hold for one month each.

        Returns
        -------
        low, high : (H,)
            Index 0 is month 1.

        Raises
        ------
        ValueError
            If the level is not between 0 and 1.

        Examples
        --------
        >>> import clustersim as cs
        >>> belt = cs.simulate(cs.Plan(), n=20_000, rng=7)["black belt"]
        >>> low, high = belt.cdf_band()
        >>> low[35].round(3).item(), high[35].round(3).item()
        (0.434, 0.454)
        """
        apart = dvoretzky_kiefer_wolfowitz(self.n, confidence_level)
        plain = self._counted.sum(axis=0)[1:] / self.n
        return np.maximum(plain - apart, 0), np.minimum(plain + apart, 1)

    def held(self, month: int, *, confidence_level: float = 0.95) -> Estimate:
        """P(at the level in `month`), whenever it was first reached, with its confidence interval.

        Not counted by number of viable clusters: where `probability` is post-stratified, this is that times the share
        of those trajectories, of all that have reached the level, that are there (a ratio estimate: Cochran 1977,
        chapter 6). So it is never above it. The interval of the product is made of those of both, as if they were
        independent (Zou and Donner 2008, on logarithms). They are not quite: practices with more viable clusters mostly
        hold a level better too, and then the interval is a little too wide.

        Raises
        ------
        AttributeError
            If the event is no level of revenue, as legacy and ruin are none.
        ValueError
            If the month is not whole, or not between 1 and the horizon, or the level not between 0 and 1.

        References
        ----------
        G. Y. Zou and A. Donner, Construction of confidence limits about effect measures: a general approach, Statistics
        in Medicine 27 (2008).

        Examples
        --------
        >>> import clustersim as cs
        >>> belt = cs.simulate(cs.Plan(), n=20_000, rng=7)["black belt"]
        >>> print(belt.held(36))
        41.08 % (40.57 to 41.58 %, 95 % post-stratified ratio)
        """
        there = int(self._at_level[self._month(month, "month", "held_by_month has all") - 1])
        reached = self.probability(month, confidence_level=confidence_level)
        if there == 0 or reached.method == "Clopper-Pearson":
            return Estimate.of_count(there, self.n, confidence_level)
        still = Estimate.of_count(there, int(self._counted[:, int(month)].sum()), confidence_level)
        return product(reached, still, "post-stratified ratio")

    @cached_property
    def held_by_month(self) -> NDArray[np.float64]:
        """P(at the level in month 1, 2, ..., H), as `held` tells it of one: shape (H,).

        Raises
        ------
        AttributeError
            If the event is no level of revenue, as legacy and ruin are none.
        """
        if self._strata is None:
            return np.asarray(self._at_level / self.n)
        return np.asarray(self._reached[1:] * (self._at_level / np.maximum(self._counted.sum(axis=0)[1:], 1)))

    @property
    def _at_level(self) -> NDArray[np.int64]:
        if self.held_counts is None:
            raise AttributeError(f"{self.name} is no level of revenue: only milestones can be held")
        return self.held_counts

    def plot(self, ax: "Axes | None" = None, *, confidence_level: float = 0.95) -> "Axes":
        """Draw the share of practices that it has happened to by each month, and the band of `cdf_band`.

        Parameters
        ----------
        ax
            Where to draw; a new figure's if it is None.
        confidence_level
            Of the band.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If the level is not between 0 and 1.
        """
        from clustersim.present.plots import passage  # noqa: PLC0415  # what presents knows what is presented

        return passage(self, ax, confidence_level=confidence_level)

    def _repr_html_(self) -> str:
        from clustersim.present import notebook  # noqa: PLC0415  # what presents knows what is presented

        return notebook.first_passage(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}: {self._within()}, n = {self.n}>"


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
            raise ValueError(f"none of {practices(self.n)} has a legacy within {span(self.horizon)}: it has no origin")
        shares: NDArray[np.float64] = self.origin_counts / total
        return shares
