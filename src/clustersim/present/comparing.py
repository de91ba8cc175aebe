"""The command that sets plans side by side."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clustersim.outcome.notation import practices, printable
from clustersim.present import completion
from clustersim.present.arguments import AsCsv, AsJson, By, Many, Milestone, Report, Seed, Threads, Title
from clustersim.present.console import answering, chosen, fail, form, refuse_unreportable, say, seeded, watched
from clustersim.present.usage import Command

if TYPE_CHECKING:
    from clustersim.analysis.asked import Subject
    from clustersim.plan import parts
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
    milestone: Milestone = None,
    by: By = None,
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

    clustersim compare mine.toml bolder.toml --milestone million --by 60
    The answer about another milestone, by year 5.

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
        from clustersim.present.terminal import across  # noqa: PLC0415  # as above

        named = _named(files)
        _refuse_other_milestones(named)
        subject = _asked(named, milestone, by)
        refuse_unreportable(report)
        with watched(f"{practices(n)} on each of {len(named)} plans") as bar:
            comparison = run(named, n, rng=seed, workers=threads, progress=bar)
        if report is not None:
            comparison.report(report, title=title or "", milestone=subject.milestone, by=subject.by)
        if wanted == "screen":
            say(decided.screen(comparison.summary(), seed, decided.with_mishaps(comparison, *subject), across()))
        else:
            say(decided.as_json(comparison, subject, seed) if wanted == "json" else decided.as_csv(comparison))


def _refuse_other_milestones(plans: "dict[str, Plan]") -> None:
    """Leave if the plans have not the same milestones, and tell what to write into their files."""
    from clustersim.analysis.compare import unlike  # noqa: PLC0415  # what a command needs loads with it

    if found := unlike(plans):
        (first, ours), (other, theirs) = found.of
        fail(
            f"the plans must have the same milestones: of {found.milestone!r}, {first} has {_told(ours)} and {other} "
            f"has {_told(theirs)}",
            "write the same tables [[milestones]] into both files; clustersim plan new NAME -o FILE.toml makes a file "
            "of a preset",
        )


def _told(milestone: "parts.Milestone | None") -> str:
    return "none" if milestone is None else f"revenue = {milestone.revenue:,.12g} with window = {milestone.window}"


def _asked(plans: "dict[str, Plan]", milestone: str | None, by: int | None) -> "Subject":
    """Return what is asked for, which all plans must have, before anything is simulated."""
    from clustersim.analysis.asked import subject_of  # noqa: PLC0415  # what a command needs loads with it
    from clustersim.outcome.outcome import foremost, off  # noqa: PLC0415  # as above
    from clustersim.program import lower  # noqa: PLC0415  # as above

    name = foremost(next(iter(plans.values()))) if milestone is None else milestone
    for called, plan in plans.items():
        if missing := off(plan, name):
            fail(f"--milestone {name}, of {called}: {missing}")
    shortest = min(plans.values(), key=lambda plan: plan.horizon)
    return subject_of(lower(shortest), milestone, by)._replace(milestone=name)


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
