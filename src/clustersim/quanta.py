"""How many quanta make a dollar, and what a milestone asks for in them."""

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clustersim.kernel.layout import NARROW, OCTAVES, SIDE
from clustersim.plan.errors import PlanError
from clustersim.plan.parameter import Distribution
from clustersim.plan.plan import Plan

#: A stationary normal is beyond this with probability 2e-21: revenue beyond what it allows is cut there.
_FARTHEST_NOISE = 9.5

#: Levels are float32: a milestone is reached to within this share of it, so that one cluster that earns 10 000.01
#: reaches 10 000.01, and a dozen the twelvefold.
_RESOLUTION = Fraction(1, 1 << 20)

#: What the largest month makes, in dollars, lies within these powers of two, well inside of float32's range.
_SMALLEST, _LARGEST = -60, 100

#: A quantum is at most this share of the lowest milestone, where months are counted in so many octaves,
_COARSEST = {NARROW: 2.0**-3, OCTAVES: 1e-3}

#: and where in fewer, at most this share of what half of a cluster's draws of revenue exceed.
_FINE = 2.0**-10

#: Bits of savings in quanta at most, and of what a month costs or brings beside revenue: cash stays within 2^62.
_SAVINGS, _A_MONTH = 60, 50


def count_in_quanta(
    plan: Plan, quantiles: NDArray[np.float32], clusters: NDArray[np.int32], mega: int
) -> tuple[float, int]:
    """Tell how finely a plan is counted.

    No month exceeds 2^26 quanta; where revenue is spread so widely that these would be coarse, 2^40. Milestones have
    no part in it, unless one asks for a few quanta: so that revenue is the same whatever is asked about it.

    Parameters
    ----------
    quantiles : (T, 2 * SIDE, 2)
        The plan's quantile tables.
    clusters : (K,)
        Which of them each cluster's revenue is drawn from.
    mega
        Which of them a mega-cluster's revenue is drawn from; -1 without convergence.

    Returns
    -------
    quanta, octaves
        How many quanta make a dollar, the largest power of two that allows this; and how many octaves of them months
        are counted in: a month beyond is cut there.

    Raises
    ------
    PlanError
        If quanta would be too coarse for the milestones.
    """
    most = quantiles.astype(np.float64).sum(axis=2).max(axis=1)
    by_clusters, by_megas = float(most[clusters].sum()), 0.0
    if plan.convergence is not None:
        by_megas = plan.convergence.megas * float(most[mega])
    revenue = (by_clusters + by_megas) * _most(noise(plan))
    if plan.market is not None:
        revenue *= _most(plan.market.volatility)
    revenue *= max(plan.seasonality or (1.0,))
    lowest = min((m.revenue for m in plan.milestones if m.revenue > 0), default=math.inf)
    for octaves in (NARROW, OCTAVES):
        bound = max(revenue, max(_cash(plan, octaves))[0])
        octave = math.ceil(math.log2(bound)) if bound > 0 else octaves
        if revenue == 0:
            octave = max(octave, _SMALLEST + 1)  # a living of next to nothing needs no finer quanta
        if not _SMALLEST < octave < _LARGEST:
            continue
        coarsest = _COARSEST[octaves] * lowest
        if octaves == NARROW:
            coarsest = min(coarsest, _FINE * _price(quantiles, clusters))
        # Where nothing is earned there is nothing to count finely.
        if bound == 0 or 2.0 ** (octave - octaves) <= coarsest:
            return 2.0 ** (octaves - octave), octaves
    cash, path, value = max(_cash(plan, OCTAVES))
    if cash > revenue:
        remedy = f"is too much to be counted finely enough for a lowest milestone of {lowest:,.6g}: take less"
        raise PlanError.one(value, remedy, path=path)
    widest, distribution = _widest(plan, most[clusters], by_megas > by_clusters)
    raise PlanError.one(
        distribution,
        f"allows, with noise and season, months of up to {revenue:.1e} dollars, which cannot be counted finely "
        f"enough for a lowest milestone of {lowest:,.6g}: take a distribution with a lighter tail, less "
        "volatility, or other milestones",
        path=widest,
    )


def threshold(revenue: float, window: int, quanta: float) -> int:
    """Tell the least whole sum of quanta over a window whose average is at the level, but for what rounding may lose.

    Milestones are reached by it, and survival clients let go. What may be lost is float32's last bits, and half a
    quantum a month.
    """
    quanta_a_month = Fraction(revenue) * (1 - _RESOLUTION) * Fraction(quanta) - Fraction(1, 2)
    return max(int(revenue > 0), min(math.ceil(quanta_a_month * window), 1 << 62))


def noise(plan: Plan) -> float:
    """Tell the log standard deviation of a cluster's noise."""
    return plan.network.noise(plan.volatility) if plan.network else plan.volatility


def _most(volatility: float) -> float:
    return math.exp(volatility * _FARTHEST_NOISE - volatility**2 / 2)


def _price(quantiles: NDArray[np.float32], clusters: NDArray[np.int32]) -> float:
    """Tell the lowest of the clusters' median revenues above 0."""
    medians = quantiles[clusters, SIDE - 1, 0]
    return float(medians[medians > 0].min(initial=np.inf))


def _cash(plan: Plan, octaves: int) -> list[tuple[float, str, float]]:
    """Tell the dollars that the largest month must make at least for cash, and the fields and values that ask for them.

    The largest month makes 2^octaves quanta.
    """
    if plan.finances is None:
        return [(0.0, "", 0.0)]
    savings, living, survival = plan.finances.savings, plan.finances.living, plan.finances.survival
    bounds = [
        (savings / 2 ** (_SAVINGS - octaves), "finances.savings", savings),
        (living / 2 ** (_A_MONTH - octaves), "finances.living", living),
    ]
    if survival is not None:
        bounds.append(
            (survival.clients * survival.fee / 2 ** (_A_MONTH - octaves), "finances.survival.fee", survival.fee)
        )
    return bounds


def _widest(plan: Plan, most: NDArray[np.float64], megas: bool) -> tuple[str, float | Distribution]:  # noqa: FBT001
    """Tell the field whose revenue reaches farthest."""
    if megas and plan.convergence is not None:
        return "convergence.revenue", plan.convergence.revenue
    k = int(most.argmax())
    own = plan.portfolio[k].revenue
    return ("revenue", plan.revenue) if own is None else (f"clusters[{k}].revenue", own)
