"""The page that tells goals."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from clustersim.outcome.notation import moment, month, percent, practices, printable
from clustersim.outcome.summary import INTERVALS
from clustersim.present import plots
from clustersim.present.goals import headline, table, when
from clustersim.present.in_words.glossary import glossary
from clustersim.present.report.drawing import picture
from clustersim.present.report.page import Listing, Page, Picture, Tile, Topics, likely, plan_text, provenance
from clustersim.present.report.recipes import of_goals
from clustersim.present.words import period

if TYPE_CHECKING:
    from clustersim.analysis.assessment import Assessment


def page(assessed: "Sequence[Assessment]", title: str = "") -> Page:
    """Lay out what a report of goals, assessed in the same practices, says, below a title if it has one."""
    first = assessed[0]
    answer, plan = headline(assessed), first.program.plan
    return Page(
        title=f"{printable(title) or 'clustersim'}: {answer}",
        called=printable(title),
        words=glossary(plan),
        above=f"{practices(first.n)} over {period(first.program.horizon)}",
        headline=answer,
        tiles=tuple(map(_tile, assessed)),
        cards=tuple(map(_card, assessed)),
        plans=(plan_text(plan),),
        pictures=tuple(_pictures(assessed)),
        tables=(Listing(caption="Goals", lines=table(assessed)),),
        sure=(f"{practices(first.n)} were simulated, each with luck of its own.", INTERVALS),
        method=tuple(_method(first)),
        recipes=tuple(of_goals(assessed)),
    )


def _tile(one: "Assessment") -> Tile:
    value, sure = likely(one.attainable)
    return Tile(value=value, what=f"{printable(one.goal.name)}, {when(one)}", sure=sure)


def _card(one: "Assessment") -> Topics:
    letters = (
        (f"{letter.letter}: {letter.name}", f"{letter.told + '. ' * bool(letter.told)}{letter.sentence}")
        for letter in one.card.letters
    )
    return Topics(name=printable(one.goal.name), told=tuple(letters))


def _pictures(assessed: "Sequence[Assessment]") -> Iterator[Picture]:
    for letter, one in zip(_letters(), assessed, strict=False):
        horizon, share = one.program.horizon, percent(one.attainable.value)
        if one.met is None:
            told, half = "The chance to win so many in a month: any month is as good as another.", ""
        else:
            told = "The share of practices that has met it by then, with its 95 % interval; dashed: its date."
            half = f"; half have met it by month {month(one.met.median(), horizon)}"
        yield picture(
            f"goal{letter}",
            partial(plots.goal, one),
            printable(one.goal.name),
            told,
            f"A curve by month: {share} % {when(one)}{half}. {moment(horizon)} is the last.",
        )


def _letters() -> Iterator[str]:
    """Make names of letters, one after another: a, b, ... z, aa, ab, ..."""
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    yield from alphabet
    yield from (one + other for one in alphabet for other in alphabet)


def _method(first: "Assessment") -> Iterator[tuple[str, str]]:
    yield "Method", "Monte Carlo: each practice is lived through month by month, and what meets a goal is counted"
    yield from provenance(first, [("Program", first.program.digest)])
