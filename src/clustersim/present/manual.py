"""Pages of help: what a command is for, examples, what it is given, drawn to the width of the terminal."""

import inspect
import re
import sys
from collections.abc import Iterator
from itertools import groupby
from typing import Any, TextIO

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from clustersim.present.terminal import terminal

WIDEST = 88
NARROW = 60
"""Below so many columns, what a word means stands below it and not beside it."""
_HEAD, _WORD, _COMMAND = "bold", "cyan", "bold cyan"
_OPTION = re.compile(r"(?<![\w-])--?[a-z][\w-]*")
_TOKEN = re.compile(r'-\S+ (?!-)(?:"[^"]*"|\S)+|(?:"[^"]*"|\S)+')  # an option keeps its value
_PROGRAM = "clustersim "


def page(command: Any, ctx: Any, file: TextIO | None = None) -> str:
    """Write the help of a command, or of a group of them.

    Its docstring is shown in paragraphs. Lines that begin with the program's name are an example, and the rest of that
    paragraph says what it is for. Options stand in panels, as their ``rich_help_panel`` says.
    """
    console = terminal(file or sys.stdout)
    console.width = min(console.width, WIDEST)
    with console.capture() as captured:
        for part in _parts(command, ctx, console.width):
            console.print(part)
    return "\n".join(line.rstrip() for line in captured.get().splitlines()).rstrip("\n") + "\n"


def name(param: Any) -> str:
    """Tell what an argument or option is called: its longest name."""
    return str(param.metavar or param.name) if _is_argument(param) else str(max(param.opts, key=len))


def spelled(param: Any) -> str:
    """Tell how an option is written, its short names first, and what comes after it."""
    if _is_argument(param):
        return name(param)
    opts = ", ".join(sorted(param.opts, key=len))
    return opts if param.metavar is None else f"{opts} {param.metavar}"


def _is_argument(param: Any) -> bool:
    return bool(param.param_type_name == "argument")


def _parts(command: Any, ctx: Any, width: int) -> Iterator[RenderableType]:
    yield Text.assemble(("Usage: ", _HEAD), _usage(command, ctx), "\n")
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    for is_example, several in groupby(paragraphs, key=lambda text: text.startswith(_PROGRAM)):
        if is_example:
            yield Text("Examples", style=_HEAD)
            yield from (Padding(_example(text, width - 2), (0, 0, 0, 2)) for text in several)
            yield ""
        else:
            yield from (_prose(text + "\n") for text in several)
    if hasattr(command, "list_commands"):
        commands = [command.get_command(ctx, each) for each in command.list_commands(ctx)]
        yield from _panels(
            [(_title(each, "Commands"), each.name, _prose(_first(each.help))) for each in commands], width
        )
    params = [param for param in command.get_params(ctx) if not getattr(param, "hidden", False)]
    yield from _panels([(_title(param, _kind(param)), spelled(param), _meaning(param)) for param in params], width)


def _usage(command: Any, ctx: Any) -> str:
    params = command.get_params(ctx)
    given = [name(p) if p.required else f"[{name(p)}]" for p in params if _is_argument(p)]
    needed = [spelled(p) for p in params if p.required and not _is_argument(p)]
    more = ["COMMAND ..."] if hasattr(command, "list_commands") else ["[OPTIONS]"]
    return " ".join([ctx.command_path, *given, *needed, *more])


def _title(thing: Any, otherwise: str) -> str:
    return getattr(thing, "rich_help_panel", None) or otherwise


def _kind(param: Any) -> str:
    return "Arguments" if _is_argument(param) else "Options"


def _panels(rows: list[tuple[str, str, Text]], width: int) -> Iterator[RenderableType]:
    """Show words and their meanings under their titles, beside each other where there is room."""
    longest = max(len(word) for _, word, _ in rows)
    for title in dict.fromkeys(title for title, *_ in rows):
        yield Text(title, style=_HEAD)
        those = [(Text(word, style=_COMMAND), meaning) for of, word, meaning in rows if of == title]
        if width < NARROW:
            for word, meaning in those:
                yield Padding(word, (0, 0, 0, 2))
                yield Padding(meaning, (0, 0, 0, 6))
        else:
            grid = Table.grid(padding=(0, 2))
            grid.add_column(no_wrap=True, min_width=longest)
            grid.add_column()
            for row in those:
                grid.add_row(*row)
            yield Padding(grid, (0, 0, 0, 2))
        yield ""


def _meaning(param: Any) -> Text:
    told = _prose(param.help or "")
    if param.required:
        told.append(" Needed.", "dim")
    elif isinstance(param.default, int) and not isinstance(param.default, bool):
        told.append(f" Without, {param.default}.", "dim")
    return told


def _prose(text: str) -> Text:
    prose = Text(text.replace("\n", " ") if not text.endswith("\n") else text[:-1].replace("\n", " ") + "\n")
    prose.highlight_regex(_OPTION, _WORD)
    return prose


def _first(text: str | None) -> str:
    return inspect.cleandoc(text or "").partition("\n\n")[0]


def _example(text: str, width: int) -> Text:
    """Write commands so that they can be copied, broken where they are too long, and what they are for."""
    lines = text.split("\n")
    commands = [line for line in lines if line.startswith(_PROGRAM)]
    words = " ".join(lines[len(commands) :])
    shown = Text("\n").join(Text(_broken(line, width), style=_COMMAND) for line in commands)
    wrapped = Text(words, style="dim").wrap(Console(), max(width - 4, 8))
    return Text("\n").join([shown, *(Text("    ").append_text(line) for line in wrapped)])


def _broken(command: str, width: int) -> str:
    """Break a command between its words, as the shell can have it."""
    lines = [""]
    for token in _TOKEN.findall(command):
        if lines[-1] and len(lines[-1]) + 1 + len(token) > width - 2:
            lines.append(f"  {token}")
        else:
            lines[-1] += f" {token}" if lines[-1] else token
    return " \\\n".join(lines)
