"""Strategies of the levers. They bite: attention is short, energy and cash run out, applications succeed."""

from functools import cache
from typing import Any

import hypothesis.strategies as st

from clustersim.plan.levers import Accelerator, Finances, Focus, Ideas, Mission, Network, SurvivalClients
from clustersim.testing.parameter_strategies import fits, made, numbers, odds_ratios


@cache
def ideas(clusters: int = 12) -> st.SearchStrategy[Ideas]:
    """Draw a choice among ideas, at least as many as there are clusters.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(ideas(), lambda lever: lever.count == 12)
    Ideas(count=12)
    """
    count = st.integers(clusters, clusters + 40)
    if clusters > Ideas.model_fields["count"].default:
        return st.builds(Ideas, count=count, skill=st.just(0.0) | numbers(0.0, 0.95))
    return made(Ideas, count=count, skill=numbers(0.0, 0.95))


@cache
def focus() -> st.SearchStrategy[Focus]:
    """Draw divided attention.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(focus(), lambda lever: lever.capacity < 1)
    Focus(capacity=0.3)
    """
    return made(Focus, capacity=numbers(0.3, 6.0), switching_cost=numbers(0.0, 0.8), upkeep=numbers(0.0, 1.0))


@cache
def mission() -> st.SearchStrategy[Mission]:
    """Draw fits with a mission, and what they cost and give in energy.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(mission(), lambda lever: lever.burnout_months == 0)
    Mission(burnout_months=0)
    """
    return made(
        Mission,
        fit=fits(),
        success_odds=odds_ratios(),
        recovery=numbers(0.0, 0.3),
        drain=numbers(0.0, 0.5),
        upkeep=numbers(0.0, 1.0),
        burnout_months=st.integers(0, 9),
        burnout_revenue=numbers(0.0, 1.0),
    )


@cache
def survival_clients() -> st.SearchStrategy[SurvivalClients]:
    """Draw clients off the mission.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(survival_clients(), lambda lever: lever.clients == 4)
    SurvivalClients(clients=4)
    """
    return made(
        SurvivalClients,
        clients=st.integers(0, 4),
        fee=numbers(200.0, 5_000.0),
        attention=numbers(0.0, 1.5),
        until=st.just(0.0) | numbers(1_000.0, 40_000.0),
    )


@cache
def finances() -> st.SearchStrategy[Finances]:
    """Draw savings and what is lived on, with survival clients or without.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(finances(), lambda lever: lever.savings == 0)
    Finances(savings=0)
    """
    return made(
        Finances,
        savings=st.just(0.0) | numbers(5_000.0, 80_000.0),
        living=st.just(0.0) | numbers(1_000.0, 12_000.0),
        margin=numbers(0.0, 1.0),
        survival=survival_clients(),
    )


@cache
def network() -> st.SearchStrategy[Network]:
    """Draw clients who challenge.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(network(), lambda lever: lever.challengers == 1)
    Network(challengers=1)
    """
    return made(
        Network,
        challengers=st.sampled_from([0.0, 1.0]) | numbers(0.0, 1.0),
        success_odds=odds_ratios(),
        upside=numbers(0.0, 1.5),
        spread=numbers(0.0, 1.0),
        drag=numbers(0.0, 2.0),
        referral=st.just(0.0) | numbers(0.0, 2.0),
        saturation=numbers(1.0, 60.0),
        fee=numbers(300.0, 6_000.0),
    )


@cache
def accelerator() -> st.SearchStrategy[Accelerator]:
    """Draw programmes that one applies to.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(accelerator(), lambda lever: lever.every == 1)
    Accelerator(every=1)
    """
    return made(
        Accelerator,
        every=st.integers(1, 12),
        odds=numbers(0.0, 1.0),
        speed=numbers(0.3, 3.0),
        months=st.integers(0, 18),
    )


@cache
def levers(clusters: int = 12) -> st.SearchStrategy[dict[str, Any]]:
    """Draw levers by their names, as fields of a plan of so many clusters: each of them off (None) half of the time.

    Examples
    --------
    >>> from hypothesis import find
    >>> import clustersim as cs
    >>> cs.Plan(**find(levers(), lambda some: some["focus"] is not None))
    Plan(focus=Focus())
    """
    kinds = {
        "ideas": ideas(clusters),
        "focus": focus(),
        "mission": mission(),
        "finances": finances(),
        "network": network(),
        "accelerator": accelerator(),
    }
    return st.fixed_dictionaries({name: st.none() | kind for name, kind in kinds.items()})
