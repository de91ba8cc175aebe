"""The table that answers first: how likely, when, and how much."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Self

from clustersim.outcome import markup
from clustersim.outcome.count import Count
from clustersim.outcome.estimate import Estimate
from clustersim.outcome.fan import Fan
from clustersim.outcome.first_passage import FirstPassage
from clustersim.outcome.notation import (
    chance,
    columns,
    moment,
    money,
    month,
    padded,
    percent,
    practices,
    printable,
    span,
)

Table = tuple[tuple[str, ...], ...]

#: Columns of what is printed in Python; the command line has those of its terminal.
WIDTH = 80

CHANCES = "Reached at least once, chance in % (95 % interval):"
INTERVALS = "Intervals: chance in the simulation alone, not doubt about the plan's numbers."
REVENUE = "Mean revenue of each year, and quantiles of the revenue of its last month:"
CASH = "Cash at the end of each year, that of the ruined as it was:"


@dataclass(frozen=True, kw_only=True)
class Passage:
    """One event's line of a Summary.

    Attributes
    ----------
    name
        Of the milestone, or "legacy", "burnout", "ruin" or "admission".
    chances
        Estimates of P(it happened by the month), one for each of the summary's `by`.
    quartiles
        Months by which a quarter, a half and three quarters of all practices have got there; inf beyond the
        horizon.
    held
        Estimate of P(at the level in the horizon's month); None for what is no level.
    """

    name: str
    chances: tuple[Estimate, ...]
    quartiles: tuple[float, float, float]
    held: Estimate | None


@dataclass(frozen=True, kw_only=True)
class Year:
    """One year's line of a Summary, in dollars.

    Attributes
    ----------
    last_month
        The year's, or the horizon if the year is not over then.
    total
        Average revenue of the year's months together.
    low, median, high
        5, 50 and 95 % quantiles of the last month's revenue.
    """

    last_month: int
    total: float
    low: float
    median: float
    high: float


@dataclass(frozen=True, kw_only=True)
class YearEnd:
    """One year's line of a Summary about cash, in dollars.

    Attributes
    ----------
    last_month
        The year's, or the horizon if the year is not over then.
    mean, low, median, high
        Average, 5, 50 and 95 % quantiles of the cash at its end.
    """

    last_month: int
    mean: float
    low: float
    median: float
    high: float


@dataclass(frozen=True, kw_only=True, repr=False)
class Summary:
    """What an Outcome tells at a glance: look at it, in a notebook or elsewhere.

    Attributes
    ----------
    n, horizon
        Practices, and months of each.
    by
        The months that chances are told for: years 3, 5 and 10, those within the horizon; else the horizon.
    passages
        A `Passage` for each milestone, and for legacy, burnout, ruin and admission if the plan has them.
    years
        A `Year` for each year.
    viable, launches
        Average numbers of viable clusters (launched or not) and of launched ones.
    cash
        A `YearEnd` for each year; none without the lever "finances".
    on_mission
        Share of all revenue that is mission revenue, 0 if there is none at all; None without the lever "mission".
    """

    n: int
    horizon: int
    by: tuple[int, ...]
    passages: tuple[Passage, ...]
    years: tuple[Year, ...]
    viable: float
    launches: float
    cash: tuple[YearEnd, ...] = ()
    on_mission: float | None = None

    @classmethod
    def of(
        cls,
        events: Iterable[FirstPassage],
        revenue: Fan,
        viable: Count,
        launches: Count,
        cash: Fan | None = None,
        mission_revenue: Fan | None = None,
    ) -> Self:
        """Read it off the distributions."""
        by = tuple(m for m in (36, 60, 120) if m <= revenue.horizon) or (revenue.horizon,)
        ends = [*range(12, revenue.horizon, 12), revenue.horizon]
        low, median, high = revenue.quantile([0.05, 0.5, 0.95])
        return cls(
            n=revenue.n,
            horizon=revenue.horizon,
            by=by,
            passages=tuple(_passage(event, by) for event in events),
            years=tuple(
                Year(
                    last_month=end,
                    total=float(total),
                    low=float(low[end - 1]),
                    median=float(median[end - 1]),
                    high=float(high[end - 1]),
                )
                for end, total in zip(ends, revenue.by_year(), strict=True)
            ),
            viable=viable.mean(),
            launches=launches.mean(),
            cash=() if cash is None else tuple(_year_ends(cash, ends)),
            on_mission=None if mission_revenue is None else _share(mission_revenue, revenue),
        )

    @property
    def headline(self) -> str:
        """The summary's first line."""
        return f"{practices(self.n)} over {span(self.horizon)}"

    @property
    def clusters(self) -> str:
        """The summary's line about clusters."""
        return f"On average {self.viable:.3g} clusters would be viable, and {self.launches:.3g} are launched."

    @property
    def mission(self) -> str:
        """The summary's line about the mission; empty without that lever."""
        if self.on_mission is None:
            return ""
        return f"Of all revenue {percent(self.on_mission)} % is mission revenue: each cluster's, weighted by its fit."

    def chances(self) -> Table:
        """Return the table of events' chances as it is written: its first line has the titles."""
        titles = ("", *(f"by {moment(m)}" for m in self.by))
        return titles, *((printable(event.name), *map(chance, event.chances)) for event in self.passages)

    @property
    def until(self) -> str:
        """What the table of months tells."""
        return f"Months until 25, 50 and 75 % of practices get there (>{self.horizon}: beyond the horizon):"

    def months(self) -> Table:
        """Return the table of events' months as it is written: its first line has the titles."""
        titles = ("", "25 %", "50 %", "75 %", f"% at its level in month {self.horizon}")
        return titles, *(
            (
                printable(event.name),
                *(month(quartile, self.horizon) for quartile in event.quartiles),
                "" if event.held is None else chance(event.held),
            )
            for event in self.passages
        )

    def revenue(self) -> Table:
        """Return the table of years as it is written: its first line has the titles."""
        titles = ("", "the year", "5 %", "50 %", "95 %")
        return titles, *(
            (moment(year.last_month), *map(money, (year.total, year.low, year.median, year.high)))
            for year in self.years
        )

    def year_ends(self) -> Table:
        """Return the table of cash as it is written: its first line has the titles; empty without finances."""
        if not self.cash:
            return ()
        titles = ("", "mean", "5 %", "50 %", "95 %")
        return titles, *(
            (moment(end.last_month), *map(money, (end.mean, end.low, end.median, end.high))) for end in self.cash
        )

    def __repr__(self) -> str:
        cash = ("", CASH, *laid_out(self.year_ends())) if self.cash else ()
        return "\n".join(
            [
                *(self.headline, "", CHANCES, *laid_out(self.chances()), INTERVALS),
                *("", self.until, *laid_out(self.months())),
                *("", REVENUE, *laid_out(self.revenue()), *cash),
                *("", self.clusters, *filter(None, [self.mission])),
            ]
        )

    def _repr_html_(self) -> str:
        cash = markup.tables([(CASH, self.year_ends())]) if self.cash else ""
        return markup.box(
            markup.head(self.headline),
            markup.tables([(CHANCES, self.chances())]),
            markup.line(INTERVALS, faint=True),
            markup.tables([(self.until, self.months()), (REVENUE, self.revenue())]),
            cash,
            *(markup.line(told, faint=True) for told in (self.clusters, self.mission) if told),
        )


def _passage(event: FirstPassage, by: tuple[int, ...]) -> Passage:
    return Passage(
        name=event.name,
        chances=tuple(event.probability(by=m) for m in by),
        quartiles=(event.ppf(0.25), event.ppf(0.5), event.ppf(0.75)),
        held=None if event.held_counts is None else event.held(event.horizon),
    )


def _year_ends(cash: Fan, ends: list[int]) -> Iterator[YearEnd]:
    quantiles = cash.quantile([0.05, 0.5, 0.95])
    for end, mean in zip(ends, cash.by_year(), strict=True):
        low, median, high = quantiles[:, end - 1].tolist()
        yield YearEnd(last_month=end, mean=float(mean), low=low, median=median, high=high)


def _share(part: Fan, whole: Fan) -> float:
    """Tell which share of all that is earned within the horizon is a part of it, exactly."""
    total = sum(whole.sums.tolist())
    return sum(part.sums.tolist()) / total if total else 0.0


def laid_out(table: Table, width: int = WIDTH) -> Iterator[str]:
    r"""Lay a table out in plain text: the first column to the left, the others to the right.

    One that is wider than `width` is cut between columns into several, one below the other, each with the first column.

    >>> print(*laid_out((("", "by year 3", "by year 5"), ("black belt", "44.2", "62.5")), 24), sep="\n")
                by year 3
    black belt       44.2
                by year 5
    black belt       62.5
    """
    widths = [max(map(columns, column)) for column in zip(*table, strict=True)]
    for some in _parts(widths, width) if widths else ():
        for line in table:
            cells = [padded(line[0], widths[0], "<"), *(padded(line[k], widths[k]) for k in some)]
            yield "  ".join(cells).rstrip()


def _parts(widths: Sequence[int], width: int) -> list[list[int]]:
    """Tell which columns after the first stand beside each other: one at least, and as many as have room."""
    parts, left = [list[int]()], width - widths[0]
    for column in range(1, len(widths)):
        left -= 2 + widths[column]
        if left < 0 and parts[-1]:
            parts.append([])
            left = width - widths[0] - 2 - widths[column]
        parts[-1].append(column)
    return parts


def wrapped(text: str, width: int = WIDTH) -> list[str]:
    """Break a text into lines, but not between a number and its per cent sign.

    >>> wrapped("reached by 44 % of practices", 14)
    ['reached by', '44 % of', 'practices']
    """
    return [
        line.replace("\xa0", " ") for line in wrap(text.replace(" %", "\xa0%"), max(width, 1), break_on_hyphens=False)
    ]
