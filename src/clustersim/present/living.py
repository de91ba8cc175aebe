"""The commands that look at single lives, and at goals: what they got to."""

from typing import TYPE_CHECKING, Annotated

import typer

from clustersim.outcome.notation import practices
from clustersim.present import completion
from clustersim.present.arguments import (
    QUESTION,
    AsCsv,
    AsJson,
    Many,
    PlanFile,
    Report,
    Seed,
    Threads,
    Title,
    many,
    whole,
)
from clustersim.present.console import (
    answering,
    chosen,
    fail,
    form,
    headed,
    refuse_unreportable,
    say,
    seeded,
    watched,
)
from clustersim.present.usage import Command

if TYPE_CHECKING:
    from clustersim.plan.plan import Plan

#: Numbers of lives that are told, at most.
_SHOWN = 12


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (trace, assess):
        app.command(cls=Command, rich_help_panel="Look closer")(command)


def trace(
    plan: PlanFile,
    trajectory: Annotated[
        int | None,
        typer.Argument(
            metavar="NUMBER", parser=whole(0, "4711"), help="Which life: simulate -n 1000 has those from 0 to 999."
        ),
    ] = None,
    *,
    find: Annotated[
        str | None,
        typer.Option(
            metavar="CONDITION",
            help="Tell the first life that meets it, and the numbers of others: 'never black belt', 'ruin by 24', "
            "'black belt at median', 'burnout before black belt'; with not, and, or. A name that has such words in "
            "it stands in quotes: '\"now or never\" by 24'.",
            rich_help_panel=QUESTION,
        ),
    ] = None,
    n: Annotated[int, many("How many practices --find looks at, as 100000 or 1e6.")] = 100_000,
    seed: Seed = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Tell one of the lives that are simulated, month by month.

    It is the one that simulate counts under this number, with the same --seed.

    clustersim trace mine.toml 4711 --seed 7
    Number 4711 of clustersim simulate mine.toml --seed 7.

    clustersim trace mine.toml --find "never black belt" --seed 7
    The first that is worth a look, and the numbers of others.

    Columns of --csv: cluster, month, level (before noise, market and season), revenue; dollars a month.
    """
    wanted = form(as_json=as_json, as_csv=as_csv)
    if (trajectory is None) == (find is None):
        raise typer.BadParameter("it takes a life's NUMBER, or --find with a condition")
    seed = seeded(seed)
    with answering():
        from clustersim.analysis.trace import trace_alone  # noqa: PLC0415  # what a command needs loads with it
        from clustersim.present import lived  # noqa: PLC0415  # as above
        from clustersim.present.terminal import across  # noqa: PLC0415  # as above
        from clustersim.program import lower  # noqa: PLC0415  # as above
        from clustersim.seeds import key_of  # noqa: PLC0415  # as above

        practice = chosen(plan)
        numbers = [] if find is None else _found(practice, find, n, seed)
        life = trace_alone(lower(practice), key_of(seed), numbers[0] if trajectory is None else trajectory)
        if wanted == "screen":
            say("" if find is None else lived.found(numbers, find, n, across()))
            say(lived.screen(life, seed, across()))
        else:
            say(lived.as_json(life, seed) if wanted == "json" else lived.as_csv(life))


def _found(plan: "Plan", words: str, n: int, seed: int) -> list[int]:
    """Return the numbers of the first lives that meet a condition; leave if there are none."""
    from clustersim.analysis.condition import read  # noqa: PLC0415  # numba loads when it is needed
    from clustersim.analysis.find import find as run  # noqa: PLC0415  # as above
    from clustersim.engine import simulate  # noqa: PLC0415  # as above

    with watched(practices(n)) as bar:
        outcome = simulate(plan, n, rng=seed, progress=bar)
    condition = read(words, outcome)
    numbers: list[int] = run(outcome, condition, at_most=_SHOWN).tolist()
    if not numbers:
        fail(f"none of {practices(n)} meets it: {condition}")
    return numbers


def assess(
    plan: PlanFile,
    goal: Annotated[
        str | None,
        typer.Argument(
            metavar="GOAL",
            help="The name of one of the plan's goals; without, all of them.",
            autocompletion=completion.goals,
        ),
    ] = None,
    *,
    n: Many = 100_000,
    seed: Seed = None,
    threads: Threads = None,
    report: Report = None,
    title: Title = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Tell how S.M.M.A.R.T. a plan's goals are.

    Specific, measurable, mission-based, attainable, relevant, time-bound: each with its number, its 95 % interval and a
    sentence.

    clustersim assess ideal_clients
    A preset with three goals. clustersim plan new ideal_clients prints it.

    clustersim assess mine.toml "half of black belt in two years"
    One goal of a plan of your own.

    clustersim assess mine.toml --report goals.html
    A page with each goal's card and picture, to show to others.

    Columns of --csv: goal, letter, name, value, low, high, method, sentence.
    """
    wanted = form(as_json=as_json, as_csv=as_csv)
    seed = seeded(seed)
    with answering():
        from clustersim.analysis.assess import cards, goals_of  # noqa: PLC0415  # numba loads when it is needed
        from clustersim.present import goals  # noqa: PLC0415  # what a command needs loads with it
        from clustersim.present.terminal import across  # noqa: PLC0415  # as above

        practice = chosen(plan)
        asked = goals_of(practice, goal)
        refuse_unreportable(report)
        with watched(practices(n)) as bar:
            told = cards(practice, asked, n, rng=seed, workers=threads, progress=bar)
        if report is not None:
            from clustersim.present.report.html import write  # noqa: PLC0415  # needed here alone

            write(told, report, title=headed(title, plan))
        if wanted == "screen":
            say(goals.screen(told, seed, across()))
        else:
            say(goals.as_json(told, seed) if wanted == "json" else goals.as_csv(told))
