"""Plan files: TOML in and out. ``false`` stands for None.

The standard library reads TOML and does not write it; a plan needs little of it, so the writer is here.
"""

import re
import tomllib
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Any

from clustersim.plan.errors import PlanError, shown
from clustersim.plan.goals import Goal
from clustersim.plan.inline import inline
from clustersim.plan.parameter import between
from clustersim.plan.parser_words import plainly
from clustersim.plan.parts import Cluster
from clustersim.plan.places import drawn, places
from clustersim.plan.plan import Plan
from clustersim.plan.rules import Maybe, Table
from clustersim.plan.syntax import called, remedy
from clustersim.plan.value import Value

#: Bytes of a plan file at most: a plan of 1 200 clusters has less than one million.
_LONGEST = 1 << 24

_HEAD = (
    "# A plan for an expertise practice. Every field may be left out: then it is as here.",
    "# A number that is not known for sure can be a distribution:",
    "#   { between = { low = 3, high = 18 } }            9 of 10 cases lie between the two",
    "#   { lognormal = { mean = 10_000, cv = 0.3 } }     or median and sigma",
    "#   { uniform = { low = 3, high = 9 } }             anything from low to high",
    "#   { beta = { a = 4.5, b = 4.5 } }                 or any name and parameters of scipy.stats",
    "# false stands for none. Money is in dollars a month.",
    "",
)
_FOOT = (
    "",
    "# What is off is switched on by a table of its own: remove its line with false above, and the # before",
    "# the table's lines here. Fields may be left out.",
)

#: What offerings of one's own look like, where clusters are counted: one with all fields, one with a name alone.
_OWN = (
    Cluster(name="Keynote", failure_rate=0.35, revenue=between(4_000, 15_000), ramp=between(2, 8), trial=6),
    Cluster(name="Workshop"),
)

#: What a goal looks like, where there is none.
_GOAL = Goal(name="half of black belt", metric="revenue", at_least=30_000, by=24)


def read(path: str | PathLike[str]) -> dict[str, Any]:
    """Return what stands in a plan file, not yet validated.

    Raises
    ------
    OSError
        If the file cannot be read.
    PlanError
        If it is no TOML.
    """
    with Path(path).open("rb") as file:
        content = file.read(_LONGEST + 1)  # a device may have no end
    if len(content) > _LONGEST:
        remedy = f"no plan file is longer than {_LONGEST:,} bytes: is it another file, or a device?"
        raise PlanError.one(content[:8], remedy, path=str(path))
    if content[:4] == b"PK\x03\x04":
        remedy = "a zip is no plan file; a saved run is shown by clustersim show, and in Python read by clustersim.load"
        raise PlanError.one(content[:4], remedy, path=str(path))
    if content[:5] == b"{\\rtf":
        remedy = "rich text is no plan file: a word processor must save it as plain text, UTF-8"
        raise PlanError.one(content[:5].decode(), remedy, path=str(path))
    try:
        text = content.decode()
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        remedy = "a plan file must be saved as UTF-8 text"
        raise PlanError.one(content[wrong.start : wrong.end], remedy, path=f"line {line} of {path}") from None
    return parse(text)


def parse(text: str) -> dict[str, Any]:
    """Return what stands in the text of a plan file, not yet validated.

    Raises
    ------
    PlanError
        If it is no TOML.
    """
    if not isinstance(text, str):
        raise PlanError.one(text, "must be the text of a plan file, as 'every = 1'; Plan.from_toml(path) reads a file")
    text = text.removeprefix("\ufeff")  # some editors put a mark before the text
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise PlanError.one(text, "a plan file must not be nested so deeply") from None
    except ValueError as wrong:  # tomllib.TOMLDecodeError, and Python's own for a number of 5000 digits
        raise _no_toml(text, str(wrong)) from None


def _no_toml(text: str, message: str) -> PlanError:
    """Say where the text is no TOML, from what tomllib says: "Invalid value (at line 1, column 9)"."""
    what, _, where = message.rstrip(")").rpartition(" (at ")
    lines = text.rstrip().split("\n")
    if where.startswith("line "):
        last = int(where.removeprefix("line ").partition(",")[0])
    elif where == "end of document":
        last, where = len(lines), f"line {len(lines)}, the last"
    else:
        return PlanError.one(text, f"must be TOML: {plainly(message)}")
    value = lines[last - 1].rstrip("\r") if last <= len(lines) else ""
    meant = _distribution(value) or remedy(value)
    if re.search("overwrite|twice|immutable|redefine|Duplicate", what) and "double brackets" not in meant:
        meant = "this is given above already: remove one of the two"
    told = f"must be TOML: {plainly(what)}"
    return PlanError.one(value, f"{meant} ({told})" if meant else told, path=where)


def _distribution(line: str) -> str:
    """Tell how a distribution that is called as in Python stands in a file, if its field takes one."""
    if (call := called(line)) is None or not places(call[0]):
        return ""
    field, word, numbers = call
    rule = drawn(field)
    return f"{field} takes no distribution" if rule is None else f"write {rule.offers.of_named(word, numbers)}"


def written(plan: Plan, *, comments: bool = False) -> str:
    """Write a plan as TOML, every field explicit but those that are None by default and None here.

    With comments, those of the plan itself are written too, and each field says what it means.
    """
    if not isinstance(comments, bool):
        raise TypeError(f"comments = {shown(comments)}: must be True or False")
    return "\n".join(_lines(plan, commented=comments)) + "\n"


def template() -> str:
    """Return the text of a plan file that says what each field means, and reads as ``Plan()``.

    What is off stands at its end, in comments; how clusters are listed stands below the plan's own fields.

    Examples
    --------
    >>> Plan.from_toml_text(template()) == Plan()
    True
    """
    off = [f"# {line}" if line else "" for line in _what_is_off(Plan(), "")]
    return "\n".join([*_HEAD, *_lines(Plan(), commented=True), *_FOOT, *off]) + "\n"


def _what_is_off(owner: Value, within: str) -> Iterator[str]:
    """Write the tables that a value has not, with their defaults."""
    for name, value in owner:
        field = type(owner).model_fields[name]
        rule = next((thing.rule for thing in field.metadata if isinstance(thing, Maybe)), None)
        if value is None and isinstance(rule, Table):
            table = rule.check({})
            yield from _table(f"{within}{name}", table, f"  # {field.description}", commented=True)
            yield from _what_is_off(table, f"{within}{name}.")


def _is_table(value: Any) -> bool:
    return isinstance(value, Value) or (isinstance(value, tuple) and (not value or isinstance(value[0], Value)))


def _lines(plan: Plan, *, commented: bool = False) -> Iterator[str]:
    """Write the plan's own fields, then its tables: after a table's head all fields would be the table's."""
    yield from _fields(plan, commented=commented, none=commented)
    if commented and isinstance(plan.clusters, int):
        yield from _offerings(plan.clusters)
    for name, value in plan:
        description = Plan.model_fields[name].description
        if isinstance(value, Value):
            comment = f"  # {description}; {name} = false above: none" * commented
            yield from _table(name, value, comment, commented=commented)
        elif _is_table(value):
            if commented:
                yield from ("", f"# {description}")
            if commented and not value:
                yield from ("# [[goals]]", *(f"# {line}" for line in _fields(_GOAL, commented=True)))
            for index, item in enumerate(value):
                yield from ("",) * (not commented or index > 0)
                yield f"[[{name}]]"
                yield from _fields(item, commented=commented and index == 0)


def _offerings(count: int) -> Iterator[str]:
    """Show, in comments, how offerings of one's own are listed instead of counted."""
    yield ""
    yield f"# Offerings of your own: remove the line clusters = {count} above, and the # before the lines below."
    yield "# They are launched in this order, and each takes what it leaves out from the plan. Add as many as you like."
    for index, cluster in enumerate(_OWN):
        yield from ("# [[clusters]]", *(f"# {line}" for line in _fields(cluster, commented=index == 0)))


def _table(path: str, value: Value, comment: str, *, commented: bool) -> Iterator[str]:
    """Write a table, and those within it below."""
    yield from ("", f"[{path}]{comment}")
    yield from _fields(value, commented=commented, none=commented)
    for name, inner in value:
        if isinstance(inner, Value):
            description = type(value).model_fields[name].description
            yield from _table(f"{path}.{name}", inner, f"  # {description}" * commented, commented=commented)


def _fields(owner: Value, *, commented: bool, none: bool = False) -> Iterator[str]:
    """Write the fields that are no tables, also those that are None by default and None here if ``none`` is set."""
    known = type(owner).model_fields
    assigned = [
        (name, f"{name} = {inline(value)}")
        for name, value in owner
        if not _is_table(value) and (none or not (value is None and known[name].default is None))
    ]
    width = max((len(line) for _, line in assigned), default=0)
    for name, line in assigned:
        yield f"{line:<{width}}  # {known[name].description}" if commented else line
