"""How sure quantiles and whole distribution functions are, whatever the distribution."""

import math
from collections.abc import Callable

from clustersim.outcome.estimate import certain


def order_statistics(q: float, n: int, confidence_level: float = 0.95) -> tuple[int, int]:
    """Tell between which ranks of a sample a quantile lies, at a confidence level.

    Of n independent draws of any distribution, put in order, the number that are at most the quantile is binomial: so
    ranks are found outside of which it lies with at most half of what confidence leaves, on either side.

    Parameters
    ----------
    q
        The quantile's share, from 0 to 1.
    n
        How many draws there are.
    confidence_level
        Strictly between 0 and 1.

    Returns
    -------
    low, high
        Ranks from 1 to n; 0 where no draw bounds the quantile from below, n + 1 where none does from above.

    Raises
    ------
    ValueError
        If the level is not between 0 and 1.

    References
    ----------
    H. A. David and H. N. Nagaraja, Order Statistics (2003), section 7.1.

    Examples
    --------
    >>> order_statistics(0.5, 100)
    (40, 61)
    >>> order_statistics(0.5, 5)
    (0, 6)
    """
    from scipy.special import betainc, betaincc  # noqa: PLC0415  scipy loads when a number is first asked for

    tail = (1 - certain(confidence_level)) / 2

    def too_low(rank: int) -> bool:
        """P(fewer than so many are at most the quantile) is no more than the tail."""
        return rank < 1 or bool(betaincc(rank, n - rank + 1.0, q) <= tail)

    def too_high(rank: int) -> bool:
        return rank > n or bool(betainc(rank, n - rank + 1.0, q) <= tail)

    low = _last(too_low, 0, n)
    return low, n + 1 - _last(lambda rank: too_high(n + 1 - rank), 0, n)


def _last(holds: Callable[[int], bool], low: int, high: int) -> int:
    """Find the last number up to `high` for which something holds that holds for `low`, and then no more."""
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


def dvoretzky_kiefer_wolfowitz(n: int, confidence_level: float = 0.95) -> float:
    """Tell how far the distribution function of a sample is from the true one, anywhere, at a confidence level.

    Parameters
    ----------
    n
        How many independent draws there are.
    confidence_level
        Strictly between 0 and 1.

    Raises
    ------
    ValueError
        If the level is not between 0 and 1.

    References
    ----------
    A. Dvoretzky, J. Kiefer and J. Wolfowitz, Annals of Mathematical Statistics 27 (1956); with the constant of
    P. Massart, The tight constant in the Dvoretzky-Kiefer-Wolfowitz inequality, Annals of Probability 18 (1990).

    Examples
    --------
    >>> round(dvoretzky_kiefer_wolfowitz(100_000), 5)
    0.00429
    """
    return math.sqrt(math.log(2 / (1 - certain(confidence_level))) / (2 * n))
