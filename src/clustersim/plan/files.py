"""Plan files: TOML in and out. ``false`` stands for None.

The standard library reads TOML and does not write it; a plan needs little of it, so the writer is here.
"""

import tomllib
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Any

from clustersim.plan.errors import PlanError
from clustersim.plan.parameter import Distribution
from clustersim.plan.plan import Plan
from clustersim.plan.value import Value


def read(path: str | PathLike[str]) -> dict[str, Any]:
    """Return what stands in a plan file, not yet validated.

    Raises
    ------
    OSError
        If the file cannot be read.
    PlanError
        If it is no TOML.
    """
    content = Path(path).read_bytes()
    try:
        text = content.decode("utf-8-sig")  # some editors put a mark before the text
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
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise PlanError.one(text, "a plan file must not be nested so deeply") from None
    except ValueError as wrong:  # tomllib.TOMLDecodeError, and Python's own for a number of 5000 digits
        raise _no_toml(text, str(wrong)) from None


def _no_toml(text: str, message: str) -> PlanError:
    """Say where the text is no TOML, from what tomllib says: "Invalid value (at line 1, column 9)"."""
    what, _, where = message.rstrip(")").rpartition(" (at ")
    if where.startswith("line "):
        lines = text.split("\n")
        number = int(where.removeprefix("line ").partition(",")[0])
        value = lines[number - 1].rstrip("\r") if number <= len(lines) else ""
        return PlanError.one(value, f"must be TOML: {what}", path=where)
    return PlanError.one(text, f"must be TOML: {message}")


def written(plan: Plan) -> str:
    """Write a plan as TOML, every field explicit but those that are None by default and None here."""
    return "\n".join(_lines(plan)) + "\n"


def template() -> str:
    """Return the text of a plan file that says what each field means, and reads as ``Plan()``.

    Examples
    --------
    >>> Plan.from_toml_text(template()) == Plan()
    True
    """
    head = [
        "# A plan for an expertise practice. Every field may be left out: then it is as here.",
        "# A number that is not known for sure can be a distribution:",
        "#   { between = { low = 3, high = 18 } }            9 of 10 cases lie between the two",
        "#   { lognormal = { mean = 10_000, cv = 0.3 } }     or median and sigma",
        "#   { uniform = { low = 3, high = 9 } }             anything from low to high",
        "#   { beta = { a = 4.5, b = 4.5 } }                 or any name and parameters of scipy.stats",
        "# false stands for none. Money is in dollars a month.",
        "",
    ]
    return "\n".join([*head, *_lines(Plan(), commented=True)]) + "\n"


def number(value: float) -> str:
    """Write a number in TOML so that it reads back the same, large whole ones with underscores.

    >>> number(60_000.0), number(0.25), number(720.0)
    ('60_000', '0.25', '720')
    """
    if value.is_integer() and abs(value) < 1e15:
        return f"{int(value):_}" if abs(value) >= 10_000 else str(int(value))
    return repr(float(value))


def text(value: str) -> str:
    r"""Write a string in TOML.

    >>> print(text('a "b"\n'))
    "a \"b\"\n"
    """
    short = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}
    return '"' + "".join(short.get(c) or (c if c.isprintable() else _escaped(c)) for c in value) + '"'


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _inline(value: Any) -> str:
    """Write a value that is no table of its own."""
    if value is None or value is False:
        return "false"
    if isinstance(value, Distribution):
        word, arguments = value.spelling
        inside = ", ".join(f"{name} = {number(argument)}" for name, argument in arguments)
        return f"{{ {word} = {{ {inside} }} }}" if inside else f"{{ {word} = {{}} }}"
    if isinstance(value, str):
        return text(value)
    if isinstance(value, tuple):
        return f"[{', '.join(map(_inline, value))}]"
    return str(value) if isinstance(value, int) else number(value)


def _is_table(value: Any) -> bool:
    return isinstance(value, Value) or (isinstance(value, tuple) and isinstance(value[0], Value))


def _lines(plan: Plan, *, commented: bool = False) -> Iterator[str]:
    """Write the plan's own fields, then its tables: after a table's head all fields would be the table's."""
    plain = [(name, value) for name, value in plan if not _is_table(value)]
    yield from _fields(plan, plain, commented=commented)
    for name, value in plan:
        if isinstance(value, Value):
            comment = f"  # {Plan.model_fields[name].description}; {name} = false above: none" * commented
            yield from ("", f"[{name}]{comment}")
            yield from _fields(value, list(value), commented=commented)
        elif _is_table(value):
            if commented:
                yield from ("", f"# {Plan.model_fields[name].description}")
            for index, item in enumerate(value):
                yield from ("",) * (not commented or index > 0)
                yield f"[[{name}]]"
                yield from _fields(item, list(item), commented=commented and index == 0)


def _fields(owner: Value, pairs: list[tuple[str, Any]], *, commented: bool) -> Iterator[str]:
    known = type(owner).model_fields
    assigned = [
        (name, f"{name} = {_inline(value)}")
        for name, value in pairs
        if commented or not (value is None and known[name].default is None)
    ]
    width = max((len(line) for _, line in assigned), default=0)
    for name, line in assigned:
        yield f"{line:<{width}}  # {known[name].description}" if commented else line
