"""The commands, each a thin layer over the library."""

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from clustersim._version import __version__
from clustersim.outcome.notation import practices, printable
from clustersim.present import comparing, completion, deciding, living, plan_files
from clustersim.present.arguments import (
    LUCK,
    AsCsv,
    AsJson,
    By,
    MaybePlanFile,
    Milestone,
    Report,
    SavedMilestone,
    Seed,
    Threads,
    Title,
    many,
    real,
)
from clustersim.present.console import (
    answering,
    chosen,
    form,
    headed,
    refuse_folder,
    refuse_unreportable,
    refuse_unsavable,
    say,
    seeded,
    watched,
)
from clustersim.present.usage import Command, Commands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustersim.analysis.asked import Subject
    from clustersim.analysis.assessment import Assessment
    from clustersim.outcome.outcome import Outcome
    from clustersim.plan.plan import Plan

#: Practices that are simulated when nothing is said: without --precision, and with it.
_DEFAULT_N = (100_000, 10**9)

app = typer.Typer(
    cls=Commands,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:  # noqa: FBT001  # typer hands an option's value over like this
    if asked:
        say(f"clustersim {__version__}\n")
        raise typer.Exit


@app.callback()
def clustersim(
    *,
    _: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version, and leave."),
    ] = False,
) -> None:
    """When is black belt? Distributions for an expertise practice, by simulation.

    clustersim simulate
    The default plan: how likely each milestone is, when, and what it earns.

    clustersim plan new -o mine.toml
    A plan file of your own, to be changed in any editor.

    clustersim simulate mine.toml
    Your plan. What else can be asked of it, each command tells: clustersim compare --help.
    """


@app.command(cls=Command, rich_help_panel="Look")
def simulate(
    plan: MaybePlanFile = None,
    *,
    milestone: Milestone = None,
    by: By = None,
    n: Annotated[int | None, many("How many practices, as 100000 or 1e6. Without, 100000.")] = None,
    precision: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            parser=real("0.001"),
            help="Go on until the chance of --milestone --by its month is known to so much more or less, as 0.001; -n "
            "is then the most allowed. Without -n, 1e9.",
            rich_help_panel=LUCK,
        ),
    ] = None,
    seed: Seed = None,
    threads: Threads = None,
    save: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.zip",
            help="Save the run too, for clustersim show, and for clustersim.load in Python. An earlier run is "
            "replaced, and that is said; any other file is not.",
            rich_help_panel="To be kept",
        ),
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.zip",
            help="Save the run as it goes: the same command goes on from there, and another one replaces nothing. "
            "Takes --seed.",
            rich_help_panel="To be kept",
        ),
    ] = None,
    report: Report = None,
    title: Title = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Simulate a plan: milestones, how likely and when, and revenue.

    Each practice lives through the plan with luck of its own; what is told are shares of all practices.

    clustersim simulate mine.toml --seed 7
    A plan of your own, which begins with clustersim plan new -o mine.toml.

    clustersim simulate single_bet
    A preset. clustersim plan new --help lists them.

    clustersim simulate mine.toml --milestone million --by 60
    The answer about another milestone, by year 5. It changes what is told, and nothing of the plan.

    clustersim simulate mine.toml --precision 0.001
    As many practices as it takes to know the answer to a tenth of a percentage point.

    clustersim simulate mine.toml --report mine.html
    A page with pictures, to show to others.

    clustersim simulate mine.toml --json > mine.json
    For other programs.

    Intervals hold the true chance in 95 of 100 runs: more practices make them narrower. They cover chance in the
    simulation alone, not doubt about the plan's numbers. Goals of the plan are counted in its first 100,000 practices.

    Columns of --csv: event, month, pmf (chance to reach it first in this month), cdf (by then), held (at it then). In
    --json a month beyond the horizon is null, a seed above 2^53 a string, and the key text, which rng= takes in Python.
    """
    wanted = form(as_json=as_json, as_csv=as_csv)
    if checkpoint is not None and seed is None:
        raise typer.BadParameter("--checkpoint needs --seed, so that the same command can go on")
    seed = seeded(seed)
    with answering():
        refuse_unsavable(save)
        refuse_unreportable(report)
        n = _DEFAULT_N[precision is not None] if n is None else n
        practice = chosen(plan)
        subject = _asked(practice, milestone, by)
        outcome = _run(practice, n, seed, threads, None if precision is None else (*subject, precision), checkpoint)
        try:
            if save is not None:
                outcome.save(save)
            if report is not None:
                outcome.report(report, title=headed(title, plan), milestone=subject.milestone, by=subject.by)
        finally:
            say(_answer(outcome, subject, wanted, seed, threads))


def _asked(plan: "Plan", milestone: str | None, by: int | None) -> "Subject":
    """Return what is asked for, before anything is simulated."""
    from clustersim.analysis.asked import subject_of  # noqa: PLC0415  # what a command needs loads with it
    from clustersim.program import lower  # noqa: PLC0415  # as above

    return subject_of(lower(plan), milestone, by)


@app.command(cls=Command, rich_help_panel="Look")
def show(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.zip",
            help="A run that clustersim simulate has saved.",
            autocompletion=completion.runs,
        ),
    ],
    *,
    milestone: SavedMilestone = None,
    by: By = None,
    report: Report = None,
    title: Title = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Show a saved run, as when it was simulated.

    clustersim simulate mine.toml --save mine.zip
    clustersim show mine.zip
    What was simulated once, again and at once.

    clustersim show mine.zip --report mine.html
    The page that simulate would have written.

    Columns of --csv: event, month, pmf (chance to reach it first in this month), cdf (by then), held (at it then).
    """
    wanted = form(as_json=as_json, as_csv=as_csv)
    with answering():
        from clustersim.analysis.asked import subject_of  # noqa: PLC0415  # what a command needs loads with it
        from clustersim.outcome.storage import load  # noqa: PLC0415  # as above

        refuse_unreportable(report)
        refuse_folder(file, "run.zip")
        outcome = load(file)
        subject = subject_of(outcome.program, milestone, by)
        try:
            if report is not None:
                outcome.report(report, title=headed(title, file), milestone=subject.milestone, by=subject.by)
        finally:
            say(_answer(outcome, subject, wanted, outcome.provenance.get("seed")))


def _answer(
    outcome: "Outcome",
    subject: "Subject",
    form: Literal["screen", "json", "csv"],
    seed: int | None,
    threads: int | None = None,
) -> str:
    """Write the answer; a saved run of which no seed is known has its key."""
    from clustersim.analysis.assess import beside  # noqa: PLC0415  # what a command needs loads with it

    if form == "screen":
        from clustersim.present.words import stopped  # noqa: PLC0415  # what a command needs loads with it

        luck = outcome.provenance["key"] if seed is None else f"seed {seed}"
        return _screen(outcome, f"{luck}{stopped(outcome)}", subject, beside(outcome, threads))
    from clustersim.present import export  # noqa: PLC0415  # what a command needs loads with it

    if form == "csv":
        return export.as_csv(outcome)
    return export.as_json(outcome, subject, seed, beside(outcome, threads))


def _run(
    plan: "Plan",
    n: int,
    seed: int,
    threads: int | None,
    sure: tuple[str, int, float] | None,
    checkpoint: Path | None,
) -> "Outcome":
    """Simulate; `sure` is a milestone, a month, and how much more or less its chance may be when the run ends."""
    from clustersim.engine import simulate as run  # noqa: PLC0415  # numba loads when something is simulated
    from clustersim.outcome.precision import Precision  # noqa: PLC0415  # as above

    precision = None
    if sure is not None:
        milestone, by, half_width = sure
        precision = Precision(milestone, by=by, half_width=half_width)
    with watched(practices(n), checkpoint) as bar:
        return run(plan, n, rng=seed, precision=precision, workers=threads, progress=bar, checkpoint=checkpoint)


def _screen(outcome: "Outcome", luck: str, subject: "Subject", assessed: "Sequence[Assessment]" = ()) -> str:
    from clustersim.present.screen import show as print_screen  # noqa: PLC0415  # needed here alone
    from clustersim.present.terminal import terminal  # noqa: PLC0415  # as above

    console = terminal()
    with console.capture() as captured:
        print_screen(console, outcome, luck, *subject, assessed)
    return captured.get()


comparing.add_to(app)
deciding.add_to(app)
living.add_to(app)
plan_files.add_to(app)


@app.command(cls=Command, rich_help_panel="This machine")
def warmup() -> None:
    """Compile for this machine once, so that later runs start at once.

    clustersim warmup
    In the making of an image, say, or before a talk.
    """
    began = time.perf_counter()
    with answering():
        from clustersim.ranges import warm_all  # noqa: PLC0415  # what a command needs loads with it

        warm_all()
        from clustersim.kernel.jit import cache_directory  # noqa: PLC0415  # numba has loaded

        where = cache_directory()
        kept = (
            "no directory can be written, so nothing is kept" if where is None else f"kept in {printable(str(where))}"
        )
        say(f"ready after {time.perf_counter() - began:.1f} s: {kept}\n")


def run() -> int:
    """Run the command line, and return its exit status."""
    # Whoever starts us may have closed either: then an answer finds no place, and nobody is told of it.
    sys.stdout = sys.stdout or Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115  till the end, for reading alone
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  till the end
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a label may have signs that the terminal has not
    try:
        app(prog_name="clustersim")
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else int(left.code is not None)
    return 0
