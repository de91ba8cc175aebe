"""The page that tells an outcome."""

from collections.abc import Iterator
from functools import partial
from math import inf, isinf
from typing import TYPE_CHECKING

from clustersim.analysis.asked import Subject, subject_of
from clustersim.analysis.assess import beside
from clustersim.outcome.notation import moment, money, percent, practices, printable
from clustersim.outcome.summary import CASH, CHANCES, INTERVALS, REVENUE
from clustersim.present import goals, plots
from clustersim.present.in_words.glossary import glossary
from clustersim.present.report.drawing import picture
from clustersim.present.report.page import Listing, Page, Picture, Tile, likely, plan_text, provenance
from clustersim.present.report.recipes import of_outcome
from clustersim.present.words import MISHAPS, happened, period, stopped, verdict

if TYPE_CHECKING:
    from clustersim.outcome.first_passage import FirstPassage
    from clustersim.outcome.outcome import Outcome
    from clustersim.outcome.summary import Summary

SAMPLES = 2

#: How many mega-clusters there are is not counted.
_FEWER = (
    " Of mega-clusters there are at most so many: a practice that never converges has none, and one that has fewer "
    "clusters left has fewer."
)


def page(outcome: "Outcome", title: str = "", milestone: str | None = None, by: int | None = None) -> Page:
    """Lay out what a report of an outcome says of what is asked for, below a title if it has one."""
    subject = subject_of(outcome.program, milestone, by)
    summary, answer = outcome.summary(), verdict(outcome, *subject)
    return Page(
        title=f"{printable(title) or 'clustersim'}: {answer}",
        called=printable(title),
        words=glossary(outcome.plan),
        above=f"{practices(outcome.n)} over {period(outcome.horizon)}",
        headline=answer,
        tiles=tuple(_tiles(outcome, subject)),
        plans=(plan_text(outcome.plan),),
        pictures=tuple(_pictures(outcome, subject)),
        tables=(*_goals(outcome), *_tables(summary)),
        sure=tuple(_sure(outcome, summary)),
        method=tuple(_method(outcome)),
        recipes=tuple(of_outcome(outcome)),
        beside=True,
    )


def _tiles(outcome: "Outcome", subject: Subject) -> Iterator[Tile]:
    name, by = subject
    yield _share(outcome[name], by)
    yield _when(outcome[name])
    low, middle, high = outcome.revenue.quantile([0.05, 0.5, 0.95])[:, by - 1].tolist()
    yield Tile(
        value=money(middle),
        what=f"is the median revenue of month {by}",
        sure=f"nine practices of ten earn {money(low)} to {money(high)}",
    )
    yield from (_share(event, by) for event in outcome.events if event.name in MISHAPS and event.name != name)


def _share(event: "FirstPassage", by: int) -> Tile:
    """Tell to how many it has happened by a month."""
    value, sure = likely(event.probability(by=by))
    what = f"of practices have {happened(event.name)} by {moment(by)}"
    return Tile(value=value, what=what, sure=f"{sure}{_how_soon(event)}")


def _how_soon(event: "FirstPassage") -> str:
    """Tell, after what is said before, by when a quarter and half of practices have met an event, or that fewer do."""
    months = [(share, event.ppf(q)) for share, q in (("a quarter", 0.25), ("half", 0.5))]
    told = [f"; {share} by month {month:.0f}" for share, month in months if month < inf]
    return "".join(told) or f"; fewer than a quarter within the {event.horizon} months"


def _when(event: "FirstPassage") -> Tile:
    """Tell the month by which half get there, or that so many do not."""
    have, within = happened(event.name), f"within the {event.horizon} months"
    shares = {"a quarter": 0.25, "half": 0.5, "three quarters": 0.75}
    months = {share: event.ppf(q) for share, q in shares.items()}
    told = [f"{share} by month {months[share]:.0f}" for share in ("a quarter", "three quarters") if months[share] < inf]
    fewer = next((share for share in shares if isinf(months[share])), None)
    if isinf(months["half"]):
        sure = f"{percent(event.cdf(event.horizon))} % by {moment(event.horizon)}, so there is no month for half"
        return Tile(value="less than half", what=f"of practices have {have} {within}", sure="; ".join([sure, *told]))
    told += [f"fewer than {fewer} {within}"] if fewer else []
    return Tile(
        value=f"month {months['half']:.0f}",
        what=f"half of all practices have {have}",
        sure=", ".join(told),
    )


def _pictures(outcome: "Outcome", subject: Subject) -> Iterator[Picture]:
    name, last = subject.milestone, outcome.horizon
    yield picture(
        "revenue",
        partial(plots.fan, outcome, samples=SAMPLES),
        "What they earn, month by month",
        "Half of all practices are in the dark band, nine of ten in the light one. "
        "Thin lines are single practices, the first of the run.",
        f"A fan of revenue by month: in month {last} the median is {money(float(outcome.revenue.quantile(0.5)[-1]))}.",
    )
    yield picture(
        "reached",
        partial(plots.milestones, outcome, milestone=name, by=subject.by),
        "When they get there",
        "The share of practices that has reached each milestone, at least once, by then.",
        f"Curves by month: {percent(outcome[name].cdf(last))} % have {happened(name)} by month {last}.",
    )
    yield picture(
        "funnel",
        partial(plots.funnel, outcome),
        "What is left of its clusters",
        f"On average of all practices, within {last} months; thin lines tell where nine practices of ten are."
        + _FEWER * (outcome.plan.convergence is not None),
        "; ".join(f"{step.name} {step.mean:.3g}" for step in plots.steps(outcome)).replace("\n", " "),
    )
    if outcome.plan.convergence and outcome.plan.legacy and outcome.tally.origin.any():
        first = percent(float(outcome.legacy.origin[0]))
        yield picture(
            "origin",
            partial(plots.origin, outcome),
            "Where the legacy came from",
            "Of practices that have one: which cluster it grew from, in the order of launch.",
            f"Bars by cluster: {first} % of legacies grew from the first one.",
        )
    for amount in (name for name in outcome.fans if name != "revenue"):
        fan = outcome.fans[amount]
        yield picture(
            amount.replace("_", ""),
            partial(plots.amounts, fan),
            "Cash, month by month" if amount == "cash" else "Revenue that fits the mission",
            "Half of all practices are in the dark band, nine of ten in the light one."
            + (_ruined(outcome) if amount == "cash" else ""),
            f"A fan of {fan.name} by month: in month {last} the median is {money(float(fan.quantile(0.5)[-1]))}.",
        )


def _ruined(outcome: "Outcome") -> str:
    """Tell what becomes of the ruined in the picture of cash."""
    share = outcome.ruin.cdf(outcome.horizon)
    if not share:
        return " Below zero is ruin."
    told = f" Below zero is ruin: the {percent(share)} % who are ruined stay in the picture with what they then had"
    return told + (", and the lowest line, of 5 %, is theirs." if share >= 0.05 else ".")


def _goals(outcome: "Outcome") -> Iterator[Listing]:
    """Tell how likely the plan's goals are, counted for it: see `beside`."""
    if assessed := beside(outcome):
        yield Listing(caption="Goals", lines=goals.table(assessed), note=goals.counted(assessed, outcome.n))


def _tables(summary: "Summary") -> Iterator[Listing]:
    yield Listing(caption=CHANCES.rstrip(":"), lines=summary.chances(), note=INTERVALS)
    yield Listing(caption=summary.until.rstrip(":"), lines=summary.months())
    yield Listing(
        caption=REVENUE.rstrip(":"),
        lines=summary.revenue(),
        note=" ".join(filter(None, (summary.clusters, summary.mission))),
    )
    if summary.cash:
        yield Listing(caption=CASH.rstrip(":"), lines=summary.year_ends())


def _sure(outcome: "Outcome", summary: "Summary") -> Iterator[str]:
    chances = [estimate for passage in summary.passages for estimate in passage.chances]
    widest = max(max(estimate.high - estimate.value, estimate.value - estimate.low) for estimate in chances)
    yield (
        f"{practices(outcome.n)} were simulated, each with luck of its own. Where shares of them stand for chances, "
        f"the 95 % interval reaches at most {percent(widest)} percentage points to either side; more practices make it "
        "narrower."
    )
    if ended := stopped(outcome).lstrip("; "):
        yield f"The run ended where it did because of what was asked for: {ended}."
    yield (
        "An interval covers chance in the simulation alone. It says nothing of whether the plan's numbers are right, "
        "and that is the larger doubt: change those that you are least sure of, and see what becomes of the answer."
    )


def _method(outcome: "Outcome") -> Iterator[tuple[str, str]]:
    methods = {event.probability(by=by).method for event in outcome.events for by in (1, outcome.horizon)}
    yield "Method", "Monte Carlo: each practice is lived through month by month, and events are counted"
    yield "Intervals", " and ".join(sorted(methods))
    yield from provenance(outcome, [("Program", outcome.program.digest)])
