"""What is known about plans without simulating them, and how far a run is from it.

A *case* is a plan with facts about it. Beside it stands a plan that is slightly wrong, about which other things are
known: the run of the right one must be told from these. How slightly is up to the number of trajectories.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import erfc, hypot, sqrt

import numpy as np
from scipy import stats

import clustersim as cs

#: How often a whole list of comparisons may be wrong where nothing is.
FALSE_ALARM = 1e-6


@dataclass(frozen=True, kw_only=True)
class Chance:
    """A probability, or between which two it lies, of something that a run counts."""

    low: float
    high: float
    counted: Callable[[cs.Outcome], int]

    def p_value(self, outcome):
        """How probable it is to count so few, or so many, or fewer or more."""
        n, count = outcome.n, self.counted(outcome)
        few, many = stats.binom.cdf(count, n, self.low), stats.binom.sf(count - 1, n, self.high)
        return min(1.0, 2 * float(min(few, many)))


@dataclass(frozen=True, kw_only=True)
class Average:
    """An average over trajectories, and how uncertain it is itself; the run tells its own, and its standard error."""

    value: float
    observed: Callable[[cs.Outcome], tuple[float, float]]
    error: float = 0.0

    def p_value(self, outcome):
        value, error = self.observed(outcome)
        return erfc(abs(value - self.value) / hypot(error, self.error) / sqrt(2))


Fact = Chance | Average


@dataclass(frozen=True, kw_only=True)
class Case:
    """A plan with what is known about it.

    ``wrong`` makes one that is slightly wrong, by about so large a part of something, and says what is.
    """

    name: str
    plan: cs.Plan
    known: Callable[[cs.Plan], Sequence[Fact]]
    wrong: Callable[[float], tuple[cs.Plan, str]]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A run, compared with what is known of its plan, and with what is known of a wrong one."""

    case: Case
    n: int
    p_values: list[float]
    wrong: str
    wrong_p_values: list[float]

    def agrees(self, comparisons):
        """Whether nothing is too far off, given how many comparisons are made in all."""
        return min(self.p_values) >= FALSE_ALARM / comparisons

    def is_told(self, comparisons):
        """Whether the wrong plan's facts are too far off."""
        return min(self.wrong_p_values) < FALSE_ALARM / comparisons


def slightly(n):
    """How wrong a plan must be to be told from the right one by n trajectories, as a rule."""
    return 20 / sqrt(n)


def compared(case, n, *, rng=7, **options):
    """Simulate a case, and compare."""
    outcome = cs.simulate(case.plan, n=n, rng=rng, **options)
    plan, wrong = case.wrong(slightly(n))
    return Comparison(
        case=case,
        n=n,
        p_values=[fact.p_value(outcome) for fact in case.known(case.plan)],
        wrong=wrong,
        wrong_p_values=[fact.p_value(outcome) for fact in case.known(plan)],
    )


def errors_apart(p):
    """So many standard errors of a normal distribution a p-value is: at most 37."""
    return float(stats.norm.isf(max(p, 1e-300) / 2))


def chance(probability, counted):
    """A probability that is known to the last digit."""
    return Chance(low=float(probability), high=float(probability), counted=counted)


def viable_at_most(k):
    return lambda outcome: int(outcome.viable.counts[: k + 1].sum())


def reached_by(name, month):
    return lambda outcome: int(outcome[name].counts[:, 1 : month + 1].sum())


def held_in(name, month):
    return lambda outcome: int(outcome[name].held_counts[month - 1])


def grown_from(k):
    """The legacy grew from the k-th cluster."""
    return lambda outcome: int(outcome.legacy.origin_counts[k])


def revenue_in(month):
    def observed(outcome):
        fan = outcome.revenue
        return float(fan.mean()[month - 1]), float(fan.standard_error()[month - 1])

    return observed


def of_viable(cdf):
    """Facts about the number of viable clusters, from its distribution function."""

    def known(plan):
        probabilities = cdf(plan)
        return [chance(probabilities[k], viable_at_most(k)) for k in range(len(probabilities) - 1)]

    return known


def of_passages(plan):
    """Facts about every milestone that `exact` knows, in every month: reached, and held."""
    exact, months = cs.exact(plan), np.arange(plan.horizon + 1)
    for name in exact:
        for bounds, counted in ((exact[name].reached_bounds, reached_by), (exact[name].held_bounds, held_in)):
            low, high = bounds(months)
            for month in range(1, plan.horizon + 1):
                yield Chance(low=low[month], high=high[month], counted=counted(name, month))
