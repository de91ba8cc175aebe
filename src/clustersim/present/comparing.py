"""The command that sets plans side by side."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clustersim.outcome.notation import practices, printable
from clustersim.present import completion
from clustersim.present.arguments import AsCsv, AsJson, Many, Report, Seed, Threads, Title
from clustersim.present.console import answering, chosen, fail, form, refuse_unreportable, say, seeded, watched
from clustersim.present.usage import Command

if TYPE_CHECKING:
    from clustersim.plan.plan import Plan


def add_to(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command(cls=Command, rich_help_panel="Decide")(compare)


def compare(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="PLAN...",
            help="Plan files, or names of presets; the first is the yardstick.",
            autocompletion=completion.plans,
        ),
    ],
    *,
    n: Many = 100_000,
    seed: Seed = None,
    threads: Threads = None,
    report: Report = None,
    title: Title = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Compare plans under the same luck: what each has more.

    Every practice lives through each plan with the same luck, so a difference is told by the practices in which the
    plans differ, and is surer than that of separate runs.

    clustersim compare mine.toml bolder.toml --seed 7
    What bolder.toml has more than mine.toml, in chances, months and revenue.

    clustersim compare converging_clusters focused --report both.html
    Two presets, and a page with pictures.

    Differences have intervals of 95 %. One that leaves out 0 is a difference that is certain.

    Columns of --csv: plan, event, month, probability, difference (from the first plan), standard_error, low, high.
    """
    wanted = form(as_json=as_json, as_csv=as_csv)
    seed = seeded(seed)
    with answering():
        from clustersim.analysis.compare import compare as run  # noqa: PLC0415  # numba loads when it is needed
        from clustersim.present import decided  # noqa: PLC0415  # what a command needs loads with it

        named = _named(files)
        refuse_unreportable(report)
        with watched(f"{practices(n)} on each of {len(named)} plans") as bar:
            comparison = run(named, n, rng=seed, workers=threads, progress=bar)
        if report is not None:
            comparison.report(report, title=title or "")
        if wanted == "screen":
            say(decided.screen(comparison.summary(), seed, decided.with_mishaps(comparison)))
        else:
            say(decided.as_json(comparison, seed) if wanted == "json" else decided.as_csv(comparison))


def _named(files: Sequence[Path]) -> "dict[str, Plan]":
    """Name plans by their files; files of one name by their paths."""
    if len(files) < 2:
        fail("it takes two plans or more to be compared, as: clustersim compare mine.toml bolder.toml")
    stems = [file.stem for file in files]
    names = [stem if stems.count(stem) == 1 else str(file) for stem, file in zip(stems, files, strict=True)]
    named = {printable(name): chosen(file) for name, file in zip(names, files, strict=True)}
    if len(named) < len(files):
        fail("the same plan is named twice: its difference from itself is exactly 0")
    return named
