"""What a comparison tells at a glance: tables of differences, and who was first."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from clustersim.outcome import markup
from clustersim.outcome.difference import Difference, signed
from clustersim.outcome.estimate import Estimate
from clustersim.outcome.notation import moment, month, percent, practices, printable, span
from clustersim.outcome.summary import WIDTH, Table, laid_out, wrapped

if TYPE_CHECKING:
    from clustersim.analysis.comparison import Comparison

INTERVALS = "Intervals: chance in the simulation alone, not doubt about the plans' numbers."


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One event's line of a comparison of two plans.

    Attributes
    ----------
    name
        Of the milestone, or "legacy", "burnout", "ruin" or "admission".
    differences
        Of the chances to have got there, one for each of the summary's `by`.
    medians
        Months by which half get there on the plan, and on the one it is compared with; inf beyond the horizon.
    median
        Their difference.
    sooner, later
        Shares of trajectories that got there in an earlier month than on the other plan, or in a later one.
    """

    name: str
    differences: tuple[Difference, ...]
    medians: tuple[float, float]
    median: Difference
    sooner: Estimate
    later: Estimate


@dataclass(frozen=True, kw_only=True)
class Versus:
    """A plan against the first one: events, and revenue of each year and, last, of all together."""

    name: str
    against: str
    events: tuple[Compared, ...]
    revenue: tuple[Difference, ...]


@dataclass(frozen=True, kw_only=True, repr=False)
class ComparisonSummary:
    """What a Comparison tells at a glance: look at it, in a notebook or elsewhere.

    Attributes
    ----------
    n, horizon
        Practices on each plan, and months that all plans have.
    horizons
        By plan, the months that it has: those beyond `horizon` are not compared.
    by
        The months that differences are told for: years 3, 5 and 10, those within the horizon; else the horizon.
    versus
        Each plan but the first, against the first.
    first
        By event, the shares of trajectories in which each plan was first: see ``Comparison.first``; none where there
        are two plans, of which `versus` tells it.
    """

    n: int
    horizon: int
    horizons: dict[str, int]
    by: tuple[int, ...]
    versus: tuple[Versus, ...]
    first: dict[str, dict[str, Estimate]]

    @classmethod
    def of(cls, comparison: "Comparison") -> Self:
        """Read it off a comparison."""
        by = tuple(m for m in (36, 60, 120) if m <= comparison.horizon) or (comparison.horizon,)
        others = comparison.names[1:]
        return cls(
            n=comparison.n,
            horizon=comparison.horizon,
            horizons={name: o.horizon for name, o in comparison.outcomes.items()},
            by=by,
            versus=tuple(_versus(comparison, name, by) for name in others),
            first={event: comparison.first(event) for event in comparison.events} if len(others) > 1 else {},
        )

    @property
    def headline(self) -> str:
        """The summary's first line."""
        return f"{practices(self.n)} on each plan over {span(self.horizon)}, the same luck on each"

    @property
    def in_common(self) -> str:
        """Which months are compared, where the plans have not the same; else nothing."""
        if len(set(self.horizons.values())) == 1:
            return ""
        told = ", ".join(f"{printable(name)} has {months}" for name, months in self.horizons.items())
        return f"Only months 1 to {self.horizon}, which all plans have, are compared: {told}."

    def differences(self, versus: Versus) -> Table:
        """Return the table of differences of chances as it is written: its first line has the titles."""
        titles = ("", *(f"by {moment(m)}" for m in self.by))
        return titles, *((printable(e.name), *map(points, e.differences)) for e in versus.events)

    def months(self, versus: Versus) -> Table:
        """Return the table of months, and who was sooner, as it is written: its first line has the titles."""
        titles = ("", "median", "against", "difference", "sooner", "later")
        return titles, *(
            (
                printable(event.name),
                *(month(median, self.horizon) for median in event.medians),
                _months(event.median),
                percent(event.sooner.value),
                percent(event.later.value),
            )
            for event in versus.events
        )

    def revenue(self, versus: Versus) -> Table:
        """Return the table of revenue as it is written: its first line has the titles."""
        names = [f"year {k}" for k in range(1, len(versus.revenue))] + [f"all {self.horizon} months"]
        return ("", "difference", "95 % interval"), *(
            (name, _dollars(d.value), f"{_dollars(d.low)} to {_dollars(d.high)}")
            for name, d in zip(names, versus.revenue, strict=True)
        )

    def ranking(self) -> Table:
        """Return the table of who was first as it is written; empty where there are two plans."""
        if not self.first:
            return ()
        titles = ("", *map(printable, next(iter(self.first.values()))))
        return titles, *(
            (printable(event), *(percent(share.value) for share in shares.values()))
            for event, shares in self.first.items()
        )

    def tables(self) -> tuple[tuple[str, Table], ...]:
        """Return all tables with their captions."""
        told = list[tuple[str, Table]]()
        for versus in self.versus:
            name, against = printable(versus.name), printable(versus.against)
            told += [
                (
                    f"{name} against {against}: chance to have got there, in points (95 % interval)",
                    self.differences(versus),
                ),
                (
                    f"Months until half get there, and % that do sooner or later on {name}",
                    self.months(versus),
                ),
                (f"Mean revenue, {name} less {against}", self.revenue(versus)),
            ]
        ranking = [("First to get there, % of practices", self.ranking())] if self.first else []
        return *told, *ranking

    def text(self, width: int = WIDTH) -> str:
        """Return everything, in lines of at most so many columns where words and figures allow it."""
        lines = [*wrapped(self.headline, width), *wrapped(self.in_common, width)]
        for caption, table in self.tables():
            lines += ["", *wrapped(f"{caption}:", width), *laid_out(table, width)]
        return "\n".join([*lines, "", *wrapped(INTERVALS, width)])

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        told = [markup.line(self.in_common)] if self.in_common else []
        return markup.box(
            markup.head(self.headline), *told, markup.tables(self.tables()), markup.line(INTERVALS, faint=True)
        )


def _versus(comparison: "Comparison", name: str, by: tuple[int, ...]) -> Versus:
    against = comparison.names[0]
    years = range(1, -(-comparison.horizon // 12) + 1)
    return Versus(
        name=name,
        against=against,
        events=tuple(_compared(comparison, name, event, by) for event in comparison.events),
        revenue=tuple(comparison.revenue(year, of=name) for year in (*years, None)),
    )


def _compared(comparison: "Comparison", name: str, event: str, by: tuple[int, ...]) -> Compared:
    medians = [comparison.outcomes[plan][event].median() for plan in (name, comparison.names[0])]
    medians = [median if median <= comparison.horizon else math.inf for median in medians]
    sooner, later = comparison.head_to_head(event, of=name)
    return Compared(
        name=event,
        differences=tuple(comparison.probability(event, m, of=name) for m in by),
        medians=(medians[0], medians[1]),
        median=comparison.median(event, of=name),
        sooner=sooner,
        later=later,
    )


def points(difference: Difference) -> str:
    """Write a difference of probabilities in points, with its interval, whose ends are rounded outwards.

    >>> points(Difference.of_counts(1_500, 20, 10_000)), points(Difference.none(0.95))
    ('+14.8 (+14.1, +15.6)', '0')
    """
    if difference.low == difference.high:
        return f"{100 * difference.value:.1f}" if difference.value else "0"
    return f"{_signed(100 * difference.value)} ({', '.join(ends(difference))})"


def ends(difference: Difference) -> tuple[str, str]:
    """Write the ends of a difference's interval in points, rounded outwards.

    >>> ends(Difference.of_counts(20, 25, 10_000))
    ('-0.2', '+0.1')
    """
    low, high = math.floor(1000 * difference.low) / 10, math.ceil(1000 * difference.high) / 10
    return _signed(low), _signed(high)


def _signed(number: float) -> str:
    """Write a number with its sign, nothing without one."""
    text = f"{number:+.1f}"
    return text if float(text) else "0.0"


def _months(difference: Difference) -> str:
    if not math.isfinite(difference.value):
        return ""
    value, low, high = (
        (f"{month:+.0f}" if month else "0") if math.isfinite(month) else "?"
        for month in (difference.value, difference.low, difference.high)
    )
    return value if low == high else f"{value} ({low}, {high})"


def _dollars(amount: float) -> str:
    return signed(amount, "dollars")
