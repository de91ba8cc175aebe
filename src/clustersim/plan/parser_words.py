"""What the TOML parser says, in words for those who write plan files and not programs."""

import re
from collections.abc import Callable

from clustersim.plan.errors import shown

_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'")


def _names(told: str) -> str:
    """Write a Python tuple of names as the path that stands in a file."""
    path = ".".join(_QUOTED.findall(told))
    return path if re.fullmatch(r"[\w.-]{1,60}", path) else shown(path)


_PLAIN: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"Cannot declare (\(.*\)) twice"), lambda m: f"the table {_names(m[1])} is given above already"),
    (
        re.compile(r"Cannot (?:mutate immutable|redefine) namespace (\(.*\))"),
        lambda m: f"{_names(m[1])} is given above already, with all its fields in one line",
    ),
    (re.compile(r"Duplicate inline table key (.*)"), lambda m: f"{_names(m[1])} is given twice"),
    (re.compile(r"Cannot overwrite a value"), lambda _: "a name is given twice"),
    (re.compile(r"Illegal character '\\[nr]'|Unterminated string"), lambda _: "quotes are not closed on this line"),
    (re.compile(r"Expected (?:\"'+\"|'\"+')"), lambda _: "quotes are not closed"),
    (
        re.compile(r"Expected '=' after a key in a key/value pair|Invalid statement"),
        lambda _: "a line is a field, = and its value, as every = 3",
    ),
    (
        re.compile(r"Expected newline or end of document after a statement"),
        lambda _: "there is more on this line than a field, = and one value",
    ),
    (re.compile(r"Illegal character (.*)"), lambda m: f"a sign that no line may have, {m[1]}"),
    (
        re.compile(r"Unescaped .*"),
        lambda _: "a backslash within double quotes is written twice; within single quotes, once",
    ),
    (re.compile(r"Escaped character is .*"), lambda _: "\\u with a code that is no character's"),
    (re.compile(r"Invalid hex value"), lambda _: "\\u needs the four digits of a character's code"),
    (re.compile(r"Exceeds the limit .*"), lambda _: "a number of more than four thousand digits"),
)


def plainly(told: str) -> str:
    """Say what the parser said without Python's words in it.

    >>> plainly("Cannot declare ('focus',) twice")
    'the table focus is given above already'
    >>> plainly("Invalid value")
    'Invalid value'
    """
    for pattern, words in _PLAIN:
        if found := pattern.fullmatch(told):
            return words(found)
    return told if len(told) < 200 else f"{told[:200]}..."
