"""What a plan says besides its levers, topic by topic."""

from collections.abc import Iterator
from itertools import groupby
from math import ceil, exp, expm1, gamma, log, sqrt
from typing import TYPE_CHECKING

from clustersim.outcome.notation import figures, printable
from clustersim.plan.parameter import Distribution
from clustersim.present.in_words.amounts import A_MONTH, MONTHS, PERCENT, figure, share
from clustersim.present.words import period

if TYPE_CHECKING:
    from clustersim.plan.parts import Legacy
    from clustersim.plan.plan import Plan

_CURVES = {
    "smoothstep": "slowly at first and at the end",
    "linear": "evenly",
    "logistic": "slowly at first and at the end, and steeply between",
    "gompertz": "fast quite soon, and then for long more and more slowly",
    "bass": "as a novelty spreads by word of mouth",
}


def clusters(plan: "Plan") -> str:
    """Tell how many are launched, and when."""
    count = len(plan.portfolio)
    if count == 1:
        launched = "One cluster is launched, in the first month."
    else:
        launched = f"{count} clusters are launched, {pace(plan)}."
    fit = fitting(plan)
    within = "" if fit >= count else f" No more than {fit} of them fit in that time."
    waits = "" if plan.at_once is None else f" A launch waits while {plan.at_once} or more are still growing."
    return f"{launched}{waits} The practice is followed for {period(plan.horizon)}.{within}"


def pace(plan: "Plan") -> str:
    """Tell how fast clusters follow each other."""
    return "one a month" if plan.every == 1 else f"one every {plan.every} months"


def fitting(plan: "Plan") -> int:
    """Tell how many launches at that pace have room before the horizon."""
    return ceil(plan.horizon / plan.every)


def failures(plan: "Plan") -> str:
    """Tell how many fail, and what becomes of them."""
    told = _own_rates(plan) if _differs(plan, "failure_rate") else _rate(plan.failure_rate)
    kept = "as long as the table tells" if _differs(plan, "trial") else f"for {MONTHS.spread(plan.trial)}"
    earns = f"grows to {PERCENT(plan.failed_share)} of what it would earn as a success"
    earns = "earns nothing" if plan.failed_share == 0 else earns
    return " ".join(filter(None, (told, _moved(plan), f"What fails is kept {kept}, and {earns}.")))


def _own_rates(plan: "Plan") -> str:
    """Tell rates of which the table of clusters has some, or all."""
    own = [cluster.failure_rate for cluster in plan.portfolio if cluster.failure_rate is not None]
    told = ["How likely each cluster is to fail stands in the table of clusters below."]
    if any(isinstance(rate, Distribution) for rate in own):
        told.append("A rate of its own that varies is drawn for that cluster alone, independently of all others.")
        if not _movers(plan):
            told.append("So it comes to the same as its average.")
    if isinstance(plan.failure_rate, Distribution) and len(own) < len(plan.portfolio):
        told.append(
            "Those clusters that have no rate of their own share one, which varies from practice to practice: "
            f"{PERCENT.spread(plan.failure_rate)}. So their successes, and failures, come together."
        )
    return " ".join(told)


def _movers(plan: "Plan") -> list[str]:
    """Name the levers that move the odds of failure."""
    ideas = plan.ideas is not None and plan.ideas.skill > 0
    return ["ideas"] * ideas + [name for name in ("mission", "network") if getattr(plan, name) is not None]


def _moved(plan: "Plan") -> str:
    movers = _movers(plan)
    if not movers:
        return ""
    listed = " and ".join(filter(None, (", ".join(movers[:-1]), movers[-1])))
    return f"That is before {listed}, see below, move{'s' * (len(movers) == 1 and movers != ['ideas'])} the odds."


def _differs(plan: "Plan", field: str) -> bool:
    """Tell whether clusters have values of their own, which a table tells."""
    return any(getattr(cluster, field) is not None for cluster in plan.portfolio)


def _rate(rate: float | Distribution) -> str:
    if isinstance(rate, Distribution):
        return (
            f"The failure rate varies from practice to practice: {PERCENT.spread(rate)}. All clusters of one practice "
            "share it, so that successes, and failures, come together."
        )
    if rate in {0, 1}:
        return "Every cluster fails." if rate else "No cluster fails."
    return f"A cluster fails with a probability of {PERCENT(rate)}, whatever becomes of the others."


def successes(plan: "Plan") -> str:
    """Tell what the others earn, and how soon."""
    lasting = "What is established stays."
    if plan.lifetime is not None:
        lasting = f"What is established closes after {MONTHS.spread(plan.lifetime)}."
    earns = "what the table tells" if _differs(plan, "revenue") else A_MONTH.spread(plan.revenue)
    takes = "as long as the table tells" if _differs(plan, "ramp") else MONTHS.spread(plan.ramp)
    return f"A success earns {earns}. It takes {takes} to grow to that, {_CURVES[plan.ramp_curve]}. {lasting}"


def fluctuations(plan: "Plan") -> Iterator[str]:
    """Tell how revenue goes up and down: a sentence each."""
    if plan.volatility:
        kept = _kept(plan.persistence)
        yield f"The revenue of each cluster goes up and down by about {_swing(plan.volatility)} %; {kept}."
    else:
        yield "What a cluster earns does not go up and down by chance."
    if plan.market is not None:
        kept = _kept(plan.market.persistence)
        yield f"The market moves all clusters together, by about {_swing(plan.market.volatility)} %; {kept}."
    if plan.seasonality is not None:
        months = ", ".join(map(share, plan.seasonality))
        yield f"The season makes of it, in the twelve months of each of the plan's years: {months} %."


def _swing(volatility: float) -> str:
    """Write a coefficient of variation, of which the log standard deviation is given."""
    return figures(100 * sqrt(expm1(volatility**2)), 2)


def _kept(persistence: float) -> str:
    return f"of what one month is off, {PERCENT(persistence)} is left in the next"


def milestones(plan: "Plan") -> str:
    """Tell the levels, those of one window together."""
    runs = groupby(plan.milestones, key=lambda milestone: milestone.window)
    told = "; ".join(
        f"{'in a single month' if window == 1 else f'on average of {window} months'}: "
        + ", ".join(f"{printable(one.name)} {A_MONTH.number(one.revenue)}" for one in ones)
        for window, ones in runs
    )
    return f"Levels of revenue a month; {told}."


def convergence(plan: "Plan") -> str:
    """Tell what happens at the trigger."""
    if plan.convergence is None:
        return "None: clusters stay what they are."
    megas = most_megas(plan)
    best = "the best cluster becomes a mega-cluster" if megas == 1 else f"the best {megas} become mega-clusters"
    rest = f"what they earned goes to {'that one' if megas == 1 else 'these'}, and nothing is launched any more"
    became = f"{best}. All others close, {rest}"
    if len(plan.portfolio) == 1:
        became = "the cluster becomes a mega-cluster"
    return (
        f"When {printable(plan.convergence.trigger)} is first reached {became}. "
        f"{'It' if megas == 1 else 'Each mega-cluster'} aims at {A_MONTH.spread(plan.convergence.revenue)}, and takes "
        f"{MONTHS.spread(plan.convergence.months)} to get there."
    )


def most_megas(plan: "Plan") -> int:
    """Tell how many mega-clusters there can be."""
    return min(plan.convergence.megas, len(plan.portfolio)) if plan.convergence else 0


def legacy(plan: "Plan") -> str:
    """Tell when a mega-cluster becomes the legacy."""
    if plan.legacy is None or plan.convergence is None:
        return "None."
    low, high = (_waiting(plan.legacy, q) for q in (0.05, 0.95))
    one = "The mega-cluster" if most_megas(plan) == 1 else "One of the mega-clusters"
    return (
        f"{one} emerges as the legacy, {MONTHS(plan.legacy.mean_months)} after convergence on average "
        f"({figure(low)} to {figure(high)} in nine of ten)."
    )


def _waiting(legacy: "Legacy", q: float) -> float:
    """Return a quantile of the Weibull waiting time, whose mean and shape are given."""
    return float(legacy.mean_months / gamma(1 + 1 / legacy.shape) * exp(log(-log(1 - q)) / legacy.shape))
