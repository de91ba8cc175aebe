"""What is said of a plan file that is right."""

from typing import TYPE_CHECKING

from clustersim.outcome.notation import printable
from clustersim.outcome.summary import laid_out, wrapped
from clustersim.present.in_words.hints import hints
from clustersim.present.in_words.plan import portfolio
from clustersim.present.in_words.sentence import describe

if TYPE_CHECKING:
    from clustersim.plan.plan import Plan


def checked(file: str, plan: "Plan", width: int) -> str:
    """Tell a plan in a sentence, then its clusters, a line each, and what may not have been meant.

    In lines of at most so many columns where words and figures allow it.

    >>> from clustersim.plan.plan import Cluster, Plan
    >>> plan = Plan(clusters=[Cluster(name="Keynote", failure_rate=0.3), Cluster()], convergence=None)
    >>> print(checked("mine.toml", plan, 100), end="")
    mine.toml is right: 2 clusters, one every 3 months; 40 % of them fail, a success earns $10k a month, after about 3
    to 14 months of growth.
                fails, in %
    1. Keynote           30
    2.                   50
    """
    clusters = portfolio(plan)
    told = [
        *wrapped(f"{printable(file)} is right: {describe(plan)}", width),
        *(laid_out(clusters, width) if clusters else ()),
        *(line for hint in hints(plan) for line in wrapped(f"Hint: {hint}", width)),
    ]
    return "\n".join(told) + "\n"
