"""How S.M.M.A.R.T. a goal is: specific, measurable, mission-based, attainable, relevant, time-bound."""

from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import closing
from typing import Any

from clustersim.analysis.asked import plan_of
from clustersim.analysis.assessment import Assessment
from clustersim.analysis.goal_counts import Assessing, Counted
from clustersim.engine import Progress
from clustersim.keywords import named
from clustersim.outcome.outcome import Outcome
from clustersim.plan.errors import suggest
from clustersim.plan.goals import Goal
from clustersim.plan.plan import Plan
from clustersim.program import lower
from clustersim.seeds import RNG, key_of
from clustersim.spread import Pace, Stretch, lent, spread, trajectories

#: Trajectories at most in which the goals of a run are counted besides: as many as ``assess`` takes.
_BESIDE_A_RUN = 100_000


@named
def assess(
    plan: Plan,
    goal: Goal | str | None = None,
    n: int = 100_000,
    *,
    rng: RNG = None,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    first: int = 0,
) -> Assessment:
    """Tell how S.M.M.A.R.T. a goal is on a plan.

    Parameters
    ----------
    plan
        What the practices do. Goals change nothing of it.
    goal
        A goal, or the name of one of the plan's own; without, the only one that the plan has.
    n, rng, executor, workers, first
        As for ``simulate``: the same trajectories.
    progress
        Called with the number of trajectories done and ``n`` after each range.

    Raises
    ------
    TypeError, ValueError
        If the goal is none, or the plan has none of that name; or as ``simulate``.
    PlanError
        If the goal asks for what the plan has not: a lever, a month, a milestone; or as ``simulate``.

    Examples
    --------
    >>> import clustersim as cs
    >>> goal = cs.Goal(name="half way", metric="revenue", at_least=30_000, by=24)
    >>> card = cs.assess(cs.Plan(), goal, n=20_000, rng=7)
    >>> print(card.attainable)
    68.86 % (68.32 to 69.39 %, 95 % post-stratified)
    >>> print(card.relevant)
    +53.8 points (+52.5 to +55.1, 95 % Newcombe)
    """
    plan_of("plan", plan)
    asked = _goal_of(plan, goal)
    (card,) = cards(plan, (asked,), n, rng=rng, executor=executor, workers=workers, progress=progress, first=first)
    return card


def cards(
    plan: Plan,
    goals: Sequence[Goal],
    n: int,
    *,
    rng: RNG = None,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    first: int = 0,
) -> tuple[Assessment, ...]:
    """Assess goals in the same trajectories.

    Raises
    ------
    TypeError, ValueError, PlanError
        As ``assess``.
    """
    first, n = trajectories(first, n)
    plan = plan.replace(goals=tuple(goals))  # its validation tells what a goal lacks
    program, key = lower(plan), key_of(rng)
    job = Assessing(program, plan.goals)
    pace = Pace.of(job.counts_bytes, executor, workers)
    total: Counted | None = None
    whole = [Stretch(0, job, first, first + n)]
    with lent(executor, job, pace.workers) as pool, closing(spread(pool, whole, key, n, pace)) as counted:
        for _, some in counted:
            total = some if total is None else total + some
            if progress is not None:
                progress(total.n, n)
    assert total is not None  # noqa: S101  there is at least one trajectory
    return tuple(
        Assessment(program=program, goal=goal, key=key, first=first, n=n, counts=counts)
        for goal, counts in zip(plan.goals, total.goals, strict=True)
    )


def beside(outcome: Outcome, workers: int | None = None) -> tuple[Assessment, ...]:
    """Assess the goals of an outcome's plan in its own practices; none where the plan has none.

    An outcome has no counts of goals, which need every month of a life at once: so the practices are lived through once
    more, with the same key. These are the first of the outcome's, 100,000 at most, which takes less than a second on a
    usual plan: the intervals say how sure that is, and ``assess`` takes as many as one likes.
    """
    if not outcome.plan.goals:
        return ()
    first, stop = outcome.provenance["ranges"][0]
    n = min(stop - first, _BESIDE_A_RUN)
    return cards(outcome.plan, outcome.plan.goals, n, rng=outcome.provenance["key"], workers=workers, first=first)


def _goal_of(plan: Plan, goal: Any) -> Goal:
    if isinstance(goal, Goal):
        return goal
    names = [one.name for one in plan.goals]
    if goal is None:
        if len(names) != 1:
            told = f"{len(names)}: {', '.join(map(repr, names))}; name one" if names else "none: give a Goal(...)"
            raise ValueError(f"goal = None: takes the plan's only goal, and it has {told}")
        return plan.goals[0]
    if not isinstance(goal, str):
        raise TypeError(f"goal = {goal!r}: must be a Goal, or the name of one that the plan has")
    if goal not in names:
        raise ValueError(f"goal = {goal!r}: {suggest(goal, names) if names else 'the plan has no goals'}")
    return plan.goals[names.index(goal)]


def goals_of(plan: Plan, name: str | None) -> tuple[Goal, ...]:
    """Return the plan's goals, or the one of a name.

    Raises
    ------
    ValueError
        If it has none.
    """
    if name is None and plan.goals:
        return plan.goals
    if not plan.goals:
        raise ValueError("this plan has no goals: a table [[goals]] for each says name, metric, at_least and by")
    return (_goal_of(plan, name),)
