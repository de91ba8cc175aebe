"""Fields of a plan that change nothing, since clusters have them of their own."""

from collections.abc import Iterable, Sequence

from clustersim.plan.plan import Cluster, Plan


def refuse_idle(plans: Sequence[Plan], fields: Iterable[str]) -> None:
    """Refuse a field that no cluster of any of these plans takes from its plan.

    Raises
    ------
    ValueError
        If there is one.

    Examples
    --------
    >>> refuse_idle([Plan(clusters=[{"name": "Keynote", "ramp": 4}])], ["ramp"])
    Traceback (most recent call last):
    ValueError: ramp: every cluster has its own ramp, so this changes nothing; use clusters[0].ramp
    """
    for field in fields:
        if all(_own(plan, field) == len(plan.portfolio) for plan in plans):
            raise ValueError(
                f"{field}: every cluster has its own {field}, so this changes nothing; use clusters[0].{field}"
            )


def partly_idle(plan: Plan, fields: Iterable[str]) -> tuple[str, ...]:
    """Tell, a sentence each, of which fields some clusters take nothing from the plan.

    >>> partly_idle(Plan(clusters=[{"ramp": 4}, {}, {}]), ["every", "ramp"])
    ("1 of the 3 clusters has its own ramp: there the plan's changes nothing.",)
    """
    owners = {field: _own(plan, field) for field in fields}
    return tuple(
        f"{count} of the {len(plan.portfolio)} clusters {'has its' if count == 1 else 'have their'} own {field}: there "
        "the plan's changes nothing."
        for field, count in owners.items()
        if count
    )


def _own(plan: Plan, field: str) -> int:
    """Tell how many clusters have a field of their own that the plan has too."""
    if field not in Cluster.model_fields or field not in Plan.model_fields:
        return 0
    return sum(getattr(cluster, field) is not None for cluster in plan.portfolio)
