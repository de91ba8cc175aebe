"""What a plan says and what came out, in a sentence each."""

from math import isfinite
from typing import TYPE_CHECKING

from clustersim.outcome.notation import money, printable

if TYPE_CHECKING:
    from clustersim.outcome.outcome import Outcome
    from clustersim.plan.parameter import Distribution
    from clustersim.plan.plan import Plan

_NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def describe(plan: "Plan") -> str:
    """Tell a plan in a sentence.

    >>> import clustersim as cs
    >>> print(describe(cs.Plan()))
    12 clusters, one every 3 months; half of them fail, a success earns $10k a month. At black belt the best 3
    become mega-clusters, and one of those the legacy.
    """
    count = len(plan.portfolio)
    pace = "" if count == 1 else ", one a month" if plan.every == 1 else f", one every {plan.every} months"
    few = "" if plan.at_once is None or count == 1 else f", at most {plan.at_once} ramping at once"
    revenue = sum(_mean(c.revenue if c.revenue is not None else plan.revenue) for c in plan.portfolio) / count
    head = f"{count} cluster{'s' * (count > 1)}{pace}{few}; {_failing(plan)}"
    return f"{head}, a success earns {money(revenue)} a month. {_later(plan)}".rstrip()


def _failing(plan: "Plan") -> str:
    rates = [c.failure_rate if c.failure_rate is not None else plan.failure_rate for c in plan.portfolio]
    share = sum(map(_mean, rates)) / len(rates)
    if len(rates) == 1:
        return f"it fails with {100 * share:.3g} % probability"
    return f"{'half' if share == 0.5 else f'{100 * share:.3g} %'} of them fail"


def _later(plan: "Plan") -> str:
    if plan.convergence is None:
        return ""
    megas = min(plan.convergence.megas, len(plan.portfolio))
    if len(plan.portfolio) == 1:
        best = "it becomes a mega-cluster"
    else:
        best = "the best one becomes a mega-cluster" if megas == 1 else f"the best {megas} become mega-clusters"
    legacy = ", and later the legacy" if megas == 1 else ", and one of those the legacy"
    return f"At {printable(plan.convergence.trigger)} {best}{legacy * (plan.legacy is not None)}."


def _mean(parameter: "float | Distribution") -> float:
    """Return the mean, or the median of what has none."""
    if isinstance(parameter, int | float):
        return parameter
    mean = parameter.mean()
    return mean if isfinite(mean) else float(parameter.ppf(0.5))


def verdict(outcome: "Outcome") -> str:
    """Tell what matters most: how many have reached the trigger, or the last milestone, by year three.

    >>> import clustersim as cs
    >>> verdict(cs.simulate(cs.Plan(failure_rate=0.0, volatility=0.0), n=100, rng=7))
    'All practices on this plan have reached black belt after three years.'
    """
    plan = outcome.plan
    name = plan.convergence.trigger if plan.convergence is not None else outcome.keys()[-1]
    month = min(36, outcome.horizon)
    have = "have" if (share := outcome[name].cdf(month)) != 0 else "has"
    return f"{_share(share)} on this plan {have} reached {printable(name)} after {period(month)}."


def _share(share: float) -> str:
    if share == 0:
        return "No practice"
    if share == 1:
        return "All practices"
    if share < 0.01:
        return "Less than 1 % of practices"
    if share > 0.99:
        return "More than 99 % of practices"
    return f"{100 * share:.0f} % of practices"


def period(months: int) -> str:
    """Tell a length of time in words.

    >>> period(36), period(12), period(18), period(1), period(240)
    ('three years', 'one year', '18 months', '1 month', '20 years')
    """
    years, rest = divmod(months, 12)
    if rest:
        return f"{months} month{'s' * (months > 1)}"
    number = _NUMBERS[years] if years < len(_NUMBERS) else str(years)
    return f"{number} year{'s' * (years > 1)}"
