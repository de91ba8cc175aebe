"""What plans side by side tell: differences, read from what was counted of the same trajectories under each."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from clustersim.analysis import comparison_tables as tables
from clustersim.analysis.comparison_summary import ComparisonSummary
from clustersim.analysis.same_luck import SameLuck
from clustersim.joint import Joint
from clustersim.outcome.difference import Difference, recovered
from clustersim.outcome.estimate import Estimate, certain
from clustersim.outcome.months import month_by
from clustersim.outcome.notation import practices
from clustersim.outcome.outcome import Outcome, foremost
from clustersim.plan.errors import suggest
from clustersim.program import Program

if TYPE_CHECKING:
    from os import PathLike

    import pandas as pd
    import xarray as xr
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """How plans differ, read from the counts of the same trajectories under each.

    Attributes
    ----------
    names
        The plans', the first is what others are compared with.
    programs
        What was run.
    joint
        What was counted.

    Examples
    --------
    >>> import clustersim as cs
    >>> comparison = cs.compare([cs.Plan(), cs.Plan(every=2)], n=2_000, rng=7)
    >>> comparison.names, comparison.n
    (('plan 1', 'plan 2'), 2000)
    >>> comparison.outcomes["plan 1"] == cs.simulate(cs.Plan(), n=2_000, rng=7)
    True
    """

    names: tuple[str, ...]
    programs: tuple[Program, ...]
    joint: Joint

    @property
    def n(self) -> int:
        """How many trajectories each plan was run for."""
        return self.joint.n

    @property
    def horizon(self) -> int:
        """Months that all plans have."""
        return self._luck.job.horizon

    @property
    def events(self) -> tuple[str, ...]:
        """The milestones, and of "legacy", "burnout", "ruin" and "admission" those that all plans have."""
        return self._luck.job.events

    @cached_property
    def _luck(self) -> SameLuck:
        return SameLuck(self.programs, self.joint)

    @cached_property
    def outcomes(self) -> dict[str, Outcome]:
        """What became of each plan: the same as ``simulate`` tells of it."""
        told = zip(self.names, self.programs, self.joint.tallies, strict=True)
        return {name: Outcome(program, tally) for name, program, tally in told}

    def probability(
        self,
        milestone: str,
        by: int,
        *,
        of: str | None = None,
        against: str | None = None,
        confidence_level: float = 0.95,
    ) -> Difference:
        """Tell how much more probable it is on one plan than on another to get somewhere by the end of a month.

        Post-stratified by how many clusters are viable under both plans, or under one of them, where that has a known
        distribution; else the plain share of trajectories that gain less the share of those that lose. Score intervals,
        see `Difference`. It need not be the difference of ``outcomes[...].probability``, and is surer.

        Parameters
        ----------
        milestone
            Its name, or "legacy", "burnout", "ruin" or "admission".
        by
            The month.
        of, against
            Names of the plans: the second and the first if there are no others; else `against` is the first.

        Raises
        ------
        KeyError, ValueError
            If there is no such plan, milestone or month, or the level is not between 0 and 1.
        """
        one, other = self._two(of, against)
        event = self._event(milestone)
        month = month_by(by, self.horizon, f"{self.horizon}, which all plans have")
        errors = [self.outcomes[self.names[plan]][milestone].standard_error(month) for plan in (one, other)]
        independent = math.hypot(*errors)
        return self._luck.probability(one, other, event, month, confidence_level, independent)

    def ppf(
        self,
        milestone: str,
        q: float,
        *,
        of: str | None = None,
        against: str | None = None,
        confidence_level: float = 0.95,
    ) -> Difference:
        """Tell how many months later than on another plan a share `q` of practices get somewhere on one.

        The difference of `FirstPassage.ppf`. Its limits are recovered from those of both (`FirstPassage.ppf_interval`)
        and from how the two estimates go together, in the first 4 096 trajectories (Zou and Donner's method), and
        rounded outwards to whole months. Infinite where only one plan gets there within the months that both have, nan
        where neither does.

        Raises
        ------
        KeyError, ValueError
            As `probability`; if `q` is not between 0 and 1.
        """
        one, other = self._two(of, against)
        event = self._event(milestone)
        ours, theirs = (self._quantile(plan, milestone, q, confidence_level) for plan in (one, other))
        value = ours[0] - theirs[0]
        if np.isfinite(value):
            if self._luck.same(one, other):
                return Difference.none(confidence_level, unit="months")
            together = self._luck.correlation(event, (one, ours[0]), (other, theirs[0]))
            low, high = recovered(ours, theirs, together).tolist()
        else:
            low, high = ours[1] - theirs[2], ours[2] - theirs[1]
        return Difference(
            value=float(value),
            low=-np.inf if np.isnan(low) else float(np.floor(low + 1e-9)) + 0.0,
            high=np.inf if np.isnan(high) else float(np.ceil(high - 1e-9)) + 0.0,
            confidence_level=certain(confidence_level),
            standard_error=np.nan,
            independent_error=np.nan,
            method="recovered from both",
            unit="months",
        )

    def median(
        self, milestone: str, *, of: str | None = None, against: str | None = None, confidence_level: float = 0.95
    ) -> Difference:
        """Tell how many months later than on another plan half of all practices get somewhere on one: see `ppf`."""
        return self.ppf(milestone, 0.5, of=of, against=against, confidence_level=confidence_level)

    def revenue(
        self,
        year: int | None = None,
        *,
        of: str | None = None,
        against: str | None = None,
        confidence_level: float = 0.95,
    ) -> Difference:
        """Tell how much more a practice earns on average on one plan than on another, in dollars.

        Parameters
        ----------
        year
            From 1 on, the last as long as it lasts; None for all months that both plans have.
        of, against
            As for `probability`.

        Returns
        -------
        Difference
            With Student's interval of the mean of the trajectories' differences, whose sums are exact.

        Raises
        ------
        KeyError, ValueError
            As `probability`; if there is no such year.
        """
        from scipy.special import stdtrit  # noqa: PLC0415  scipy loads when a number is first asked for

        one, other = self._two(of, against)
        years = -(-self.horizon // 12)
        if year is not None and year not in range(1, years + 1):
            raise ValueError(f"year = {year!r}: must be from 1 to {years}, or None for all together")
        total, together, apart, quantum = self._luck.revenue(one, other, years if year is None else int(year) - 1)
        freedom = self.n**2 * (self.n - 1)

        def error(squares: int) -> float:
            return float(np.sqrt(squares / freedom)) * quantum if freedom else np.inf

        if self._luck.same(one, other):
            return Difference.none(confidence_level, error(apart), "dollars")
        value, spread = total / self.n * quantum, error(together)
        reach = float(stdtrit(max(self.n - 1, 1), (1 + certain(confidence_level)) / 2)) * spread
        return Difference(
            value=value,
            low=value - reach,
            high=value + reach,
            confidence_level=float(confidence_level),
            standard_error=spread,
            independent_error=error(apart),
            method="paired, Student",
            unit="dollars",
        )

    def first(self, milestone: str, *, confidence_level: float = 0.95) -> dict[str, Estimate]:
        """Tell how often each plan was first to get somewhere, in months that all have.

        Returns
        -------
        dict
            By plan, the share of trajectories in which it alone got there in the earliest month; "several" of those in
            which several plans did, and "none" of those in which none got there.

        Raises
        ------
        KeyError, ValueError
            If there is no such milestone, or the level is not between 0 and 1.
        """
        event = self._event(milestone)
        counts = dict(zip(self.names, self.joint.first[:, event].tolist(), strict=True))
        counts |= {"several": int(self.joint.ties[event]), "none": int(self.joint.nobody[event])}
        return {name: Estimate.of_count(count, self.n, confidence_level) for name, count in counts.items()}

    def head_to_head(
        self, milestone: str, *, of: str | None = None, against: str | None = None, confidence_level: float = 0.95
    ) -> tuple[Estimate, Estimate]:
        """Tell how often one plan got somewhere in an earlier month than another, and how often in a later one.

        Raises
        ------
        KeyError, ValueError
            As `probability`.
        """
        one, other = self._two(of, against)
        counts = self._luck.sooner(one, other, self._event(milestone))
        sooner, later = (Estimate.of_count(count, self.n, confidence_level) for count in counts)
        return sooner, later

    def summary(self) -> ComparisonSummary:
        """Differences of chances, months and revenue, and who was first, in tables that print well."""
        return ComparisonSummary.of(self)

    def to_pandas(self) -> "pd.DataFrame":
        """Differences of all probabilities, one line a plan, event and month.

        Columns: plan, event, month, probability, difference (from the first plan), standard_error, low, high.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        return tables.to_pandas(self)

    def to_xarray(self) -> "xr.Dataset":
        """Differences from the first plan as a Dataset.

        ``probability``, ``difference``, ``standard_error``, ``low`` and ``high`` (plan, event, month);
        ``revenue_difference`` (plan, year), with its ``_low`` and ``_high``; ``first`` (plan, event).

        Raises
        ------
        ImportError
            If xarray is not installed.
        """
        return tables.to_xarray(self)

    def plot(self, ax: "Axes | None" = None, *, milestone: str | None = None) -> "Axes":
        """Draw by how much each plan is ahead of the first, month by month, with 95 % intervals.

        Parameters
        ----------
        ax
            Where to draw; a new one if it is None.
        milestone
            Of what; of the one that matters most if it is None.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        KeyError
            If there is no such milestone.
        """
        milestone = foremost(self.programs[0].plan) if milestone is None else milestone
        self._event(milestone)
        from clustersim.present.plots import comparison  # noqa: PLC0415  # what presents knows what is presented

        return comparison(self, milestone, ax)

    def report(
        self, path: "str | PathLike[str]", *, title: str = "", milestone: str | None = None, by: int | None = None
    ) -> None:
        """Write everything as one page of HTML, as ``Outcome.report`` does.

        Parameters
        ----------
        path, title, milestone, by
            As for ``Outcome.report``.

        Raises
        ------
        KeyError, TypeError, ValueError
            If the title is no text, or not all plans have the milestone or the month.
        ImportError
            If matplotlib or jinja2 is not installed.
        OSError
            If it cannot be written.
        """
        from clustersim.present.report.html import write  # noqa: PLC0415  # what presents knows what is presented

        write(self, path, title=title, milestone=milestone, by=by)

    def _repr_html_(self) -> str:
        from clustersim.present import notebook  # noqa: PLC0415  # what presents knows what is presented

        return notebook.comparison(self)

    def __repr__(self) -> str:
        return f"<Comparison of {', '.join(map(repr, self.names))}: {practices(self.n)} on each>"

    def _two(self, of: str | None, against: str | None) -> tuple[int, int]:
        """Tell which plans are meant, by their places."""
        against = self.names[0] if against is None else against
        if of is None:
            others = [name for name in self.names if name != against]
            if len(others) > 1:
                raise ValueError(f"of = None: name one of the plans {', '.join(map(repr, others))}")
            (of,) = others
        for name in (of, against):
            if name not in self.names:
                raise KeyError(f"there is no plan {name!r}: {suggest(str(name), self.names)}")
        return self.names.index(of), self.names.index(against)

    def _event(self, milestone: str) -> int:
        if milestone not in self.events:
            raise KeyError(f"{milestone!r} is not what all plans have: {suggest(str(milestone), self.events)}")
        return self.events.index(milestone)

    def _quantile(self, plan: int, milestone: str, q: float, level: float) -> tuple[float, float, float]:
        """Tell a plan's quantile and its limits; what lies beyond the months that all plans have is infinite."""
        passage = self.outcomes[self.names[plan]][milestone]
        found = passage.ppf(q), *passage.ppf_interval(q, confidence_level=level)
        value, low, high = (month if month <= self.horizon else np.inf for month in found)
        return value, min(low, value), max(high, value)
