"""Strategies of goals, and of the stream of leads that one of their metrics counts."""

from collections.abc import Sequence
from functools import cache

import hypothesis.strategies as st

from clustersim.plan.goals import AVERAGED, Goal, Pipeline
from clustersim.testing.parameter_strategies import made, numbers
from clustersim.testing.part_strategies import names


@cache
def _amounts(metric: str) -> st.SearchStrategy[float]:
    """Draw what a metric may be asked to be at least: about as much as practices have."""
    most = {"revenue": 60_000.0, "mission revenue": 40_000.0, "clusters": 6.0, "clients": 30.0}
    return numbers(0.0, most[metric])


@cache
def pipeline() -> st.SearchStrategy[Pipeline]:
    """Draw streams of leads.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(pipeline(), lambda leads: leads.close_rate == 1)
    Pipeline(close_rate=1)
    """
    return made(Pipeline, leads=numbers(0.0, 200.0), ideal=numbers(0.0, 1.0), close_rate=numbers(0.0, 1.0))


@st.composite
def goal(
    draw: st.DrawFn,
    metrics: Sequence[str] = ("revenue", "clusters"),
    destinations: Sequence[str] = ("black belt",),
    horizon: int = 120,
) -> Goal:
    """Draw goals in these metrics, of a plan that has these milestones and so many months.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(goal(), lambda _: True)
    Goal(name='Keynote', metric='revenue', at_least=0, by=3)
    """
    metric = draw(st.sampled_from([m for m in metrics if horizon >= AVERAGED or "revenue" not in m]))
    return Goal(
        name=draw(names()),
        metric=metric,
        at_least=draw(_amounts(metric)),
        by=draw(st.integers(AVERAGED if "revenue" in metric else 1, horizon)),
        destination=draw(st.sampled_from(sorted(destinations, key=lambda name: name != "black belt"))),
    )


@st.composite
def goals(
    draw: st.DrawFn,
    metrics: Sequence[str] = ("revenue", "clusters"),
    destinations: Sequence[str] = ("black belt",),
    horizon: int = 120,
    max_size: int = 3,
) -> tuple[Goal, ...]:
    """Draw no goals, or some of different names.

    Examples
    --------
    >>> from hypothesis import find
    >>> [one.by for one in find(goals(horizon=24), lambda some: len(some) == 1)]
    [3]
    """
    some = {one.name: one for one in [draw(goal(metrics, destinations, horizon)) for _ in range(draw(_few(max_size)))]}
    return tuple(some.values())


@cache
def _few(most: int) -> st.SearchStrategy[int]:
    return st.just(0) | st.integers(1, most)
