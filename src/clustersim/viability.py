"""How many clusters are viable: the exact distribution, from the lowered tables.

A fate is a 32-bit word against a failure rate, so the number of viable clusters needs no simulation: it is binomial
given the practice's failure rate, mixed over that rate's quantile table, and convolved with a Bernoulli for each
cluster that has a failure rate of its own (Poisson-binomial). The tables are integrated as the kernel reads them, not
the distributions that they came from; what is left is that uniforms are 32 bits wide, less than 1e-9.
"""

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import zip_longest
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


@lru_cache(maxsize=64)
def joint_weights(one: Program, other: Program) -> Floats | None:
    """Tell how probable each two numbers of viable clusters are in one trajectory under two plans, if it is known.

    It is known where both plans have the same failure rates, so that the same clusters are viable, and where all rates
    are numbers: a cluster that is viable under the higher rate is so under the lower one.

    Returns
    -------
    (K + 1, L + 1) or None
        P(k viable under the one plan and l under the other).

    Examples
    --------
    >>> from clustersim.plan.plan import Plan
    >>> from clustersim.program import lower
    >>> joint_weights(lower(Plan(clusters=1)), lower(Plan(clusters=1, failure_rate=0.25)))
    array([[0.25, 0.25],
           [0.  , 0.5 ]])
    """
    weights = stratum_weights(one)
    if weights is None or stratum_weights(other) is None:
        return None
    ours, theirs = (_rate_tables(program.tables) for program in (one, other))
    if ours == theirs:
        return np.diag(weights)
    if not all(is_constant(table) for _, table in (*_by_cluster(one.tables), *_by_cluster(other.tables))):
        return None
    rates = [[mean_rate(table) for _, table in _by_cluster(program.tables)] for program in (one, other)]
    joint: Floats = np.ones((1, 1))
    for f, g in zip_longest(*rates, fillvalue=None):
        rows, columns = joint.shape
        grown: Floats = np.zeros((rows + (f is not None), columns + (g is not None)))
        mine, its = (1.0 if rate is None else rate for rate in (f, g))
        grown[:rows, :columns] += min(mine, its) * joint
        if f is not None:
            grown[1:, :columns] += max(its - mine, 0.0) * joint
        if g is not None:
            grown[:rows, 1:] += max(mine - its, 0.0) * joint
        if f is not None and g is not None:
            grown[1:, 1:] += (1 - max(mine, its)) * joint
        joint = grown
    return joint


def _by_cluster(tables: Tables) -> list[tuple[bool, NDArray[np.float32]]]:
    """Tell of each cluster whether it has a failure rate of its own, and the table of the one that decides."""
    shared = tables.practice[PRACTICE_FAILURE_RATE]
    own = tables.cluster[FAILURE_RATE].tolist()
    return [(place >= 0, tables.quantiles[place if place >= 0 else shared]) for place in own]


def _rate_tables(tables: Tables) -> list[tuple[bool, bytes]]:
    return [(own, table.tobytes()) for own, table in _by_cluster(tables)]


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


def cells(table: NDArray[np.float32], *, most: float = 1) -> tuple[Floats, Floats, Floats]:
    """Tell the cells of a table, a failure rate's unless more is allowed: probability, and the ends, low and high."""
    start, rise = table.astype(np.float64).reshape(2, SIDE, 2).transpose(2, 0, 1)
    u = nodes()
    weight = np.diff(u, append=u[-1])
    weight[0] += u[0]  # below the first cell nothing is lower
    ends = np.clip([start, start + rise], 0, most)
    used = weight > 0
    probability = np.broadcast_to(weight, start.shape)[:, used].ravel()
    return probability, ends.min(axis=0)[:, used].ravel(), ends.max(axis=0)[:, used].ravel()


def mean_rate(table: NDArray[np.float32]) -> float:
    """Tell how probable doom is by a failure rate's table: of a number, to the last word of 32 bits."""
    if is_constant(table):
        return min(max(math.ceil(float(table[0, 0]) * _WORDS), 0), _WORDS) / _WORDS
    weight, low, high = cells(table)
    return float((weight * (low + high)).sum() / 2)
