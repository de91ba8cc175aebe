"""A user's code, which type checkers pass without pydantic's plugin: `tests/test_typing.py` checks and runs it."""

from collections.abc import Callable
from typing import assert_type

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy import stats

import clustersim as cs

Floats = NDArray[np.float64]


def plans() -> dict[str, cs.Plan]:
    """Everything that a plan is made of, as the pages write it: with defaults, whole numbers, lists and mappings."""
    levers = cs.Plan(
        ideas=cs.Ideas(),
        focus=cs.Focus(capacity=3),
        mission=cs.Mission(fit=cs.beta(6, 4)),
        finances=cs.Finances(savings=25_000, survival=cs.SurvivalClients(clients=1)),
        network=cs.Network(challengers=0.5),
        accelerator=cs.Accelerator(odds=0.05),
        pipeline=cs.Pipeline(leads=40),
        market=cs.Market(),
        goals=[cs.Goal(name="half way", metric="revenue", at_least=30_000, by=24)],
        convergence=cs.Convergence(megas=2, revenue=cs.uniform(20_000, 50_000)),
        legacy=cs.Legacy(mean_months=48),
    )
    own = cs.Plan(
        clusters=[cs.Cluster(name="Keynote", failure_rate=0.3), {"name": "Workshop", "revenue": 8_000}],
        every=2,
        failure_rate=stats.beta(4.5, 4.5),
        revenue=10_000,
        ramp=cs.between(3, 18),
        trial={"uniform": {"low": 3, "high": 9}},
        lifetime=None,
        seasonality=[1.5, 0, 1.5] * 4,
        milestones=[*cs.Plan.ladder, cs.Milestone(name="rent", revenue=2_500), {"name": "one", "revenue": 1_000}],
        focus={"capacity": 2},
        finances={"savings": 20_000, "survival": {}},
        legacy=None,
    )
    array = cs.Plan(seasonality=np.ones(12), milestones=cs.Plan.ladder[:5])
    return {"default": cs.Plan(), "levers": levers, "own": own, "array": array, "fast": cs.Plan().replace(every=1)}


def parts(plan: cs.Plan) -> None:
    """A plan's fields are what it keeps, whatever they were given as."""
    assert_type(plan.clusters, int | tuple[cs.Cluster, ...])
    assert_type(plan.portfolio, tuple[cs.Cluster, ...])
    assert_type(plan.every, int)
    assert_type(plan.failure_rate, float | cs.Distribution)
    assert_type(plan.lifetime, float | cs.Distribution | None)
    assert_type(plan.seasonality, tuple[float, ...] | None)
    assert_type(plan.milestones, tuple[cs.Milestone, ...])
    assert_type(plan.goals, tuple[cs.Goal, ...])
    assert_type(plan.focus, cs.Focus | None)
    assert_type(plan.finances, cs.Finances | None)
    assert_type(cs.Plan.from_toml_text(plan.to_toml()), cs.Plan)


def results(plan: cs.Plan) -> None:
    """What a run tells is no Any."""
    outcome = cs.simulate(plan, n=200, rng=7, precision=cs.Precision("black belt", by=36, half_width=0.1))
    assert_type(outcome, cs.Outcome)
    belt = outcome["black belt"]
    assert_type(belt, cs.FirstPassage)
    assert_type(belt.cdf(36), float)
    assert_type(belt.sf(np.int64(36)), float)
    assert_type(belt.cdf([12, 36]), Floats)
    assert_type(belt.pmf(range(1, 13)), Floats)
    assert_type(belt.held(36), cs.Estimate)
    assert_type(belt.held_by_month, Floats)
    assert_type(belt.standard_error((12, 36)), Floats)
    assert_type(belt.ppf(0.25), float)
    assert_type(belt.ppf([0.25, 0.75]), Floats)
    assert_type(belt.median(), float)
    assert_type(belt.interval(0.9), tuple[float, float])
    assert_type(belt.beyond_horizon, float)
    estimate = belt.probability(by=36)
    assert_type(estimate, cs.Estimate)
    assert_type(estimate.low, float)
    assert_type(outcome.revenue.quantile([0.05, 0.5, 0.95]), Floats)
    assert_type(outcome.revenue.mean(), Floats)
    assert_type(outcome.fans["revenue"].by_year(), Floats)
    assert_type(outcome.viable.pmf(6), float)
    assert_type(outcome.viable.cdf([5, 6]), Floats)
    assert_type(outcome.legacy.origin, Floats)
    assert_type(cs.exact(cs.presets.literal())["black belt"].cdf([36]), Floats)
    assert_type(cs.paths(plan, n=2, rng=7).reached["black belt"], Floats)
    assert_type(cs.extend(outcome, 100), cs.Outcome)
    assert_type(cs.find(outcome, cs.never("black belt") & (lambda lives: lives.viable >= 6)), NDArray[np.int64])
    assert_type(outcome.trace(3).revenue, Floats)


def decisions(plan: cs.Plan) -> None:
    """So are answers to what should be done."""
    both = cs.compare({"default": plan, "faster": cs.Plan(every=2)}, n=200, rng=7)
    assert_type(both.probability("black belt", by=36), cs.Difference)
    assert_type(both.outcomes["faster"], cs.Outcome)
    assert_type(both.first("black belt")["faster"], cs.Estimate)
    grid = {"failure_rate": np.linspace(0.3, 0.7, 2), "every": [1, 2], "revenue": [cs.between(5_000, 15_000), 10_000]}
    assert_type(cs.sweep(plan, grid, n=100, rng=7), xr.Dataset)
    found = cs.solve(plan, "clusters", "black belt", by=60, probability=0.6, n=200, rng=7)
    assert_type(found.value, float)
    assert_type(found.estimate, cs.Estimate)
    ranges = {"every": (1, 6), "failure_rate": (0.3, 0.7), "revenue": cs.between(7_000, 14_000)}
    effects = cs.sensitivity(plan, ranges, "black belt", by=36, n=20, points=16, rng=7)
    assert_type(effects["every"].at_low, cs.Difference)
    goal = cs.Goal(name="half way", metric="revenue", at_least=30_000, by=24)
    card = cs.assess(plan, goal, n=200, rng=7)
    assert_type(card.attainable, cs.Estimate)
    assert_type(card.met, cs.FirstPassage | None)


def refused() -> list[Callable[[], object]]:
    """What is wrong, and what checkers find too: an ignored error that is none fails the check."""
    return [
        lambda: cs.Plan(evry=2),  # type: ignore[call-arg]
        lambda: cs.Plan(every="2"),  # type: ignore[arg-type]
        lambda: cs.Plan(focus=3),  # type: ignore[arg-type]
        lambda: cs.Plan(clusters=["Keynote"]),  # type: ignore[list-item]
        lambda: cs.Plan(failure_rate="half"),  # type: ignore[arg-type]
        lambda: cs.Plan(failure_rate=stats.poisson(0.5)),  # type: ignore[arg-type]
        lambda: cs.Plan(12),  # type: ignore[call-arg]
        lambda: cs.Milestone(name="rent"),  # type: ignore[call-arg]
        lambda: cs.Precision("black belt", half_width=0.1),  # type: ignore[call-arg]
        lambda: cs.simulate(cs.Plan(), samples=100),  # type: ignore[call-arg]
        lambda: cs.lognormal(10_000, 0.3),  # type: ignore[call-arg]
    ]
