"""A plan in a sentence or two: what a screen has room for."""

from math import isclose, isfinite
from typing import TYPE_CHECKING, Any

from clustersim.outcome.notation import figures, money, printable
from clustersim.plan.parameter import Distribution
from clustersim.present.in_words.amounts import MONTHS
from clustersim.present.in_words.basics import fitting, most_megas, pace
from clustersim.present.words import period

if TYPE_CHECKING:
    from collections.abc import Callable

    from clustersim.plan.levers import Accelerator, Finances, Focus, Ideas, Mission, Network
    from clustersim.plan.plan import Plan


def describe(plan: "Plan") -> str:
    """Tell a plan in a sentence.

    >>> import clustersim as cs
    >>> print(describe(cs.Plan()))
    12 clusters, one every 3 months; half of them fail, a success earns $10k a month, after about 3 to 14 months of
    growth. At black belt the best 3 become mega-clusters, and one of those the legacy.
    """
    rates = [_mean(plan.failure_rate if c.failure_rate is None else c.failure_rate) for c in plan.portfolio]
    shared = plan.failure_rate if any(c.failure_rate is None for c in plan.portfolio) else 0.0
    revenues = [plan.revenue if c.revenue is None else c.revenue for c in plan.portfolio]
    ramps = [plan.ramp if c.ramp is None else c.ramp for c in plan.portfolio]
    whole = "all ideas" if plan.ideas is not None and plan.ideas.skill > 0 else "them"
    alone = any(isinstance(c.failure_rate, Distribution) for c in plan.portfolio)
    earning = _earning(rates, revenues)
    growing = [_growing(ramps)] if earning else []
    clauses = [_failing(rates, shared, whole, alone=alone), *earning, *_varying(plan), *growing]
    return " ".join(filter(None, (f"{_launching(plan)}; {', '.join(clauses)}.", _later(plan), _levered(plan))))


def _launching(plan: "Plan") -> str:
    count = len(plan.portfolio)
    if count == 1:
        return "1 cluster"
    few = "" if plan.at_once is None else f", at most {plan.at_once} ramping at once"
    fit = fitting(plan)
    some = "" if fit >= count else f", {'at most ' * bool(few)}{fit} of them within {period(plan.horizon)}"
    return f"{count} clusters, {pace(plan)}{few}{some}"


def _failing(rates: list[float], shared: float | Distribution, whole: str, *, alone: bool) -> str:
    """Tell how many fail; a rate that a practice's clusters share, and nobody knows, is told from where to where.

    That one is drawn for a cluster `alone` is said: such doubt does not make clusters succeed or fail together.
    """
    share = sum(rates) / len(rates)
    drawn = "; a cluster's own rate is drawn for it alone" * alone
    if share in {0, 1}:
        one, many = ("it fails", "all of them fail") if share else ("it succeeds", "none of them fails")
        return one if len(rates) == 1 else many
    if len(rates) == 1:
        at = f" on average ({drawn.removeprefix('; ')})" * alone
        return f"it fails with {100 * share:.3g} % probability{at}"
    fail = f"{'half' if isclose(share, 0.5) else f'{100 * share:.3g} %'} of {whole} fail"
    if isinstance(shared, int | float):
        return f"{fail} on average ({drawn.removeprefix('; ')})" if alone else fail
    low, high = (100 * _quantile(shared, q) for q in (0.05, 0.95))
    return (
        f"{fail} on average, at a rate that varies between practices ({low:.0f} to {high:.0f} % in nine of ten{drawn})"
    )


def _earning(rates: list[float], revenues: list[float | Distribution]) -> list[str]:
    """Tell what a success earns: on average, and from where to where if that says too little."""
    successes = len(rates) - sum(rates)
    if not successes:
        return []
    average = sum((1 - rate) * _mean(revenue) for rate, revenue in zip(rates, revenues, strict=True)) / successes
    amount = money(average, short=True)
    if len(set(revenues)) == 1 and not _is_wide(revenues[0]):
        return [f"a success earns {amount} a month"]
    low, high = min(_quantile(revenue, 0.05) for revenue in revenues), max(_quantile(r, 0.95) for r in revenues)
    span = f"a success earns about {money(low, short=True)} to {money(high, short=True)} a month"
    if len(set(revenues)) > 1:
        span += " as the cluster may be"
    return [span, f"{amount} on average"] if isfinite(average) else [span]


def _growing(ramps: list[float | Distribution]) -> str:
    """Tell how long a success takes to get there: exactly if all take as long, else from where to where."""
    low, high = min(_quantile(ramp, 0.05) for ramp in ramps), max(_quantile(ramp, 0.95) for ramp in ramps)
    if low == high:
        return f"after {MONTHS(low)} of growth"
    about = " to ".join(dict.fromkeys(map(_roughly, (low, high))))
    return f"after about {about} month{'s' * (about != '1')} of growth"


def _roughly(months: float) -> str:
    return figures(months, 1) if months < 1 else f"{months:,.0f}"


def _varying(plan: "Plan") -> list[str]:
    causes = ["the season"] * (plan.seasonality is not None) + ["the market"] * (plan.market is not None)
    return [f"varying with {' and '.join(causes)}"] if causes else []


def _later(plan: "Plan") -> str:
    if plan.convergence is None:
        return ""
    megas = most_megas(plan)
    if len(plan.portfolio) == 1:
        best = "it becomes a mega-cluster"
    else:
        best = "the best one becomes a mega-cluster" if megas == 1 else f"the best {megas} become mega-clusters"
    legacy = ", and later the legacy" if megas == 1 else ", and one of those the legacy"
    return f"At {printable(plan.convergence.trigger)} {best}{legacy * (plan.legacy is not None)}."


def _levered(plan: "Plan") -> str:
    """Tell the levers that are on; those that move fates do so on top of the rate of failure."""
    on = [tell(lever) for name, tell in _LEVERS.items() if (lever := getattr(plan, name)) is not None]
    return f"Levers: {', '.join(on)}." if on else ""


def _ideas(ideas: "Ideas") -> str:
    return f"{ideas.count} ideas" + f" (skill {ideas.skill:.3g})" * (ideas.skill > 0)


def _focus(focus: "Focus") -> str:
    return f"focus on {focus.capacity:.3g}"


def _mission(mission: "Mission") -> str:
    return f"mission fit {_mean(mission.fit):.2g}"


def _finances(finances: "Finances") -> str:
    clients = 0 if finances.survival is None else finances.survival.clients
    helped = f" and {clients} survival client{'s' * (clients > 1)}" if clients else ""
    return f"{money(finances.savings, short=True)} saved{helped}"


def _network(network: "Network") -> str:
    return f"{100 * network.challengers:.3g} % challengers"


def _accelerator(accelerator: "Accelerator") -> str:
    return f"an accelerator that takes {100 * accelerator.odds:.3g} %"


#: How each lever that is on is told.
_LEVERS: "dict[str, Callable[[Any], str]]" = {
    "ideas": _ideas,
    "focus": _focus,
    "mission": _mission,
    "finances": _finances,
    "network": _network,
    "accelerator": _accelerator,
}


def _is_wide(parameter: float | Distribution) -> bool:
    return not isinstance(parameter, int | float) and not parameter.std() < parameter.mean() / 2


def _quantile(parameter: float | Distribution, q: float) -> float:
    return parameter if isinstance(parameter, int | float) else float(parameter.ppf(q))


def _mean(parameter: float | Distribution) -> float:
    return parameter if isinstance(parameter, int | float) else parameter.mean()
