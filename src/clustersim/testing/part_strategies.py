"""Strategies of what a plan is made of: clusters, milestones, convergence, legacy, market, seasons."""

from collections.abc import Sequence
from functools import cache

import hypothesis.strategies as st

from clustersim.plan.lists import RESERVED
from clustersim.plan.parts import LADDER, Cluster, Convergence, Legacy, Market, Milestone
from clustersim.testing.parameter_strategies import (
    made,
    numbers,
    parameters,
    probabilities,
    ramps,
    revenues,
    trials,
)

_AWKWARD = ("Keynote", 'The "big" one', "50 % \\ off", "Café ☕", "tab\tand\nline\x7f", "=1+1", "<b>bold</b>")


@cache
def names() -> st.SearchStrategy[str]:
    """Draw names, plain and awkward: quotes, line ends, formulas, markup, any letters of any script.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(names(), lambda _: True)
    'Keynote'
    """
    anything = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
    return (st.sampled_from(_AWKWARD) | anything).filter(lambda name: bool(name.strip()) and name not in RESERVED)


@cache
def clusters(*, named: bool = False) -> st.SearchStrategy[Cluster]:
    """Draw clusters of a portfolio, some fields of which are left to the plan.

    Parameters
    ----------
    named
        Whether each has a name, instead of some.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(clusters(named=True), lambda _: True)
    Cluster(name='Keynote')
    """
    fields = made(
        Cluster,
        name=names(),
        failure_rate=probabilities(),
        revenue=revenues(),
        ramp=ramps(),
        trial=trials(),
    )
    return (
        st.builds(lambda cluster, name: cluster.model_copy(update={"name": name}), fields, names()) if named else fields
    )


@cache
def portfolios(max_clusters: int = 6, *, named: bool = True) -> st.SearchStrategy[tuple[Cluster, ...]]:
    """Draw portfolios of 1 to ``max_clusters`` clusters, in launch order.

    Parameters
    ----------
    named
        Whether each has a name of its own, instead of some having one.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(portfolios(), lambda portfolio: len(portfolio) == 1)
    (Cluster(name='Keynote'),)
    """
    unique = (lambda cluster: cluster.name) if named else None
    some = st.lists(clusters(named=named), min_size=1, max_size=max_clusters, unique_by=unique)
    return some.map(tuple)


@cache
def milestone() -> st.SearchStrategy[Milestone]:
    """Draw milestones, most of them in reach of a few clusters.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(milestone(), lambda one: one.window == 1)
    Milestone(name='Keynote', revenue=0, window=1)
    """
    return st.builds(
        Milestone,
        name=names(),
        revenue=st.just(0.0) | numbers(1_000.0, 80_000.0),
        window=st.just(3) | st.integers(1, 24),
    )


@cache
def milestones(max_size: int = 5) -> st.SearchStrategy[tuple[Milestone, ...]]:
    """Draw ladders: the default one, or one to ``max_size`` milestones of different names.

    Examples
    --------
    >>> from hypothesis import find
    >>> len(find(milestones(), lambda ladder: len(ladder) < 3))
    1
    """
    own = st.lists(milestone(), min_size=1, max_size=max_size, unique_by=lambda m: m.name).map(tuple)
    return st.just(LADDER) | own


def convergence(triggers: Sequence[str] = ("black belt",)) -> st.SearchStrategy[Convergence]:
    """Draw convergences that are triggered by one of these milestones.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(convergence(["blue belt"]), lambda converged: converged.megas == 1)
    Convergence(trigger='blue belt', megas=1)
    """
    return st.builds(
        lambda other, trigger: other.model_copy(update={"trigger": trigger}),
        _convergence(),
        st.sampled_from(sorted(triggers, key=lambda name: name != "black belt")),
    )


@cache
def _convergence() -> st.SearchStrategy[Convergence]:
    return made(
        Convergence, megas=st.integers(1, 5), revenue=parameters(10_000.0, 60_000.0), months=parameters(0.5, 30.0)
    )


@cache
def legacy() -> st.SearchStrategy[Legacy]:
    """Draw how the legacy emerges.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(legacy(), lambda emerged: emerged.shape < 1)
    Legacy(shape=0.5)
    """
    return made(Legacy, mean_months=numbers(1.0, 80.0), shape=numbers(0.5, 8.0))


@cache
def market() -> st.SearchStrategy[Market]:
    """Draw noise that is common to all clusters.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(market(), lambda noise: noise.persistence == 0)
    Market(persistence=0)
    """
    return made(Market, volatility=numbers(0.0, 0.5), persistence=numbers(0.0, 0.95))


@cache
def seasons() -> st.SearchStrategy[tuple[float, ...]]:
    """Draw twelve multipliers that are not all zero.

    Examples
    --------
    >>> from hypothesis import find
    >>> len(find(seasons(), any))
    12
    """
    return st.lists(numbers(0.0, 2.0), min_size=12, max_size=12).filter(any).map(tuple)
