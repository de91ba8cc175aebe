"""What a plan is made of: clusters, milestones, convergence, legacy, market."""

from typing import Annotated

from pydantic import Field

from clustersim.plan.given import DrawnField, MaybeDrawnField, given
from clustersim.plan.parameter import lognormal, uniform
from clustersim.plan.rules import (
    DOLLARS_A_MONTH,
    DURATION,
    LONG,
    MONEY,
    PERSISTENCE,
    POSITIVE_DURATION,
    PROBABILITY,
    SHORT,
    VOLATILITY,
    Maybe,
    Name,
    Real,
    Whole,
)
from clustersim.plan.value import Value


class Cluster(Value):
    """An offering of one's own portfolio; a field left out takes the plan's.

    Examples
    --------
    >>> Cluster(name="Keynote", failure_rate=0.3)
    Cluster(name='Keynote', failure_rate=0.3)
    """

    name: Annotated[str | None, Maybe(Name())] = Field(default=None, description="what it is called")
    failure_rate: Annotated[MaybeDrawnField, Maybe(PROBABILITY)] = given(
        default=None, description="probability that it is doomed, drawn for this cluster alone"
    )
    revenue: Annotated[MaybeDrawnField, Maybe(MONEY)] = given(default=None, description="dollars a month at full level")
    ramp: Annotated[MaybeDrawnField, Maybe(POSITIVE_DURATION)] = given(
        default=None, description="months of undivided attention to full level"
    )
    trial: Annotated[MaybeDrawnField, Maybe(DURATION)] = given(
        default=None, description="months that it is kept if doomed, rounded up"
    )


class Milestone(Value):
    """A level of revenue whose first passage is recorded.

    Examples
    --------
    >>> Milestone(name="rent", revenue=2_500, window=3)
    Milestone(name='rent', revenue=2500)
    """

    name: Annotated[str, Name()] = Field(description="what it is called; unique in the plan")
    revenue: Annotated[float, DOLLARS_A_MONTH] = Field(description="dollars a month, on average")
    window: Annotated[int, Whole(1, 24)] = Field(default=3, description="months averaged, this one included")


class Convergence(Value):
    """The consolidation of the best clusters into a few mega-clusters.

    Examples
    --------
    >>> Convergence(megas=2)
    Convergence(megas=2)
    """

    trigger: Annotated[str, Name()] = Field(
        default="black belt", description="the milestone at whose first passage clusters converge: one of the plan's"
    )
    megas: Annotated[int, Whole(1, 12)] = Field(default=3, description="mega-clusters to converge into")
    revenue: Annotated[DrawnField, MONEY] = given(
        default=uniform(20_000, 50_000), description="dollars a month that each mega-cluster aims at"
    )
    months: Annotated[DrawnField, POSITIVE_DURATION] = given(
        default=lognormal(median=18, sigma=0.3), description="months of consolidation, drawn once a practice"
    )


class Legacy(Value):
    """The emergence of one mega-cluster as the legacy, by competing risks of Weibull form.

    Examples
    --------
    >>> Legacy(mean_months=48)
    Legacy(mean_months=48)
    """

    mean_months: Annotated[float, Real(SHORT, LONG, why="months")] = Field(
        default=60.0, description="mean months from convergence to the legacy"
    )
    shape: Annotated[float, Real(0.1, 100.0, why="a Weibull shape")] = Field(
        default=3.0, description="Weibull shape: 1 is no ageing, more is more punctual"
    )


class Market(Value):
    """Noise that is common to all clusters of a practice.

    Examples
    --------
    >>> Market(volatility=0.2)
    Market(volatility=0.2)
    """

    volatility: Annotated[float, VOLATILITY] = Field(
        default=0.1, description="log standard deviation of the market's monthly factor"
    )
    persistence: Annotated[float, PERSISTENCE] = Field(
        default=0.8, description="its AR(1) coefficient from month to month"
    )


LADDER = (
    Milestone(name="white belt", revenue=10_000, window=3),
    Milestone(name="yellow belt", revenue=20_000, window=3),
    Milestone(name="green belt", revenue=30_000, window=3),
    Milestone(name="blue belt", revenue=40_000, window=3),
    Milestone(name="black belt", revenue=60_000, window=3),
    Milestone(name="black month", revenue=60_000, window=1),
    Milestone(name="black year", revenue=60_000, window=12),
    Milestone(name="million", revenue=1_000_000 / 12, window=12),
)
"""The default milestones, after the three ways in which practices count a belt."""
