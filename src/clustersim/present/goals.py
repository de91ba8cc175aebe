"""What the command about goals answers: on the screen, as JSON and as CSV."""

import csv
import io
import json
import math
import tomllib
from typing import TYPE_CHECKING, Any

import numpy as np

from clustersim.present.export import exact, harmless
from clustersim.seeds import Key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustersim.analysis.assessment import Assessment

_COLUMNS = ("letter", "name", "value", "low", "high", "method", "sentence")


def screen(told: "Sequence[Assessment]", seed: int) -> str:
    """Write a card for each goal, with the seed in the first line."""
    first, *others = (repr(one.summary()).rpartition("\n\n") for one in told)
    head, _, rest = first[0].partition("\n")
    cards = [f"{head} (seed {seed})\n{rest}", *(card[0] for card in others)]
    return "\n\n".join([*cards, first[2]]) + "\n"


def as_json(told: "Sequence[Assessment]", seed: int) -> str:
    """Write goals as one JSON object, in ASCII; what is undefined, or beyond the horizon, is null."""
    program = told[0].program
    content = {
        "plan": tomllib.loads(program.plan.to_toml()),
        "provenance": {"seed": exact(seed), "key": str(Key(told[0].key)), "n": told[0].n},
        "goals": [
            {
                "name": one.goal.name,
                "letters": [_letter(letter) for letter in one.card.letters],
                "met": None if one.met is None else one.met.cdf(np.arange(1, program.horizon + 1)).tolist(),
            }
            for one in told
        ],
    }
    return json.dumps(content, allow_nan=False) + "\n"


def _letter(letter: Any) -> dict[str, Any]:
    told = {column: getattr(letter, column) for column in _COLUMNS}
    return {name: None if isinstance(v, float) and not math.isfinite(v) else v for name, v in told.items()}


def as_csv(told: "Sequence[Assessment]") -> str:
    """Write one line a goal and letter; labels can neither break a line nor be taken for a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("goal", *_COLUMNS))
    for one in told:
        for letter in one.card.letters:
            row = {name: "" if value is None else value for name, value in _letter(letter).items()}
            writer.writerow((harmless(one.goal.name), *row.values()))
    return buffer.getvalue()
