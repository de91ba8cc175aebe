"""What the shell offers when Tab is pressed: plans, milestones, fields, goals and saved runs."""

import inspect
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from clustersim.plan.plan import Plan


def plans(incomplete: str) -> list[tuple[str, str]]:
    """Offer plan files that begin so, and presets."""
    return [*((file, "") for file in plan_files(incomplete)), *presets(incomplete)]


def plan_files(incomplete: str) -> list[str]:
    """Offer plan files that begin so."""
    return list(_files(incomplete, ".toml"))


def presets(incomplete: str) -> list[tuple[str, str]]:
    """Offer presets that begin so, each with its story."""
    from clustersim.plan.presets import PRESETS  # noqa: PLC0415  # what is asked for loads with it

    return [(name, _story(preset)) for name, preset in PRESETS.items() if name.startswith(incomplete)]


def runs(incomplete: str) -> list[str]:
    """Offer saved runs that begin so."""
    return list(_files(incomplete, ".zip"))


def milestones(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer milestones of the plan on the line, and the other events that it has."""
    from clustersim.outcome.outcome import off  # noqa: PLC0415  # what is asked for loads with it
    from clustersim.plan.lists import RESERVED  # noqa: PLC0415  # as above

    plan = _plan(ctx)
    names = [*(milestone.name for milestone in plan.milestones), *(name for name in RESERVED if not off(plan, name))]
    return _as_typed(name for name in names if name.startswith(incomplete))


def fields(incomplete: str) -> list[str]:
    """Offer dotted names of fields that may hold a number."""
    from clustersim.analysis.fields import limits_of  # noqa: PLC0415  # what is asked for loads with it
    from clustersim.plan.places import dotted  # noqa: PLC0415  # as above
    from clustersim.plan.plan import Plan  # noqa: PLC0415  # as above

    return [name for name in dotted() if name.startswith(incomplete) and limits_of(Plan(), name) is not None]


def axes(incomplete: str) -> list[str]:
    """Offer fields with the sign after which their values stand."""
    return [f"{name}=" for name in fields(incomplete)]


def goals(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer goals of the plan on the line."""
    return _as_typed(goal.name for goal in _plan(ctx).goals if goal.name.startswith(incomplete))


def _as_typed(names: Iterable[str]) -> list[str]:
    """Put what bash must not take for several words as one types it, unless quotes are open; other shells do it."""
    if not os.environ.get("_CLUSTERSIM_COMPLETE", "").endswith("_bash"):
        return list(names)
    words, at = os.environ["COMP_WORDS"].split("\n"), int(os.environ["COMP_CWORD"])
    quoted = at < len(words) and words[at][:1] in {'"', "'"}
    return [name if quoted else re.sub(r"([^\w.,+-])", r"\\\1", name) for name in names]


def _files(incomplete: str, suffix: str) -> Iterator[str]:
    """Find files that begin and end so, and those in folders that begin so: a shell lets one go on to these."""
    within = incomplete == "" or incomplete.endswith("/")
    folder, begun = (Path(incomplete), "") if within else (Path(incomplete).parent, Path(incomplete).name)
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if not path.name.startswith(begun) or (path.name.startswith(".") and not begun):
            continue
        yield from map(str, sorted(path.glob(f"*{suffix}")) if path.is_dir() else [path] * (path.suffix == suffix))


def _plan(ctx: typer.Context) -> "Plan":
    """Return the plan on the line, or the default one where there is none, or none that can be read."""
    from clustersim.plan.plan import Plan  # noqa: PLC0415  # what is asked for loads with it
    from clustersim.plan.presets import PRESETS  # noqa: PLC0415  # as above

    named = str(
        ctx.params.get("plan") or next(iter(ctx.params.get("files") or ctx.args), "")
    )  # an option without its value leaves it in args
    preset = named.replace("-", "_")
    if preset in PRESETS and not Path(named).exists():
        return PRESETS[preset]()
    try:
        return Plan.from_toml(named)
    except (OSError, ValueError):
        return Plan()


def _story(preset: object) -> str:
    """Tell a preset in a few words: a shell breaks what is longer."""
    told = inspect.getdoc(preset).removeprefix("Return ")  # type: ignore[union-attr]  # each has one
    return re.split(r"[:;.,\n]", told, maxsplit=1)[0]
