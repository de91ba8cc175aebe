"""Whether intervals keep their promise: ``python benchmarks/intervals.py [RUNS]``, 2 000 runs if it is not said.

Plans whose answers are known exactly are simulated again and again, each time with another seed, and it is counted how
often the 95 % interval holds the exact answer: plain intervals and post-stratified ones, of runs of a fixed length and
of runs that a ``Precision`` stopped. A share below 0.95 by more than chance, at a false-alarm rate of 1e-6, is a broken
promise; one above 0.97 is waste, where there is something to waste: of events that are rare, counts are so small that
no honest interval does better. The status is 1 if any verdict is bad.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import sqrt
from unittest.mock import patch

from scipy import stats

import clustersim as cs

RUNS, N, LEVEL = 2_000, 10_000, 0.95
FALSE_ALARM, MOST = 1e-6, 0.97


@dataclass(frozen=True)
class Figure:
    """What is estimated: a plan's chance to reach its milestone by a month, known exactly."""

    name: str
    plan: cs.Plan
    by: int
    rare: bool = False

    @property
    def milestone(self):
        return self.plan.milestones[0].name

    @property
    def exact(self):
        return cs.exact(self.plan)[self.milestone].cdf(self.by)


PORTFOLIO = cs.Plan(
    clusters=[
        cs.Cluster(revenue=revenue, failure_rate=rate, ramp=ramp)
        for revenue, rate, ramp in [
            (4_000, 0.2, 3),
            (16_000, 0.6, 9),
            (7_000, 0.3, 4),
            (12_000, 0.5, 6),
            (5_000, 0.3, 2),
            (20_000, 0.7, 12),
            (9_000, 0.4, 5),
            (11_000, 0.5, 8),
        ]
    ],
    failed_share=0,
    volatility=0,
    convergence=None,
    milestones=[cs.Milestone(name="living", revenue=38_000, window=3)],
    horizon=40,
)
LITERAL = cs.presets.literal().replace(horizon=40)
FIGURES = (
    Figure("literal, month 36", LITERAL, 36),
    Figure("portfolio, month 36", PORTFOLIO, 36),
    Figure("literal, month 20", LITERAL, 20, rare=True),
)
METHODS = ("plain", "post-stratified")


@contextmanager
def estimated(method: str) -> Iterator[None]:
    """Estimate by a method: plain, as where the numbers of viable clusters have no known distribution."""
    if method == "plain":
        with patch("clustersim.outcome.outcome.stratum_weights", return_value=None):
            yield
    else:
        yield


def run(figure, method, seed, half_width=None):
    """One run's estimate, and how many trajectories it took."""
    precision = None
    if half_width is not None:
        precision = cs.Precision(figure.milestone, by=figure.by, half_width=half_width, confidence_level=LEVEL)
    with estimated(method):
        outcome = cs.simulate(
            figure.plan, n=N if half_width is None else 10**9, rng=seed, workers=1, precision=precision
        )
        return outcome[figure.milestone].probability(by=figure.by, confidence_level=LEVEL), outcome.n


def half_width(figure, method):
    """The half-width for which a run takes about ``N`` trajectories."""
    estimate, n = run(figure, method, seed=0)
    return 1.96 * estimate.standard_error * sqrt(n / N)


@dataclass(frozen=True)
class Coverage:
    """How intervals did over many runs: shares, and averages of the width and of the number of trajectories."""

    runs: int
    inside: int
    above: int
    below: int
    width: float
    n: float

    @property
    def share(self):
        return self.inside / self.runs

    @property
    def enough(self):
        return self.inside >= stats.binom(self.runs, LEVEL).ppf(FALSE_ALARM)


def coverage(figure, method, *, stopped, runs=RUNS, first_seed=1, shrunk=1.0):
    """Count how often an interval, shrunk about its value by a factor, holds the exact chance."""
    exact, stop = figure.exact, half_width(figure, method) if stopped else None
    inside = above = below = width = total = 0
    for seed in range(first_seed, first_seed + runs):
        estimate, n = run(figure, method, seed, stop)
        low = estimate.value - shrunk * (estimate.value - estimate.low)
        high = estimate.value + shrunk * (estimate.high - estimate.value)
        inside += low <= exact <= high
        above += low > exact
        below += high < exact
        width, total = width + high - low, total + n
    return Coverage(runs=runs, inside=inside, above=above, below=below, width=width / runs, n=total / runs)


def verdict(figure, found):
    """What the measure says of a coverage."""
    if not found.enough:
        return "covers too little"
    return "wasteful" if found.share > MOST and not figure.rare else "good"


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    print(f"{runs} runs each; 95 % intervals; misses: the interval lies above, and below, the exact chance\n")
    print("| figure | exact | estimate | run | coverage | misses | mean width | mean n | verdict |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    bad = 0
    for figure in FIGURES:
        for method in METHODS:
            for stopped in (False, True):
                found = coverage(figure, method, stopped=stopped, runs=runs)
                said = verdict(figure, found)
                bad |= said != "good"
                misses = f"{100 * found.above / runs:.1f} %, {100 * found.below / runs:.1f} %"
                print(
                    f"| {figure.name} | {figure.exact:.4f} | {method} | {'stopped' if stopped else 'fixed'} "
                    f"| {found.share:.4f} | {misses} | {found.width:.5f} | {found.n:,.0f} | {said} |",
                    flush=True,
                )
    return bad


if __name__ == "__main__":
    sys.exit(main())
