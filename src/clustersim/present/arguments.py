"""What commands are given: arguments and options that several of them have, read from what people write."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer

from clustersim.plan.syntax import as_written
from clustersim.present import completion

#: Digits at most of a whole number: a seed may have those of 128 bits, and more could take forever to write out.
_DIGITS = 39

FORM = "Form of the answer"
LUCK = "How many, and the luck"
QUESTION = "The question"


def whole(least: int, examples: str) -> Callable[[str], int]:
    """Make a reader of whole numbers, which may be written 1000000, 1_000_000 or 1e6.

    >>> whole(1, "1e6")("1_000_000"), whole(1, "1e6")("2.5e3")
    (1000000, 2500)
    """

    def read(text: str) -> int:
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("nan")
        if number.is_finite() and number.adjusted() < _DIGITS and number == int(number) and number >= least:
            return int(number)
        raise _no_number(text, f"a whole number, {least} or more, as {examples}")

    return read


def real(examples: str) -> Callable[[str], float]:
    """Make a reader of numbers."""

    def read(text: str) -> float:
        try:
            return float(text)
        except ValueError:
            raise _no_number(text, f"a number, as {examples}") from None

    return read


def _no_number(text: str, right: str) -> typer.BadParameter:
    meant = as_written(text)
    return typer.BadParameter(f"{text}: must be {right}{'; ' * bool(meant)}{meant}")


def many(told: str) -> Any:
    """Make the option that says how many practices."""
    read = whole(1, "100000, 100_000 or 1e5")
    return typer.Option("-n", metavar="INT", parser=read, help=told, rich_help_panel=LUCK)


PlanFile = Annotated[
    Path,
    typer.Argument(
        metavar="PLAN",
        help="A plan file, or the name of a preset.",
        autocompletion=completion.plans,
        show_default=False,
    ),
]
MaybePlanFile = Annotated[
    Path | None,
    typer.Argument(
        metavar="PLAN",
        help="A plan file, or the name of a preset; without, the default plan.",
        autocompletion=completion.plans,
    ),
]
Milestone = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="A milestone of the plan, or legacy, burnout, ruin or admission; without, what convergence waits for, or "
        "else black belt.",
        autocompletion=completion.milestones,
        rich_help_panel=QUESTION,
    ),
]
By = Annotated[
    int | None,
    typer.Option(
        metavar="MONTH",
        parser=whole(1, "36"),
        help="By which month, from 1; without, by 36, or the plan's last.",
        rich_help_panel=QUESTION,
    ),
]
Many = Annotated[int, many("How many practices, as 100000 or 1e6.")]
Seed = Annotated[
    int | None,
    typer.Option(
        metavar="INT",
        parser=whole(0, "7"),
        help="Repeats a run exactly; without, a new one is drawn, and told.",
        rich_help_panel=LUCK,
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(
        metavar="INT",
        parser=whole(1, "2"),
        help="Threads to use; without, all cores. It changes no digit.",
        rich_help_panel=LUCK,
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Everything as one JSON object, for other programs.", rich_help_panel=FORM)
]
AsCsv = Annotated[
    bool, typer.Option("--csv", help="A table for spreadsheets, with the columns above.", rich_help_panel=FORM)
]
Title = Annotated[
    str | None,
    typer.Option(
        metavar="TEXT",
        help="What stands above a report; without, the name of the plan's file, or nothing above several plans.",
        rich_help_panel=FORM,
    ),
]
Report = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.html",
        help="Write a page with pictures too, to read on any screen, print and send. An earlier report is replaced, "
        "and that is said; any other file is not.",
        rich_help_panel=FORM,
    ),
]
