"""The commands that write, check and describe plan files."""

import json
from pathlib import Path
from typing import Annotated

import typer

from clustersim.outcome.notation import printable
from clustersim.plan.errors import suggest
from clustersim.present import completion
from clustersim.present.console import answering, fail, read, refuse_folder, say
from clustersim.present.usage import Command, Commands


def add_to(app: typer.Typer) -> None:
    """Add a command that has these to the command line."""
    plans = typer.Typer(cls=Commands, help="Write, check and describe plan files.")
    for command in (new, check, schema):
        plans.command(cls=Command)(command)
    app.add_typer(plans, name="plan", rich_help_panel="Plan files")


def new(
    preset: Annotated[
        str | None,
        typer.Argument(
            metavar="PRESET",
            help="A plan with a name; without, the commented default.",
            autocompletion=completion.presets,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE.toml",
            help="Write to a new file, not to the screen. What is there is never replaced.",
        ),
    ] = None,
) -> None:
    """Print a plan file to start from.

    clustersim plan new -o mine.toml
    The default plan, every field with what it means.

    clustersim plan new focused -o focused.toml
    A plan with limited attention.

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
        refuse_folder(output, "mine.toml")
        with output.open("x", encoding="utf-8", newline="\n") as file:
            file.write(content)
        say(f"{printable(str(output))} is written. Next: clustersim simulate {printable(str(output))}\n")


def check(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Plan files.", autocompletion=completion.plan_files)
    ],
) -> None:
    """Tell whether plan files are right, and what they say.

    clustersim plan check mine.toml
    Every wrong field is named, with its value and what would be right. What a right plan says is told in a sentence,
    with a line for each cluster of a portfolio; a hint, where it says something that may not have been meant.

    The status is 2 if any of them is wrong.
    """
    from clustersim.present.checked import checked  # noqa: PLC0415  # what a command needs loads with it
    from clustersim.present.terminal import across  # noqa: PLC0415  # as above
    from clustersim.program import lower  # noqa: PLC0415  # as above

    wrong = 0
    for file in files:
        try:
            with answering():
                plan = read(file)
                lower(plan)
                say(checked(str(file), plan, across()))
        except typer.Exit as left:
            wrong |= left.exit_code
    raise typer.Exit(wrong)


def schema() -> None:
    """Print the JSON schema of plan files, for editors.

    clustersim plan schema > clustersim.schema.json
    Editors check and complete plan files with it; many read its name from a first line that says
    #:schema clustersim.schema.json
    """
    from clustersim.plan.plan import Plan  # noqa: PLC0415  # what a command needs loads with it

    say(json.dumps(Plan.json_schema(), indent=2) + "\n")
