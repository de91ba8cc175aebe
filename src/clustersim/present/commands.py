"""The commands, each a thin layer over the library."""

import json
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from clustersim._version import __version__
from clustersim.outcome.notation import practices, printable
from clustersim.plan.errors import PlanError, suggest

if TYPE_CHECKING:
    from clustersim.outcome.outcome import Outcome
    from clustersim.plan.plan import Plan

AsJson = Annotated[bool, typer.Option("--json", help="Print everything as one JSON object.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print a line for each milestone and month.")]

#: Practices that are simulated when nothing is said: without --precision, and with it.
_DEFAULT_N = (100_000, 10**9)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
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


def _whole(text: str) -> int:
    """Read a whole number, which may be written 1000000, 1_000_000 or 1e6."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("nan")
    # What has more digits than 2^63 could take forever to write out.
    if not (number.is_finite() and number.adjusted() < 19 and number == int(number)):
        raise typer.BadParameter(f"{text} must be a whole number up to 2^63, as 1000000, 1_000_000 or 1e6")
    return int(number)


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
            parser=_whole,
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
    seed: Annotated[
        int | None,
        typer.Option(min=0, metavar="INT", help="Repeats a run exactly; without one, a new one is drawn."),
    ] = None,
    threads: Annotated[
        int | None, typer.Option(min=1, metavar="INT", help="Threads to use; without, all cores. Changes no digit.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Save the run, for clustersim show and clustersim.load.")
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Save the run as it goes; the same command goes on from there. Takes --seed."
        ),
    ] = None,
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

    In --json a month beyond the horizon is null, and a seed or key above 2^53 a string.

    Columns of --csv: event, month, pmf (chance to reach it first in this month), cdf (by then), held (at it then).
    """
    form = _form(as_json=as_json, as_csv=as_csv)
    if checkpoint is not None and seed is None:
        raise typer.BadParameter("--checkpoint needs --seed, so that the same command can go on", param_hint="--seed")
    seed = secrets.randbelow(1 << 32) if seed is None else seed
    with _answering():
        if save is not None:
            _refuse_unwritable(save)
        n = _DEFAULT_N[precision is not None] if n is None else n
        outcome = _run(_chosen(plan), n, seed, threads, precision, checkpoint)
        try:
            if save is not None:
                outcome.save(save)
        finally:
            say(_answer(outcome, form, seed))


@app.command()
def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A run that clustersim simulate --save has saved.")],
    *,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Show a saved run, as when it was simulated."""
    form = _form(as_json=as_json, as_csv=as_csv)
    with _answering():
        from clustersim.outcome.storage import load  # noqa: PLC0415  # what a command needs loads with it

        say(_answer(load(file), form, None))


def _form(*, as_json: bool, as_csv: bool) -> Literal["screen", "json", "csv"]:
    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv exclude each other", param_hint="--json")
    return "json" if as_json else "csv" if as_csv else "screen"


def _refuse_unwritable(path: Path) -> None:
    from clustersim.outcome.archive import refuse_unwritable  # noqa: PLC0415  # numpy loads with it

    refuse_unwritable(path)


def _answer(outcome: "Outcome", form: Literal["screen", "json", "csv"], seed: int | None) -> str:
    """Write the answer; a saved run knows its key alone."""
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
    with _answering():
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
            with _answering():
                plan = _read(file)
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
    with _answering():
        warm_all()
        where = cache_directory()
        kept = (
            "no directory can be written, so nothing is kept" if where is None else f"kept in {printable(str(where))}"
        )
        say(f"ready after {time.perf_counter() - began:.1f} s: {kept}\n")


def _preset(name: str) -> "Plan | None":
    from clustersim.plan.presets import PRESETS  # noqa: PLC0415  # what a command needs loads with it

    name = name.replace("-", "_")
    return PRESETS[name]() if name in PRESETS else None


def _chosen(plan: Path | None) -> "Plan":
    from clustersim.plan.plan import Plan  # noqa: PLC0415  # what a command needs loads with it
    from clustersim.plan.presets import PRESETS  # noqa: PLC0415  # as above

    if plan is None:
        return Plan()
    if plan.exists():
        return _read(plan)
    if (preset := _preset(str(plan))) is None:
        fail(f"there is no file {plan}, and no preset of that name: presets are {', '.join(PRESETS)}")
    return preset


def _read(path: Path) -> "Plan":
    from clustersim.plan.plan import Plan  # noqa: PLC0415  # what a command needs loads with it

    try:
        return Plan.from_toml(path)
    except PlanError as error:
        fail(f"{path} is no plan:", *(f"  {problem}" for problem in error.problems))
    except OSError as error:
        fail(f"{path} cannot be read: {error.strerror or error}")


def say(text: str) -> None:
    """Write to standard output; when nobody reads on (``| head``), leave in silence."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Otherwise Python would complain when it flushes once more at the end.
        _stop_writing()
        raise typer.Exit(0) from None
    except OSError as error:  # a full disk
        _stop_writing()
        fail(f"standard output: {error.strerror or error}")


def _stop_writing() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def fail(*lines: str) -> NoReturn:
    """Say on standard error what is wrong, and leave with status 2."""
    sys.stderr.write("".join(f"{printable(line)}\n" for line in lines))
    raise typer.Exit(2)


@contextmanager
def _answering() -> Iterator[None]:
    """Turn what a user can have done wrong into sentences, and Ctrl-C into status 130."""
    try:
        yield
    except PlanError as error:
        fail("this plan cannot be simulated:", *(f"  {problem}" for problem in error.problems))
    except FileExistsError as error:
        fail(f"{error.filename} exists already, and is not overwritten")
    except OSError as error:
        fail(f"{error.filename or 'input or output'}: {error.strerror or error}")
    except ValueError as error:
        fail(*str(error).splitlines())
    except KeyboardInterrupt as error:
        sys.stderr.write(printable(" ".join(["interrupted", *map(str, error.args)])) + "\n")
        raise typer.Exit(130) from None


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
