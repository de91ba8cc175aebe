"""Two independent shares side by side, and the ratio of two means: with how sure one may be of it."""

import math

from clustersim.outcome.difference import Difference, recovered
from clustersim.outcome.estimate import Estimate, certain


def independent(one: tuple[int, int], other: tuple[int, int], confidence_level: float = 0.95) -> Difference:
    """Tell how much larger one share is than another of different trajectories.

    Parameters
    ----------
    one, other
        Successes, and of how many.
    confidence_level
        Strictly between 0 and 1.

    Returns
    -------
    Difference
        With Newcombe's hybrid score interval: his method 10, from the score limits of either share.

    Raises
    ------
    ValueError
        If a count is none of so many, or the level not between 0 and 1.

    References
    ----------
    R. G. Newcombe, Interval estimation for the difference between independent proportions: comparison of eleven
    methods, Statistics in Medicine 17 (1998).

    Examples
    --------
    >>> difference = independent((56, 70), (48, 80))  # his first example
    >>> print(difference)
    +20 points (+5 to +33, 95 % Newcombe)
    >>> round(difference.low, 4), round(difference.high, 4)
    (0.0524, 0.3339)
    """
    z = normal_quantile(confidence_level)
    (p, p_low, p_high), (q, q_low, q_high) = (_score(*counts, z) for counts in (one, other))
    return Difference(
        value=p - q,
        low=p - q - math.hypot(p - p_low, q_high - q),
        high=p - q + math.hypot(p_high - p, q - q_low),
        confidence_level=certain(confidence_level),
        standard_error=math.hypot(math.sqrt(p * (1 - p) / one[1]), math.sqrt(q * (1 - q) / other[1])),
        independent_error=math.nan,
        method="Newcombe",
    )


def product(one: Estimate, other: Estimate, method: str) -> Estimate:
    """Tell the product of two shares above 0 that were estimated independently, at one confidence level.

    Its limits are recovered from those of both, on the logarithmic scale: see `recovered`.

    Examples
    --------
    >>> print(product(Estimate.of_count(4_000, 10_000), Estimate.of_count(3_600, 4_000), "product"))
    36.00 % (35.05 to 36.95 %, 95 % product)
    """
    (a, a_low, a_high), (b, b_low, b_high) = (
        [math.log(share) if share > 0 else -math.inf for share in (s.value, s.low, s.high)] for s in (one, other)
    )
    low, high = recovered((a, a_low, a_high), (-b, -b_high, -b_low), 0.0).tolist()
    value = one.value * other.value
    return Estimate(
        value=value,
        low=math.exp(low),
        high=min(math.exp(high), 1.0),
        confidence_level=one.confidence_level,
        standard_error=value * math.hypot(one.standard_error / one.value, other.standard_error / other.value),
        method=method,
    )


def ratio_of_means(n: int, moments: tuple[int, int, int, int, int], confidence_level: float = 0.95) -> Estimate:
    """Tell E[y] / E[x] of two amounts of the same trajectories, x above 0 in one of them at least, and 0 <= y <= x.

    Parameters
    ----------
    n
        How many trajectories.
    moments
        Sums of x, y, x x, x y and y y over them, exactly.

    Returns
    -------
    Estimate
        The ratio of the sums; its interval is normal by the delta method, within 0 and 1.

    References
    ----------
    W. G. Cochran, Sampling Techniques (1977), section 6.

    Examples
    --------
    >>> print(ratio_of_means(4, (40, 20, 440, 206, 106)))
    50 % (32 to 68 %, 95 % ratio of means, delta method)
    """
    z = normal_quantile(confidence_level)
    x, y, xx, xy, yy = moments
    share = y / x
    squares = (yy * x * x - 2 * x * y * xy + y * y * xx) / (x * x)  # sum of (y - share x)^2, exact until divided
    error = math.sqrt(n / (n - 1) * squares) / x if n > 1 else math.inf
    return Estimate(
        value=share,
        low=max(share - z * error, 0.0),
        high=min(share + z * error, 1.0),
        confidence_level=float(confidence_level),
        standard_error=error,
        method="ratio of means, delta method",
    )


def normal_quantile(confidence_level: float) -> float:
    """Return how many standard errors an interval reaches to either side.

    >>> round(normal_quantile(0.95), 2)
    1.96
    """
    from scipy.special import ndtri  # noqa: PLC0415  scipy loads when a number is first asked for

    return float(-ndtri((1 - certain(confidence_level)) / 2))


def _score(successes: int, n: int, z: float) -> tuple[float, float, float]:
    """Return a share and Wilson's limits of it."""
    if not 0 <= successes <= n or n < 1:
        raise ValueError(f"counts must keep 0 <= successes <= n and n >= 1, not {successes} of {n}")
    share = successes / n
    middle, half = successes + z * z / 2, z * math.sqrt(successes * (1 - share) + z * z / 4)
    low, high = (middle - half) / (n + z * z), (middle + half) / (n + z * z)
    return share, low if successes else 0.0, high if successes < n else 1.0
