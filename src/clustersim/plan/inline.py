"""Values as they stand in a line of a plan file."""

from collections.abc import Mapping
from typing import Any

from clustersim.plan.parameter import Distribution


def number(value: float) -> str:
    """Write a number in TOML so that it reads back the same, large whole ones with underscores.

    >>> number(60_000.0), number(0.25), number(720.0)
    ('60_000', '0.25', '720')
    """
    if float(value).is_integer() and abs(value) < 1e15:
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


def inline(value: Any) -> str:
    """Write a value that is no table of its own.

    >>> inline({"between": {"low": 3, "high": 18}})
    '{ between = { low = 3, high = 18 } }'
    """
    if value is None or value is False or value is ...:
        return "..." if value is ... else "false"
    if isinstance(value, Distribution):
        word, arguments = value.spelling
        return inline({word: dict(arguments)})
    if isinstance(value, Mapping):
        inside = ", ".join(f"{name} = {inline(inner)}" for name, inner in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, str):
        return text(value)
    if isinstance(value, tuple):
        return f"[{', '.join(map(inline, value))}]"
    return number(value)
