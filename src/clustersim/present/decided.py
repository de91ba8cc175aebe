"""What the commands that help to decide answer: on the screen, as JSON and as CSV."""

import csv
import io
import json
import math
import tomllib
from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from clustersim.analysis.asked import Subject, meant
from clustersim.analysis.comparison_summary import ends
from clustersim.analysis.solution import AVOIDED
from clustersim.outcome.notation import moment, percent, printable
from clustersim.outcome.summary import laid_out, wrapped
from clustersim.plan.inline import inline
from clustersim.present.export import exact, harmless, told
from clustersim.present.words import MISHAPS, period
from clustersim.seeds import Key

if TYPE_CHECKING:
    import xarray as xr

    from clustersim.analysis.comparison import Comparison
    from clustersim.analysis.effects import Sensitivity
    from clustersim.analysis.solution import Solution
    from clustersim.analysis.sweep_accessor import SweepSummary
    from clustersim.outcome.difference import Difference
    from clustersim.plan.plan import Plan


def screen(summary: Any, seed: int, sentence: str, width: int) -> str:
    """Write a summary, and the sentence that matters with the seed, in lines of so many columns."""
    return "\n".join([summary.text(width), "", *wrapped(f"{sentence} (seed {seed})", width)]) + "\n"


def verdict(comparison: "Comparison", milestone: str | None = None, by: int | None = None) -> str:
    r"""Tell how many the first plan has brought to what is asked for by a month, and the others against it.

    Where it is not said, it is the milestone that matters most to the first plan, by year three.

    >>> import clustersim as cs
    >>> plans = {"steady": cs.Plan(), "rush": cs.Plan(every=1), "older": cs.Plan(lifetime=200)}
    >>> print(*verdict(cs.compare(plans, n=20_000, rng=7)).split("; "), sep="\n")
    After three years steady has brought 44.2 % of practices to black belt, rush 62.4 %: 18.2 points more
    older 44.2 %: the same within what chance leaves, -0.1 to +0.1 points.
    """
    name, by = asked(comparison, milestone, by)
    first, *others = ((printable(plan), share(comparison, plan, name, by)) for plan in comparison.names)
    against = "; ".join(
        f"{plan} {percent(its)} %: {_more(comparison.probability(name, by, of=other))}"
        for (plan, its), other in zip(others, comparison.names[1:], strict=True)
    )
    return (
        f"After {period(by)} {first[0]} has brought {percent(first[1])} % of practices to {printable(name)}, {against}."
    )


def with_mishaps(comparison: "Comparison", milestone: str | None = None, by: int | None = None) -> str:
    """Tell the verdict, and what else has befallen practices by then."""
    name, by = asked(comparison, milestone, by)
    return " ".join([verdict(comparison, name, by), *_mishaps(comparison, name, by)])


def asked(comparison: "Comparison", milestone: str | None = None, by: int | None = None) -> Subject:
    """Return what is asked for: see `meant`; without more, what matters most to the first plan."""
    return meant(comparison.programs[0].plan, comparison.horizon, milestone, by)


def share(comparison: "Comparison", plan: str, event: str, by: int) -> float:
    """Tell how probable an event is on a plan, in such a way that a plan has as much more as is told beside it.

    That is the first plan's chance and the difference, which is surer than the other plan's own estimate: the two are
    estimated in ways of their own where fates differ, and would leave another difference between them.
    """
    first = comparison.outcomes[comparison.names[0]][event].cdf(by)
    more = 0.0 if plan == comparison.names[0] else comparison.probability(event, by, of=plan).value
    return min(max(first + more, 0.0), 1.0)


def _more(difference: "Difference") -> str:
    """Tell a difference of shares as one would say it.

    >>> from clustersim.outcome.difference import Difference
    >>> _more(Difference.of_counts(20, 1_500, 10_000)), _more(Difference.of_counts(20, 25, 10_000))
    ('14.8 points less', 'the same within what chance leaves, -0.2 to +0.1 points')
    """
    if difference.certain:
        return f"{100 * abs(difference.value):.1f} points {'more' if difference.value > 0 else 'less'}"
    low, high = ends(difference)
    return f"the same within what chance leaves, {low} to {high} points"


def _mishaps(comparison: "Comparison", told: str, by: int) -> Iterator[str]:
    """Tell how many of the plans' practices have burnt out, or been ruined, where levers allow it, if not yet told."""
    for event, happened in ((event, happened) for event, happened in MISHAPS.items() if event != told):
        shares = [
            f"{printable(plan)} {percent(found.cdf(by))} %"
            for plan, outcome in comparison.outcomes.items()
            for found in outcome.events
            if found.name == event
        ]
        if shares:
            yield f"By then {happened.removeprefix('been ')}: {', '.join(shares)}."


def as_json(comparison: "Comparison", subject: "Subject", seed: int) -> str:
    """Write differences as one JSON object, in ASCII; what lies beyond the horizon is null.

    ``asked`` is what the answer is about first, and its chance on each plan.
    """
    first = comparison.joint.tallies[0]
    by = [m for m in (36, 60, 120, comparison.horizon) if m <= comparison.horizon]
    content = {
        "plans": {
            name: _plan(program.plan) for name, program in zip(comparison.names, comparison.programs, strict=True)
        },
        "provenance": {"seed": exact(seed), "key": str(Key(first.key)), "n": comparison.n, "first": first.ranges[0][0]},
        "horizon": comparison.horizon,
        "asked": {
            **subject._asdict(),
            "probability": {
                name: told(outcome[subject.milestone].probability(by=subject.by))
                for name, outcome in comparison.outcomes.items()
            },
        },
        "differences": [
            {
                "plan": name,
                "against": comparison.names[0],
                "events": [_event(comparison, name, event, by) for event in comparison.events],
                "revenue": {
                    str(year): _difference(comparison.revenue(year, of=name))
                    for year in range(1, -(-comparison.horizon // 12) + 1)
                },
            }
            for name in comparison.names[1:]
        ],
        "first": {
            event: {name: share.value for name, share in comparison.first(event).items()} for event in comparison.events
        },
    }
    return json.dumps(content, allow_nan=False) + "\n"


def _event(comparison: "Comparison", name: str, event: str, by: list[int]) -> dict[str, Any]:
    sooner, later = comparison.head_to_head(event, of=name)
    return {
        "name": event,
        "difference": {str(month): _difference(comparison.probability(event, month, of=name)) for month in by},
        "median": _difference(comparison.median(event, of=name)),
        "sooner": sooner.value,
        "later": later.value,
    }


def _difference(difference: "Difference") -> dict[str, Any]:
    figures = {"value": difference.value, "low": difference.low, "high": difference.high}
    return {name: number if math.isfinite(number) else None for name, number in figures.items()} | {
        "method": difference.method
    }


def _plan(plan: "Plan") -> dict[str, Any]:
    return tomllib.loads(plan.to_toml())


def as_csv(comparison: "Comparison") -> str:
    """Write one line a plan, event and month; labels can neither break a line nor be taken for a formula."""
    from clustersim.analysis.comparison_tables import Line, lines  # noqa: PLC0415  # needed here alone

    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(Line._fields)
    for line in lines(comparison):
        writer.writerow(line._replace(plan=harmless(line.plan), event=harmless(line.event)))
    return buffer.getvalue()


def best_point(swept: "xr.Dataset", summary: "SweepSummary") -> str:
    """Tell at which point what a summary tells is likeliest, and of what one would rather not reach, least likely.

    >>> import clustersim as cs
    >>> swept = cs.sweep(cs.Plan(finances={}, horizon=36), {"every": [1, 2, 3]}, n=2_000, rng=7)
    >>> print(best_point(swept, swept.sweep.summary("black belt", by=36)))
    black belt by year 3 is likeliest, with 61.9 %, at every = 1.
    >>> print(best_point(swept, swept.sweep.summary("ruin", by=36)))
    ruin by year 3 is least likely, with 0.07 %, at every = 1.
    """
    shares = swept["probability"].sel(milestone=summary.milestone, month=summary.by)
    if not shares.notnull().any():
        return f"No point has {printable(summary.milestone)}."
    avoided = summary.milestone in AVOIDED
    best = float(shares.min() if avoided else shares.max())
    what = f"{printable(summary.milestone)} by {moment(summary.by)}"
    places = np.argwhere(shares.to_numpy() == best)
    if len(places) == int(shares.notnull().sum()) > 1:
        turned = " and ".join(map(printable, swept.sweep.axes))
        return f"{what} is as likely at each of these points, {percent(best)} %: {turned} changed nothing here."
    point = shares.isel(dict(zip(shares.dims, places[0].tolist(), strict=True)))
    where = ", ".join(f"{printable(axis)} = {point.coords[axis].item()}" for axis in swept.sweep.axes)
    alike = f", and so it is at {len(places) - 1} more" if len(places) > 1 else ""
    return f"{what} is {'least likely' if avoided else 'likeliest'}, with {percent(best)} %, at {where}{alike}."


def sweep_as_json(swept: "xr.Dataset", seed: int) -> str:
    """Write a sweep as one JSON object: nested lists, axes first; what there is not is null."""
    attributes = dict(swept.attrs)
    axes = swept.sweep.axes
    content = {
        "plan": tomllib.loads(attributes.pop("plan")),
        "provenance": {"seed": exact(seed), **attributes},
        "axes": {axis: swept.coords[axis].to_numpy().tolist() for axis in axes},
        **{name: swept.coords[name].to_numpy().tolist() for name in ("milestone", "quantile", "month")},
        **{
            name: {"dims": list(map(str, swept[name].dims)), "values": _known(swept[name].to_numpy().tolist())}
            for name in ("probability", "standard_error", "practice_revenue")
        },
    }
    return json.dumps(content, allow_nan=False) + "\n"


def _known(values: Any) -> Any:
    """Put null for what is not known."""
    if isinstance(values, list):
        return [_known(value) for value in values]
    return None if math.isnan(values) else values


def sweep_as_csv(swept: "xr.Dataset") -> str:
    """Write one line a point, milestone and month; labels can neither break a line nor be taken for a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    dims = list(map(str, swept["probability"].dims))
    writer.writerow([*dims, "probability", "standard_error"])
    labels = (swept.coords[dim].to_numpy().tolist() for dim in dims)
    shares, errors = (swept[name].to_numpy().ravel().tolist() for name in ("probability", "standard_error"))
    for point, share, error in zip(product(*labels), shares, errors, strict=True):
        if not math.isnan(share):
            told = [harmless(label) if isinstance(label, str) else label for label in point]
            writer.writerow([*told, share, error])
    return buffer.getvalue()


def solved(found: "Solution", seed: int, width: int) -> str:
    """Write a solution, in lines of so many columns: what was seen, and then the answer and how sure it is."""
    summary = found.summary()
    lines = [*wrapped(f"{summary.caption} (seed {seed}):", width), *laid_out(summary.table(), width), ""]
    return "\n".join([*lines, *wrapped(" ".join(summary.lines), width)]) + "\n"


def solution_as_json(found: "Solution", seed: int) -> str:
    """Write a solution as one JSON object."""
    content = {
        "plan": _plan(found.plan),
        "provenance": {"seed": exact(seed), "n": found.n},
        "field": found.field,
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "largest": found.largest,
        "replaced": _replaced(found),
        "listed": found.listed,
        "neighbour": found.neighbour,
        "confidence": found.confidence,
        "wanted": {"milestone": found.milestone, "by": found.by, "probability": found.probability},
        "seen": [
            {"value": value, "probability": p.value, "low": p.low, "high": p.high, "method": p.method}
            for value, p in found.seen.items()
        ],
    }
    return json.dumps(content, allow_nan=False) + "\n"


def solution_as_csv(found: "Solution") -> str:
    """Write one line a value that was tried."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow((harmless(found.field), "probability", "low", "high", "standard_error"))
    writer.writerows((value, p.value, p.low, p.high, p.standard_error) for value, p in found.seen.items())
    return buffer.getvalue()


def _replaced(found: "Solution") -> Any:
    """Write the distribution that the value takes the place of as a plan file has it."""
    return found.replaced and tomllib.loads(f"had = {inline(found.replaced)}")["had"]


def matters(found: "Sensitivity") -> str:
    """Tell how much of the doubt would go with that which matters most."""
    most = found.foremost
    if most is None:
        return f"It is {percent(found.mean)} % wherever in their ranges they are."
    if not found.certain:
        return "To tell more, ask with a larger -n, or for another --milestone or --by."
    goes = 100 * min(max(most.first.value, 0), 1)
    return f"If {printable(most.field)} were known, {goes:.0f} % of the variance would go."


def sensitivity_as_json(found: "Sensitivity", seed: int) -> str:
    """Write a sensitivity as one JSON object; what is not known is null."""
    content = {
        "plan": _plan(found.plan),
        "provenance": {"seed": exact(seed), "n": found.n, "points": found.points},
        "milestone": found.milestone,
        "by": found.by,
        "base": found.base.value,
        "mean": found.mean,
        "deviation": found.deviation,
        "noise": found.noise,
        "effects": [
            {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in row.items()}
            for row in found.rows()
        ],
    }
    return json.dumps(content, allow_nan=False) + "\n"
