"""What the words of a report mean, to who has never met them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clustersim.outcome.notation import printable
from clustersim.present.in_words.amounts import A_MONTH

if TYPE_CHECKING:
    from clustersim.plan.plan import Plan


def glossary(plan: "Plan") -> str:
    """Tell what the words mean that are said of this plan.

    >>> import clustersim as cs
    >>> print(glossary(cs.Plan(convergence=None, milestones=[cs.Milestone(name="rent", revenue=2_500)])))
    A cluster is one offering of the practice. A practice is at rent when its revenue is $2.5k a month on average of
    3 months.
    """
    return " ".join(_sentences(plan))


def _sentences(plan: "Plan") -> Iterator[str]:
    yield "A cluster is one offering of the practice."
    names = [milestone.name for milestone in plan.milestones]
    trigger = plan.convergence.trigger if plan.convergence is not None else "black belt"
    level = plan.milestones[names.index(trigger) if trigger in names else -1]
    when = "in a single month" if level.window == 1 else f"on average of {level.window} months"
    yield f"A practice is at {printable(level.name)} when its revenue is {A_MONTH(level.revenue)} {when}."
    if plan.convergence is not None:
        yield "A mega-cluster is one of the few offerings that it then keeps and makes larger."
        if plan.legacy is not None:
            yield "The legacy is the one of those that emerges, later, as what the practice stands for."
    if plan.finances is not None:
        yield "A practice is ruined when its cash falls below zero; that ends it."
    if plan.mission is not None:
        yield "It is burnt out when it has no energy left; it rests, and goes on."
