"""When to stop: how sure one wants to be of one figure, and the rule that tells when one is."""

from dataclasses import KW_ONLY, dataclass
from operator import index
from typing import TYPE_CHECKING, Any

from clustersim.outcome.estimate import Estimate, certain
from clustersim.plan.errors import suggest
from clustersim.plan.number import as_number

if TYPE_CHECKING:
    from clustersim.outcome.outcome import Outcome
    from clustersim.program import Program

#: Trajectories at the first look, and by how much the next one is larger, in per cent.
FIRST_LOOK, LOOKS_GROW_BY = 2_048, 10


@dataclass(frozen=True)
class Precision:
    """How sure one wants to be of the chance of reaching a milestone by some month.

    `simulate` stops by the fixed-width rule of Chow and Robbins: as soon as the interval that the estimated standard
    error makes is narrow enough, that error enlarged so that a lucky start ends nothing; and the interval that is
    reported is no wider either. It looks only after 2 048 trajectories, then 10 % more, and so on, and counts exactly
    the trajectories up to a look: so the result is the same on any machine, with any number of workers.

    Parameters
    ----------
    milestone
        Its name, or "legacy", "burnout", "ruin" or "admission".
    by
        The month.
    half_width
        Half of the width that the confidence interval may have, between 0 and 0.5: 0.001 is a tenth of a percentage
        point.
    confidence_level
        Of that interval.

    Raises
    ------
    TypeError, ValueError
        If a field is of the wrong kind or out of its range.

    References
    ----------
    Y. S. Chow and H. Robbins, On the asymptotic theory of fixed-width sequential confidence intervals for the mean,
    Annals of Mathematical Statistics 36 (1965).

    Examples
    --------
    >>> import clustersim as cs
    >>> sure = cs.Precision("black belt", by=36, half_width=0.01)
    >>> outcome = cs.simulate(cs.Plan(), n=1_000_000, rng=7, precision=sure)
    >>> outcome.n
    4822
    >>> print(outcome["black belt"].probability(by=36))
    44.46 % (43.49 to 45.43 %, 95 % post-stratified)
    >>> print(outcome.stopped)
    'black belt' by month 36 is known to +-0.01, at 95 % confidence
    """

    milestone: str
    _: KW_ONLY
    by: int
    half_width: float
    confidence_level: float = 0.95

    def __post_init__(self) -> None:
        if not isinstance(self.milestone, str):
            raise TypeError(f"precision.milestone = {self.milestone!r}: must be a milestone's name, as 'black belt'")
        by, half_width = _month(self.by), as_number(self.half_width)
        if by < 1:
            raise ValueError(f"precision.by = {self.by}: must be a month from 1 on")
        if half_width is None or not 0 < half_width < 0.5:
            raise ValueError(f"precision.half_width = {self.half_width!r}: must be above 0 and below 0.5, as 0.001")
        level = certain(self.confidence_level)
        for field, value in (("by", by), ("half_width", half_width), ("confidence_level", level)):
            object.__setattr__(self, field, value)  # Python's own numbers, which can be saved

    def check(self, program: "Program") -> None:
        """Refuse what a plan has not.

        Raises
        ------
        ValueError
            If it has no such milestone, or ends before the month.
        """
        names = [event for event in program.events if event != "legacy" or program.tables.legacy]
        if self.milestone not in names:
            raise ValueError(f"precision.milestone = {self.milestone!r}: {suggest(self.milestone, names)}")
        if self.by > program.horizon:
            raise ValueError(f"precision.by = {self.by}: the plan's horizon is month {program.horizon}")

    def of(self, outcome: "Outcome") -> Estimate:
        """Read the estimate that is to be sure off an outcome."""
        return outcome[self.milestone].probability(by=self.by, confidence_level=self.confidence_level)

    def enough(self, estimate: Estimate, n: int) -> bool:
        """Tell whether an estimate from the first ``n`` trajectories is sure enough."""
        # Chow and Robbins: s^2 + 1/n <= n d^2 / z^2, where s^2 / n is the squared standard error.
        narrow = self._z**2 * (estimate.standard_error**2 + 1 / n**2) <= self.half_width**2
        return narrow and estimate.high - estimate.low <= 2 * self.half_width

    def asks_for_no_less(self, other: "Precision") -> bool:
        """Tell whether a run with this one stops no sooner, whatever is counted, than one with another."""
        asked, others = ((one.milestone, one.by, one.confidence_level) for one in (self, other))
        return asked == others and self.half_width <= other.half_width

    def expected(self, estimate: Estimate, n: int) -> int:
        """Guess how many trajectories it will take, from what ``n`` gave."""
        wider = max(self._z * estimate.standard_error, (estimate.high - estimate.low) / 2) / self.half_width
        return max(int(n * wider**2), n)

    @property
    def _z(self) -> float:
        from scipy.special import ndtri  # noqa: PLC0415  scipy loads when a number is first asked for

        return float(-ndtri((1 - self.confidence_level) / 2))

    def __str__(self) -> str:
        return f"+-{self.half_width:g}, at {100 * self.confidence_level:g} % confidence"


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Why a run with a `Precision` ended.

    Attributes
    ----------
    precision
        What was asked for.
    reached
        Whether it was reached: else ``n`` trajectories were, or the run was saved on its way.
    looks
        How often the rule was asked.
    """

    precision: Precision
    reached: bool
    looks: int

    def __str__(self) -> str:
        what = f"{self.precision.milestone!r} by month {self.precision.by}"
        if self.reached:
            return f"{what} is known to {self.precision}"
        return f"it takes more trajectories to know {what} to {self.precision}"


def looks(n: int) -> list[int]:
    """Tell after how many trajectories the rule is asked, the last time after ``n``.

    >>> looks(3_000)
    [2048, 2252, 2477, 2724, 2996, 3000]
    """
    found, look = list[int](), FIRST_LOOK
    while look < n:
        found.append(look)
        look += look * LOOKS_GROW_BY // 100
    return [*found, n]


def _month(by: Any) -> int:
    try:
        return index(None if isinstance(by, bool) else by)  # type: ignore[arg-type]  # None raises
    except TypeError:
        raise TypeError(f"precision.by = {by!r}: must be a whole number of months, as 36") from None
