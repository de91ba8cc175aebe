"""Commands that teach: their help, and what is wrong with a use of them in a sentence with its remedy."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from clustersim.outcome.notation import printable
from clustersim.plan.errors import nearest, suggest
from clustersim.present import manual
from clustersim.present.console import say, unsaid

if TYPE_CHECKING:
    from collections.abc import Callable


class Command(TyperCommand):
    """A command."""

    def format_help(self, ctx: Any, formatter: Any) -> NoReturn:  # noqa: ARG002  # the page is none of its kind
        """Say the help, to the terminal's width, and leave."""
        _say_page(self, ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read what is given; one dash before a long name, which would be taken for short names, is told."""
        for known in _options(self, ctx):
            if f"-{known}" in args and not ctx.resilient_parsing:
                ctx.fail(f"there is no option -{known}: did you mean --{known}?")
        return super().parse_args(ctx, args)


class Commands(TyperGroup):
    """A command that has others."""

    def format_help(self, ctx: Any, formatter: Any) -> NoReturn:  # noqa: ARG002  # the page is none of its kind
        """Say the help, to the terminal's width, and leave."""
        _say_page(self, ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Show the help to whoever names no command."""
        if not args and not ctx.resilient_parsing:
            sys.stderr.write(manual.page(self, ctx, sys.stderr))
            raise typer.Exit(2)
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that is named, or tell the nearest."""
        name = args[0]
        if not (ctx.resilient_parsing or name.startswith("-") or self.get_command(ctx, name)):
            _unknown(ctx, name, self.list_commands(ctx), [f"--{option}" for option in _options(self, ctx)])
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run, and tell what is wrong with the use."""
        run: Callable[..., Any] = super().main
        if not standalone_mode:
            return run(*args, standalone_mode=False, **extra)
        try:
            status = run(*args, standalone_mode=False, **extra)
        except typer.TyperException as wrong:
            sys.stderr.write("".join(f"{printable(line)}\n" for line in _told(wrong)))
            status = wrong.exit_code
        sys.exit(status or 0)


def _say_page(command: Any, ctx: Any) -> NoReturn:
    try:
        page = manual.page(command, ctx)
    except OSError as error:  # the terminal is written to when the page is drawn, if only nothing
        unsaid(error)
    say(page)
    raise typer.Exit


def _options(command: Any, ctx: Any) -> list[str]:
    """Tell the long names of options, without their dashes."""
    return [opt[2:] for param in command.get_params(ctx) for opt in param.opts if opt.startswith("--")]


def _unknown(ctx: Any, name: str, commands: list[str], options: list[str]) -> None:
    close = nearest(name, [*commands, *options])
    remedy = suggest(name, commands) if close is None else f"did you mean {close!r}?"
    if ctx.parent is None and close is None and Path(name).exists():
        remedy = f"did you mean {ctx.command_path} simulate {name}?"
    ctx.fail(f"there is no command {name!r}: {remedy}")


def _told(wrong: Any) -> tuple[str, ...]:
    """Say in our words what the parser of the command line found."""
    ctx = getattr(wrong, "ctx", None)
    more = () if ctx is None else (f"{ctx.command_path} --help tells more",)
    return (_sentence(wrong, ctx), *more)


def _sentence(wrong: Any, ctx: Any) -> str:
    param = getattr(wrong, "param", None)
    if hasattr(wrong, "possibilities"):  # no such option
        known = _options(ctx.command, ctx)
        close = nearest(wrong.option_name.lstrip("-"), known)
        remedy = (
            f"known are {', '.join(f'--{option}' for option in known)}" if close is None else f"did you mean --{close}?"
        )
        return f"there is no option {wrong.option_name}: {remedy}"
    if hasattr(wrong, "param_type") and param is not None:  # one that is missing
        return f"{manual.spelled(param)} is missing: {param.help}"
    if hasattr(wrong, "option_name"):  # its value is missing, or it takes none
        return f"{wrong.option_name} {'needs a' if 'requires' in wrong.message else 'takes no'} value"
    if isinstance(wrong, typer.BadParameter):
        return f"{manual.name(param)} {wrong.message}" if param else wrong.message
    if extra := re.fullmatch(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", wrong.message):
        return f"{extra[1]} is more than {ctx.command_path} takes: a name of several words stands in quotes"
    return str(wrong.format_message())
