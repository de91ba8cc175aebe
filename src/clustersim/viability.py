"""How many clusters are viable: the exact distribution, from the lowered tables.

A fate is a 32-bit word against a failure rate, so the number of viable clusters needs no simulation: it is binomial
given the practice's failure rate, mixed over that rate's quantile table, and convolved with a Bernoulli for each
cluster that has a failure rate of its own (Poisson-binomial). The tables are integrated as the kernel reads them, not
the distributions that they came from; what is left is that uniforms are 32 bits wide, less than 1e-9.
"""

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from clustersim.kernel.layout import FAILURE_RATE, PRACTICE_FAILURE_RATE, SIDE, Tables
from clustersim.plan.quantile_table import nodes
from clustersim.program import Program

Floats = NDArray[np.float64]

#: What moves fates beyond the failure rates: fields of Tables that are not 0, and what they are in a plan.
_MOVERS: Mapping[str, str] = MappingProxyType(
    {
        "ideas": "ideas.skill moves fates (it takes 0)",
        "fit_odds": "mission.success_odds moves fates (it takes 1)",
        "odds": "network.success_odds moves fates (it takes 1)",
    }
)

#: A cell whose rate rises by less is integrated by four nodes, to 1e-14; a wider one by its antiderivative, to 1e-13.
_NARROW = 1e-3

_WORDS = 1 << 32


@lru_cache(maxsize=16)
def stratum_weights(program: Program) -> Floats | None:
    """Tell the exact distribution of the number of viable clusters, if it is known.

    Returns
    -------
    (K + 1,) or None
        P(0, 1, ..., K viable); None where something moves fates whose effect is not known exactly.

    References
    ----------
    Y. H. Wang, On the number of successes in independent trials, Statistica Sinica 3 (1993), for the
    Poisson-binomial distribution.

    Examples
    --------
    >>> from clustersim.plan.plan import Plan
    >>> from clustersim.program import lower
    >>> stratum_weights(lower(Plan(clusters=2)))
    array([0.25, 0.5 , 0.25])
    """
    tables = program.tables
    if moved(tables):
        return None
    shared = int((tables.cluster[FAILURE_RATE] < 0).sum())
    weights = with_own(with_shared(tables, shared), own_rates(tables))
    weights.flags.writeable = False  # remembered, and shared by all who ask
    return weights


def moved(tables: Tables) -> list[str]:
    """Tell what moves fates in ways that are not known exactly; nothing if failure rates alone decide."""
    return [why for name, why in _MOVERS.items() if getattr(tables, name) != 0]


def own_rates(tables: Tables) -> Floats:
    """Tell the probabilities of being doomed of the clusters that have a failure rate of their own, in launch order."""
    own = tables.cluster[FAILURE_RATE]
    return np.array([mean_rate(tables.quantiles[place]) for place in own[own >= 0]])


def with_own(viable: Floats, rates: Iterable[float]) -> Floats:
    """Add clusters that are doomed independently: to (K + 1,) probabilities of the number viable, one for each.

    >>> with_own(np.array([1.0]), [0.5, 0.5])
    array([0.25, 0.5 , 0.25])
    """
    for rate in rates:
        viable = np.append(viable * rate, 0.0) + np.append(0.0, viable * (1 - rate))
    return viable


def with_shared(tables: Tables, clusters: int) -> Floats:
    """Tell the distribution of how many of some clusters are viable that share the practice's failure rate."""
    table = tables.quantiles[tables.practice[PRACTICE_FAILURE_RATE]]
    if clusters == 0 or is_constant(table):
        return with_own(np.ones(1), [mean_rate(table)] * clusters)
    weight, low, high = cells(table)
    width = high - low
    doomed = np.arange(clusters + 1)
    wide = width > _NARROW
    total = _narrow(weight[~wide], low[~wide], width[~wide], clusters)
    if wide.any():
        from scipy.special import betainc  # noqa: PLC0415  scipy loads when it is needed

        # The integral of C(K, d) f^d (1 - f)^(K - d) over the rates up to f is I_f(d + 1, K - d + 1) / (K + 1).
        below = [betainc(doomed + 1.0, clusters - doomed + 1.0, end[wide, None]) for end in (low, high)]
        share = (weight[wide] / width[wide])[:, None]
        total = total + (share * (below[1] - below[0])).sum(axis=0) / (clusters + 1)
    return np.asarray(total[::-1] / total.sum())


def _narrow(weight: Floats, low: Floats, width: Floats, clusters: int) -> Floats:
    """Add up binomials over cells in which the rate hardly moves, by Gauss and Legendre's rule of four nodes."""
    x, w = np.polynomial.legendre.leggauss(4)
    rate = (low[:, None] + width[:, None] * (x + 1) / 2).ravel()
    return _binomials((weight[:, None] * w / 2).ravel(), rate, clusters)


def _binomials(weight: Floats, rate: Floats, clusters: int) -> Floats:
    """Tell the mixture of binomial distributions of the number doomed."""
    from scipy.special import gammaln, xlog1py, xlogy  # noqa: PLC0415  scipy loads when it is needed

    # Equal rates, as at a table's ends, are one.
    rates, place = np.unique(rate, return_inverse=True)
    weight = np.asarray(np.bincount(place, weights=weight, minlength=len(rates)), np.float64)
    doomed = np.arange(clusters + 1)
    choose = gammaln(clusters + 1) - gammaln(doomed + 1) - gammaln(clusters - doomed + 1)
    total = np.zeros(clusters + 1)
    for begin in range(0, len(rates), 512):  # a few megabytes at a time
        f = rates[begin : begin + 512, None]
        total += weight[begin : begin + 512] @ np.exp(choose + xlogy(doomed, f) + xlog1py(clusters - doomed, -f))
    return total


def is_constant(table: NDArray[np.float32]) -> bool:
    """Tell whether a quantile table is one of a number."""
    return bool((table[:, 1] == 0).all() and (table[:, 0] == table[0, 0]).all())


def segments(table: NDArray[np.float32], *, most: float = 1) -> tuple[Floats, Floats]:
    """Tell what a table draws, a failure rate's unless more is allowed: straight lines over parts of a word's range.

    Returns
    -------
    weight : (C,)
        How probable each part is; the same of all tables.
    ends : (2, C)
        What is drawn at either end of it.
    """
    start, rise = table.astype(np.float64).reshape(2, SIDE, 2).transpose(2, 0, 1)
    u = nodes()
    weight = np.diff(u, append=u[-1])
    weight[0] += u[0]  # below the first cell nothing is lower
    used = weight > 0
    ends = np.clip([start, start + rise], 0, most)[:, :, used]
    return np.tile(weight[used], 2), ends.reshape(2, -1)


def cells(table: NDArray[np.float32], *, most: float = 1) -> tuple[Floats, Floats, Floats]:
    """Tell the cells of a table, as `segments` does: probability, and the ends, low and high."""
    weight, ends = segments(table, most=most)
    return weight, ends.min(axis=0), ends.max(axis=0)


def mean_rate(table: NDArray[np.float32]) -> float:
    """Tell how probable doom is by a failure rate's table: of a number, to the last word of 32 bits."""
    if is_constant(table):
        return min(max(math.ceil(float(table[0, 0]) * _WORDS), 0), _WORDS) / _WORDS
    weight, low, high = cells(table)
    return float((weight * (low + high)).sum() / 2)
