"""What stands on a report's page, whatever it reports."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clustersim.outcome.notation import chance
from clustersim.outcome.summary import Table
from clustersim.present.in_words.plan import portfolio, tell
from clustersim.present.in_words.sentence import describe

if TYPE_CHECKING:
    from clustersim.analysis.assessment import Assessment
    from clustersim.outcome.estimate import Estimate
    from clustersim.outcome.outcome import Outcome
    from clustersim.plan.plan import Plan


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One figure that is seen first: a number, what it is, and how sure."""

    value: str
    what: str
    sure: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A drawing, with a title and a sentence that tells how to read it; the drawing is SVG that was made here."""

    title: str
    told: str
    svg: str


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A table: its first line has the titles, and a cell's first word is written larger than the rest of it."""

    caption: str
    lines: Table
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class PlanText:
    """A plan in words, and its file.

    Attributes
    ----------
    name, short
        What it is called, and what it says in a sentence or two.
    told, clusters
        What it says topic by topic, and what each cluster of a portfolio has of its own: may be none.
    file, toml
        What its file is called, and what stands in it.
    """

    name: str
    short: str
    told: tuple[tuple[str, str], ...]
    clusters: Table
    file: str
    toml: str


@dataclass(frozen=True, kw_only=True)
class Topics:
    """What is said of one thing, topic by topic."""

    name: str
    told: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What makes the run once more: where it is typed, and what."""

    where: str
    code: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """Everything that a report says, in the order in which it says it.

    Attributes
    ----------
    title, called
        Of the window, and what stands above everything: may be nothing.
    above, headline
        What was simulated, and the answer in a sentence.
    words
        What the words mean that are used.
    tiles, plans, pictures, tables
        As they are named.
    cards
        Of goals, if the report is about them.
    beside
        Whether two tables have room beside each other on a wide screen.
    sure
        Sentences about how sure the numbers are.
    method
        How they were made: terms and what they are.
    recipes
        What makes the run once more.
    """

    title: str
    called: str
    words: str
    above: str
    headline: str
    tiles: tuple[Tile, ...]
    plans: tuple[PlanText, ...]
    pictures: tuple[Picture, ...]
    tables: tuple[Listing, ...]
    sure: tuple[str, ...]
    method: tuple[tuple[str, str], ...]
    recipes: tuple[Recipe, ...]
    cards: tuple[Topics, ...] = ()
    beside: bool = False


def plan_text(plan: "Plan") -> PlanText:
    """Tell the only plan of a report."""
    return PlanText(
        name="The plan",
        short=describe(plan),
        told=tuple(tell(plan)),
        clusters=portfolio(plan),
        file="plan.toml",
        toml=plan.to_toml(),
    )


def likely(estimate: "Estimate") -> tuple[str, str]:
    """Write a chance as it stands on a tile, and its interval, or how else it is known."""
    value, _, interval = chance(estimate).partition(" ")
    sure = f"95 % interval {interval.strip('()').replace('-', ' to ')} %" if interval else estimate.method
    return f"{value} %", sure


def provenance(of: "Outcome | Assessment", programs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Tell what is enough to repeat a run; `programs` are named digests, and a seed is told where it is known."""
    told = of.provenance
    yield "Practices", f"{of.n:,}"
    yield "Trajectories", ", ".join(f"{first:,} to {stop - 1:,}" for first, stop in told["ranges"])
    if "seed" in told:
        yield "Seed", str(told["seed"])
    yield "Key", told["key"]
    yield from programs
    yield "Stream", str(told["stream"])
    yield "clustersim", told["version"]
