"""Hypothesis strategies of plans that do things: thresholds in reach, mixed ramps, fates of all kinds."""

from hypothesis import reject
from hypothesis import strategies as st
from scipy import stats

import clustersim as cs
from clustersim.plan.errors import PlanError
from clustersim.plan.parameter import Distribution, beta, between, lognormal, uniform
from clustersim.plan.plan import RAMP_CURVES, RESERVED, Cluster, Convergence, Legacy, Market, Milestone, Plan
from clustersim.program import lower


def _numbers(low, high):
    """Numbers that a person would write, and some that nobody would."""
    tidy = st.integers(0, 20).map(lambda i: low + (high - low) * i / 20)
    return tidy | st.floats(low, high, allow_subnormal=False)


def _maybe(strategy):
    """Draw None half of the time."""
    return st.booleans().flatmap(lambda on: strategy if on else st.none())


def probabilities():
    """Draw failure rates: certain ones, numbers, and common fates."""
    return st.one_of(
        st.sampled_from([0.0, 0.5, 1.0]),
        _numbers(0.0, 1.0),
        st.builds(beta, _numbers(0.2, 9.0), _numbers(0.2, 9.0)),
        st.just(uniform(0.2, 0.7)),
        st.just(stats.triang(0.3, loc=0.1, scale=0.8)),
    )


def _positive(low, high):
    """Draw positive parameters of every kind, mostly between low and high."""
    bounds = st.tuples(_numbers(low, high), _numbers(1.1, 6.0))
    middle = _numbers(low, high)
    return st.one_of(
        middle,
        bounds.map(lambda pair: between(pair[0], pair[0] * pair[1])),
        bounds.map(lambda pair: uniform(pair[0], pair[0] * pair[1])),
        st.builds(lambda m, v: lognormal(mean=m, cv=v), middle, _numbers(0.05, 1.2)),
        st.builds(lambda m, s: lognormal(median=m, sigma=s), middle, _numbers(0.05, 1.0)),
        st.builds(lambda a, m: stats.gamma(a, scale=m / a), _numbers(0.5, 6.0), middle),
        st.builds(lambda c, m: stats.weibull_min(c, scale=m), _numbers(0.6, 4.0), middle),
        middle.map(lambda m: stats.expon(scale=m)),
        middle.map(lambda m: Distribution.of("fisk", c=4.0, scale=m)),
    )


def revenues():
    """Draw what a cluster earns, in dollars a month."""
    return st.just(0.0) | _positive(2_000.0, 30_000.0)


def ramps():
    """Draw months to full level, from less than one to more than a year."""
    return _positive(0.5, 18.0)


def trials():
    """Draw months that a doomed cluster is kept."""
    return st.just(0.0) | _positive(0.5, 24.0)


def lifetimes():
    """Draw months that an established cluster lives."""
    return st.just(0.0) | _positive(1.0, 40.0)


def names():
    """Draw names, plain and awkward."""
    awkward = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
    return (
        st.sampled_from(["Keynote", 'The "big" one', "50 % \\ off", "Café ☕", "tab\tand\nline\x7f"]) | awkward
    ).filter(lambda name: bool(name.strip()) and name not in RESERVED)


def clusters(max_clusters):
    """Draw a number of clusters, or a portfolio in which some fields are left out."""
    cluster = st.builds(
        Cluster,
        name=st.none() | names(),
        failure_rate=st.none() | probabilities(),
        revenue=st.none() | revenues(),
        ramp=st.none() | ramps(),
        trial=st.none() | trials(),
    )
    return st.integers(1, max_clusters) | st.lists(cluster, min_size=1, max_size=min(max_clusters, 6)).map(tuple)


def milestones():
    """Draw one to five milestones, most of them in reach of a few clusters."""
    milestone = st.builds(
        Milestone, name=names(), revenue=st.just(0.0) | _numbers(1_000.0, 80_000.0), window=st.integers(1, 24)
    )
    return st.lists(milestone, min_size=1, max_size=5, unique_by=lambda m: m.name).map(tuple)


@st.composite
def plans(draw, max_clusters=12, max_horizon=120):
    """Draw plans over all fields of the core model."""
    ladder = draw(st.just(Plan.ladder) | milestones())
    convergence = draw(
        _maybe(
            st.builds(
                Convergence,
                trigger=st.sampled_from([m.name for m in ladder]),
                megas=st.integers(1, 5),
                revenue=_positive(10_000.0, 60_000.0),
                months=_positive(0.5, 30.0),
            )
        )
    )
    plan = Plan(
        clusters=draw(clusters(max_clusters)),
        every=draw(st.integers(1, 6)),
        at_once=draw(_maybe(st.integers(1, 4))),
        failure_rate=draw(probabilities()),
        revenue=draw(revenues()),
        ramp=draw(ramps()),
        ramp_curve=draw(st.sampled_from(RAMP_CURVES)),
        trial=draw(trials()),
        failed_share=draw(_numbers(0.0, 1.0)),
        lifetime=draw(_maybe(lifetimes())),
        volatility=draw(st.just(0.0) | _numbers(0.0, 0.8)),
        persistence=draw(_numbers(0.0, 0.95)),
        market=draw(_maybe(st.builds(Market, volatility=_numbers(0.0, 0.5), persistence=_numbers(0.0, 0.95)))),
        seasonality=draw(_maybe(st.lists(_numbers(0.0, 2.0), min_size=12, max_size=12).filter(any).map(tuple))),
        milestones=ladder,
        convergence=convergence,
        legacy=draw(st.none() | st.builds(Legacy, mean_months=_numbers(1.0, 80.0), shape=_numbers(0.5, 8.0))),
        horizon=draw(st.integers(1, max_horizon)),
    )
    try:
        lower(plan)
    except PlanError:  # money so widely spread that it cannot be counted: a few in a thousand
        reject()
    return plan


def practices(**fixed):
    """Draw plans that are quick to simulate, with some fields fixed, in the clusters of a portfolio too."""

    def fix(plan):
        own = {name: None for name in fixed if name in Cluster.model_fields}
        if isinstance(plan.clusters, tuple) and own:
            plan = plan.replace(clusters=[cluster.model_copy(update=own) for cluster in plan.clusters])
        return plan.replace(**fixed)

    return plans(max_clusters=8, max_horizon=60).map(fix)


def converging(**fixed):
    """Draw such plans that converge, sooner or later."""
    return practices(**fixed).map(
        lambda plan: plan if plan.convergence else plan.replace(**{"convergence.trigger": plan.milestones[0].name})
    )


def luck():
    """Draw keys: whatever chance may bring."""
    return st.integers(0, 2**64 - 1).map(cs.Key)


def times(parameter, factor):
    """Multiply a parameter: a number, or a distribution's loc and scale."""
    if not isinstance(parameter, Distribution):
        return parameter * factor
    shapes = dict(zip(parameter._family.shape_names, parameter.shapes, strict=True))
    return Distribution.of(parameter.name, **shapes, loc=parameter.loc * factor, scale=parameter.scale * factor)
