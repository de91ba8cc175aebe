"""The commands, each a thin layer over the library."""

import json
import os
import secrets
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from clustersim._version import __version__
from clustersim.outcome.notation import practices, printable
from clustersim.plan.errors import suggest
from clustersim.present import deciding, living
from clustersim.present.console import (
    AsCsv,
    AsJson,
    Report,
    Seed,
    Threads,
    answering,
    chosen,
    fail,
    form,
    read,
    refuse_unreportable,
    refuse_unsavable,
    say,
    whole,
)

if TYPE_CHECKING:
    from clustersim.outcome.outcome import Outcome
    from clustersim.plan.plan import Plan

#: Practices that are simulated when nothing is said: without --precision, and with it.
_DEFAULT_N = (100_000, 10**9)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None if os.environ.get("NO_COLOR") else "rich",  # whose help is never without bold
    context_settings={"help_option_names": ["-h", "--help"]},
)
plans = typer.Typer(no_args_is_help=True, help="Write, check and describe plan files.")
app.add_typer(plans, name="plan")


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
    """When is black belt? Distributions for an expertise practice, by simulation."""


@app.command()
def simulate(
    plan: Annotated[
        Path | None,
        typer.Argument(metavar="PLAN", help="A plan file, or a preset's name; without one, the default plan."),
    ] = None,
    *,
    n: Annotated[
        int | None,
        typer.Option(
            "-n",
            metavar="INT",
            parser=whole,
            help="How many practices to simulate, as 1000000 or 1e6; 100000 if it is not said.",
        ),
    ] = None,
    precision: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            help="Simulate until the chance by year 3 of what convergence waits for, or else of black belt, is known "
            "to so much more or less, as 0.001; then -n is the most allowed, 1e9 if it is not said.",
        ),
    ] = None,
    seed: Seed = None,
    threads: Threads = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Save the run, for clustersim show and clustersim.load.")
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Save the run as it goes; the same command goes on from there. Takes --seed."
        ),
    ] = None,
    report: Report = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Simulate a plan: how likely each milestone is, when, and what it earns.

    Each practice lives through the plan with luck of its own; what is printed are shares of all practices.

    Intervals are what 95 % confidence allows: more practices (-n) make them narrower, and --precision as narrow as you
    like.

    They cover chance in the simulation alone, not doubt about the plan's numbers.

    A plan of your own begins with: clustersim plan new -o mine.toml

    After editing it: clustersim simulate mine.toml -n 1000000 --seed 7

    A preset, which clustersim plan new --help lists: clustersim simulate single_bet

    For other programs: clustersim simulate mine.toml --json > mine.json

    To look again later: clustersim simulate mine.toml --save mine.zip, and clustersim show mine.zip

    To show others, with pictures: clustersim simulate mine.toml --report mine.html

    In --json a month beyond the horizon is null, and a seed or key above 2^53 a string.

    Columns of --csv: event, month, pmf (chance to reach it first in this month), cdf (by then), held (at it then).
    """
    wanted = form(as_json=as_json, as_csv=as_csv)
    if checkpoint is not None and seed is None:
        raise typer.BadParameter("--checkpoint needs --seed, so that the same command can go on", param_hint="--seed")
    seed = secrets.randbelow(1 << 32) if seed is None else seed
    with answering():
        refuse_unsavable(save)
        refuse_unreportable(report)
        n = _DEFAULT_N[precision is not None] if n is None else n
        outcome = _run(chosen(plan), n, seed, threads, precision, checkpoint)
        try:
            if save is not None:
                outcome.save(save)
            if report is not None:
                outcome.report(report)
        finally:
            say(_answer(outcome, wanted, seed))


@app.command()
def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A run that clustersim simulate --save has saved.")],
    *,
    report: Report = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Show a saved run, as when it was simulated."""
    wanted = form(as_json=as_json, as_csv=as_csv)
    with answering():
        from clustersim.outcome.storage import load  # noqa: PLC0415  # what a command needs loads with it

        refuse_unreportable(report)
        outcome = load(file)
        try:
            if report is not None:
                outcome.report(report)
        finally:
            say(_answer(outcome, wanted, outcome.provenance["key"].seed))


def _answer(outcome: "Outcome", form: Literal["screen", "json", "csv"], seed: int | None) -> str:
    """Write the answer; a saved run of which no seed is known has its key."""
    if form == "screen":
        from clustersim.present.words import stopped  # noqa: PLC0415  # what a command needs loads with it

        luck = f"key {outcome.provenance['key']:d}" if seed is None else f"seed {seed}"
        return _screen(outcome, f"{luck}{stopped(outcome)}")
    from clustersim.present import export  # noqa: PLC0415  # what a command needs loads with it

    return export.as_json(outcome, seed) if form == "json" else export.as_csv(outcome)


def _run(
    plan: "Plan", n: int, seed: int, threads: int | None, half_width: float | None, checkpoint: Path | None
) -> "Outcome":
    from clustersim.engine import simulate as run  # noqa: PLC0415  # numba loads when something is simulated
    from clustersim.outcome.outcome import foremost  # noqa: PLC0415  # what a command needs loads with it
    from clustersim.outcome.precision import Precision  # noqa: PLC0415  # as above
    from clustersim.present.progress import progress_bar  # noqa: PLC0415  # as above

    precision = None
    if half_width is not None:
        precision = Precision(foremost(plan), by=min(36, plan.horizon), half_width=half_width)
    with progress_bar() as bar:
        try:
            return run(plan, n, rng=seed, precision=precision, workers=threads, progress=bar, checkpoint=checkpoint)
        except KeyboardInterrupt:
            kept = "" if checkpoint is None or not bar.done else f"; the same command goes on from {checkpoint}"
            raise KeyboardInterrupt(f"after {bar.done:,} of {practices(n)}{kept}") from None


def _screen(outcome: "Outcome", luck: str) -> str:
    from clustersim.present.screen import show as print_screen  # noqa: PLC0415  # needed here alone
    from clustersim.present.terminal import terminal  # noqa: PLC0415  # as above

    console = terminal()
    with console.capture() as captured:
        print_screen(console, outcome, luck)
    return captured.get()


deciding.add_to(app)
living.add_to(app)


@plans.command("new")
def new(
    preset: Annotated[
        str | None,
        typer.Argument(metavar="PRESET", help="A plan with a name; without one, the commented default."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write to a new file, not to the screen."),
    ] = None,
) -> None:
    """Print a plan file to start from.

    Presets: converging_clusters, literal, single_bet, all_at_once, one_at_a_time, common_fate, portfolio. With levers:
    well_chosen, focused, scattered, burnout_prone, survival_clients, challenging_clients, accelerated, whole_story.
    With goals: ideal_clients.
    """
    from clustersim.plan.files import template  # noqa: PLC0415  # what a command needs loads with it
    from clustersim.plan.presets import PRESETS, text  # noqa: PLC0415  # as above

    if preset is None:
        content = template()
    elif (name := preset.replace("-", "_")) in PRESETS:
        content = text(name)
    else:
        fail(f"there is no preset {preset!r}: {suggest(preset, PRESETS)}")
    if output is None:
        say(content)
        return
    with answering():
        with output.open("x", encoding="utf-8", newline="\n") as file:
            file.write(content)
        say(f"{printable(str(output))} is written. Next: clustersim simulate {printable(str(output))}\n")


@plans.command("check")
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Plan files.")],
) -> None:
    """Tell whether plan files are right, and what they say; every wrong field is named."""
    from clustersim.present.words import describe  # noqa: PLC0415  # what a command needs loads with it
    from clustersim.program import lower  # noqa: PLC0415  # as above

    wrong = 0
    for file in files:
        try:
            with answering():
                plan = read(file)
                lower(plan)
                say(f"{printable(str(file))} is right: {describe(plan)}\n")
        except typer.Exit as left:
            wrong |= left.exit_code
    raise typer.Exit(wrong)


@plans.command("schema")
def schema() -> None:
    """Print the JSON schema of plan files, with which an editor checks and completes them."""
    from clustersim.plan.plan import Plan  # noqa: PLC0415  # what a command needs loads with it

    say(json.dumps(Plan.json_schema(), indent=2) + "\n")


@app.command()
def warmup() -> None:
    """Compile the simulation for this machine once, so that later runs start at once."""
    from clustersim.kernel.jit import cache_directory  # noqa: PLC0415  # numba loads with it
    from clustersim.ranges import warm_all  # noqa: PLC0415  # as above

    began = time.perf_counter()
    with answering():
        warm_all()
        where = cache_directory()
        kept = (
            "no directory can be written, so nothing is kept" if where is None else f"kept in {printable(str(where))}"
        )
        say(f"ready after {time.perf_counter() - began:.1f} s: {kept}\n")


def run() -> int:
    """Run the command line, and return its exit status."""
    # Whoever starts us may have closed either.
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  till the end
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  as above
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a label may have signs that the terminal has not
    try:
        app(prog_name="clustersim")
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else int(left.code is not None)
    return 0
