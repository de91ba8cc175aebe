"""What common luck saves, and whether intervals of differences keep their promise: ``python benchmarks/pairing.py``.

First table: how many times fewer trajectories a comparison takes than independent runs that would be as sure; as one
comparison tells of itself (`Difference.variance_ratio`), and as it comes out over many runs, each with another seed.
Second table: how often 95 % intervals of differences hold the exact one, between plans whose answers are known. A share
below 0.95 by more than chance, at a false-alarm rate of 1e-6, is a broken promise, and the status is then 1.

``python benchmarks/pairing.py [RUNS]`` repeats everything so often, 2 000 times if it is not said.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

import clustersim as cs

RUNS, N, LEVEL = 2_000, 2_000, 0.95
FALSE_ALARM = 1e-6

CHANGES = {
    "a cluster every 2 months": {"every": 2},
    "10 % more revenue": {"revenue": cs.lognormal(mean=11_000, cv=0.3)},
    "failure rate 0.45": {"failure_rate": 0.45},
    "a common fate": {"failure_rate": cs.beta(4.5, 4.5)},
    "14 clusters": {"clusters": 14},
    "mission": {"mission": cs.Mission()},
    "focus on 2": {"focus.capacity": 2},
}


@dataclass(frozen=True)
class Saving:
    """How many times fewer trajectories: as one comparison tells, as many runs show, and how sure that is."""

    told: float
    seen: float
    error: float


def saving(changes, by, runs, *, milestone="black belt", n=N):
    """Measure what pairing saves for one change to the default plan."""
    plans = {"default": cs.Plan(), "changed": cs.Plan().replace(**changes)}
    told = cs.compare(plans, 100_000, rng=1).probability(milestone, by).variance_ratio
    paired, apart = np.empty(runs), np.empty(runs)
    for seed in range(runs):
        comparison = cs.compare(plans, n, rng=2 * seed + 2, workers=1)
        other = cs.simulate(plans["changed"], n, rng=2 * seed + 3, workers=1)
        paired[seed] = comparison.probability(milestone, by).value
        apart[seed] = other[milestone].cdf(by) - comparison.outcomes["default"][milestone].cdf(by)
    if not paired.any():
        return Saving(told, np.inf, 0)
    seen = apart.var(ddof=1) / paired.var(ddof=1)
    return Saving(told, seen, seen * np.sqrt(4 / (runs - 1)))  # two variances of normal numbers, apart


PORTFOLIO = cs.Plan(
    clusters=[
        cs.Cluster(revenue=revenue, failure_rate=rate, ramp=ramp)
        for revenue, rate, ramp in [(4_000, 0.2, 3), (16_000, 0.6, 9), (7_000, 0.3, 4), (12_000, 0.5, 6)]
    ],
    failed_share=0,
    volatility=0,
    convergence=None,
    milestones=[cs.Milestone(name="living", revenue=19_000, window=3)],
    horizon=40,
)
LITERAL = cs.presets.literal().replace(horizon=60)


@dataclass(frozen=True)
class Figure:
    """A difference of two plans that is known exactly, and how a comparison estimates it."""

    name: str
    plans: tuple[cs.Plan, cs.Plan]
    exact: float
    estimate: Callable[[cs.Comparison], cs.Difference]


def probability(name, a, b, by):
    milestone = a.milestones[0].name
    exact = cs.exact(b)[milestone].cdf(by) - cs.exact(a)[milestone].cdf(by)
    return Figure(name, (a, b), exact, lambda c: c.probability(milestone, by, confidence_level=LEVEL))


def median(name, a, b):
    milestone = a.milestones[0].name
    exact = cs.exact(b)[milestone].median() - cs.exact(a)[milestone].median()
    return Figure(name, (a, b), exact, lambda c: c.median(milestone, confidence_level=LEVEL))


def revenue(name, a, b, year):
    exact = earned(b, year) - earned(a, year)
    return Figure(name, (a, b), exact, lambda c: c.revenue(year, confidence_level=LEVEL))


def earned(plan, year):
    """Mean revenue of a year of a plan with linear ramps, without noise, whose doomed clusters earn nothing."""
    months = np.arange(12 * year - 11, 12 * year + 1)
    starts = 1 + plan.every * np.arange(plan.clusters)
    share = np.clip((months[:, None] - starts + 1) / plan.ramp, 0, 1)
    return (1 - plan.failure_rate) * plan.revenue * share.sum()


FIGURES = (
    probability("same fates, month 15", PORTFOLIO, PORTFOLIO.replace(every=2), 15),
    probability("same fates, small, month 12", PORTFOLIO, PORTFOLIO.replace(**{"clusters[1].ramp": 8}), 12),
    probability("other fates, tiny, month 20", PORTFOLIO, PORTFOLIO.replace(**{"clusters[2].failure_rate": 0.301}), 20),
    probability("other fates, month 36", LITERAL, LITERAL.replace(failure_rate=0.45), 36),
    probability("other fates, small, month 40", LITERAL, LITERAL.replace(failure_rate=0.499), 40),
    probability("more clusters, month 60", LITERAL, LITERAL.replace(clusters=13), 60),
    median("median, same fates", PORTFOLIO, PORTFOLIO.replace(every=2)),
    median("median, other fates", LITERAL, LITERAL.replace(failure_rate=0.4)),
    revenue("revenue of year 2", LITERAL, LITERAL.replace(every=2, failure_rate=0.45), 2),
)


@dataclass(frozen=True)
class Coverage:
    """How intervals did over many runs."""

    runs: int
    inside: int
    width: float
    method: str

    @property
    def enough(self):
        return self.inside >= stats.binom(self.runs, LEVEL).ppf(FALSE_ALARM)


def coverage(figure, runs, *, shrunk=1.0, n=N):
    """Count how often an interval, shrunk about its value by a factor, holds the exact difference."""
    inside = width = 0
    for seed in range(runs):
        found = figure.estimate(cs.compare(figure.plans, n, rng=seed, workers=1))
        low, high = (found.value + shrunk * (end - found.value) for end in (found.low, found.high))
        inside += low - 1e-9 <= figure.exact <= high + 1e-9
        width += high - low
    return Coverage(runs, int(inside), width / runs, found.method)


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    print(f"How many times fewer trajectories than independent runs, {runs} runs of {N:,}:\n")
    print("| change to the default plan | black belt by | one comparison tells | seen over the runs |")
    print("| --- | --- | --- | --- |")
    for name, changes in CHANGES.items():
        for by in (36, 60, 120):
            found = saving(changes, by, runs)
            told = f"{found.told:.1f}" if np.isfinite(found.told) else "all: no trajectory differs"
            seen = f"{found.seen:.1f} +- {found.error:.1f}" if np.isfinite(found.seen) else "the same"
            print(f"| {name} | month {by} | {told} | {seen} |", flush=True)
    print(f"\nCoverage of 95 % intervals, {runs} runs of {N:,}:\n")
    print("| difference | exact | method | coverage | mean width | verdict |")
    print("| --- | --- | --- | --- | --- | --- |")
    bad = 0
    for figure in FIGURES:
        found = coverage(figure, runs)
        bad |= not found.enough
        print(
            f"| {figure.name} | {figure.exact:.6g} | {found.method} | {found.inside / runs:.4f} | {found.width:.4g} "
            f"| {'good' if found.enough else 'covers too little'} |",
            flush=True,
        )
    return bad


if __name__ == "__main__":
    sys.exit(main())
