"""Data as the text of a TOML file, right or wrong: names that come twice, numbers that no float holds, any text."""

import datetime as dt
import json
import math
import re

from mutations import Pairs

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def written(data, *, inline):
    """Write a table as a file: single values first, then tables below heads of their own, or all in their lines."""
    first, later = [], []
    for name, value in data:
        if not inline and isinstance(value, Pairs) and name != "" and not _is_distribution(value):
            later += [f"\n[{_name(name)}]", *(f"{_name(inner)} = {_value(one)}" for inner, one in value)]
        elif not inline and _are_tables(value):
            for item in value:
                later += [f"\n[[{_name(name)}]]", *(f"{_name(inner)} = {_value(one)}" for inner, one in item)]
        else:
            first.append(f"{_name(name)} = {_value(value)}")
    return "\n".join([*first, *later]) + "\n"


def _is_distribution(value):
    return len(value) == 1 and isinstance(value[0][1], Pairs)


def _are_tables(value):
    return isinstance(value, list) and not isinstance(value, Pairs) and bool(value) and all(
        isinstance(item, Pairs) for item in value
    )  # fmt: skip


def _name(name):
    return name if _BARE.fullmatch(name) else _text(name)


def _text(value):
    # A surrogate is written as TOML could not: by its code.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value):
    if isinstance(value, Pairs):
        return "{ " + ", ".join(f"{_name(name)} = {_value(inner)}" for name, inner in value) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return _SINGLE[type(value)](value)


def _number(value):
    return repr(value) if math.isfinite(value) else str(value)  # nan, inf and -inf are TOML too


_SINGLE = {
    bool: lambda value: str(value).lower(),
    str: _text,
    int: str,
    float: _number,
    dt.date: dt.date.isoformat,
    dt.time: dt.time.isoformat,
    dt.datetime: dt.datetime.isoformat,
}
