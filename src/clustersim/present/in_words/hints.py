"""What a plan says that its author may not have meant; each hint tells what happens, and the field to set."""

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING

from clustersim.outcome.notation import printable
from clustersim.plan.parts import Cluster
from clustersim.present.in_words.amounts import A_MONTH

if TYPE_CHECKING:
    from clustersim.plan.parameter import Distribution
    from clustersim.plan.plan import Plan

#: How many times what a cluster earns the mega-clusters may aim at before it is worth a word.
_MUCH = 5


def hints(plan: "Plan") -> Iterator[str]:
    """Tell what may not have been meant, a sentence or two each.

    >>> import clustersim as cs
    >>> list(hints(cs.Plan()))
    []
    >>> print(*hints(cs.Plan(revenue=1_000)))
    Mega-clusters aim at $35k a month on average, 35 times what a success earns ($1k): revenue leaps when clusters
    converge. What they aim at is the field revenue of [convergence].
    """
    yield from _below_the_last_cluster(plan)
    yield from _aims(plan)


def _below_the_last_cluster(plan: "Plan") -> Iterator[str]:
    """Tell fields that the last cluster alone has: a line below its head is its own, whatever was meant."""
    if not isinstance(plan.clusters, tuple) or len(plan.clusters) == 1:
        return
    *others, last = plan.clusters
    alone = [
        name
        for name in Cluster.model_fields
        if name != "name" and getattr(last, name) is not None and all(getattr(one, name) is None for one in others)
    ]
    if alone:
        which = f"{len(plan.clusters)}." if last.name is None else f"{len(plan.clusters)}. {printable(last.name)}"
        yield (
            f"Only the last cluster, {which}, has {' and '.join(f'its own {name}' for name in alone)}. "
            "In a plan file a line that is meant for all clusters stands above the first [[clusters]]."
        )


def _aims(plan: "Plan") -> Iterator[str]:
    """Tell that mega-clusters aim far above what clusters earn, or below: what they aim at is in dollars."""
    if plan.convergence is None:
        return
    earned = [(1 - _mean(_of(plan, one, "failure_rate")), _mean(_of(plan, one, "revenue"))) for one in plan.portfolio]
    successes = sum(weight for weight, _ in earned)
    if not successes:
        return
    aim = _mean(plan.convergence.revenue)
    success = sum(weight * dollars for weight, dollars in earned) / successes
    if not (isfinite(aim) and isfinite(success)) or success <= aim <= _MUCH * success:
        return
    told = f"Mega-clusters aim at {A_MONTH(aim)} on average, "
    if aim < success:
        told += f"less than a success earns ({A_MONTH.number(success)}): most of them do not grow any more."
    elif success:
        times = f"{aim / success:.3g}"
        told += f"{times} times what a success earns ({A_MONTH.number(success)}): revenue leaps when clusters converge."
    else:
        told += "and a success earns nothing."
    yield f"{told} What they aim at is the field revenue of [convergence]."


def _of(plan: "Plan", cluster: Cluster, field: str) -> "float | Distribution":
    own: float | Distribution | None = getattr(cluster, field)
    of_all: float | Distribution = getattr(plan, field)
    return of_all if own is None else own


def _mean(parameter: "float | Distribution") -> float:
    return parameter if isinstance(parameter, int | float) else parameter.mean()
