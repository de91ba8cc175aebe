"""The plan: what the user says about a practice, as one frozen value.

The model's own page says what each field means; here stand its limits and its default.
"""

import errno
from collections.abc import Sequence
from os import PathLike
from typing import Annotated, Any, ClassVar, Self

from numpy.typing import NDArray
from pydantic import Field, ValidationInfo, field_validator

from clustersim.plan.errors import PlanError
from clustersim.plan.given import DrawnField, Fields, Given, MaybeDrawnField, given
from clustersim.plan.goals import Goal, Goals, Pipeline, problems_of
from clustersim.plan.levers import Accelerator, Finances, Focus, Ideas, Mission, Network
from clustersim.plan.lists import RESERVED, Clusters, Milestones, Seasons
from clustersim.plan.number import compact
from clustersim.plan.parameter import lognormal, uniform
from clustersim.plan.parts import LADDER, Cluster, Convergence, Legacy, Market, Milestone
from clustersim.plan.rules import (
    DURATION,
    MONEY,
    MONTHS,
    PERSISTENCE,
    POSITIVE_DURATION,
    PROBABILITY,
    SHARE,
    VOLATILITY,
    Choice,
    Maybe,
    Real,
    Table,
    Whole,
    unknown_name,
)
from clustersim.plan.value import Value

__all__ = [
    "LADDER",
    "RAMP_CURVES",
    "RESERVED",
    "Cluster",
    "Convergence",
    "Goal",
    "Legacy",
    "Market",
    "Milestone",
    "Pipeline",
    "Plan",
]

RAMP_CURVES = ("smoothstep", "linear", "logistic", "gompertz", "bass")
"""The forms of growth, see the model."""


class Plan(Value):
    """A plan for an expertise practice: clusters tried one after another, milestones, convergence, legacy, levers.

    The levers (`ideas`, `focus`, `mission`, `finances`, `network`, `accelerator`) are off by default.
    A parameter (`failure_rate`, `revenue`, `ramp`, `trial`, `lifetime`) is a number, a `Distribution`, or a
    frozen continuous distribution of scipy.stats. Plans compare and hash by value.

    Raises
    ------
    PlanError
        If fields are wrong: all of them at once, each with its path, its value and what would be right.

    Examples
    --------
    >>> Plan(every=1) == Plan().replace(every=1)
    True
    >>> Plan(failure_rate=0.5)
    Plan()
    """

    clusters: Annotated[Given[int | tuple[Cluster, ...], int | Sequence[Cluster | Fields]], Clusters()] = given(
        default=12, description="how many clusters are tried at most, or a list of them in launch order"
    )
    every: Annotated[int, Whole(1, MONTHS)] = Field(
        default=3, description="months between launches at least; without focus, clusters do not slow each other"
    )
    at_once: Annotated[int | None, Maybe(Whole(1, MONTHS))] = Field(
        default=None,
        description="launch only while fewer than this many are ramping; nothing else limits how many do",
    )
    failure_rate: Annotated[DrawnField, PROBABILITY] = given(
        default=0.5, description="probability that a cluster is doomed; a distribution gives clusters a common fate"
    )
    revenue: Annotated[DrawnField, MONEY] = given(
        default=lognormal(mean=10_000, cv=0.3), description="dollars a month that a cluster earns at full level"
    )
    ramp: Annotated[DrawnField, POSITIVE_DURATION] = given(
        default=lognormal(median=6, sigma=0.5),
        description="months of undivided attention to full level",
    )
    ramp_curve: Annotated[str, Choice(RAMP_CURVES)] = Field(
        default="smoothstep", description="the form of growth to full level"
    )
    trial: Annotated[DrawnField, DURATION] = given(
        default=uniform(3, 9), description="months that a doomed cluster is kept, rounded up"
    )
    failed_share: Annotated[float, SHARE] = Field(
        default=0.25, description="a doomed cluster's full level as a share of a viable one's"
    )
    lifetime: Annotated[MaybeDrawnField, Maybe(DURATION)] = given(
        default=None, description="months that an established cluster lives, rounded up"
    )
    volatility: Annotated[float, VOLATILITY] = Field(
        default=0.2, description="log standard deviation of a cluster's monthly noise"
    )
    persistence: Annotated[float, PERSISTENCE] = Field(
        default=0.5, description="AR(1) coefficient of that noise from month to month"
    )
    seasonality: Annotated[
        Given[tuple[float, ...] | None, Sequence[float] | NDArray[Any] | None],
        Maybe(Seasons(Real(0.0, 1000.0), 12, 12, "multipliers, one a month")),
    ] = given(default=None, description="multipliers of revenue for months 1 to 12, repeated")
    horizon: Annotated[int, Whole(1, MONTHS)] = Field(default=120, description="months simulated")
    market: Annotated[Given[Market | None, Market | Fields | None], Maybe(Table(Market))] = given(
        default=None, description="noise common to all clusters of a practice"
    )
    milestones: Annotated[
        Given[tuple[Milestone, ...], Sequence[Milestone | Fields]], Milestones(Table(Milestone), 1, 64, "milestones")
    ] = given(
        default=LADDER,
        description="levels of revenue whose first passage is recorded; own ones replace all of these, and "
        "convergence needs one of them as its trigger",
    )
    convergence: Annotated[Given[Convergence | None, Convergence | Fields | None], Maybe(Table(Convergence))] = given(
        default=Convergence(), validate_default=True, description="consolidation into mega-clusters"
    )
    legacy: Annotated[Given[Legacy | None, Legacy | Fields | None], Maybe(Table(Legacy))] = given(
        default=Legacy(), description="one mega-cluster emerges as the legacy; none without convergence"
    )

    ideas: Annotated[Given[Ideas | None, Ideas | Fields | None], Maybe(Table(Ideas))] = given(
        default=None, description="the clusters tried are the best of more ideas"
    )
    focus: Annotated[Given[Focus | None, Focus | Fields | None], Maybe(Table(Focus))] = given(
        default=None, description="attention is divided among the clusters that ramp together"
    )
    mission: Annotated[Given[Mission | None, Mission | Fields | None], Maybe(Table(Mission))] = given(
        default=None,
        description="the better fits succeed more often; what does not fit costs energy, up to burnout",
    )
    finances: Annotated[Given[Finances | None, Finances | Fields | None], Maybe(Table(Finances))] = given(
        default=None, description="cash is counted, and a practice without it is ruined"
    )
    network: Annotated[Given[Network | None, Network | Fields | None], Maybe(Table(Network))] = given(
        default=None, description="clients who challenge and co-own: riskier, slower, worth more, and they bring others"
    )
    accelerator: Annotated[Given[Accelerator | None, Accelerator | Fields | None], Maybe(Table(Accelerator))] = given(
        default=None, description="a programme that takes few who apply, and speeds them up"
    )
    pipeline: Annotated[Given[Pipeline | None, Pipeline | Fields | None], Maybe(Table(Pipeline))] = given(
        default=None, description="leads, some of whom become ideal clients; goals can count them"
    )
    goals: Annotated[Given[tuple[Goal, ...], Sequence[Goal | Fields]], Goals()] = given(
        default=(), description="what is to be reached by a month; it is assessed, and changes nothing else"
    )

    ladder: ClassVar[tuple[Milestone, ...]] = LADDER
    """The default milestones."""

    @field_validator("convergence")
    @classmethod
    def _trigger_is_a_milestone(cls, value: Convergence | None, info: ValidationInfo) -> Convergence | None:
        names = [m.name for m in info.data.get("milestones", ())]
        if value is not None and names and value.trigger not in names:
            replaced = value.trigger in {belt.name for belt in LADDER}
            own = "a plan's own [[milestones]] replace all belts, so this one is none any more: name one of yours; "
            remedy = f"{own * replaced}{unknown_name(value.trigger, names, 'milestone')}"
            remedy += "; or convergence = false, in Python None"
            raise PlanError.one(value.trigger, remedy, path="trigger")
        return value

    @field_validator("ideas")
    @classmethod
    def _an_idea_for_each_cluster(cls, value: Ideas | None, info: ValidationInfo) -> Ideas | None:
        clusters = info.data.get("clusters", 0)
        least = clusters if isinstance(clusters, int) else len(clusters)
        if value is not None and value.count < least:
            remedy = f"must be at least {least}, one for each of the clusters that are tried; or fewer clusters"
            raise PlanError.one(value.count, remedy, path="count")
        return value

    @field_validator("network")
    @classmethod
    def _noise_has_a_usable_mean(cls, value: Network | None, info: ValidationInfo) -> Network | None:
        volatility = info.data.get("volatility", 0.0)
        if value is not None and value.noise(volatility) > VOLATILITY.high:
            raise PlanError.one(
                value.spread,
                f"with challengers = {compact(value.challengers)} makes of the volatility {compact(volatility)} one of "
                f"{value.noise(volatility):.3g}, and at most {compact(VOLATILITY.high)} has a usable mean: take less",
                path="spread",
            )
        return value

    @field_validator("goals")
    @classmethod
    def _goals_ask_for_what_there_is(cls, value: tuple[Goal, ...], info: ValidationInfo) -> tuple[Goal, ...]:
        problems = problems_of(value, info.data)
        if problems:
            raise PlanError(problems)
        return value

    @property
    def portfolio(self) -> tuple[Cluster, ...]:
        """The clusters in launch order, whether they were counted or listed.

        Examples
        --------
        >>> Plan(clusters=2).portfolio
        (Cluster(), Cluster())
        """
        return self.clusters if isinstance(self.clusters, tuple) else (Cluster(),) * self.clusters

    def replace(self, **changes: Any) -> Self:
        """Return the plan with some fields changed, those within others by dotted names, a cluster's by its own too.

        What is off (None) is switched on with its defaults when a field in it is set. Where clusters are listed, a
        number of them keeps the first ones of the list.

        Raises
        ------
        PlanError
            If the changed plan is wrong, or has no such field, or fewer clusters on its list than are asked for.

        Examples
        --------
        >>> Plan().replace(**{"every": 1, "convergence.megas": 4, "market.volatility": 0.2})
        Plan(every=1, market=Market(volatility=0.2), convergence=Convergence(megas=4))
        >>> Plan(clusters=[{"name": "Keynote"}, {"name": "Workshop"}]).replace(clusters=1).portfolio
        (Cluster(name='Keynote'),)
        >>> Plan(clusters=[{"name": "Keynote"}, {}]).replace(**{"Keynote.ramp": 4}).portfolio
        (Cluster(name='Keynote', ramp=4), Cluster())
        """
        from clustersim.plan.replace import replaced  # noqa: PLC0415 - it knows Plan

        return type(self)(**replaced(self, changes))

    @classmethod
    def from_toml(cls, path: str | PathLike[str]) -> Self:
        """Read a plan file.

        Raises
        ------
        OSError
            If the file cannot be read.
        PlanError
            If it is no TOML, or no plan.
        """
        from clustersim.plan import files  # noqa: PLC0415 - as above

        try:
            return cls(**files.read(path))
        except OSError:
            if not isinstance(path, str) or not {"\n", "="} & {*path}:
                raise
            remedy = "no such file; the text of a plan itself is read by Plan.from_toml_text"
            raise FileNotFoundError(errno.ENOENT, remedy, path) from None

    @classmethod
    def from_toml_text(cls, text: str) -> Self:
        """Read a plan from the text of a plan file.

        Raises
        ------
        PlanError
            If it is no TOML, or no plan.

        Examples
        --------
        >>> Plan.from_toml_text("every = 1")
        Plan(every=1)
        """
        from clustersim.plan import files  # noqa: PLC0415 - as above

        return cls(**files.parse(text))

    def to_toml(self, *, comments: bool = False) -> str:
        """Write the plan as the text of a plan file, every field explicit; reading it gives an equal plan.

        With comments, each field says what it means.

        Raises
        ------
        TypeError
            If `comments` is neither True nor False.

        Examples
        --------
        >>> Plan.from_toml_text(Plan(every=1).to_toml())
        Plan(every=1)
        """
        from clustersim.plan import files  # noqa: PLC0415 - as above

        return files.written(self, comments=comments)

    def _repr_html_(self) -> str:
        from clustersim.present import notebook  # noqa: PLC0415  # what presents knows what is presented

        return notebook.plan(self)

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Return the JSON schema (draft 2020-12) of plan files, for editors.

        Examples
        --------
        >>> Plan.json_schema()["properties"]["every"]["default"]
        3
        """
        from clustersim.plan import schema  # noqa: PLC0415 - as above

        return schema.of(cls)
