"""The command line's answer for machines: one JSON object, or CSV."""

import csv
import io
import json
import math
import re
import tomllib
from typing import TYPE_CHECKING, Any

from clustersim.outcome.notation import printable
from clustersim.outcome.tables import QUANTILES, Line, lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustersim.analysis.asked import Subject
    from clustersim.analysis.assessment import Assessment
    from clustersim.outcome.estimate import Estimate
    from clustersim.outcome.fan import Fan
    from clustersim.outcome.first_passage import FirstPassage
    from clustersim.outcome.outcome import Outcome


#: What begins a formula, at the beginning of a cell.
_FORMULA = re.compile(r"(^|;)([\s\ufffd]*[=+@\uff0b\uff1d\uff20\uff0d\u2212-])")


def as_json(outcome: "Outcome", subject: "Subject", seed: int | None, assessed: "Sequence[Assessment]" = ()) -> str:
    """Write everything as one JSON object, in ASCII; a month beyond the horizon is null.

    ``asked`` is what the answer is about first, and its chance; ``goals`` are the plan's, if they were `assessed`.

    Lists by month start with month 1, those by number with 0. ``plan`` is the plan file's content. A seed above 2^53
    is a string, for programs that keep numbers as floats would round it; null where none is known. The key is text that
    ``rng=`` takes. What belongs to a lever that is off is null. ``by_year`` are sums of months, but of cash what there
    is at the end of each year.
    """
    provenance = outcome.provenance
    content = {
        "plan": tomllib.loads(outcome.plan.to_toml()),
        "provenance": {**provenance, "seed": None if seed is None else exact(seed)},
        "horizon": outcome.horizon,
        "asked": {**subject._asdict(), **told(outcome[subject.milestone].probability(by=subject.by))},
        "events": [_event(event, outcome) for event in outcome.events],
        "goals": [{"name": one.goal.name, "by": one.goal.by, "n": one.n, **told(one.attainable)} for one in assessed],
        "mission_revenue": None,
        "cash": None,
        **{name: _fan(fan) for name, fan in outcome.fans.items()},
        "viable": (outcome.viable.counts / outcome.n).tolist(),
        "launches": (outcome.launches.counts / outcome.n).tolist(),
    }
    return json.dumps(content, allow_nan=False) + "\n"


def _fan(fan: "Fan") -> dict[str, Any]:
    quantiles = zip(QUANTILES, fan.quantile(QUANTILES).tolist(), strict=True)
    return {
        "mean": fan.mean().tolist(),
        "std": fan.std().tolist(),
        "quantiles": {str(q): values for q, values in quantiles},
        "by_year": fan.by_year().tolist(),
    }


def exact(number: int) -> int | str:
    """Write a large number as a string, for programs that keep numbers as floats would round it."""
    return int(number) if number <= 1 << 53 else str(int(number))


def _event(event: "FirstPassage", outcome: "Outcome") -> dict[str, Any]:
    by = {month: event.probability(by=month) for month in (36, 60, 120, event.horizon) if month <= event.horizon}
    quartiles = {str(q): event.ppf(q) for q in (0.25, 0.5, 0.75)}
    return {
        "name": event.name,
        "kind": "milestone" if event.name in outcome else event.name,
        "cdf": event.cdf(outcome.revenue.months).tolist(),
        "held": None if event.held_counts is None else event.held_by_month.tolist(),
        "probability": {str(month): told(p) for month, p in by.items()},
        "month": {q: None if math.isinf(month) else int(month) for q, month in quartiles.items()},
    }


def told(estimate: "Estimate") -> dict[str, Any]:
    """Write an estimate."""
    return {name: getattr(estimate, name) for name in ("value", "low", "high", "method")}


def as_csv(outcome: "Outcome") -> str:
    """Write one line an event and month; labels can neither break a line nor be taken for a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(Line._fields)
    writer.writerows(line._replace(event=harmless(line.event)) for line in lines(outcome.events))
    return buffer.getvalue()


def harmless(label: str) -> str:
    """Keep a spreadsheet from taking a label for a formula, or what stands in it after a semicolon.

    Where commas are decimal points, spreadsheets part cells at semicolons; and the signs may be of full width.

    >>> harmless("=1+1"), harmless("a; =1+1"), harmless("black belt")
    ("'=1+1", "a;' =1+1", 'black belt')
    """
    return _FORMULA.sub(r"\1'\2", printable(label))
