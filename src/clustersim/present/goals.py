"""What is answered about goals: on the screen, as JSON and as CSV."""

import csv
import io
import json
import math
import tomllib
from typing import TYPE_CHECKING, Any

import numpy as np

from clustersim.outcome.notation import chance, moment, month, percent, practices, printable
from clustersim.outcome.summary import INTERVALS, wrapped
from clustersim.present.export import exact, harmless

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustersim.analysis.assessment import Assessment
    from clustersim.outcome.summary import Table

_COLUMNS = ("letter", "name", "value", "low", "high", "method", "sentence")


def when(assessed: "Assessment") -> str:
    """Tell by when a goal is to be met, or, of clients, in which month."""
    return f"{'in' if assessed.met is None else 'by'} {moment(assessed.goal.by)}"


def table(assessed: "Sequence[Assessment]") -> "Table":
    """Return the table of goals' chances: its first line has the titles."""
    lines = (
        (
            printable(one.goal.name),
            when(one),
            chance(one.attainable),
            "" if one.met is None else month(one.met.median(), one.program.horizon),
        )
        for one in assessed
    )
    return ("", "date", "met in time, chance in %", "half meet it by month"), *lines


def counted(assessed: "Sequence[Assessment]", n: int) -> str:
    """Tell in how many of a run's practices goals were counted; nothing if in all."""
    return f"Goals were counted in the first {practices(assessed[0].n)}." * (assessed[0].n < n)


def headline(assessed: "Sequence[Assessment]") -> str:
    """Tell the chance of the only goal, or of the likeliest and the least likely of several."""
    if len(assessed) == 1:
        return f'{percent(assessed[0].attainable.value)} % meet "{printable(assessed[0].goal.name)}" in time.'
    low, *_, high = sorted(assessed, key=lambda one: one.attainable.value)
    most, least = (f'{percent(one.attainable.value)} % meet "{printable(one.goal.name)}"' for one in (high, low))
    return f"Of {len(assessed)} goals, {most} in time, the likeliest, and {least}, the least likely."


def screen(assessed: "Sequence[Assessment]", seed: int, width: int) -> str:
    """Write a card for each goal, with the seed in the first line, in lines of so many columns."""
    seeds = [f" (seed {seed})", *[""] * (len(assessed) - 1)]
    cards = [
        "\n".join([*wrapped(f"{one.card.headline}{told}", width), "", *one.card.lines(width)])
        for one, told in zip(assessed, seeds, strict=True)
    ]
    return "\n\n".join([*cards, "\n".join(wrapped(INTERVALS, width))]) + "\n"


def as_json(assessed: "Sequence[Assessment]", seed: int) -> str:
    """Write goals as one JSON object, in ASCII; what is undefined, or beyond the horizon, is null."""
    program = assessed[0].program
    content = {
        "plan": tomllib.loads(program.plan.to_toml()),
        "provenance": {"seed": exact(seed), "key": str(assessed[0].key), "n": assessed[0].n},
        "goals": [
            {
                "name": one.goal.name,
                "letters": [_letter(letter) for letter in one.card.letters],
                "met": None if one.met is None else one.met.cdf(np.arange(1, program.horizon + 1)).tolist(),
            }
            for one in assessed
        ],
    }
    return json.dumps(content, allow_nan=False) + "\n"


def _letter(letter: Any) -> dict[str, Any]:
    columns = {column: getattr(letter, column) for column in _COLUMNS}
    return {name: None if isinstance(v, float) and not math.isfinite(v) else v for name, v in columns.items()}


def as_csv(assessed: "Sequence[Assessment]") -> str:
    """Write one line a goal and letter; labels can neither break a line nor be taken for a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("goal", *_COLUMNS))
    for one in assessed:
        for letter in one.card.letters:
            row = {name: "" if value is None else value for name, value in _letter(letter).items()}
            writer.writerow((harmless(one.goal.name), *row.values()))
    return buffer.getvalue()
