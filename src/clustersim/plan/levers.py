"""The levers: what a practice may do, or suffer, beside trying clusters. None of them is on by default."""

from typing import Annotated

from pydantic import Field

from clustersim.plan.given import DrawnField, Fields, Given, given
from clustersim.plan.parameter import beta
from clustersim.plan.rules import (
    DOLLARS,
    DOLLARS_A_MONTH,
    LONG,
    MONTHS,
    PROBABILITY,
    SHARE,
    SHORT,
    Maybe,
    Real,
    Table,
    Whole,
)
from clustersim.plan.value import Value

_AMOUNT = Real(0.0, 1000.0)
_POSITIVE = Real(SHORT, LONG, why="above 0")
_ODDS_RATIO = Real(SHORT, LONG, why="an odds ratio, above 0; 1 changes nothing")
_FEE = Real(SHORT, DOLLARS, why="dollars a month, above 0")
_SAVINGS = Real(0.0, DOLLARS, why="dollars, at most a million million")
_SKILL = Real(0.0, 1.0, open_high=True, why="a correlation; 0 tells nothing")


class Ideas(Value):
    """The choice of the clusters that are tried among more ideas, by a score that may foretell their fate.

    Examples
    --------
    >>> Ideas(count=40, skill=0.3)
    Ideas(count=40, skill=0.3)
    """

    count: Annotated[int, Whole(1, 10_000)] = Field(
        default=20, description="ideas thought up; those of the highest score are tried, the highest first"
    )
    skill: Annotated[float, _SKILL] = Field(
        default=0.0, description="how well scores foretell success, a correlation: 0 not at all, near 1 almost surely"
    )


class Focus(Value):
    """Attention that is divided: too many clusters at the same time slow each other down.

    Examples
    --------
    >>> Focus(capacity=2)
    Focus(capacity=2)
    """

    capacity: Annotated[float, _POSITIVE] = Field(
        default=3.0, description="ramping clusters that can have full attention at the same time"
    )
    switching_cost: Annotated[float, _AMOUNT] = Field(
        default=0.2,
        description="share of the pace that switching costs for each cluster beyond that, in all at most 3/4",
    )
    upkeep: Annotated[float, _AMOUNT] = Field(
        default=0.1, description="attention that an established cluster takes; a ramping one takes 1"
    )


class Mission(Value):
    """Fit with one's mission: the better fits succeed more often, what does not fit drains, and may end in burnout.

    Examples
    --------
    >>> Mission(fit=0.9, burnout_months=6)
    Mission(fit=0.9, burnout_months=6)
    """

    fit: Annotated[DrawnField, PROBABILITY] = given(
        default=beta(6, 4),
        description="how well a cluster fits the mission, from 0 to 1, drawn for each; above the mean is better",
    )
    success_odds: Annotated[float, _ODDS_RATIO] = Field(
        default=2.0, description="odds of success of a cluster that fits entirely, against one that does not fit at all"
    )
    recovery: Annotated[float, _AMOUNT] = Field(
        default=0.12, description="energy that a month gives back; a practice starts with 1 and never has more"
    )
    drain: Annotated[float, _AMOUNT] = Field(
        default=0.11, description="energy that a ramping cluster without any fit takes in a month"
    )
    upkeep: Annotated[float, _AMOUNT] = Field(
        default=0.25, description="what an established cluster drains, where a ramping one of the same fit drains 1"
    )
    burnout_months: Annotated[int, Whole(0, MONTHS)] = Field(
        default=3, description="months that a burnout lasts, without launches and without growth"
    )
    burnout_revenue: Annotated[float, SHARE] = Field(
        default=0.5, description="share of revenue that is left in those months"
    )


class SurvivalClients(Value):
    """Clients off the mission who pay the bills at first: steady money, for attention and energy.

    Examples
    --------
    >>> SurvivalClients(clients=1)
    SurvivalClients(clients=1)
    """

    clients: Annotated[int, Whole(0, 1000)] = Field(default=2, description="how many there are at the start")
    fee: Annotated[float, _FEE] = Field(
        default=3_000.0, description="dollars a month that each pays; it is not revenue"
    )
    attention: Annotated[float, _AMOUNT] = Field(
        default=0.5, description="attention and energy that each takes; a ramping cluster without fit takes 1"
    )
    until: Annotated[float, DOLLARS_A_MONTH] = Field(
        default=12_000.0, description="dollars a month, over three months, at which they are let go for good"
    )


class Finances(Value):
    """Cash: savings, what is earned and what is lived on; a practice whose cash runs out is ruined, and ends.

    Examples
    --------
    >>> Finances(savings=20_000, survival=SurvivalClients())
    Finances(savings=20000, survival=SurvivalClients())
    """

    savings: Annotated[float, _SAVINGS] = Field(default=40_000.0, description="dollars at the start")
    living: Annotated[float, DOLLARS_A_MONTH] = Field(default=6_000.0, description="dollars a month that one lives on")
    margin: Annotated[float, SHARE] = Field(
        default=0.7, description="share of revenue that is left when costs are paid"
    )
    survival: Annotated[
        Given[SurvivalClients | None, SurvivalClients | Fields | None], Maybe(Table(SurvivalClients))
    ] = given(default=None, description="clients off the mission who pay the bills at first")


class Network(Value):
    """Clients who challenge and co-own: riskier and slower, worth more, and they bring others.

    What is told of challengers holds if all clients are such, and in proportion if some are.

    Examples
    --------
    >>> Network(challengers=0.5)
    Network(challengers=0.5)
    """

    challengers: Annotated[float, SHARE] = Field(
        default=0.3, description="share of clients who challenge and co-own; 0 is a practice of yes-people"
    )
    success_odds: Annotated[float, _ODDS_RATIO] = Field(
        default=0.5, description="odds of success of a cluster with challengers, against one without"
    )
    upside: Annotated[float, _AMOUNT] = Field(
        default=0.5, description="what challengers add to a cluster's revenue, as a share: 0.5 is half as much again"
    )
    spread: Annotated[float, _AMOUNT] = Field(default=0.5, description="what they add to its volatility, as a share")
    drag: Annotated[float, _AMOUNT] = Field(default=0.75, description="what they add to its ramp, as a share")
    referral: Annotated[float, _AMOUNT] = Field(
        default=0.5, description="what a full network of co-owners adds to the pace of growth, as a share"
    )
    saturation: Annotated[float, _POSITIVE] = Field(default=30.0, description="co-owners with whom the network is full")
    fee: Annotated[float, _FEE] = Field(
        default=2_000.0, description="dollars a month that one client pays: it turns revenue into clients"
    )

    def noise(self, volatility: float) -> float:
        """Return what challengers make of a cluster's volatility.

        Examples
        --------
        >>> Network(challengers=0.5, spread=0.5).noise(0.2)
        0.25
        """
        return volatility * (1.0 + self.spread * self.challengers)


class Accelerator(Value):
    """A programme that takes few of those who apply, the focused ones, and speeds them up.

    Examples
    --------
    >>> Accelerator(odds=0.05)
    Accelerator(odds=0.05)
    """

    every: Annotated[int, Whole(1, MONTHS)] = Field(default=6, description="months between applications")
    odds: Annotated[float, SHARE] = Field(
        default=0.01, description="probability that an application succeeds; less if attention is divided"
    )
    speed: Annotated[float, _POSITIVE] = Field(default=1.5, description="how many times as fast everything grows then")
    months: Annotated[int, Whole(0, MONTHS)] = Field(default=6, description="months that this lasts")
