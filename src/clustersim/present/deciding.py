"""The commands that ask what fields of a plan decide, each a thin layer over an analysis."""

from typing import TYPE_CHECKING, Annotated

import typer

from clustersim.outcome.notation import practices
from clustersim.present import completion
from clustersim.present.arguments import (
    LUCK,
    QUESTION,
    AsCsv,
    AsJson,
    By,
    Many,
    MaybePlanFile,
    Milestone,
    PlanFile,
    Seed,
    Threads,
    many,
    real,
    whole,
)
from clustersim.present.console import answering, chosen, form, say, seeded, watched
from clustersim.present.usage import Command

if TYPE_CHECKING:
    from clustersim.analysis.asked import Subject
    from clustersim.plan.plan import Plan


Vary = Annotated[
    list[str],
    typer.Option(
        metavar="FIELD=VALUES",
        help="A field and its values, as every=1,2,3 or failure_rate=0.3:0.7:9. Several fields: --vary again.",
        autocompletion=completion.axes,
        rich_help_panel=QUESTION,
    ),
]
Ranges = Annotated[
    list[str],
    typer.Option(
        "--vary",
        metavar="FIELD=LOW:HIGH",
        help="A field and where it may lie, as failure_rate=0.3:0.7. Several fields: --vary again.",
        autocompletion=completion.axes,
        rich_help_panel=QUESTION,
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (sweep, solve, sensitivity):
        app.command(cls=Command, rich_help_panel="Decide")(command)


def sweep(
    plan: MaybePlanFile = None,
    *,
    vary: Vary,
    milestone: Milestone = None,
    by: By = None,
    n: Many = 100_000,
    seed: Seed = None,
    threads: Threads = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Turn fields of a plan through values: how a chance changes.

    Every point is simulated under the same luck, so the numbers rise and fall smoothly.

    clustersim sweep mine.toml --vary failure_rate=0.3:0.7:9
    Nine values from 0.3 to 0.7.

    clustersim sweep portfolio --vary Keynote.failure_rate=0.2,0.5
    One cluster's field, by its name or as clusters[0].failure_rate.

    clustersim sweep mine.toml --vary every=1,2,3 --vary focus.capacity=2,3
    Lists, and two fields: each value of one with each of the other.

    clustersim sweep mine.toml --vary "focus={},false"
    A lever with its defaults, and without it. Values are written as in a plan file, in quotes; a distribution is
    "ramp={ between = { low = 3, high = 18 } }, 6".

    The screen shows one milestone by one month. Columns of --csv: a field each, milestone, month, probability,
    standard_error; --json has revenue too.
    """
    wanted = form(as_json=as_json, as_csv=as_csv)
    seed = seeded(seed)
    with answering():
        from clustersim.analysis.asked import subject_of  # noqa: PLC0415  # as above
        from clustersim.analysis.fields import grid_of, points_of  # noqa: PLC0415  # as above
        from clustersim.analysis.sweep import sweep as run  # noqa: PLC0415  # numba loads when it is needed
        from clustersim.present import decided  # noqa: PLC0415  # what a command needs loads with it
        from clustersim.present.terminal import across  # noqa: PLC0415  # as above
        from clustersim.present.varying import varied  # noqa: PLC0415  # as above
        from clustersim.program import lower  # noqa: PLC0415  # as above

        base = chosen(plan)
        grid = varied(base, vary)
        points = points_of(base, grid_of(base, grid))
        name, month = subject_of(lower(points[0]), milestone, by)
        with watched(f"{practices(n * len(points))}") as bar:
            swept = run(base, grid, n, rng=seed, workers=threads, progress=bar)
        if wanted == "screen":
            summary = swept.sweep.summary(name, month)
            say(decided.screen(summary, seed, decided.best_point(swept, summary), across()))
        else:
            say(decided.sweep_as_json(swept, seed) if wanted == "json" else decided.sweep_as_csv(swept))


def solve(
    plan: PlanFile,
    field: Annotated[
        str,
        typer.Argument(
            metavar="FIELD", help="What to find, as clusters or finances.savings.", autocompletion=completion.fields
        ),
    ],
    *,
    probability: Annotated[
        float,
        typer.Option(
            metavar="SHARE",
            parser=real("0.8"),
            help="The chance that is wanted, as 0.8; of ruin or burnout, at most.",
            rich_help_panel=QUESTION,
        ),
    ],
    milestone: Milestone = None,
    by: By = None,
    low: Annotated[
        float | None,
        typer.Option(metavar="NUMBER", parser=real("0.3"), help="Look from here ...", rich_help_panel=QUESTION),
    ] = None,
    high: Annotated[
        float | None,
        typer.Option(metavar="NUMBER", parser=real("0.7"), help="... to here.", rich_help_panel=QUESTION),
    ] = None,
    n: Many = 100_000,
    seed: Seed = None,
    threads: Threads = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Find how much of a field it takes for a chance that is wanted.

    That is the smallest value with which a milestone is so likely, or the largest where less is better.

    clustersim solve mine.toml clusters --milestone "black belt" --by 60 --probability 0.8
    How many clusters it takes to have black belt after five years in four cases of five.

    clustersim solve mine.toml failure_rate --probability 0.6
    The most that may fail for black belt by year 3 in six cases of ten.

    All values are tried under the same luck. A number is put in the place of what the plan has there, a distribution
    too. How sure the answer is, is told with it. Some of the values are shown; --json and --csv have all.

    Columns of --csv: the field, probability, low, high, standard_error.
    """
    wanted = form(as_json=as_json, as_csv=as_csv)
    seed = seeded(seed)
    with answering():
        from clustersim.analysis.solve import solve as run  # noqa: PLC0415  # numba loads when it is needed
        from clustersim.present import decided  # noqa: PLC0415  # what a command needs loads with it
        from clustersim.present.terminal import across  # noqa: PLC0415  # as above

        base = chosen(plan)
        name, month = _asked(base, milestone, by)
        with watched("all that it takes") as bar:
            found = run(
                *(base, field, name, month, probability, n),
                low=low,
                high=high,
                rng=seed,
                workers=threads,
                progress=bar,
            )
        if wanted == "screen":
            say(decided.solved(found, seed, across()))
        else:
            say(decided.solution_as_json(found, seed) if wanted == "json" else decided.solution_as_csv(found))


def sensitivity(
    plan: MaybePlanFile = None,
    *,
    vary: Ranges,
    milestone: Milestone = None,
    by: By = None,
    n: Annotated[int, many("How many practices at each point.")] = 4_000,
    points: Annotated[
        int,
        typer.Option(
            metavar="INT",
            parser=whole(2, "512"),
            help="Base points of the design, a power of 2.",
            rich_help_panel=LUCK,
        ),
    ] = 512,
    seed: Seed = None,
    threads: Threads = None,
    as_json: AsJson = False,
) -> None:
    """Tell which of a plan's numbers a milestone depends on most.

    Each may lie anywhere in a range.

    clustersim sensitivity mine.toml --vary failure_rate=0.3:0.7 --vary every=2:4
    Which of the two decides more about black belt by year 3.

    Sobol's indices: the first-order one is the share of the variance that would go if the field were known, the total
    one that which would stay if all others were.
    """
    seed = seeded(seed)
    with answering():
        from clustersim.analysis.sensitivity import sensitivity as run  # noqa: PLC0415  # numba loads with it
        from clustersim.present import decided  # noqa: PLC0415  # what a command needs loads with it
        from clustersim.present.terminal import across  # noqa: PLC0415  # as above
        from clustersim.present.varying import spanned  # noqa: PLC0415  # as above

        base = chosen(plan)
        spans = spanned(base, vary)
        name, month = _asked(base, milestone, by)
        with watched("all that it takes") as bar:
            found = run(
                *(base, spans, name, month, n),
                points=points,
                rng=seed,
                workers=threads,
                progress=bar,
            )
        if as_json:
            say(decided.sensitivity_as_json(found, seed))
        else:
            say(decided.screen(found.summary(), seed, decided.matters(found), across()))


def _asked(base: "Plan", milestone: str | None, by: int | None) -> "Subject":
    """Return what is asked for, or what is meant where it is not said."""
    from clustersim.analysis.asked import meant  # noqa: PLC0415  # what a command needs loads with it

    return meant(base, base.horizon, milestone, by)
