"""What one life tells at a glance: its clusters, what happened, and its years."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from clustersim.analysis.trace_events import Event, by_month
from clustersim.outcome import markup
from clustersim.outcome.notation import moment, money, printable, span
from clustersim.outcome.summary import WIDTH, Table, laid_out, wrapped
from clustersim.seeds import Key

if TYPE_CHECKING:
    from clustersim.analysis.trace import Trace

CLUSTERS = "Clusters, with the months of what became of them, and what each earned:"
EVENTS = "What happened, by month:"
YEARS = "What each year earned, and where it ended:"


@dataclass(frozen=True, kw_only=True, repr=False)
class TraceSummary:
    """What a Trace tells at a glance: look at it, in a notebook or elsewhere.

    Attributes
    ----------
    trajectory, key, horizon
        Which life, and how many months it has.
    clusters
        A line each: name, fate, months of launch and establishment, what became of it, highest level, earnings.
    events
        What happened by month.
    years
        A line each: its last month, revenue, and energy and cash at its end where there are any; none after that of
        ruin.
    ruin
        The month of ruin, after which nothing happens; None where there is none.
    """

    trajectory: int
    key: int
    horizon: int
    clusters: Table
    events: tuple[tuple[int, str], ...]
    years: Table
    ruin: int | None

    @classmethod
    def of(cls, trace: "Trace") -> Self:
        """Read it off a life."""
        return cls(
            trajectory=trace.trajectory,
            key=trace.key,
            horizon=trace.horizon,
            clusters=(
                ("", "fate", "launched", "established", "then", "top level", "earned"),
                *(_cluster(trace, k) for k in range(len(trace.clusters))),
            ),
            events=tuple(by_month([event for event in trace.events if not event.everyday])),
            years=tuple(_years(trace)),
            ruin=_ruin(trace),
        )

    @property
    def headline(self) -> str:
        """The summary's first line."""
        return f"Trajectory {self.trajectory} over {span(self.horizon)}, {Key(self.key)}"

    @property
    def end(self) -> str:
        """That it ended early; else nothing."""
        return f"Ruined in month {self.ruin}: nothing is told from there on." if self.ruin else ""

    def happened(self, across: int = WIDTH) -> Table:
        """Return the table of what happened, months aligned to the right, in lines of so many columns."""
        width = max((len(str(month)) for month, _ in self.events), default=0)
        lines = list[tuple[str]]()
        for month, words in self.events:
            first, *more = wrapped(words, across - 4 - width)
            lines += [(f"{month:>{width}}  {first}",), *((f"{'':>{width}}  {line}",) for line in more)]
        return tuple(lines) or (("nothing but clusters",),)

    def text(self, width: int = WIDTH, headline: str | None = None) -> str:
        """Return everything, in lines of at most so many columns where words and figures allow it.

        Another first line may be given.
        """
        parts = wrapped(self.headline if headline is None else headline, width)
        for caption, table in self._tables(width):
            parts += ["", *wrapped(caption, width), *laid_out(table, width)]
        return "\n".join([*parts, *(["", *wrapped(self.end, width)] if self.end else [])])

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        events = [(str(month), words) for month, words in self.events] or [("", "nothing but clusters")]
        return markup.box(
            markup.head(self.headline),
            markup.table(("month", "what happened"), events, words=True),
            *(
                markup.more(caption.rstrip(":"), markup.table(lines[0], lines[1:]))
                for caption, lines in ((CLUSTERS, self.clusters), (YEARS, self.years))
            ),
            *(markup.line(line) for line in filter(None, [self.end])),
        )

    def _tables(self, width: int) -> tuple[tuple[str, Table], ...]:
        return (CLUSTERS, self.clusters), (EVENTS, self.happened(width)), (YEARS, self.years)


def _cluster(trace: "Trace", k: int) -> tuple[str, ...]:
    own = [event for event in trace.events if k in event.clusters]
    months = {event.kind: event.month for event in own}
    name, fate = printable(trace.clusters[k]), "viable" if trace.viable[k] else "doomed"
    if "launched" not in months:
        return name, fate, "", "", "not launched", "", ""
    return (
        name,
        fate,
        *(str(months.get(kind, "")) for kind in ("launched", "established")),
        _became(own),
        money(float(trace.levels[k].max())),
        money(float(trace.revenue[k].sum())),
    )


def _ruin(trace: "Trace") -> int | None:
    month = trace.reached.get("ruin", np.inf)
    return int(month) if np.isfinite(month) else None


def _became(own: list[Event]) -> str:
    """Tell what became of a cluster, with the months."""
    words = {"closed": "closed", "expired": "closed", "dissolved": "closed", "converged": "mega", "legacy": "legacy"}
    return ", ".join(f"{words[event.kind]} {event.month}" for event in own if event.kind in words)


def _years(trace: "Trace") -> Iterator[tuple[str, ...]]:
    more = [("energy", trace.energy, "{:.2f}".format), ("cash", trace.cash, money)]
    levers = [(name, amounts, write) for name, amounts, write in more if amounts is not None]
    yield "", "revenue", "its last month", *(name for name, _, _ in levers)
    for first in range(0, _ruin(trace) or trace.horizon, 12):
        months = np.arange(first, min(first + 12, trace.horizon))
        last = int(months[-1])
        yield (
            moment(last + 1),
            money(float(trace.total[months].sum())),
            money(float(trace.total[last])),
            *(write(float(amounts[last])) for _, amounts, write in levers),
        )
