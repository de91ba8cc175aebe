"""What is said of a plan file that is right."""

from typing import TYPE_CHECKING

from clustersim.outcome.notation import printable
from clustersim.present.in_words.hints import hints
from clustersim.present.in_words.plan import portfolio
from clustersim.present.in_words.sentence import describe

if TYPE_CHECKING:
    from clustersim.plan.plan import Plan


def checked(file: str, plan: "Plan") -> str:
    """Tell a plan in a sentence, then its clusters, a line each, and what may not have been meant.

    >>> from clustersim.plan.plan import Cluster, Plan
    >>> plan = Plan(clusters=[Cluster(name="Keynote", failure_rate=0.3), Cluster()], convergence=None)
    >>> print(checked("mine.toml", plan), end="")
    mine.toml is right: 2 clusters, one every 3 months; 40 % of them fail, a success earns $10k a month.
                fails, in %
    1. Keynote           30
    2.                   50
    """
    lines = portfolio(plan)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = (
        "  ".join([f"{line[0]:<{widths[0]}}", *(f"{cell:>{w}}" for cell, w in zip(line[1:], widths[1:], strict=True))])
        for line in lines
    )
    told = [f"{printable(file)} is right: {describe(plan)}", *(row.rstrip() for row in rows)]
    return "\n".join([*told, *(f"Hint: {hint}" for hint in hints(plan))]) + "\n"
