"""The page that tells a comparison."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from clustersim.analysis.comparison_summary import INTERVALS, points
from clustersim.outcome.notation import moment, percent, practices, printable
from clustersim.outcome.outcome import foremost
from clustersim.present import plots
from clustersim.present.decided import asked, share, verdict
from clustersim.present.in_words.glossary import glossary
from clustersim.present.in_words.plan import changes, portfolio, tell
from clustersim.present.in_words.sentence import describe
from clustersim.present.report.drawing import picture
from clustersim.present.report.page import Listing, Page, Picture, PlanText, Tile, provenance
from clustersim.present.report.recipes import names_of_files, of_comparison
from clustersim.present.words import MISHAPS, period

if TYPE_CHECKING:
    from clustersim.analysis.comparison import Comparison


def page(comparison: "Comparison", title: str = "") -> Page:
    """Lay out what a report of a comparison says, below a title if it has one."""
    summary, names = comparison.summary(), " and ".join(map(printable, comparison.names))
    return Page(
        title=f"{printable(title) or 'clustersim'}: {names}",
        called=printable(title),
        words=glossary(comparison.programs[0].plan),
        above=f"{practices(comparison.n)} on each of {len(comparison.names)} plans, with the same luck, over "
        f"{period(comparison.horizon)}",
        headline=verdict(comparison),
        tiles=tuple(_tiles(comparison)),
        plans=tuple(_plans(comparison)),
        pictures=tuple(_pictures(comparison)),
        tables=tuple(Listing(caption=caption, lines=lines) for caption, lines in summary.tables()),
        sure=tuple(_sure(comparison)),
        method=tuple(_method(comparison)),
        recipes=tuple(of_comparison(comparison)),
    )


def _plans(comparison: "Comparison") -> Iterator[PlanText]:
    """Tell the first plan whole, and of the others in what they differ from it."""
    first = comparison.programs[0].plan
    files = names_of_files(comparison.names)
    for name, file, program in zip(comparison.names, files, comparison.programs, strict=True):
        plan, is_first = program.plan, name == comparison.names[0]
        yield PlanText(
            name=printable(name) if is_first else f"{printable(name)}: what is different",
            short=describe(plan),
            told=tuple(tell(plan) if is_first else changes(plan, first)),
            clusters=() if not is_first and portfolio(plan) == portfolio(first) else portfolio(plan),
            file=file,
            toml=plan.to_toml(),
        )


def _tiles(comparison: "Comparison") -> Iterator[Tile]:
    name, by = asked(comparison)
    happened = {name: printable(name)} | {mishap: MISHAPS[mishap] for mishap in _mishaps(comparison)}
    for event, told in happened.items():
        for place, plan in enumerate(comparison.names):
            sure = "what the others are compared with"
            if place:
                more = points(comparison.probability(event, by, of=plan))
                sure = f"against {printable(comparison.names[0])}, in points: {more}"
            value = f"{percent(share(comparison, plan, event, by))} %"
            yield Tile(value=value, what=f"{printable(plan)}: {told} by {moment(by)}", sure=sure)


def _mishaps(comparison: "Comparison") -> Iterator[str]:
    """Tell what may befall practices on all plans."""
    return (name for name in MISHAPS if name in comparison.events)


def _pictures(comparison: "Comparison") -> Iterator[Picture]:
    name, last = foremost(comparison.programs[0].plan), comparison.horizon
    shares = "; ".join(f"{plan} {percent(o[name].cdf(last))} %" for plan, o in comparison.outcomes.items())
    yield picture(
        "reached",
        partial(plots.plans, comparison.outcomes, name),
        f"When they reach {printable(name)}",
        "The share of practices that has reached it, at least once, by then.",
        f"Curves by month. By month {last}: {shares}.",
    )
    yield picture(
        "difference",
        partial(plots.comparison, comparison, name),
        f"By how much more than on {printable(comparison.names[0])}",
        "The difference of the shares, in percentage points; shaded: its 95 % interval, month by month.",
        f"Differences by month from {comparison.names[0]}.",
    )
    for mishap in _mishaps(comparison):
        befallen = "; ".join(f"{plan} {percent(o[mishap].cdf(last))} %" for plan, o in comparison.outcomes.items())
        yield picture(
            mishap,
            partial(plots.plans, comparison.outcomes, mishap),
            f"How many have {MISHAPS[mishap]}",
            f"The share of practices that has {MISHAPS[mishap]}, at least once, by then.",
            f"Curves by month. By month {last}: {befallen}.",
        )
    medians = "; ".join(
        f"{plan} ${float(o.revenue.quantile(0.5)[last - 1]):,.0f}" for plan, o in comparison.outcomes.items()
    )
    yield picture(
        "revenue",
        partial(plots.medians, comparison.outcomes),
        "What they earn, month by month",
        "The median of revenue: half of all practices earn more, half less.",
        f"Lines by month. In month {last} the median is: {medians}.",
    )


def _sure(comparison: "Comparison") -> Iterator[str]:
    yield (
        f"{practices(comparison.n)} lived through each plan, with the same luck on each. So a difference is told by "
        "those in which the plans differ, and is surer than that of separate runs."
    )
    if in_common := comparison.summary().in_common:
        yield in_common
    yield f"{INTERVALS} What is wrong in all plans alike may cancel in a difference, or may not."


def _method(comparison: "Comparison") -> Iterator[tuple[str, str]]:
    first = next(iter(comparison.outcomes.values()))
    yield "Method", "Monte Carlo with common random numbers: the same trajectories under each plan"
    programs = (
        (printable(name), program.digest) for name, program in zip(comparison.names, comparison.programs, strict=True)
    )
    yield from provenance(first, programs)
