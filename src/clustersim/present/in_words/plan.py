"""A whole plan, topic by topic."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clustersim.outcome.notation import printable
from clustersim.present.in_words import basics
from clustersim.present.in_words.amounts import A_MONTH, MONTHS, PERCENT, Unit
from clustersim.present.in_words.levers import LEVERS, goal

if TYPE_CHECKING:
    from clustersim.outcome.summary import Table
    from clustersim.plan.parameter import Distribution
    from clustersim.plan.parts import Cluster
    from clustersim.plan.plan import Plan

#: The fields that a cluster may have for itself, what they are called, and how they are written.
_OWN: tuple[tuple[str, str, Unit], ...] = (
    ("failure_rate", "fails, in %", PERCENT),
    ("revenue", "earns a month", A_MONTH),
    ("ramp", "months to grow", MONTHS),
    ("trial", "months kept if it fails", MONTHS),
)


def tell(plan: "Plan") -> Iterator[tuple[str, str]]:
    """Tell a plan whole: topics, and what it says about each.

    >>> import clustersim as cs
    >>> told = dict(tell(cs.Plan(failure_rate=cs.beta(4.5, 4.5))))
    >>> print(told["Failures"].partition(". ")[0])
    The failure rate varies from practice to practice: 50 % on average (23.9 to 76.1 in nine of ten)
    >>> print(told["Left out"].partition(";")[0])
    A choice among ideas
    """
    yield "Clusters", basics.clusters(plan)
    yield "Failures", basics.failures(plan)
    yield "Successes", basics.successes(plan)
    yield "Ups and downs", " ".join(basics.fluctuations(plan))
    yield "Milestones", basics.milestones(plan)
    yield "Convergence", basics.convergence(plan)
    yield "Legacy", basics.legacy(plan)
    missing = []
    for name, (topic, without, told) in LEVERS.items():
        lever = getattr(plan, name)
        if lever is not None:
            yield topic, told(lever)
        elif without:
            missing.append(without)
    if plan.goals:
        yield "Goals", " ".join(map(goal, plan.goals))
    if missing:
        left_out = "; ".join(missing)
        yield "Left out", f"{left_out[:1].upper()}{left_out[1:]}."


def changes(plan: "Plan", first: "Plan") -> Iterator[tuple[str, str]]:
    """Tell in which topics a plan differs from another, and what it says about those.

    >>> import clustersim as cs
    >>> for topic, words in changes(cs.Plan(every=1, legacy=None), cs.Plan()):
    ...     print(f"{topic}: {words}")
    Clusters: 12 clusters are launched, one a month. The practice is followed for ten years.
    Legacy: None.
    """
    said = dict(tell(first))
    mine = dict(tell(plan))
    yield from ((topic, words) for topic, words in mine.items() if said.get(topic) != words and topic != "Left out")
    yield from ((topic, "Left out.") for topic in said if topic not in mine and topic != "Left out")


def portfolio(plan: "Plan") -> "Table":
    """Return a table of clusters that have something of their own, its first line the titles; empty if none has.

    >>> from clustersim.plan.plan import Cluster, Plan
    >>> portfolio(Plan(clusters=[Cluster(name="Keynote", failure_rate=0.3), Cluster()]))
    (('', 'fails, in %'), ('1. Keynote', '30'), ('2.', '50'))
    """
    clusters = plan.portfolio
    columns = [column for column in _OWN if any(getattr(cluster, column[0]) is not None for cluster in clusters)]
    if not columns and all(cluster.name is None for cluster in clusters):
        return ()
    return ("", *(title for _, title, _ in columns)), *(
        (_named(place, cluster), *(unit.figures(_of(plan, cluster, name)) for name, _, unit in columns))
        for place, cluster in enumerate(clusters, start=1)
    )


def _named(place: int, cluster: "Cluster") -> str:
    return f"{place}." if cluster.name is None else f"{place}. {printable(cluster.name)}"


def _of(plan: "Plan", cluster: "Cluster", field: str) -> "float | Distribution":
    own: float | Distribution | None = getattr(cluster, field)
    of_all: float | Distribution = getattr(plan, field)
    return of_all if own is None else own
