"""How many quanta make a dollar, and what a milestone asks for in them."""

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clustersim.kernel.layout import OCTAVES
from clustersim.plan.errors import PlanError
from clustersim.plan.parameter import Distribution
from clustersim.plan.plan import Plan

#: A stationary normal is beyond this with probability 2e-21: revenue beyond what it allows is cut there.
_FARTHEST_NOISE = 9.5

#: Levels are float32: a milestone is reached to within this share of it, so that one cluster that earns 10 000.01
#: reaches 10 000.01, and a dozen the twelvefold.
_RESOLUTION = Fraction(1, 1 << 20)

#: What 2^40 quanta make, in dollars, lies within these powers of two, well inside of float32's range.
_SMALLEST, _LARGEST = -60, 100

#: A quantum is at most this share of the lowest milestone.
_COARSEST = 1e-3

#: Savings are at most 2^60 quanta, and what a month costs or brings beside revenue 2^50: cash stays within 2^62.
_SAVINGS, _A_MONTH = 1 << 20, 1 << 10


def quanta_in_a_dollar(plan: Plan, quantiles: NDArray[np.float32], clusters: NDArray[np.int32], mega: int) -> float:
    """Tell how many quanta make a dollar: the largest power of two at which no month exceeds 2^40 quanta.

    Parameters
    ----------
    quantiles : (T, 2 * SIDE, 2)
        The plan's quantile tables.
    clusters : (K,)
        Which of them each cluster's revenue is drawn from.
    mega
        Which of them a mega-cluster's revenue is drawn from; -1 without convergence.

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
    cash, path, value = max(_cash(plan))
    bound = max(revenue, cash)
    octave = math.ceil(math.log2(bound)) if bound > 0 else OCTAVES
    lowest = min((m.revenue for m in plan.milestones if m.revenue > 0), default=math.inf)
    # Where nothing is earned there is nothing to count finely.
    if not _SMALLEST < octave < _LARGEST or (bound > 0 and 2.0 ** (octave - OCTAVES) > _COARSEST * lowest):
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
    return 2.0 ** (OCTAVES - octave)


def threshold(revenue: float, window: int, quanta: float) -> int:
    """Tell the least whole sum of quanta over a window whose average is at the level, but for float32's last bits.

    Milestones are reached by it, and survival clients let go.
    """
    return min(math.ceil(Fraction(revenue) * (1 - _RESOLUTION) * window * Fraction(quanta)), 1 << 62)


def noise(plan: Plan) -> float:
    """Tell the log standard deviation of a cluster's noise."""
    return plan.network.noise(plan.volatility) if plan.network else plan.volatility


def _most(volatility: float) -> float:
    return math.exp(volatility * _FARTHEST_NOISE - volatility**2 / 2)


def _cash(plan: Plan) -> list[tuple[float, str, float]]:
    """Tell the dollars that 2^40 quanta must make at least for cash, and the fields and values that ask for them."""
    if plan.finances is None:
        return [(0.0, "", 0.0)]
    savings, living, survival = plan.finances.savings, plan.finances.living, plan.finances.survival
    bounds = [
        (savings / _SAVINGS, "finances.savings", savings),
        (living / _A_MONTH, "finances.living", living),
    ]
    if survival is not None:
        bounds.append((survival.clients * survival.fee / _A_MONTH, "finances.survival.fee", survival.fee))
    return bounds


def _widest(plan: Plan, most: NDArray[np.float64], megas: bool) -> tuple[str, float | Distribution]:  # noqa: FBT001
    """Tell the field whose revenue reaches farthest."""
    if megas and plan.convergence is not None:
        return "convergence.revenue", plan.convergence.revenue
    k = int(most.argmax())
    own = plan.portfolio[k].revenue
    return ("revenue", plan.revenue) if own is None else (f"clusters[{k}].revenue", own)
