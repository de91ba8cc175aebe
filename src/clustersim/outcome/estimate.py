"""A probability with how sure one may be of it."""

import math
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clustersim.plan.errors import shown
from clustersim.plan.number import as_number


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A number that was estimated from trajectories, and its confidence interval.

    The interval covers chance in the simulation alone, not doubt about the plan's numbers.

    Attributes
    ----------
    value
        The estimate; ``float(estimate)`` is the same.
    low, high
        The ends of the confidence interval.
    confidence_level
        How often such an interval covers the true value, 0.95 unless asked otherwise.
    standard_error
        The standard deviation of `value` over repeated runs, itself estimated.
    method
        How the estimate and its interval were made: "post-stratified", or "Clopper-Pearson" for a share of all
        trajectories; a closed form names itself.

    Examples
    --------
    >>> estimate = Estimate.of_count(44_340, 100_000)
    >>> print(estimate)
    44.34 % (44.03 to 44.65 %, 95 % Clopper-Pearson)
    >>> f"{estimate:.3f}", float(estimate), round(estimate, 2)
    ('0.443', 0.4434, 0.44)
    """

    value: float
    low: float
    high: float
    confidence_level: float
    standard_error: float
    method: str

    @classmethod
    def of_count(cls, successes: int, n: int, confidence_level: float = 0.95) -> Self:
        """Estimate a probability from the number of successes among n independent trajectories.

        The interval is that of Clopper and Pearson.

        Raises
        ------
        ValueError
            If not 0 <= successes <= n, n < 1, or the confidence level is not between 0 and 1.
        """
        low, high = clopper_pearson(successes, n, confidence_level)
        value = successes / n
        return cls(
            value=value,
            low=float(low),
            high=float(high),
            confidence_level=float(confidence_level),
            standard_error=math.sqrt(value * (1 - value) / n),
            method="Clopper-Pearson",
        )

    def __float__(self) -> float:
        return self.value

    def __round__(self, ndigits: int | None = None) -> float:
        return round(self.value, ndigits)

    def __str__(self) -> str:
        if self.low == self.high:
            return f"{100 * self.value:.4f} % ({self.method})"
        half_width = 50 * (self.high - self.low)
        decimals = min(max(1 - math.floor(math.log10(half_width)), 0), 8) if half_width > 0 else 2
        value, low, high = (f"{100 * number:.{decimals}f}" for number in (self.value, self.low, self.high))
        return f"{value} % ({low} to {high} %, {100 * self.confidence_level:g} % {self.method})"

    def _repr_html_(self) -> str:
        from clustersim.present import notebook  # noqa: PLC0415  # what presents knows what is presented

        return notebook.estimate(self)

    def __format__(self, spec: str) -> str:
        """Format the value alone by `spec`; without one, everything."""
        return format(self.value, spec) if spec else str(self)


#: Beyond so many trajectories limits are found otherwise, and so many cases are all but normal.
_MANY, _FEW = 1 << 26, 100_000


def clopper_pearson(
    successes: ArrayLike, n: ArrayLike, confidence_level: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Confidence limits for a probability, never covering it less often than they say.

    Parameters
    ----------
    successes, n
        Counts, of shapes that broadcast: 0 <= successes <= n and n >= 1.
    confidence_level
        Strictly between 0 and 1.

    Returns
    -------
    low, high
        Arrays of the broadcast shape. With no success `low` is exactly 0, with no failure `high` exactly 1.

    Raises
    ------
    ValueError
        If a count or the level is outside what is allowed.

    References
    ----------
    C. J. Clopper and E. S. Pearson, The use of confidence or fiducial limits illustrated in the case of the
    binomial, Biometrika 26 (1934).

    Examples
    --------
    >>> low, high = clopper_pearson([0, 5, 10], 10)
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.0, 0.1871, 0.6915], [0.3085, 0.8129, 1.0])
    """
    confidence_level = certain(confidence_level)
    k, total = np.broadcast_arrays(_whole("successes", successes), _whole("n", n))
    if np.any(total < 1) or np.any(k < 0) or np.any(k > total):
        raise ValueError("counts must keep 0 <= successes <= n and n >= 1")
    tail = (1 - confidence_level) / 2
    low, high = np.where(total > _MANY, _of_many(k, total, tail), _of_beta(k, total, tail))
    return low, high


def _of_beta(k: NDArray[Any], total: NDArray[Any], tail: float) -> tuple[NDArray[Any], NDArray[Any]]:
    from scipy.special import betainccinv, betaincinv  # noqa: PLC0415  # scipy loads when a number is first asked for

    # Where a parameter of the beta would be 0 the limit is certain; the maximum keeps betaincinv from a nan.
    low = np.where(k == 0, 0.0, betaincinv(np.maximum(k, 1), total - k + 1.0, tail))
    high = np.where(k == total, 1.0, betainccinv(k + 1.0, np.maximum(total - k, 1), tail))
    return low, high


def _of_many(k: NDArray[Any], total: NDArray[Any], tail: float) -> tuple[NDArray[Any], NDArray[Any]]:
    """Limits for so many trajectories that scipy's beta quantile fails (seen from 1.3e8 on, with nan from 1e17 on).

    Few cases of many are all but Poisson, whose exact limits (Garwood 1936) are wider than the binomial's by less than
    a thousandth of them; of 100 000 and more the count is all but normal, by Wilson (1927) with half a case besides.
    """
    from scipy.special import gammainccinv, gammaincinv, ndtri  # noqa: PLC0415  # as above

    fewer = np.minimum(k, total - k)
    z = -ndtri(tail)
    middle = (fewer + z**2 / 2) / (total + z**2)
    half = z / (total + z**2) * np.sqrt(fewer * (1 - fewer / total) + z**2 / 4) + 0.5 / total
    normal = fewer >= _FEW
    low = np.where(normal, middle - half, gammaincinv(np.maximum(fewer, 1), tail) / total * (fewer > 0))
    high = np.where(normal, middle + half, gammainccinv(fewer + 1, tail) / total)
    mirrored = k > fewer
    return np.where(mirrored, 1 - high, low), np.where(mirrored, 1 - low, high)


def certain(confidence_level: float) -> float:
    """Return a confidence level that is one.

    Raises
    ------
    ValueError
        If it is not strictly between 0 and 1.
    """
    level = as_number(confidence_level)
    if level is None or not 0 < level < 1:
        raise ValueError(f"confidence_level = {shown(confidence_level)}: must lie strictly between 0 and 1, as 0.95")
    return level


def _whole(name: str, counts: ArrayLike) -> NDArray[Any]:
    array = np.asarray(counts)
    if array.dtype.kind not in "iuf" or np.any(array != np.floor(array)):
        raise ValueError(f"{name} must be whole numbers, not {counts!r}")
    return array.astype(np.float64)
