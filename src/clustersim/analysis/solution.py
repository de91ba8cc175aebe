"""What was found by solving for a field: the value, how sure that is, and what was seen on the way."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clustersim.analysis import extras
from clustersim.analysis.fields import limits_of
from clustersim.analysis.idle import partly_idle
from clustersim.outcome import markup
from clustersim.outcome.estimate import Estimate
from clustersim.outcome.notation import chance, moment, money, practices, printable
from clustersim.outcome.summary import Table, laid_out, wrapped
from clustersim.plan.number import compact
from clustersim.plan.parameter import Distribution
from clustersim.plan.plan import Plan
from clustersim.plan.rules import DOLLARS

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.axes import Axes

#: What one would rather not reach: of these a chance is wanted that is at most so high.
AVOIDED = ("burnout", "ruin")


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Solution:
    """The smallest, or largest, value of a field with which a chance is as wanted.

    Attributes
    ----------
    plan
        The plan with that value.
    field, value
        What was solved for, and what was found.
    largest
        Whether it is the largest such value, since smaller ones do too; else it is the smallest.
    milestone, by, probability
        What was wanted: the chance to have got there by the month at least, or, of burnout and ruin, at most.
    estimate
        The chance with that value.
    neighbour, neighbours_estimate
        Of a whole number, the next one, which no longer does, and the chance with it; None where there is none.
    low, high
        The answer lies between these, both included, at `confidence_level`: what lies outside has an interval of its
        chance that leaves the wanted one out.
    confidence
        Of a whole number, the probability that it is the answer: that its own chance is as wanted, and that of its
        neighbour not. None of a number that is not whole, which is known to an interval alone.
    confidence_level
        Of all intervals.
    seen
        The chances with all values that were tried, in rising order.
    n
        How many practices each was tried with.
    replaced
        What the plan has there, if that is a distribution, which the value takes the place of; else None.
    listed
        How many clusters the plan lists, if it was solved for how many of them to take; else None.

    Examples
    --------
    >>> import clustersim as cs
    >>> cs.solve(cs.Plan(), "failure_rate", "black belt", by=36, probability=0.6, n=20_000, rng=7)
    failure_rate = 0.4336 at most (0.4316 to 0.4357, 95 %): black belt by year 3 with 60.0 % (59.5-60.5)
    """

    plan: Plan
    field: str
    value: float
    largest: bool
    milestone: str
    by: int
    probability: float
    estimate: Estimate
    neighbour: float | None
    neighbours_estimate: Estimate | None
    low: float
    high: float
    confidence: float | None
    confidence_level: float
    seen: Mapping[float, Estimate]
    n: int
    replaced: Distribution | None
    listed: int | None

    def __float__(self) -> float:
        return float(self.value)

    @property
    def wanted(self) -> str:
        """What was wanted, in words."""
        limit = "at most" if self.milestone in AVOIDED else "at least"
        return f"{printable(self.milestone)} by {moment(self.by)} with {limit} {100 * self.probability:g} %"

    def summary(self) -> "SolutionSummary":
        """Tell the answer, how sure it is, and what was seen, as text that prints well."""
        return SolutionSummary(self)

    def to_pandas(self) -> "pd.DataFrame":
        """Chances with all values that were tried, one line a value.

        Columns: the field, probability, low, high, standard_error.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        rows = [(x, p.value, p.low, p.high, p.standard_error) for x, p in self.seen.items()]
        columns = [self.field, "probability", "low", "high", "standard_error"]
        frame: pd.DataFrame = extras.tables("pandas").DataFrame(rows, columns=columns)
        return frame

    def to_xarray(self) -> "xr.Dataset":
        """Chances with all values that were tried, by value; the answer in the attributes.

        Raises
        ------
        ImportError
            If xarray is not installed.
        """
        told = {"probability": "value", "low": "low", "high": "high", "standard_error": "standard_error"}
        dataset: xr.Dataset = extras.tables("xarray").Dataset(
            {
                name: (self.field, [getattr(estimate, attribute) for estimate in self.seen.values()])
                for name, attribute in told.items()
            },
            coords={self.field: list(self.seen)},
            attrs={
                "value": self.value,
                "low": self.low,
                "high": self.high,
                "confidence_level": self.confidence_level,
                "milestone": self.milestone,
                "by": self.by,
                "wanted": self.probability,
                "n": self.n,
            },
        )
        return dataset

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw the chances that were seen with their intervals, what was wanted, and the answer.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        from clustersim.present.plots import solution  # noqa: PLC0415  # what presents knows what is presented

        return solution(self, ax)

    def _repr_html_(self) -> str:
        return self.summary()._repr_html_()  # of a sister

    def __repr__(self) -> str:
        bound = "at most" if self.largest else "at least"
        sure = f"{written(self.low)} to {written(self.high)}, {100 * self.confidence_level:g} %"
        if self.confidence is not None:
            sure = f"sure to {certainty(self.confidence)}"
        return (
            f"{self.field} = {written(self.value)} {bound} ({sure}): {printable(self.milestone)} by {moment(self.by)} "
            f"with {chance_of(self.estimate)}"
        )


class SolutionSummary:
    """What a Solution tells at a glance: look at it, in a notebook or elsewhere."""

    def __init__(self, solution: Solution) -> None:
        self._solution = solution

    @property
    def headline(self) -> str:
        """The answer in a sentence."""
        s = self._solution
        kind = "largest" if s.largest else "smallest"
        return f"{s.field} = {self.answer} is the {kind} for {s.wanted}: {chance_of(s.estimate)}."

    @property
    def answer(self) -> str:
        """The value: whole, or as finely as it is known, rounded to where it does; in dollars where the field is."""
        s = self._solution
        if s.confidence is not None:
            return self._told(s.value)
        known = max(s.high - s.value, s.value - s.low)
        return f"about {self._told(safely(s.value, known, up=not s.largest), exactly=True)}"

    def _told(self, value: float, *, exactly: bool = False) -> str:
        """Write a value: in few figures, or in all that it has."""
        limits = limits_of(self._solution.plan, self._solution.field)
        if limits is not None and limits.high == DOLLARS:
            return f"${value:,.12g}" if exactly and value != float(f"{value:.3g}") else money(value, short=True)
        return compact(value) if exactly else written(value)

    @property
    def sureness(self) -> str:
        """How sure it is."""
        s = self._solution
        if s.confidence is None:
            level = f"{100 * s.confidence_level:g} %"
            return f"The answer lies between {self._told(s.low)} and {self._told(s.high)} ({level})."
        sure = f"{self._told(s.value)} is the answer with a probability of {certainty(s.confidence)}."
        if s.neighbours_estimate is None or s.neighbour is None:
            return f"There is no value beyond it. {sure}"
        return f"With {self._told(s.neighbour)} it is {chance_of(s.neighbours_estimate)}. {sure}"

    @property
    def replaced(self) -> str:
        """What of the plan the value takes the place of, where that is no number; else nothing."""
        s = self._solution
        if s.listed is not None:
            return f"They are the first of the {s.listed} that the plan lists."
        return "" if s.replaced is None else f"The plan has {s.field} = {s.replaced!r}: the number takes its place."

    def table(self) -> Table:
        """Return the table of what was seen at the ends and around the answer: its first line has the titles."""
        s = self._solution
        lines = dict.fromkeys((written(x), chance(s.seen[x])) for x in self.told)  # some look alike
        return (s.field, f"% ({100 * s.confidence_level:g} % interval)"), *lines

    @property
    def told(self) -> tuple[float, ...]:
        """The values that the table has, of all in ``seen``: the ends, the answer, and what is next to it.

        That is the values next to a whole number, and the ends of the interval in which another lies.
        """
        s = self._solution
        around = {s.low, s.high}
        if s.confidence is not None:
            around = {*[x for x in s.seen if x < s.value][-1:], *[x for x in s.seen if x > s.value][:1]}
        return tuple(sorted({min(s.seen), max(s.seen), s.value} | around))

    @property
    def caption(self) -> str:
        """What the table tells."""
        s = self._solution
        some = f" with {len(self.told)} of {len(s.seen)} values" * (len(self.told) < len(s.seen))
        return f"What was seen{some}, {practices(s.n)} each"

    def __repr__(self) -> str:
        told = [line for sentence in self.lines for line in wrapped(sentence)]
        return "\n".join([*told, "", f"{self.caption}:", *laid_out(self.table())])

    @property
    def lines(self) -> tuple[str, ...]:
        """All that is told in sentences."""
        s = self._solution
        return tuple(filter(None, (self.headline, self.sureness, self.replaced, *partly_idle(s.plan, [s.field]))))

    def _repr_html_(self) -> str:
        titles, *lines = self.table()
        told = [markup.line(line) for line in self.lines[1:]]
        return markup.box(markup.head(self.headline), *told, markup.more(self.caption, markup.table(titles, lines)))


def chance_of(estimate: Estimate) -> str:
    """Write a chance with its interval and a per cent sign.

    >>> chance_of(Estimate.of_count(44_340, 100_000))
    '44.3 % (44.0-44.7)'
    """
    return chance(estimate).replace(" ", " % ", 1)


def safely(value: float, known: float, *, up: bool) -> float:
    """Round a value that is known to so much more or less: up, or down, to a step of half of that at most.

    >>> safely(23_930.0, 6_000.0, up=True), safely(0.43358, 0.0021, up=False), safely(23_930.0, 0.0, up=True)
    (24000.0, 0.433, 23930.0)
    """
    if not known:
        return value
    decade = 10.0 ** math.floor(math.log10(known / 2))
    step = max(times * decade for times in (1, 2, 5) if times * decade <= known / 2)
    whole = math.ceil if up else math.floor
    return float(f"{whole(float(f'{value / step:.12g}')) * step:.12g}")


def certainty(probability: float) -> str:
    """Write how sure something is, never too sure.

    >>> certainty(0.99996), certainty(0.953), certainty(0.4)
    ('more than 99.9 %', '95.3 %', '40.0 %')
    """
    return "more than 99.9 %" if probability >= 0.9995 else f"{100 * probability:.1f} %"


def written(value: Any) -> str:
    """Write a value, one that is not whole in four figures.

    >>> written(15), written(0.43158), written(41234.5), written(1e-9)
    ('15', '0.4316', '41230', '1e-09')
    """
    if isinstance(value, int):
        return str(value)
    short = float(f"{value:.4g}")
    return compact(short)
