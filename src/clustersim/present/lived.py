"""What the commands about single lives answer: on the screen, as JSON and as CSV."""

import csv
import io
import json
import math
import tomllib
from typing import TYPE_CHECKING

from clustersim.outcome.notation import practices, printable, span
from clustersim.outcome.summary import wrapped
from clustersim.present.export import exact, harmless
from clustersim.seeds import Key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustersim.analysis.trace import Trace


def screen(life: "Trace", seed: int, width: int) -> str:
    """Write a life, with the seed in its first line, in lines of so many columns."""
    headline = f"Trajectory {life.trajectory} over {span(life.horizon)} (seed {seed})"
    return life.summary().text(width, headline) + "\n"


def found(numbers: "Sequence[int]", words: str, n: int, width: int) -> str:
    """Tell the numbers of lives that meet a condition, in lines of so many columns."""
    some = ", ".join(map(str, numbers))
    lines = wrapped(f"The first of {practices(n)} with {printable(words)}: {some}", width)
    return "\n".join(lines) + "\n\n"


def as_json(life: "Trace", seed: int) -> str:
    """Write a life as one JSON object, in ASCII; what was never reached is null, and so is what has no lever.

    The clusters of an event are places in the array of clusters, from 0; its words count from 1.
    """
    content = {
        "plan": tomllib.loads(life.plan.to_toml()),
        "provenance": {"seed": exact(seed), "key": str(Key(life.key)), "trajectory": exact(life.trajectory)},
        "horizon": life.horizon,
        "clusters": [
            {"name": name, "viable": viable, "revenue": revenue, "level": level}
            for name, viable, revenue, level in zip(
                life.clusters, life.viable, life.revenue.tolist(), life.levels.tolist(), strict=True
            )
        ],
        "revenue": life.total.tolist(),
        **{
            name: None if amounts is None else amounts.tolist()
            for name, amounts in (
                ("mission_revenue", life.mission_revenue),
                ("energy", life.energy),
                ("cash", life.cash),
            )
        },
        "reached": {name: month if math.isfinite(month) else None for name, month in life.reached.items()},
        "events": [
            {"month": event.month, "kind": event.kind, "words": event.words, "clusters": list(event.clusters)}
            for event in life.events
        ],
    }
    return json.dumps(content, allow_nan=False) + "\n"


def as_csv(life: "Trace") -> str:
    """Write one line a cluster and month; labels can neither break a line nor be taken for a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("cluster", "month", "level", "revenue"))
    for name, levels, revenue in zip(life.clusters, life.levels.tolist(), life.revenue.tolist(), strict=True):
        for month, (level, earned) in enumerate(zip(levels, revenue, strict=True), 1):
            writer.writerow((harmless(name), month, level, earned))
    return buffer.getvalue()
