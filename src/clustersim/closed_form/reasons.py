"""Why first passages of a plan are not known exactly, and what it would take."""

from clustersim.closed_form import fates, grid
from clustersim.closed_form.clusters import Offering, number
from clustersim.kernel.layout import Tables
from clustersim.plan.plan import Plan
from clustersim.viability import is_constant

#: Fields that are understood here. What else a plan has must be off.
_KNOWN = frozenset(
    {
        "clusters",
        "every",
        "at_once",
        "failure_rate",
        "revenue",
        "ramp",
        "ramp_curve",
        "trial",
        "failed_share",
        "lifetime",
        "volatility",
        "persistence",
        "seasonality",
        "horizon",
        "market",
        "milestones",
        "convergence",
        "legacy",
        "goals",
        "pipeline",
    }
)


def noise(plan: Plan) -> list[str]:
    """Tell what makes first passages random beyond fates, levels and ramps."""
    reasons = []
    if plan.volatility > 0:
        reasons.append(f"volatility = {plan.volatility:g} makes revenue noisy (it takes 0)")
    if plan.market is not None and plan.market.volatility > 0:
        reasons.append("market makes revenue noisy (it takes None)")
    if plan.convergence is not None:
        reasons.append("convergence changes what a practice earns (it takes None)")
    reasons += [
        f"{name} is a lever without a closed form (it takes None)"
        for name in type(plan).model_fields
        if name not in _KNOWN and getattr(plan, name) is not None
    ]
    return reasons


def beyond_fates(clusters: tuple[Offering, ...], tables: Tables) -> list[str]:
    """Tell what enumerating fates cannot do."""
    reasons = []
    if not all(cluster.fixed for cluster in clusters):
        reasons.append("revenue, ramp or lifetime is a distribution (fates alone take numbers)")
    if any(_is_missed(cluster, tables) and not is_constant(cluster.trial) for cluster in clusters):
        reasons.append("trial is a distribution, and when doomed clusters close is felt (it takes a number)")
    count = len(fates.open_fates(tables, clusters))
    if count > fates.MOST:
        reasons.append(f"{count} clusters make 2^{count} fates (it takes {fates.MOST} clusters at most)")
    return reasons


def beyond_grid(plan: Plan, clusters: tuple[Offering, ...], tables: Tables) -> list[str]:
    """Tell what convolving cannot do: above all, follow revenue that falls."""
    reasons = []
    if not any(not (is_constant(c.revenue) and is_constant(c.ramp)) for c in clusters):
        reasons.append("levels are numbers, which fall between the cells of a grid")
    if plan.seasonality is not None:
        reasons.append("seasonality makes revenue fall (it takes None)")
    if plan.lifetime is not None:
        reasons.append("lifetime makes revenue fall (it takes None)")
    for k, cluster in enumerate(clusters):
        lives = max(number(cluster.trial), 1)
        if _earns_though_doomed(cluster, tables) and k * tables.every + lives < tables.horizon:
            level = f"failed_share = {float(tables.failed_share):g}"
            reasons.append(
                f"doomed clusters earn until they close ({level}: it takes 0, or a trial beyond the horizon)"
            )
            break
    if plan.at_once is not None and not all(
        is_constant(c.ramp) and (not c.can_fail or number(c.trial) >= number(c.ramp)) for c in clusters
    ):
        reasons.append("at_once makes launches random (it takes None, or fixed ramps that no trial cuts short)")
    launched = sum(1 + k * tables.every <= tables.horizon for k in range(len(clusters)))
    if launched > grid.MOST:
        reasons.append(f"{launched} clusters are too many (it takes {grid.MOST} at most)")
    return reasons


def _earns_though_doomed(cluster: Offering, tables: Tables) -> bool:
    return cluster.can_fail and bool(tables.failed_share > 0) and bool((cluster.revenue != 0).any())


def _is_missed(cluster: Offering, tables: Tables) -> bool:
    """Tell whether it matters when a doomed cluster closes: for what it earned, or for the attention that it took."""
    waits = tables.at_once > 0 and cluster.can_fail and number(cluster.trial) < number(cluster.ramp)
    return _earns_though_doomed(cluster, tables) or waits
