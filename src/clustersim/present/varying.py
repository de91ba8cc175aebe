"""Fields and their values as the command line has them: ``failure_rate=0.3:0.7:9``, ``every=1,2,3``."""

import re
import tomllib
from collections.abc import Container, Sequence
from typing import Any

import numpy as np

from clustersim.analysis.fields import limits_of
from clustersim.plan.plan import Plan
from clustersim.plan.syntax import as_written


def varied(plan: Plan, told: Sequence[str]) -> dict[str, list[Any]]:
    """Return the axes of a grid: ``low:high:count`` for so many values, else a list with commas.

    Values are written as in a plan file: distributions and levers as tables in braces, ``false`` for none.

    Raises
    ------
    ValueError, PlanError
        If they cannot be read, or the plan has no such field.

    Examples
    --------
    >>> varied(Plan(), ["failure_rate=0.3:0.7:3", "every=1:5:3", "ramp_curve=linear,bass"])
    {'failure_rate': [0.3, 0.5, 0.7], 'every': [1, 3, 5], 'ramp_curve': ['linear', 'bass']}
    """
    axes = dict[str, list[Any]]()
    for text in told:
        field, values = _parted(text, axes)
        limits = limits_of(plan, field)
        ends = values.split(":")
        if len(ends) == 3:
            low, high = _number(text, ends[0]), _number(text, ends[1])
            count = _value(ends[2])
            if not isinstance(count, int) or not 1 <= count <= 1_000_000:
                raise ValueError(f"--vary {text}: after the second colon comes how many values, as in 0.3:0.7:9")
            line = np.linspace(low, high, count)
            if limits is not None and limits.whole:
                axes[field] = list(dict.fromkeys(np.rint(line).astype(int).tolist()))
            else:
                axes[field] = [float(f"{value:.12g}") for value in line]  # 0.7, not 0.7000000000000001
        elif len(ends) == 1:
            axes[field] = [_listed(text, part) for part in _split(values)]
        else:
            raise ValueError(f"--vary {text}: write low:high:count, as 0.3:0.7:9, or a list, as 0.3,0.5,0.7")
    return axes


def spanned(plan: Plan, told: Sequence[str]) -> dict[str, tuple[Any, Any]]:
    """Return ranges, written ``low:high``.

    Raises
    ------
    ValueError, PlanError
        If they cannot be read, or the plan has no such field.

    Examples
    --------
    >>> spanned(Plan(), ["failure_rate=0.3:0.7", "every=1:6"])
    {'failure_rate': (0.3, 0.7), 'every': (1, 6)}
    """
    ranges = dict[str, tuple[Any, Any]]()
    for text in told:
        field, values = _parted(text, ranges)
        limits_of(plan, field)
        ends = values.split(":")
        if len(ends) != 2:
            raise ValueError(
                f"--vary {text}: write from where to where with a colon, low:high, as failure_rate=0.3:0.7"
            )
        ranges[field] = (_number(text, ends[0]), _number(text, ends[1]))
    return ranges


def _parted(text: str, before: Container[str]) -> tuple[str, str]:
    """Part a field from its values, once for each field."""
    field, sign, values = text.partition("=")
    field = field.strip()
    if not sign or not field or not values.strip():
        raise ValueError(f"--vary {text}: write a field, = and its values, as every=1,2,3 or failure_rate=0.3:0.7:9")
    if field in before:
        raise ValueError(f"--vary {text}: {field} is varied already; write all its values in one --vary")
    return field, values


def _split(values: str) -> list[str]:
    """Cut a list at commas that are not within braces, brackets or parentheses, as those of distributions are."""
    parts, depth = [""], 0
    for sign in values:
        depth += (sign in "{[(") - (sign in "}])")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _listed(whole: str, text: str) -> Any:
    """Read a value of a list; what is no value of a plan file, but looks like one, is told how it is written."""
    value = _value(text)
    if isinstance(value, str) and re.fullmatch(r"\w+\(.*\)", value):
        raise ValueError(
            f"--vary {whole}: a distribution is written as in a plan file, and in quotes, as "
            "--vary 'ramp={between={low=3,high=18}},6'"
        )
    if isinstance(value, str) and (ends := re.fullmatch(r"([\d.]+)\s*(?:-|\.\.+|to)\s*([\d.]+)", value)):
        field = whole.partition("=")[0]
        written = f"{field}={ends[1]}:{ends[2]}:3"
        raise ValueError(f"--vary {whole}: a range is written low:high:count, as {written}, and a list with commas")
    if isinstance(value, str) and value == text.strip() and (meant := as_written(text)):
        raise ValueError(f"--vary {whole}: {meant}")
    return value


def _value(text: str) -> Any:
    """Read a value as a plan file has it; what it has no form for is a word."""
    try:
        return tomllib.loads(f"value = {text.strip()}")["value"]
    except tomllib.TOMLDecodeError:
        return text.strip()


def _number(whole: str, text: str) -> float:
    value = _value(text)
    if isinstance(value, bool) or not isinstance(value, int | float):
        meant = as_written(text)
        told = f"--vary {whole}: {text.strip()} is no number{'; ' * bool(meant)}{meant}"
        raise ValueError(told)  # noqa: TRY004  what was written is wrong
    return value
