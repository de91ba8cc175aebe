"""How two plans differ, and how sure one may be of it: from the same trajectories under both."""

import math
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from clustersim.outcome import markup
from clustersim.outcome.estimate import certain
from clustersim.outcome.notation import money
from clustersim.outcome.strata import Strata

Floats = NDArray[np.float64]
Unit = Literal["share", "months", "dollars"]

#: The method of a difference that is none.
_SAME = "the same plan"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What a plan has more than another, estimated from the same trajectories under both, and its confidence interval.

    The interval covers chance in the simulation alone, not doubt about the plans' numbers.

    Attributes
    ----------
    value
        The estimate; ``float(difference)`` is the same. It changes its sign when the plans are swapped.
    low, high
        The ends of the confidence interval.
    confidence_level
        How often such an interval covers the true difference, 0.95 unless asked otherwise.
    standard_error
        The standard deviation of `value` over repeated runs, itself estimated; nan where it is not known.
    independent_error
        What it would be if each plan had been run with luck of its own; nan where it is not known.
    method
        How the estimate and its interval were made.
    unit
        Of what: "share" of practices, "months" or "dollars".

    Examples
    --------
    >>> difference = Difference.of_counts(gained=1_500, lost=20, n=10_000)
    >>> print(difference)
    +14.80 points (+14.10 to +15.52, 95 % paired)
    >>> f"{difference:.3f}", float(difference), difference.certain
    ('0.148', 0.148, True)
    """

    value: float
    low: float
    high: float
    confidence_level: float
    standard_error: float
    independent_error: float
    method: str
    unit: Unit = "share"

    @classmethod
    def of_counts(cls, gained: int, lost: int, n: int, confidence_level: float = 0.95) -> Self:
        """Estimate a difference of probabilities from discordant trajectories: in how many only one event happened.

        The interval is the score interval of Tango, corrected for continuity.

        Raises
        ------
        ValueError
            If the counts are none of n trajectories, or the confidence level is not between 0 and 1.

        References
        ----------
        T. Tango, Equivalence test and confidence interval for the difference in proportions for the paired-sample
        design, Statistics in Medicine 17 (1998).
        """
        if not (gained >= 0 <= lost and n >= max(gained + lost, 1)):
            raise ValueError(f"gained = {gained}, lost = {lost}: must be counts of n = {n} trajectories")
        return cls.of_strata(
            np.array([gained]), np.array([lost]), Strata.of(np.ones(1), np.array([n])), confidence_level, math.nan
        )

    @classmethod
    def of_strata(
        cls,
        gained: NDArray[np.int64],
        lost: NDArray[np.int64],
        strata: Strata,
        confidence_level: float,
        independent_error: float,
    ) -> Self:
        """Estimate a difference of probabilities from discordant trajectories by number of viable clusters (S,).

        With more than one group it is post-stratified, and Tango's interval is that of the number of trajectories that
        would tell as much without (an effective sample size, as Korn and Graubard use).

        References
        ----------
        E. L. Korn and B. I. Graubard, Confidence intervals for proportions with small expected number of positive
        counts estimated from survey data, Survey Methodology 24 (1998).
        """
        n, z = strata.n, _z(confidence_level)
        more, less = strata.grouped(gained), strata.grouped(lost)
        many = len(strata) > 1
        shares = [
            float(strata.weights @ (counts / strata.totals)) if many else int(counts.sum()) / n
            for counts in (more, less)
        ]
        value = shares[0] - shares[1]
        plain = max(shares[0] + shares[1] - value**2, 0.0)
        told = _told(more, less, shares, strata) if many and plain > 0 else plain / n
        effective = plain / told if told > 0 else float(n)
        correction = 0.5 * effective / n
        counts = shares[0] * effective, shares[1] * effective
        return cls(
            value=value,
            low=0.0 - _upper(counts[1], counts[0], effective, z, correction),
            high=_upper(counts[0], counts[1], effective, z, correction),
            confidence_level=confidence_level,
            standard_error=math.sqrt(plain / effective),
            independent_error=independent_error,
            method="paired, post-stratified" if many else "paired",
        )

    @classmethod
    def none(cls, confidence_level: float, independent_error: float = math.nan, unit: Unit = "share") -> Self:
        """Tell that a plan does not differ from itself."""
        return cls(
            value=0.0,
            low=0.0,
            high=0.0,
            confidence_level=certain(confidence_level),
            standard_error=0.0,
            independent_error=independent_error,
            method=_SAME,
            unit=unit,
        )

    @property
    def certain(self) -> bool:
        """Whether the interval leaves 0 out, so that it is sure which plan has more."""
        return self.low > 0 or self.high < 0

    @property
    def variance_ratio(self) -> float:
        """How many times fewer trajectories this takes than independent runs that would be as sure; nan if unknown."""
        if self.standard_error == 0:
            return math.inf if self.independent_error > 0 else math.nan
        return (self.independent_error / self.standard_error) ** 2

    def __float__(self) -> float:
        return self.value

    def __round__(self, ndigits: int | None = None) -> float:
        return round(self.value, ndigits)

    def __str__(self) -> str:
        if self.method == _SAME:
            return f"{signed(self.value, self.unit, 0)} ({self.method})"
        half = (self.high - self.low) / 2 * (100 if self.unit == "share" else 1)
        decimals = min(max(1 - math.floor(math.log10(half)), 0), 8) if 0 < half < math.inf else 1
        ends = [signed(end, self.unit, decimals, bare=True) for end in (self.low, self.high)]
        value = signed(self.value, self.unit, decimals)
        return f"{value} ({ends[0]} to {ends[1]}, {100 * self.confidence_level:g} % {self.method})"

    def _repr_html_(self) -> str:
        number, _, sure = str(self).partition(" (")
        return markup.box(markup.head(number), markup.line(sure.rstrip(")"), faint=True))

    def __format__(self, spec: str) -> str:
        """Format the value alone by `spec`; without one, everything."""
        return format(self.value, spec) if spec else str(self)


def signed(amount: float, unit: Unit, decimals: int = 1, *, bare: bool = False) -> str:
    """Write a difference with its sign.

    >>> signed(0.148, "share"), signed(-5.0, "months"), signed(12_340.0, "dollars"), signed(float("inf"), "months")
    ('+14.8 points', '-5 months', '+$12.3k', 'unknown')
    """
    if not math.isfinite(amount):
        return "unknown"
    if unit == "dollars":
        return f"{'+' * (amount > 0)}{money(amount)}"
    number = f"{100 * amount:+.{decimals}f}" if unit == "share" else f"{amount:+.0f}"
    number = number if float(number) else number.lstrip("+-")
    return number if bare else f"{number} {'points' if unit == 'share' else 'months'}"


def recovered(ours: tuple[float, float, float], theirs: tuple[float, float, float], together: float) -> Floats:
    """Recover confidence limits of a difference from those of two correlated estimates.

    Parameters
    ----------
    ours, theirs
        An estimate and its limits: value, low, high.
    together
        Correlation of the two estimates.

    Returns
    -------
    low, high
        Of ours minus theirs; infinite where a limit is.

    References
    ----------
    G. Y. Zou and A. Donner, Construction of confidence limits about effect measures: a general approach, Statistics in
    Medicine 27 (2008).

    Examples
    --------
    >>> recovered((33, 32, 34), (38, 37, 39), 0.0).round(2).tolist()
    [-6.41, -3.59]
    >>> recovered((33, 32, 34), (38, 37, 39), 1.0).round(2).tolist()
    [-5.0, -5.0]
    """

    def reach(one: float, other: float) -> float:
        if math.inf in {one, other}:
            return math.inf
        return math.sqrt(max(one**2 + other**2 - 2 * together * one * other, 0.0))

    (a, a_low, a_high), (b, b_low, b_high) = ours, theirs
    return np.array([a - b - reach(a - a_low, b_high - b), a - b + reach(a_high - a, b - b_low)])


def _told(more: NDArray[np.int64], less: NDArray[np.int64], shares: list[float], strata: Strata) -> float:
    """Estimate the variance of a post-stratified difference.

    Each group is taken to have one trajectory more, shared out as all together are: so the variance does not vanish
    where all or none of a group differ.
    """
    n = strata.totals + 1
    up, down = (more + shares[0]) / n, (less + shares[1]) / n
    return float((strata.weights**2 * (up + down - (up - down) ** 2) / strata.totals).sum())


def _upper(gained: float, lost: float, n: float, z: float, correction: float) -> float:
    """Find the largest difference that is not refused, by halving: the score test, at the most likely shares under it.

    Shares that lead to a difference d are q + d and q, with q the larger root of a quadratic equation (Tango's).
    """
    low, high = (gained - lost) / n, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        b = (2 * n - gained + lost) * middle - gained - lost
        c = -lost * middle * (1 - middle)
        q = (math.sqrt(max(b * b - 8 * n * c, 0.0)) - b) / (4 * n)
        spread = math.sqrt(max(n * (2 * q + middle * (1 - middle)), 0.0))
        if n * middle - (gained - lost) - correction <= z * spread:
            low = middle
        else:
            high = middle
    return low


def _z(confidence_level: float) -> float:
    from scipy.special import ndtri  # noqa: PLC0415  scipy loads when a number is first asked for

    return float(-ndtri((1 - certain(confidence_level)) / 2))
