"""Post-stratification: shares of all practices from shares by number of viable clusters, whose weights are known.

How many practices of a run have six viable clusters is chance; how many should have is known exactly. Weighting each
number's share by what is known takes that part of chance out of an estimate.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Neighbouring strata are merged until so many trajectories are expected in each: with fewer, a stratum's own share
#: says too little about its variance. It costs what they could have gained, at most this many trajectories' part.
LEAST_EXPECTED = 20


@dataclass(frozen=True, kw_only=True, eq=False)
class Strata:
    """Groups of numbers of viable clusters, with how probable each is and how many trajectories fell in it.

    The groups follow from the weights and the number of trajectories alone, but that one without trajectories joins
    the group before it: not from any event or month, so that distribution functions stay monotone.

    Attributes
    ----------
    first : (G,)
        The smallest number of viable clusters in each group, ascending from 0.
    weights, totals : (G,)
        The groups' exact probabilities, and their trajectories, at least one each.

    References
    ----------
    W. G. Cochran, Sampling Techniques (1977), section 5A.9. D. Holt and T. M. F. Smith, Post stratification, Journal
    of the Royal Statistical Society A 142 (1979).

    Examples
    --------
    >>> strata = Strata.of(np.array([0.25, 0.5, 0.25]), np.array([30, 40, 30]))
    >>> strata.share(np.array([0, 20, 30])).item()
    0.5
    """

    first: NDArray[np.intp]
    weights: Floats
    totals: NDArray[np.int64]

    @classmethod
    def of(cls, weights: Floats, totals: NDArray[np.int64]) -> Self:
        """Group the strata 0, 1, ..., K, given their exact probabilities and their trajectories."""
        n = int(totals.sum())
        first, expected, seen = [0], 0.0, 0
        for k, (weight, total) in enumerate(zip(weights.tolist(), totals.tolist(), strict=True)):
            if expected >= LEAST_EXPECTED and seen:
                first.append(k)
                expected, seen = 0.0, 0
            expected, seen = expected + n * weight, seen + total
        if len(first) > 1 and (expected < LEAST_EXPECTED or not seen):
            first.pop()
        starts = np.array(first)
        return cls(first=starts, weights=np.add.reduceat(weights, starts), totals=np.add.reduceat(totals, starts))

    def __len__(self) -> int:
        return len(self.first)

    @property
    def n(self) -> int:
        """How many trajectories were counted."""
        return int(self.totals.sum())

    def grouped(self, counts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Add up counts by number of viable clusters, the first axis, to counts by group."""
        return np.asarray(np.add.reduceat(counts, self.first, axis=0))

    def share(self, counts: NDArray[np.int64]) -> Floats:
        """Estimate what share of all practices the counted ones are: counts (K + 1, ...), never decreasing in them.

        Exactly 1 where all trajectories are counted, whatever the weights' last digits.
        """
        groups = self.grouped(counts)
        across = (slice(None),) + (None,) * (groups.ndim - 1)
        share = (self.weights[across] * (groups / self.totals[across])).sum(axis=0)
        return np.where(groups.sum(axis=0) == self.n, 1.0, np.minimum(share, 1.0))

    def standard_error(self, counts: NDArray[np.int64]) -> Floats:
        """Estimate the standard deviation of `share` over repeated runs, given how many fell in each group."""
        groups = self.grouped(counts)
        across = (slice(None),) + (None,) * (groups.ndim - 1)
        share = groups / self.totals[across]
        variance = (self.weights[across] ** 2 * share * (1 - share) / self.totals[across]).sum(axis=0)
        return np.asarray(np.sqrt(variance))

    def interval(self, counts: NDArray[np.int64], confidence_level: float) -> tuple[float, float]:
        """Give confidence limits for the share of all practices that counts (K + 1,) estimate.

        A stratified score interval, corrected for continuity and for skewness: a probability p is inside as long as the
        estimate lies between the quantiles that it would have if p were true, to second order in the manner of Cornish
        and Fisher, at the most likely shares by group whose weighted mean is p. So the variance does not vanish where
        all or none of a group were counted. With one group this is, to a fraction of a trajectory, the interval of
        Clopper and Pearson.

        References
        ----------
        E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of the American
        Statistical Association 22 (1927). J. J. Gart and J. Nam, Approximate interval estimation of the ratio of
        binomial parameters: a review and corrections for skewness, Biometrics 44 (1988).
        """
        from scipy.special import ndtri  # noqa: PLC0415  scipy loads when a number is first asked for

        z = float(-ndtri((1 - confidence_level) / 2))
        groups = self.grouped(counts)
        return 1 - self._upper(self.totals - groups, z), self._upper(groups, z)

    def _upper(self, groups: NDArray[np.int64], z: float) -> float:
        share, weights = groups / self.totals, self.weights
        pull = weights / self.totals  # what one trajectory of a group counts for
        estimate = float(weights @ share) + 0.5 / self.n

        def excess(tilt: float) -> tuple[float, float]:
            shares = _tilted(share, tilt * pull)
            mean = float(weights @ shares)
            spread = weights * pull * shares * (1 - shares)
            variance = float(spread.sum())
            if variance == 0:
                return mean - estimate, mean
            skewness = float((spread * pull * (1 - 2 * shares)).sum()) / variance
            return mean - estimate - z * math.sqrt(variance) + (z * z - 1) / 6 * skewness, mean

        variance = float((weights * pull * share * (1 - share)).sum())
        start = z / math.sqrt(variance) if variance > 0 else float(self.n)
        return _first_beyond(excess, start) if estimate < 1 else 1.0


def _tilted(share: Floats, tilt: Floats) -> Floats:
    """Tell the most likely shares when their weighted mean is forced upwards: p solves (s - p) + tilt p (1 - p) = 0."""
    rest = 1 - tilt
    root = np.sqrt(rest * rest + 4 * tilt * share)
    # Either form loses no digits where the other would.
    p = np.where(rest > 0, 2 * share / np.maximum(rest + root, 1e-300), (root - rest) / (2 * np.maximum(tilt, 0.5)))
    return np.clip(p, share, 1)


def _first_beyond(excess: Callable[[float], tuple[float, float]], start: float) -> float:
    """Find a tilt at which a function of it rises through 0, and return the mean that it tells there.

    By false position, the Illinois way, and by halving where that does not get on: a kink, where a group's share leaves
    0, holds it up.
    """
    low, below, high = 0.0, excess(0.0)[0], start
    above, mean = excess(high)
    while above < 0:
        low, below, high = high, above, 2 * high
        if high > 1e300:
            return 1.0
        above, mean = excess(high)
    width, rose = mean, False
    for attempt in range(200):
        middle = (low + high) / 2 if attempt > 20 else high - above * (high - low) / (above - below)
        found, mean = excess(middle)
        if abs(found) <= 1e-13 * width or not low < middle < high:
            break
        if found < 0:
            low, below, above = middle, found, above if rose else above / 2
        else:
            high, above, below = middle, found, below / 2 if rose else below
        rose = found >= 0
    return min(mean, 1.0)
