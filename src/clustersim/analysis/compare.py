"""Plans side by side, under the same luck: what the one has more than the other."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import NamedTuple

from clustersim.analysis.asked import plan_of
from clustersim.analysis.comparison import Comparison
from clustersim.analysis.same_luck import under_each
from clustersim.engine import Progress
from clustersim.keywords import named
from clustersim.plan.parts import Milestone
from clustersim.plan.plan import Plan
from clustersim.program import lower
from clustersim.seeds import RNG, key_of
from clustersim.spread import trajectories


@named
def compare(
    plans: Mapping[str, Plan] | Sequence[Plan],
    n: int = 100_000,
    *,
    rng: RNG = None,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    first: int = 0,
) -> Comparison:
    """Run the same trajectories under each of several plans, and tell how the plans differ.

    A trajectory has the same luck under every plan (common random numbers), so a difference is told by the
    trajectories in which the plans differ, and takes far fewer of them than independent runs.

    Parameters
    ----------
    plans
        Two or more, by name; without names they are called "plan 1", "plan 2", ... The first is what the others are
        compared with. All have the same milestones.
    n
        How many trajectories each plan is run for.
    rng, executor, workers, first
        As for ``simulate``.
    progress
        Called with the number of trajectories done and ``n`` after each range.

    Returns
    -------
    Comparison
        The same bits for the same plans, key and trajectories, whatever the executor and the number of workers.

    Raises
    ------
    TypeError, ValueError
        If there are fewer than two plans, one is none, their names are no names or their milestones differ; or as
        ``simulate``.
    PlanError
        If a plan's revenue is too widely spread to be counted.

    Examples
    --------
    >>> import clustersim as cs
    >>> plans = {"steady": cs.Plan(), "rush": cs.Plan(every=1)}
    >>> comparison = cs.compare(plans, n=20_000, rng=7)
    >>> print(comparison.probability("black belt", by=36))
    +18.18 points (+17.67 to +18.70, 95 % paired, post-stratified)
    >>> print(comparison.median("black belt"))
    -21 months (-21 to -21, 95 % recovered from both)
    """
    named = _named(plans)  # first: who gives two plans one after the other is told of that, and not of n
    first, n = trajectories(first, n)
    programs = tuple(lower(plan) for plan in named.values())
    joint = under_each(programs, n, key=key_of(rng), first=first, executor=executor, workers=workers, progress=progress)
    return Comparison(tuple(named), programs, joint)


def _named(plans: Mapping[str, Plan] | Sequence[Plan]) -> dict[str, Plan]:
    """Give every plan a name, and refuse plans that cannot be compared."""
    if isinstance(plans, Plan) or not isinstance(plans, (Mapping, Sequence)) or isinstance(plans, (str, bytes)):
        raise TypeError(f"plans = {plans!r}: must be plans by name, as {{'steady': Plan(), 'rush': Plan(every=1)}}")
    named = dict(plans) if isinstance(plans, Mapping) else {f"plan {k}": plan for k, plan in enumerate(plans, 1)}
    if len(named) < 2:
        raise ValueError(f"there is {len(named) or 'no'} plan: it takes two or more to be compared")
    for name, plan in named.items():
        if not isinstance(name, str):
            raise TypeError(f"{name!r}: a plan's name must be text")
        if not name.strip() or name in {"several", "none"}:
            raise ValueError(f"{name!r}: a plan's name must say something, and not 'several' or 'none'")
        plan_of(f"plans[{name!r}]", plan)
    if found := unlike(named):
        (first, ours), (other, theirs) = found.of
        raise ValueError(
            f"the plans must have the same milestones: of {found.milestone!r}, {first!r} has {ours or 'none'} and "
            f"{other!r} has {theirs or 'none'}; plan.replace(milestones=other.milestones) makes them the same"
        )
    return named


class Unlike(NamedTuple):
    """A milestone that two plans have not alike: its name, and by plan what it is there, None if it is not."""

    milestone: str
    of: tuple[tuple[str, Milestone | None], tuple[str, Milestone | None]]


def unlike(plans: Mapping[str, Plan]) -> Unlike | None:
    """Return the first milestone that the first of some plans and another one have not alike; None if all have."""
    (first, plan), *others = plans.items()
    ours = {milestone.name: milestone for milestone in plan.milestones}
    for name, other in others:
        theirs = {milestone.name: milestone for milestone in other.milestones}
        for milestone in [*ours, *theirs]:
            if ours.get(milestone) != theirs.get(milestone):
                return Unlike(milestone, ((first, ours.get(milestone)), (name, theirs.get(milestone))))
    return None
