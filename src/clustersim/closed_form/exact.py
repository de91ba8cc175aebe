"""What a plan's outcome is without simulating it, as far as that is known, and why no farther."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn

import numpy as np

from clustersim.closed_form import fates, grid, reasons
from clustersim.closed_form.clusters import Offering, offerings
from clustersim.closed_form.distributions import Bounds, ExactCount, ExactPassage
from clustersim.kernel.layout import PRACTICE_FAILURE_RATE, Tables
from clustersim.plan.errors import suggest
from clustersim.plan.plan import Plan
from clustersim.program import Program, lower
from clustersim.viability import is_constant, moved, stratum_weights


class NotExactError(ValueError):
    """A figure that is not known without simulating: says why, and what would make it known.

    Examples
    --------
    >>> import clustersim as cs
    >>> cs.exact(cs.presets.literal().replace(volatility=0.2))["black belt"]
    Traceback (most recent call last):
    clustersim.closed_form.exact.NotExactError: 'black belt' is not known exactly: volatility = 0.2 makes revenue \
noisy (it takes 0); simulate(plan) estimates it
    """


@dataclass(frozen=True, eq=False, repr=False)
class Exact:
    """What is known of a plan's outcome without simulating, read as an `Outcome` is.

    ``exact(plan).viable`` and, where milestones are known, ``exact(plan)["black belt"]``; iterating gives their names.
    What is not known is refused with a `NotExactError` that tells why. Exact means: of the lowered plan, whose
    distributions are tables of quantiles, as the simulator draws from them.

    Parameters
    ----------
    program
        The lowered plan.

    Examples
    --------
    >>> import clustersim as cs
    >>> literal = cs.exact(cs.presets.literal())
    >>> literal["black belt"].cdf(36), literal["black belt"].beyond_horizon == 1 - 2510 / 4096
    (0.5, True)
    >>> literal
    <Exact: viable clusters, binomial; 'black belt', enumeration of 4,096 fates>
    """

    program: Program

    @property
    def plan(self) -> Plan:
        """The plan that is told about."""
        return self.program.plan

    @property
    def horizon(self) -> int:
        """How many months are told about."""
        return self.program.horizon

    @cached_property
    def viable(self) -> ExactCount:
        """Number of viable clusters, of all that the plan has, launched or not.

        Raises
        ------
        NotExactError
            If something moves fates in ways that have no closed form.
        """
        weights = stratum_weights(self.program)
        if weights is None:
            _refuse("the number of viable clusters", moved(self.program.tables))
        return ExactCount(name="viable clusters", probabilities=weights, method=_name_of(self.program.tables))

    def keys(self) -> tuple[str, ...]:
        """Names of the milestones whose first passages are known, in the plan's order."""
        return () if self._reasons else self.program.milestones

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __contains__(self, name: object) -> bool:
        return name in self.keys()

    def __getitem__(self, name: str) -> ExactPassage:
        """First passage of a milestone.

        Raises
        ------
        KeyError
            If the plan has no milestone of that name; the message has the nearest ones.
        NotExactError
            If it is not known without simulating.
        """
        names = self.program.milestones
        if name not in names:
            raise KeyError(f"the plan has no milestone {name!r}: {suggest(str(name), names)}")
        if self._reasons:
            _refuse(repr(name), self._reasons)
        place = names.index(name)
        reached, held = self._bounds(place)
        return ExactPassage(
            name=name,
            method=self._method(place),
            last_month=self.horizon,
            reached_bounds=reached,
            held_bounds=held,
        )

    @property
    def legacy(self) -> NoReturn:
        """When the legacy cluster emerges: known of no plan."""
        _refuse("the legacy", ["what converges, and when, has no closed form"])

    @property
    def revenue(self) -> NoReturn:
        """Revenue by month: known of no plan."""
        _refuse("revenue by month", ["its distribution is worked out at milestones alone"])

    @cached_property
    def _clusters(self) -> tuple[Offering, ...]:
        return offerings(self.program.tables)

    @cached_property
    def _reasons(self) -> list[str]:
        """Tell why first passages are not known; nothing if they are."""
        tables = self.program.tables
        noise = reasons.noise(self.plan)
        by_fates = reasons.beyond_fates(self._clusters, tables)
        by_grid = reasons.beyond_grid(self.plan, self._clusters, tables)
        if noise or not by_fates or not by_grid:
            return noise
        return by_fates if all(cluster.fixed for cluster in self._clusters) else by_grid

    @cached_property
    def _enumerated(self) -> fates.Enumerated | None:
        if reasons.beyond_fates(self._clusters, self.program.tables):
            return None
        return fates.enumerated(self.program.tables, self._clusters)

    @cached_property
    def _grids(self) -> dict[int, grid.Grid]:
        return {}

    def _grid(self, place: int) -> grid.Grid:
        if place not in self._grids:
            starts = _starts(self._clusters, self.program.tables)
            self._grids[place] = grid.Grid(self.program.tables, self._clusters, starts, place)
        return self._grids[place]

    def _bounds(self, place: int) -> tuple[Bounds, Bounds]:
        found = self._enumerated
        if found is None:
            bounds = self._grid(place).bounds
            return bounds, bounds  # revenue never falls: who has reached a level is there
        return (lambda months: found.reached[place][:, months]), (lambda months: found.held[place][:, months])

    def _method(self, place: int) -> str:
        found = self._enumerated
        if found is None:
            return f"convolution on a grid of {self._grid(place).cells:,} cells"
        return f"enumeration of {found.combinations:,} fates"

    def __repr__(self) -> str:
        known = [f"viable clusters, {self.viable.method}"] if stratum_weights(self.program) is not None else []
        known += [f"{name!r}, {self._method(place)}" for place, name in enumerate(self)]
        known += [f"not first passages: {', '.join(self._reasons)}"] if self._reasons else []
        return f"<Exact: {'; '.join(known)}>"


def exact(plan: Plan) -> Exact:
    """Tell a plan's outcome without simulating, as far as it has a closed form.

    Always known, unless a lever moves fates, is the **number of viable clusters**: binomial, a mixture of binomials
    when the failure rate is a distribution, Poisson-binomial when clusters have failure rates of their own.

    **First passages of milestones** are known of plans without noise (``volatility=0``, no market) and without
    convergence or levers, in two cases. When levels, ramps and lives are numbers, every combination of fates is lived
    through, up to 2^20 of them. When levels or ramps are distributions but revenue never falls (doomed clusters earn
    nothing or outlive the horizon, no season, no lifetime), revenue is convolved on a grid, and each value has a bound
    of its error, ``exact(plan)[name].error(month)``.

    Parameters
    ----------
    plan
        The plan.

    Returns
    -------
    Exact
        Read like an Outcome. What is not known is refused when it is asked for, with a `NotExactError` that tells why
        and what it would take. Probabilities are those of the lowered plan, which the simulator draws from.

    Raises
    ------
    TypeError
        If `plan` is none.

    Examples
    --------
    >>> import clustersim as cs
    >>> cs.exact(cs.Plan()).viable.pmf(6)
    0.2255859375
    >>> print(cs.exact(cs.presets.literal())["black belt"].probability(by=120))
    61.2793 % (enumeration of 4,096 fates)
    >>> plan = cs.presets.literal().replace(revenue=cs.lognormal(mean=10_000, cv=0.3))
    >>> print(cs.exact(plan)["black belt"].probability(by=36))
    43.696 % (43.660 to 43.733 %, 100 % convolution on a grid of 10,922 cells)
    """
    if not isinstance(plan, Plan):
        raise TypeError(f"plan must be a clustersim.Plan, not {type(plan).__name__}: Plan.from_toml(path) reads a file")
    return Exact(lower(plan))


def _refuse(figure: str, why: list[str]) -> NoReturn:
    raise NotExactError(f"{figure} is not known exactly: {'; '.join(why)}; simulate(plan) estimates it")


def _name_of(tables: Tables) -> str:
    own = (tables.cluster[-1] >= 0).any()
    mixed = not is_constant(tables.quantiles[tables.practice[PRACTICE_FAILURE_RATE]])
    if own:
        return "Poisson-binomial"
    return "mixture of binomials" if mixed else "binomial"


def _starts(clusters: tuple[Offering, ...], tables: Tables) -> list[int]:
    """Tell the launch months, which are the same whatever the fates."""
    if not tables.at_once:
        return [1 + k * tables.every for k in range(len(clusters))]
    return [int(start) for start in fates.starts(tables, clusters, np.ones((1, len(clusters)), np.bool_))[:, 0]]
