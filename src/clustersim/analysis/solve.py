"""Solving for a field: with how much of it a chance is as wanted."""

import math
from concurrent.futures import Executor
from typing import Any

from clustersim.analysis.asked import event_of, month_of, plan_of, share_of
from clustersim.analysis.fields import Limits, changed, field_of, limits_of, value_of
from clustersim.analysis.idle import refuse_idle
from clustersim.analysis.search import Search
from clustersim.analysis.solution import Solution
from clustersim.engine import Progress
from clustersim.keywords import named
from clustersim.outcome.estimate import certain
from clustersim.plan.errors import shown
from clustersim.plan.number import as_number
from clustersim.plan.parameter import Distribution
from clustersim.plan.plan import Plan
from clustersim.plan.rules import DOLLARS
from clustersim.program import lower
from clustersim.seeds import RNG, key_of
from clustersim.spread import trajectories


@named
def solve(
    plan: Plan,
    field: str,
    milestone: str,
    by: int,
    probability: float,
    n: int = 100_000,
    *,
    low: float | None = None,
    high: float | None = None,
    confidence_level: float = 0.95,
    rng: RNG = None,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Solution:
    """Find the smallest, or the largest, value of a field with which a chance is as wanted.

    Which of the two is found by itself: where more of the field helps, the smallest value, where it harms, the largest.
    All values are tried with the same luck, so that chance does not decide between neighbours.

    Parameters
    ----------
    plan
        What the practices do, but for the field.
    field
        A number, whole or not; a dotted name reaches what is within others, as ``"finances.savings"``, and switches a
        lever on. A distribution there gives way to the number.
    milestone
        Its name, or "legacy", "burnout", "ruin" or "admission".
    by
        The month.
    probability
        The chance that is wanted: at least so much to have got there, or, of "burnout" and "ruin", at most.
    n
        How many trajectories for each value that is tried.
    low, high
        Where to look; else as far as the field allows, beginning at what the plan has.
    confidence_level
        Of the intervals.
    rng, executor, workers
        As for ``simulate``.
    progress
        Called with the number of trajectories done, and with how many it may take.

    Returns
    -------
    Solution
        The value, the chances with it and with its neighbour, and how sure it is.

    Raises
    ------
    TypeError, ValueError
        If the field is no number, the plan has no such milestone or month, or the probability is none; if no value
        brings what is wanted, or all that were seen bring the same; if the chance does not rise or fall with the field
        throughout, beyond the noise, in what was seen: then `low` and `high` ask for a part in which it does.
    PlanError
        If the plan has no such field.

    Examples
    --------
    >>> import clustersim as cs
    >>> plan = cs.presets.literal().replace(horizon=120)
    >>> found = cs.solve(plan, "clusters", "black belt", by=120, probability=0.8, n=20_000, rng=7)
    >>> found.value, round(found.estimate.value, 3), found.neighbour, round(found.neighbours_estimate.value, 3)
    (15, 0.849, 14, 0.788)
    """
    _, n = trajectories(0, n)
    name = field_of(plan_of("plan", plan), field)
    target, level = share_of("probability", probability), certain(confidence_level)
    limits = limits_of(plan, name)
    if limits is None or name == "horizon":
        why = "nothing that happens by a month depends on it" if limits else "what it holds is no number to be found"
        raise ValueError(f"field = {name!r}: {why}")
    refuse_idle([plan], [name])
    limits = _narrowed(name, limits, low, high)
    start = _start(plan, name, limits)
    first = changed(plan, {name: start})
    event = event_of(lower(first), milestone)
    search = Search(
        plan=plan,
        name=name,
        event=event,
        by=month_of(first.horizon, by),
        target=target,
        level=level,
        n=n,
        limits=limits,
        runs={"key": key_of(rng), "executor": executor, "workers": workers},
        progress=progress,
    )
    closed = (low is not None and high is not None) or limits.high - limits.low <= 1
    below, above = search.bracket(start, closed=closed)
    return search.answer(below, above)


def _narrowed(name: str, limits: Limits, low: Any, high: Any) -> Limits:
    """Put a caller's limits in the place of the field's own."""
    ends = []
    for what, end, own in (("low", low, limits.low), ("high", high, limits.high)):
        if end is None:
            ends.append(own)
            continue
        number = as_number(end)
        if number is None:
            raise TypeError(f"{what} = {shown(end)}: must be a number")
        if not limits.low <= number <= limits.high:
            raise ValueError(f"{what} = {shown(end)}: {name} must be from {limits.low:g} to {limits.high:g}")
        ends.append(number)
    if limits.whole:
        ends = [math.ceil(ends[0]), math.floor(ends[1])]
    if ends[0] > ends[1] or (ends[0] == ends[1] and low is not None and high is not None):
        raise ValueError(f"low = {shown(low)}, high = {shown(high)}: there is nothing between them")
    return Limits(ends[0], ends[1], limits.whole)


def _start(plan: Plan, name: str, limits: Limits) -> float:
    """Tell where to begin: with what the plan has, or its lever by default, or what it has on average."""
    value = value_of(plan, name)
    lever, dot, _ = name.partition(".")
    if value is None and dot and getattr(plan, lever.partition("[")[0], 0) is None:
        value = value_of(plan.replace(**{lever: {}}), name)
    if isinstance(value, Distribution):
        value = value.mean()
    if isinstance(value, tuple):
        value = len(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        value = 1
    if value == 0 and limits.high >= DOLLARS:
        value = 1_000  # of money: doubling has to begin somewhere
    value = min(max(value, limits.low), limits.high)
    return round(value) if limits.whole else float(value)
