"""The commands that help to decide, each a thin layer over an analysis."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clustersim.outcome.notation import practices, printable
from clustersim.present.console import AsCsv, AsJson, Many, Seed, Threads, answering, chosen, fail, form, say

if TYPE_CHECKING:
    from clustersim.plan.plan import Plan
    from clustersim.present.progress import ProgressBar


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (compare,):
        app.command()(command)


def compare(
    files: Annotated[
        list[Path], typer.Argument(metavar="PLAN...", help="Plan files, or presets' names; the first is the yardstick.")
    ],
    *,
    n: Many = 100_000,
    seed: Seed = None,
    threads: Threads = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Compare plans under the same luck: what each has more than the first.

    Every practice lives through each plan with the same luck, so a difference is told by the practices in which the
    plans differ, and is surer than that of separate runs.

    clustersim compare mine.toml bolder.toml

    Columns of --csv: plan, event, month, probability, difference (from the first plan), standard_error, low, high.
    """
    wanted = form(as_json=as_json, as_csv=as_csv)
    seed = _seed(seed)
    with answering():
        from clustersim.analysis.compare import compare as run  # noqa: PLC0415  # numba loads when it is needed
        from clustersim.present import decided  # noqa: PLC0415  # what a command needs loads with it

        named = _named(files)
        with watched(f"{practices(n)} on each of {len(named)} plans") as bar:
            comparison = run(named, n, rng=seed, workers=threads, progress=bar)
        if wanted == "screen":
            say(decided.screen(comparison.summary(), seed, decided.verdict(comparison)))
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


def _seed(seed: int | None) -> int:
    return secrets.randbelow(1 << 32) if seed is None else seed


@contextmanager
def watched(what: str) -> "Iterator[ProgressBar]":
    """Lend a bar to whoever waits; what was interrupted is told."""
    from clustersim.present.progress import progress_bar  # noqa: PLC0415  # what a command needs loads with it

    with progress_bar() as bar:
        try:
            yield bar
        except KeyboardInterrupt:
            raise KeyboardInterrupt(f"after {bar.done:,} of {what}") from None
