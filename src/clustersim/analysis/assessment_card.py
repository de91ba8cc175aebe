"""The S.M.M.A.R.T. card: each letter with its number, its interval and one plain sentence."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from clustersim.outcome import markup
from clustersim.outcome.notation import chance, money, month, percent, practices, printable, span
from clustersim.outcome.summary import INTERVALS, WIDTH, wrapped

if TYPE_CHECKING:
    from clustersim.analysis.assessment import Assessment

_WHAT = {
    "revenue": "what the practice earns a month, on average over the last three",
    "mission revenue": "what the practice earns a month, each cluster's weighted by its fit, on average over the last "
    "three",
    "clusters": "how many viable clusters are established",
    "clients": "how many new ideal clients are won in the month",
}


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One letter of a card.

    Attributes
    ----------
    letter, name
        As "A" and "attainable".
    value, low, high
        Its number and the ends of its 95 % interval, nan where it has none; shares are between 0 and 1, "relevant" is a
        difference of shares, "time-bound" the month by which half of all practices meet the goal.
    told
        The number as it is written; empty where it is undefined.
    method
        How the interval was made; empty where there is none.
    sentence
        What it means.
    """

    letter: str
    name: str
    told: str
    sentence: str
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    method: str = ""


@dataclass(frozen=True, kw_only=True, repr=False)
class Card:
    """A goal's S.M.M.A.R.T. card: look at it, in a notebook or elsewhere."""

    goal: str
    n: int
    letters: tuple[Letter, ...]

    @classmethod
    def of(cls, assessment: "Assessment") -> Self:
        """Read it off an assessment."""
        return cls(goal=assessment.goal.name, n=assessment.n, letters=tuple(_letters(assessment)))

    @property
    def headline(self) -> str:
        """The card's first line."""
        return f"{printable(self.goal)}, in {practices(self.n)}"

    def text(self, width: int = WIDTH) -> str:
        """Return everything, in lines of at most so many columns where words and figures allow it."""
        return "\n".join([*wrapped(self.headline, width), "", *self.lines(width), "", *wrapped(INTERVALS, width)])

    def lines(self, width: int) -> Iterator[str]:
        """Return the letters in lines of so many columns."""
        for one in self.letters:
            first, more = f"{one.letter}  {one.name:<13}  {one.told}".rstrip(), list[str]()
            if len(first) > width:
                first, more = f"{one.letter}  {one.name}", [f"   {line}" for line in wrapped(one.told, width - 3)]
            yield from (first, *more, *(f"   {line}" for line in wrapped(one.sentence, width - 3)))

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        lines = ((f"{one.letter}  {one.name}", one.told, one.sentence) for one in self.letters)
        return markup.box(
            markup.head(self.headline), markup.table((), lines, words=True), markup.line(INTERVALS, faint=True)
        )


def amount(metric: str, number: float) -> str:
    """Write an amount of a metric.

    >>> amount("revenue", 30_000), amount("clients", 5), amount("clusters", 1)
    ('$30k', '5 clients', '1 cluster')
    """
    if metric in {"revenue", "mission revenue"}:
        return money(number, short=True)
    return f"{number:g} {metric.removesuffix('s') if number == 1 else metric}"


def _letters(assessment: "Assessment") -> Iterator[Letter]:
    goal = assessment.goal
    least, by = amount(goal.metric, goal.at_least), f"month {goal.by}"
    when = f"in {by}" if goal.metric == "clients" else f"at the end of {by} or of a month before"
    yield Letter(letter="S", name="specific", told=goal.metric, sentence=f"It is about {_WHAT[goal.metric]}.")
    yield Letter(
        letter="M",
        name="measurable",
        told=f"at least {least}",
        value=goal.at_least,
        sentence=f"It is met when that is {least} or more {when}.",
    )
    yield _mission_based(assessment)
    yield _attainable(assessment, least)
    yield _relevant(assessment)
    yield _time_bound(assessment)


def _mission_based(assessment: "Assessment") -> Letter:
    share, by = assessment.mission_based, assessment.goal.by
    if share is None:
        lever = assessment.program.plan.mission
        why = "the plan has no lever 'mission'" if lever is None else f"nobody earns anything in month {by}"
        return Letter(letter="M", name="mission-based", told="", sentence=f"Undefined: {why}.")
    return Letter(
        letter="M",
        name="mission-based",
        told=f"{chance(share)} %",
        value=share.value,
        low=share.low,
        high=share.high,
        method=share.method,
        sentence=f"Of what all practices together earn in month {by}, {percent(share.value)} % is mission revenue: "
        "each cluster's, weighted by its fit.",
    )


def _attainable(assessment: "Assessment", least: str) -> Letter:
    goal, share = assessment.goal, assessment.attainable
    if assessment.met is None:
        pipeline = assessment.program.plan.pipeline
        mean = pipeline.clients if pipeline else 0.0
        sentence = f"With {mean:.3g} won a month on average, {percent(share.value)} % of months bring {least} or more."
    else:
        sentence = f"{percent(share.value)} % of practices meet it in time."
    return Letter(
        letter="A",
        name="attainable",
        told=f"{chance(share)} %",
        value=share.value,
        low=share.low,
        high=share.high,
        method=share.method,
        sentence=sentence + " It asks for nothing." * (goal.at_least == 0),
    )


def _relevant(assessment: "Assessment") -> Letter:
    goal, horizon = assessment.goal, assessment.program.horizon
    where, both, more = printable(goal.destination), assessment.destinations, assessment.relevant
    if both is None or more is None:
        if assessment.met is None:
            why = f"in the model new clients are tied to nothing else, {where} included"
        elif assessment.counts.reached.any(axis=1).all():
            why = f"who meets it has thereby reached {where}, which asks for no more; choose a later destination"
        else:
            why = f"{'all' if assessment.counts.reached[1].any() else 'no'} practices meet it in time"
        return Letter(letter="R", name="relevant", told="", sentence=f"Undefined: {why}.")
    met, missed = (percent(share.value) for share in both)
    return Letter(
        letter="R",
        name="relevant",
        told=f"{100 * more.value:+.1f} points ({100 * more.low:+.1f} to {100 * more.high:+.1f})",
        value=more.value,
        low=more.low,
        high=more.high,
        method=more.method,
        sentence=f"Of those that meet it {met} % reach {where} within {span(horizon)}, of the others {missed} %: an "
        "association, which need not be its doing.",
    )


def _time_bound(assessment: "Assessment") -> Letter:
    goal, met, horizon = assessment.goal, assessment.met, assessment.program.horizon
    if met is None:
        sentence = f"Month {goal.by} alone counts, and it is as good as any other: leads come evenly."
        return Letter(letter="T", name="time-bound", told=f"in month {goal.by}", sentence=sentence)
    others = sorted({m for m in (goal.by // 2, goal.by, min(2 * goal.by, horizon)) if m >= 1})
    curve = ", ".join(f"{percent(met.cdf(m))} % by month {m}" for m in others)
    median = met.median()
    half = f"half by month {median:.0f}" if math.isfinite(median) else f"fewer than half by month {horizon}"
    low, high = met.ppf_interval(0.5)
    return Letter(
        letter="T",
        name="time-bound",
        told=f"half meet it by month {month(median, horizon)} ({month(low, horizon)} to {month(high, horizon)})",
        value=median,
        low=low,
        high=high,
        method="of the median",
        sentence=f"{curve}; {half}.",
    )
