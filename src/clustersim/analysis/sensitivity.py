"""Which of a plan's numbers matter: how much of the doubt about a chance comes from the doubt about each."""

import math
from collections.abc import Mapping
from concurrent.futures import Executor
from contextlib import closing
from typing import Any

import numpy as np

from clustersim.analysis.asked import event_of, month_of, plan_of
from clustersim.analysis.design import Design, power_of_two
from clustersim.analysis.effects import Effect, Sensitivity
from clustersim.analysis.fields import changed
from clustersim.analysis.same_luck import SameLuck, under_each
from clustersim.analysis.sobol import Floats, indices
from clustersim.engine import Progress
from clustersim.keywords import named
from clustersim.many import outcomes
from clustersim.outcome.estimate import certain
from clustersim.outcome.outcome import Outcome
from clustersim.plan.plan import Plan
from clustersim.program import lower
from clustersim.seeds import RNG, key_of
from clustersim.spread import trajectories

#: A tornado turns each field from one of these quantiles of its range to the other.
LOW, HIGH = 0.05, 0.95

#: Times as many trajectories for each point of the tornado, of which there are few.
_TORNADO = 10


@named
def sensitivity(
    plan: Plan,
    ranges: Mapping[str, Any],
    milestone: str,
    by: int,
    n: int = 4_000,
    *,
    points: int = 512,
    confidence_level: float = 0.95,
    rng: RNG = None,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """Tell which of a plan's numbers a chance depends on, when each may lie anywhere in a range.

    Sobol's indices share the variance of the chance out among the fields, and among their doings together; a tornado
    turns one field at a time. All points are simulated with the same luck.

    Parameters
    ----------
    plan
        What the practices do, but for the fields.
    ranges
        By field, from where its value may come: a pair ``(low, high)``, all between alike, or any distribution, of
        scipy.stats or the library's own. A field that is whole takes a pair of whole numbers or a discrete
        distribution. The fields are taken to be independent.
    milestone
        Its name, or "legacy", "burnout", "ruin" or "admission".
    by
        The month.
    n
        How many trajectories for each point; the tornado has ten times as many.
    points
        Base points of the design, a power of 2: the plan is simulated at ``points * (fields + 2)`` points.
    confidence_level
        Of all intervals.
    rng, executor, workers
        As for ``simulate``.
    progress
        Called with the number of trajectories done and that of all points together.

    Returns
    -------
    Sensitivity

    Raises
    ------
    TypeError, ValueError
        If there are no ranges, one is none, or the plan has no such milestone or month.
    PlanError
        If the plan has no such field, or a value in a range is wrong: before anything is simulated.

    Examples
    --------
    >>> import clustersim as cs
    >>> ranges = {"failure_rate": (0.4, 0.6), "every": (2, 4), "volatility": (0.1, 0.3)}
    >>> found = cs.sensitivity(cs.Plan(horizon=36), ranges, "black belt", by=36, n=1_000, points=64, rng=7)
    >>> [effect.field for effect in found.tornado()]
    ['every', 'failure_rate', 'volatility']
    """
    _, n = trajectories(0, n)
    design = Design.of(plan_of("plan", plan), ranges)
    level, points = certain(confidence_level), power_of_two(points)
    event, month = event_of(lower(design.first), milestone), month_of(plan.horizon, by)
    key = key_of(rng)
    total = points * (len(design.fields) + 2) * n
    swing = 2 * _TORNADO * n
    everything = total + len(design.fields) * swing
    errors = list[float]()

    def chances(values: Floats) -> Floats:
        plans = [design.at(column) for column in values.T]
        runs = outcomes(
            plans, n, key=key, executor=executor, workers=workers, progress=_scaled(progress, 0, everything)
        )
        told = list[float]()
        with closing(runs) as found:
            for outcome in found:
                told.append(outcome[event].cdf(month))
                errors.append(outcome[event].standard_error(month))
        return np.array(told)

    seed = int(key) ^ 0x50B01  # another stream than that of the trajectories, whatever the key
    found = indices(chances, design.ranges, points, seed=seed, confidence_level=level)
    effects = list[Effect]()
    for number, name in enumerate(design.fields):
        ends = design.ends(number, LOW, HIGH)
        programs = (lower(plan), *(lower(changed(plan, {name: end})) for end in ends))
        tell = _scaled(progress, total + number * swing, everything, times=2)
        joint = under_each(programs, _TORNADO * n, key=key, executor=executor, workers=workers, progress=tell)
        luck = SameLuck(programs, joint)
        place = luck.job.events.index(event)
        at_low, at_high = (luck.probability(which, 0, place, month, level, math.nan) for which in (1, 2))
        effects.append(
            Effect(
                field=name,
                first=found.first[number],
                total=found.total[number],
                low=ends[0],
                high=ends[1],
                at_low=at_low,
                at_high=at_high,
            )
        )
    base = Outcome(programs[0], joint.tallies[0])[event].probability(month, confidence_level=level)
    return Sensitivity(
        plan=plan,
        milestone=event,
        by=month,
        base=base,
        effects=tuple(effects),
        mean=found.mean,
        deviation=float(np.sqrt(found.variance)),
        noise=float(np.mean(np.square(errors))) / found.variance if found.variance else 0.0,
        points=points,
        n=n,
        confidence_level=level,
    )


def _scaled(progress: Progress | None, before: int, total: int, times: int = 1) -> Progress | None:
    """Tell progress of a part as that of the whole."""
    if progress is None:
        return None
    tell = progress
    return lambda done, _: tell(before + times * done, total)
