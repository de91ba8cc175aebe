"""What is said of a plan file that is right."""

from typing import TYPE_CHECKING

from clustersim.outcome.notation import printable
from clustersim.outcome.summary import laid_out
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
    mine.toml is right: 2 clusters, one every 3 months; 40 % of them fail, a success earns $10k a month, after
    about 3 to 14 months of growth.
                fails, in %
    1. Keynote           30
    2.                   50
    """
    told = [f"{printable(file)} is right: {describe(plan)}", *laid_out(portfolio(plan))]
    return "\n".join([*told, *(f"Hint: {hint}" for hint in hints(plan))]) + "\n"
