"""What there is to say about a goal, letter by letter."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from clustersim.analysis import assessment_tables as tables
from clustersim.analysis.assessment_card import Card, Letter
from clustersim.analysis.goal_counts import GoalCounts, poisson_tail
from clustersim.outcome.difference import Difference
from clustersim.outcome.estimate import Estimate
from clustersim.outcome.first_passage import FirstPassage
from clustersim.outcome.proportions import independent, ratio_of_means
from clustersim.outcome.provenance import provenance
from clustersim.plan.goals import AVERAGED, Goal
from clustersim.program import Program
from clustersim.seeds import Key
from clustersim.viability import stratum_weights

if TYPE_CHECKING:
    from os import PathLike

    import pandas as pd
    from matplotlib.axes import Axes

#: The level of all intervals here.
LEVEL = 0.95


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Assessment:
    """How S.M.M.A.R.T. a goal is: numbers, their intervals, and what they mean.

    Attributes
    ----------
    program, key, first, n
        What was run: trajectories ``first``..``first + n - 1``.
    goal
        What was assessed.
    counts
        What was counted.

    Examples
    --------
    >>> import clustersim as cs
    >>> goal = cs.Goal(name="close 5 ideal clients in January", metric="clients", at_least=5, by=1)
    >>> card = cs.assess(cs.Plan(pipeline=cs.Pipeline(leads=40, ideal=0.25, close_rate=0.5)), goal, n=1_000, rng=7)
    >>> print(card.attainable)
    55.9507 % (closed form: Poisson)
    >>> card.relevant is None, card.letter("relevant").sentence
    (True, 'Undefined: in the model new clients are tied to nothing else, black belt included.')
    """

    program: Program
    key: Key
    first: int
    n: int
    goal: Goal
    counts: GoalCounts

    @property
    def provenance(self) -> dict[str, Any]:
        """What is enough to repeat the run, as ``Outcome.provenance`` has it."""
        return provenance(self.program, self.key, ((self.first, self.first + self.n),))

    @cached_property
    def met(self) -> FirstPassage | None:
        """When the goal was first met, as if it had no date; None for clients, who are counted in one month alone."""
        if self.goal.metric == "clients":
            return None
        return FirstPassage(name=self.goal.name, counts=self.counts.met, weights=stratum_weights(self.program))

    @cached_property
    def attainable(self) -> Estimate:
        """P(met in time); of clients in closed form."""
        if self.met is not None:
            return self.met.probability(by=self.goal.by, confidence_level=LEVEL)
        pipeline = self.program.plan.pipeline
        exact = poisson_tail(pipeline.clients if pipeline else 0.0, self.goal.at_least)
        return _exactly(exact)

    @cached_property
    def mission_based(self) -> Estimate | None:
        """E[mission revenue] / E[revenue] in the goal's month; None without the lever, or where nobody earns then.

        A ratio estimator; its interval by the delta method, see Cochran, Sampling Techniques (1977), 6.
        """
        moments = tuple(self.counts.moments.tolist())
        return ratio_of_means(self.n, moments, LEVEL) if moments[0] else None

    @property
    def is_there(self) -> bool:
        """Whether to meet the goal is to reach its destination: a level no higher, over as many months or one."""
        milestones = {milestone.name: milestone for milestone in self.program.plan.milestones}
        destination = milestones.get(self.goal.destination)
        if destination is None or self.goal.metric not in {"revenue", "mission revenue"}:
            return False
        return destination.revenue <= self.goal.at_least and destination.window in {1, AVERAGED}

    @cached_property
    def destinations(self) -> tuple[Estimate, Estimate] | None:
        """P(destination by the horizon), of those that met the goal in time, and of those that missed it.

        None for clients, where all meet the goal or all miss it, and where to meet it is to be there (`is_there`).
        """
        (missed, missed_there), (met, met_there) = self.counts.reached.tolist()
        if self.goal.metric == "clients" or self.is_there or not met + met_there or not missed + missed_there:
            return None
        return (
            Estimate.of_count(met_there, met + met_there, LEVEL),
            Estimate.of_count(missed_there, missed + missed_there, LEVEL),
        )

    @cached_property
    def relevant(self) -> Difference | None:
        """By how much more probable the destination is among those that met the goal than among those that missed it.

        An association: to meet the goal need not be what brings them there. Undefined, None, as `destinations`.
        """
        if self.destinations is None:
            return None
        (missed, missed_there), (met, met_there) = self.counts.reached.tolist()
        return independent((met_there, met + met_there), (missed_there, missed + missed_there), LEVEL)

    @cached_property
    def card(self) -> Card:
        """All letters."""
        return Card.of(self)

    def letter(self, name: str) -> Letter:
        """Return one letter by its name, as "attainable".

        Raises
        ------
        KeyError
            If there is none of that name.
        """
        return {letter.name: letter for letter in self.card.letters}[name]

    def summary(self) -> Card:
        """The S.M.M.A.R.T. card, which prints well and shows well in a notebook."""
        return self.card

    def to_pandas(self) -> "pd.DataFrame":
        """Table of one line a letter: letter, name, value, low, high, method, sentence.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        return tables.to_pandas(self)

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw the chance to have met the goal by each month, and its date.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        from clustersim.present.plots import goal  # noqa: PLC0415  # what presents knows what is presented

        return goal(self, ax)

    def report(self, path: "str | PathLike[str]", *, title: str = "") -> None:
        """Write the card, the plan and the picture as one page of HTML, as ``Outcome.report`` does.

        Parameters
        ----------
        path, title
            As for ``Outcome.report``.

        Raises
        ------
        TypeError, ValueError
            If the title is no text, or the path is no name of a page of HTML.
        ImportError
            If matplotlib or jinja2 is not installed.
        OSError
            If it cannot be written.

        Examples
        --------
        >>> import clustersim as cs, tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp(), "goal.html")
        >>> goal = cs.Goal(name="half way", metric="revenue", at_least=30_000, by=24)
        >>> cs.assess(cs.Plan(), goal, n=1_000, rng=7).report(path)
        >>> "half way" in path.read_text()
        True
        """
        from clustersim.present.report.html import write  # noqa: PLC0415  # what presents knows what is presented

        write((self,), path, title=title)

    def _repr_html_(self) -> str:
        return self.card._repr_html_()  # of a sister

    def __repr__(self) -> str:
        return f"<Assessment of {self.goal.name!r}: attainable {self.attainable}>"


def _exactly(value: float) -> Estimate:
    return Estimate(
        value=value, low=value, high=value, confidence_level=LEVEL, standard_error=0.0, method="closed form: Poisson"
    )
