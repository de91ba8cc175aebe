"""What commands share: the plans that they are given, what they say, and how they fail."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn
from zipfile import BadZipFile, ZipFile

import typer

from clustersim.memory import is_shortage, shortage
from clustersim.outcome.notation import printable
from clustersim.plan.errors import PlanError, nearest

if TYPE_CHECKING:
    from clustersim.plan.plan import Plan
    from clustersim.present.progress import ProgressBar

#: What every report says of itself.
REPORTS = '<meta name="generator" content="clustersim">'


def refuse_unwritable(path: Path) -> None:
    """Leave if a file cannot be written there: at once, and not after hours of work."""
    from clustersim.outcome.archive import refuse_unwritable as refuse  # noqa: PLC0415  # numpy loads with it

    refuse(path)


def refuse_unreportable(report: Path | None) -> None:
    """Tell at once, and not after hours of work, that a report cannot be written."""
    if report is None:
        return
    from clustersim.present.report.html import check, refuse_other_names  # noqa: PLC0415  # needed here alone

    try:
        check()
    except ImportError as error:
        fail(str(error))
    refuse_folder(report, "page.html")
    refuse_other_names(report)
    if _is_there(report):
        with report.open("rb") as file:
            ours = REPORTS.encode() in file.read(4096)
        if not ours:
            fail(f"{report} exists and is no report of clustersim: it is not overwritten")
    refuse_unwritable(report)
    _replacing(report)


def _is_there(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _replacing(path: Path) -> None:
    """Say, while it can still be kept, that a file of ours will be replaced."""
    if _is_there(path):
        sys.stderr.write(printable(f"{path} is there from an earlier run, and will be replaced") + "\n")


def headed(given: str | None, file: Path | None) -> str:
    """Return what stands above a report: what is given, or else the name of the file, if there is one."""
    if given is None:
        return "" if file is None else file.stem
    return given


def refuse_folder(path: Path, example: str) -> None:
    """Leave if a folder is named where a file should be; the remedy has one that is in it, if any."""
    if path.is_dir():
        first = next(iter(sorted(path.glob(f"*{Path(example).suffix}"))), path / example)
        fail(f"{path} is a folder: name a file in it, as {first}")


def refuse_unsavable(path: Path | None) -> None:
    """Tell at once that a run cannot be saved there, nor in place of a file that is none."""
    if path is None:
        return
    refuse_folder(path, "run.zip")
    if _is_there(path) and not _is_run(path):
        fail(f"{path} exists and is no saved run: it is not overwritten")
    refuse_unwritable(path)
    _replacing(path)


def _is_run(path: Path) -> bool:
    """Tell whether a file looks like a saved run, also one that is damaged within."""
    try:
        with ZipFile(path) as archive:
            return "outcome.json" in archive.namelist()
    except (BadZipFile, OSError, ValueError):
        return False


def _preset(name: str) -> "Plan | None":
    from clustersim.plan.presets import PRESETS  # noqa: PLC0415  # what a command needs loads with it

    name = name.replace("-", "_")
    return PRESETS[name]() if name in PRESETS else None


def chosen(plan: Path | None) -> "Plan":
    """Return the plan of a file, or a preset; the default plan if neither is named."""
    from clustersim.plan.plan import Plan  # noqa: PLC0415  # what a command needs loads with it
    from clustersim.plan.presets import PRESETS  # noqa: PLC0415  # as above

    if plan is None:
        return Plan()
    if plan.exists():
        return read(plan)
    if (preset := _preset(str(plan))) is None:
        close = nearest(str(plan), [*_beside(plan), *PRESETS])
        remedy = f"presets are {', '.join(PRESETS)}" if close is None else f"did you mean {close}?"
        fail(f"there is no file {plan}, and no preset of that name: {remedy}")
    return preset


def _beside(path: Path) -> list[str]:
    """Return the plan files in the same folder."""
    return [str(file) for file in path.parent.glob("*.toml")]


def read(path: Path) -> "Plan":
    """Return the plan of a file, or leave with all that is wrong with it."""
    from clustersim.plan.plan import Plan  # noqa: PLC0415  # what a command needs loads with it

    refuse_folder(path, "mine.toml")
    try:
        return Plan.from_toml(path)
    except PlanError as error:
        fail(f"{path} is no plan:", *(f"  {problem}" for problem in error.problems))
    except FileNotFoundError:
        close = nearest(str(path), _beside(path))
        fail(f"there is no file {path}" + ("" if close is None else f": did you mean {close}?"))
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
    except OSError as error:
        unsaid(error)


def unsaid(error: OSError) -> NoReturn:
    """Leave, with what keeps standard output from being written to: a full disk, or it is closed."""
    _stop_writing()
    fail(f"standard output: {error.strerror or 'it is closed'}")


def _stop_writing() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def fail(*lines: str) -> NoReturn:
    """Say on standard error what is wrong, and leave with status 2."""
    sys.stderr.write("".join(f"{printable(line)}\n" for line in lines))
    raise typer.Exit(2)


@contextmanager
def answering() -> Iterator[None]:
    """Turn what a user can have done wrong into sentences, and Ctrl-C into status 130."""
    try:
        yield
    except (ValueError, ImportError, OSError, MemoryError) as error:
        fail(shortage()) if is_shortage(error) else fail(*_told(error))
    except RuntimeError as error:
        if not str(error).startswith("clustersim "):  # a sentence of ours, not a fault
            raise
        fail(str(error))
    except KeyboardInterrupt as error:
        sys.stderr.write(printable(" ".join(["interrupted", *map(str, error.args)])) + "\n")
        raise typer.Exit(130) from None


def _told(error: Exception) -> list[str]:
    """Say what a user can have done wrong."""
    if isinstance(error, PlanError):
        return ["this plan cannot be simulated:", *(f"  {problem}" for problem in error.problems)]
    if isinstance(error, FileExistsError):
        return [f"{error.filename} exists already, and is not overwritten"]
    if isinstance(error, FileNotFoundError):
        folder = Path(str(error.filename)).parent
        return [f"{error.filename}: {error.strerror if folder.is_dir() else f'there is no folder {folder}'}"]
    if isinstance(error, OSError):
        return [f"{error.filename or 'input or output'}: {error.strerror or error}"]
    return str(error).splitlines()


def form(*, as_json: bool, as_csv: bool) -> Literal["screen", "json", "csv"]:
    """Tell in which form the answer is wanted."""
    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv exclude each other")
    return "json" if as_json else "csv" if as_csv else "screen"


def seeded(seed: int | None) -> int:
    """Return the seed that was given, or draw one that is short enough to be typed."""
    return secrets.randbelow(1 << 32) if seed is None else seed


@contextmanager
def watched(what: str, checkpoint: Path | None = None) -> "Iterator[ProgressBar]":
    """Lend a bar to whoever waits; what was interrupted is told, and whether it can go on."""
    from clustersim.present.progress import progress_bar  # noqa: PLC0415  # what a command needs loads with it

    with progress_bar() as bar:
        try:
            yield bar
        except KeyboardInterrupt:
            kept = "" if checkpoint is None or not bar.done else f"; the same command goes on from {checkpoint}"
            raise KeyboardInterrupt(f"after {bar.done:,} of {what}{kept}") from None
