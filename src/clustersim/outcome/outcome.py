"""Outcome: everything that a run tells, read from its Tally."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from clustersim.outcome import tables
from clustersim.outcome.count import Count
from clustersim.outcome.fan import Balance, Fan
from clustersim.outcome.first_passage import FirstPassage, Legacy
from clustersim.outcome.notation import practices
from clustersim.outcome.provenance import provenance
from clustersim.outcome.summary import Summary
from clustersim.plan.errors import suggest
from clustersim.plan.lists import RESERVED
from clustersim.viability import stratum_weights

if TYPE_CHECKING:
    from os import PathLike

    import numpy as np
    import pandas as pd
    import xarray as xr
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from clustersim.analysis.trace import Trace
    from clustersim.outcome.precision import Stop
    from clustersim.plan.plan import Plan
    from clustersim.program import Program
    from clustersim.tally import Tally

#: The parts of a plan, or levers, that it takes for what not every plan has.
_TAKES = {
    "legacy": ("convergence", "legacy"),
    "burnout": ("mission",),
    "ruin": ("finances",),
    "admission": ("accelerator",),
    "cash": ("finances",),
    "mission revenue": ("mission",),
}


def off(plan: "Plan", name: str) -> str:
    """Tell which part of a plan, being off, keeps it from having what is asked for; nothing if none does."""
    parts = _TAKES.get(name, ())
    for part in parts:
        if getattr(plan, part) is None:
            others = f", and it takes {' and '.join(map(repr, parts))}" * (len(parts) > 1)
            return f"this plan has no {name}: its {part!r} is None{others}"
    return ""


@dataclass(frozen=True, eq=False, repr=False)
class Outcome:
    """What became of a plan's practices: distributions, read from the counts of a run.

    ``outcome["black belt"]`` is the FirstPassage of a milestone, and ``outcome["ruin"]``, as ``outcome.ruin``, that of
    another event; iterating gives the milestones' names, in the plan's order.

    Outcomes of disjoint ranges of trajectories of one Program and one key add with ``+``, exactly.

    Parameters
    ----------
    program
        What was run.
    tally
        What was counted.
    stopped
        Why a run with a `Precision` ended; None where there was none.

    Raises
    ------
    ValueError
        If the tally is one of another Program.

    Examples
    --------
    >>> import clustersim as cs
    >>> outcome = cs.simulate(cs.Plan(), n=2_000, rng=7)
    >>> bool(outcome["black belt"].cdf(36) > 0.3), outcome.n, outcome.horizon
    (True, 2000, 120)
    >>> list(outcome)[:3]
    ['white belt', 'yellow belt', 'green belt']
    """

    program: "Program"
    tally: "Tally"
    stopped: "Stop | None" = None

    def __post_init__(self) -> None:
        if self.program.digest != self.tally.digest:
            raise ValueError("these counts come from another plan: their digest is not this Program's")

    @property
    def plan(self) -> "Plan":
        """The plan that was simulated."""
        return self.program.plan

    @property
    def n(self) -> int:
        """How many trajectories were simulated."""
        return self.tally.n

    @property
    def horizon(self) -> int:
        """How many months were simulated."""
        return self.program.horizon

    def keys(self) -> tuple[str, ...]:
        """Names of the milestones, in the plan's order."""
        return tuple(self.program.milestones)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __contains__(self, name: object) -> bool:
        return name in self.keys()

    def __getitem__(self, name: str) -> FirstPassage:
        """First passage of a milestone, or of "legacy", "burnout", "ruin" or "admission".

        Raises
        ------
        KeyError
            If the plan has none of that name; the message has the nearest milestones, or the lever that is off.
        """
        if name in RESERVED:
            if missing := off(self.plan, name):
                raise KeyError(missing)
            return self.legacy if name == "legacy" else self._event(name)
        if name not in self:
            raise KeyError(self._missing(name))
        event = self.keys().index(name)
        return FirstPassage(
            name=name,
            counts=self.tally.reached[event],
            held_counts=self.tally.held[event],
            weights=self._weights,
        )

    @cached_property
    def _weights(self) -> "NDArray[np.float64] | None":
        """Exact probabilities of the numbers of viable clusters, if they are known."""
        return stratum_weights(self.program)

    def _missing(self, name: object) -> str:
        word = str(name).casefold()
        if word in RESERVED:
            return f"{name!r} is no milestone: did you mean {word!r}?"
        begun = [known for known in self if word and known.casefold().startswith(word)][:3]
        remedy = f"did you mean {' or '.join(map(repr, begun))}?" if begun else suggest(str(name), self)
        return f"the plan has no milestone {name!r}: {remedy}"

    @property
    def legacy(self) -> Legacy:
        """When the legacy cluster emerged.

        Raises
        ------
        AttributeError
            If the plan has no legacy.
        """
        self._require("legacy")
        return Legacy(
            name="legacy",
            counts=self._counts("legacy"),
            origin_counts=self.tally.origin,
            weights=self._weights,
        )

    @property
    def burnout(self) -> FirstPassage:
        """When practices first burnt out.

        Raises
        ------
        AttributeError
            If the plan's lever "mission" is off.
        """
        self._require("burnout")
        return self._event("burnout")

    @property
    def ruin(self) -> FirstPassage:
        """When practices ran out of cash, and were over.

        Raises
        ------
        AttributeError
            If the plan's lever "finances" is off.
        """
        self._require("ruin")
        return self._event("ruin")

    @property
    def admission(self) -> FirstPassage:
        """When practices were first admitted to an accelerator.

        Raises
        ------
        AttributeError
            If the plan's lever "accelerator" is off.
        """
        self._require("admission")
        return self._event("admission")

    @property
    def events(self) -> tuple[FirstPassage, ...]:
        """All first passages: the milestones in the plan's order, then the legacy, burnout, ruin and admission.

        What the plan does not have is left out.
        """
        return tuple(self[name] for name in (*self, *RESERVED) if name not in RESERVED or not off(self.plan, name))

    def _event(self, name: str) -> FirstPassage:
        return FirstPassage(name=name, counts=self._counts(name), weights=self._weights)

    def _counts(self, name: str) -> "NDArray[np.int64]":
        counts: NDArray[np.int64] = self.tally.reached[self.program.events.index(name)]
        return counts

    def _require(self, name: str) -> None:
        if missing := off(self.plan, name):
            raise AttributeError(missing)

    @property
    def revenue(self) -> Fan:
        """The practice's revenue by month."""
        return Fan(
            n=self.n,
            quantum=self.program.quantum,
            histogram=self.tally.histogram,
            sums=self.tally.revenue_sum,
            square_sums=self.tally.revenue_square_sum,
        )

    @property
    def mission_revenue(self) -> Fan:
        """The practice's revenue by month, each cluster's weighted by how well it fits the mission.

        Raises
        ------
        AttributeError
            If the plan's lever "mission" is off.
        """
        self._require("mission revenue")
        return Fan(
            name="mission revenue",
            n=self.n,
            quantum=self.program.quantum,
            histogram=self.tally.mission_histogram,
            sums=self.tally.mission_sum,
            square_sums=self.tally.mission_square_sum,
        )

    @property
    def cash(self) -> Balance:
        """The practice's cash at the end of each month; it stays where it is after ruin.

        Raises
        ------
        AttributeError
            If the plan's lever "finances" is off.

        Examples
        --------
        >>> import clustersim as cs
        >>> outcome = cs.simulate(cs.Plan(finances={}), n=2_000, rng=7)
        >>> outcome.cash.quantile([0.05, 0.95]).shape, bool(outcome.cash.quantile(0.05)[11] < 40_000)
        ((2, 120), True)
        """
        self._require("cash")
        return Balance(
            n=self.n,
            quantum=self.program.cash_unit,
            histogram=self.tally.cash_histogram,
            sums=self.tally.cash_sum,
            square_sums=self.tally.cash_square_sum,
        )

    @property
    def fans(self) -> dict[str, Fan]:
        """All amounts by month, by their names here: revenue, and mission revenue and cash if the plan has them."""
        levers = {"mission_revenue": self.plan.mission, "cash": self.plan.finances}
        return {"revenue": self.revenue} | {name: getattr(self, name) for name, on in levers.items() if on}

    @property
    def viable(self) -> Count:
        """Number of viable clusters, of all that the plan has, launched or not."""
        return Count(name="viable clusters", counts=self.tally.reached[0].sum(axis=1))

    @property
    def launches(self) -> Count:
        """Number of clusters launched within the horizon."""
        return Count(name="launched clusters", counts=self.tally.launches)

    @property
    def provenance(self) -> dict[str, Any]:
        """What is enough to repeat the run; ``ranges`` are half-open, ``version`` is the library's.

        ``rng=`` takes the ``key``, which is text, ``"Key(7)"``: it stays what it is in JSON. ``seed`` is there where
        one is known. A run that a `Precision` was given to has also ``stopped``, why it ended, in words.
        """
        told = provenance(self.program, self.tally.key, self.tally.ranges)
        return told if self.stopped is None else {**told, "stopped": str(self.stopped)}

    def __add__(self, other: Self) -> Self:
        """Count both sets of trajectories.

        Raises
        ------
        ValueError
            If the Programs, their names or the keys differ, or a trajectory is in both.
        """
        if not isinstance(other, Outcome):
            return NotImplemented
        if self._names() != other._names():
            raise ValueError("these outcomes name their milestones or clusters differently: which name would be right?")
        return type(self)(self.program, self.tally + other.tally)

    def _names(self) -> tuple[tuple[str, ...], tuple[Any, ...]]:
        clusters = self.plan.clusters
        return self.keys(), () if isinstance(clusters, int) else tuple(cluster.name for cluster in clusters)

    def __eq__(self, other: object) -> bool:
        """Tell whether the same trajectories of the same Program gave the same counts."""
        if not isinstance(other, Outcome):
            return NotImplemented
        return self.tally == other.tally

    __hash__ = None  # type: ignore[assignment]  # arrays inside

    def summary(self) -> Summary:
        """Chances, months and revenue in one table, which prints well and shows well in a notebook."""
        return Summary.of(viable=self.viable, launches=self.launches, events=self.events, **self.fans)

    def to_pandas(self) -> "pd.DataFrame":
        """Distributions of all first passages, one line an event and month.

        Columns: event, month, pmf, cdf, held (nan for what is no milestone).

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        return tables.to_pandas(self.events)

    def to_xarray(self) -> "xr.Dataset":
        """Everything as a Dataset, with the provenance in its attributes.

        ``pmf``, ``cdf``, ``held`` (event, month); ``revenue`` (quantile, month), ``revenue_mean`` and
        ``revenue_std`` (month), in dollars, and likewise of ``mission_revenue`` and ``cash`` if the plan has them;
        ``viable`` and ``launches`` (count).

        Raises
        ------
        ImportError
            If xarray is not installed.
        """
        return tables.to_xarray(self.events, self.fans, self.viable, self.launches, self.provenance)

    def plot(self, ax: "Sequence[Axes] | None" = None, *, samples: int = 2) -> "tuple[Axes, Axes]":
        """Draw what practices earn and how likely they are to get where, by month, side by side.

        There are more pictures in ``clustersim.plots``: each on axes of its own.

        Parameters
        ----------
        ax
            Two axes to draw on; those of a new figure if it is None.
        samples
            How many practices to draw one by one beside the quantiles of all: the first of the run.

        Returns
        -------
        tuple
            The axes: what practices earn, and milestones.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        TypeError, ValueError
            If there are not two axes, or `samples` is no whole number from 0 on.

        Examples
        --------
        >>> import clustersim as cs
        >>> earned, reached = cs.simulate(cs.Plan(), n=2_000, rng=7).plot()
        >>> reached.get_title(loc="left")
        'Reached by then, of all practices'
        """
        from clustersim.present.plots import overview  # noqa: PLC0415  # what presents knows what is presented

        return overview(self, ax, samples=samples)

    def report(
        self, path: "str | PathLike[str]", *, title: str = "", milestone: str | None = None, by: int | None = None
    ) -> None:
        """Write everything as one page of HTML, to read on any screen, to print and to send.

        The answer in a sentence, the plan in words, pictures, tables, how sure all of it is, and what repeats the run.
        The page fetches nothing and runs nothing, and takes some hundred kB. The same outcome makes the same bytes.

        Parameters
        ----------
        path
            Of the page, in whose place it is put whole.
        title
            What stands above everything, as the name of the practice; nothing if it is empty.
        milestone, by
            What the answer is about, and the month by which: the milestone that matters most, by year three, if they
            are None.

        Raises
        ------
        TypeError, ValueError
            If the title is no text, the plan has no such milestone or month, or the path is no name of a page of HTML.
        ImportError
            If matplotlib or jinja2 is not installed.
        OSError
            If it cannot be written.

        Examples
        --------
        >>> import clustersim as cs, tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp(), "report.html")
        >>> cs.simulate(cs.Plan(), n=1_000, rng=7).report(path)
        >>> path.read_text().startswith("<!doctype html>")
        True
        """
        from clustersim.present.report.html import write  # noqa: PLC0415  # what presents knows what is presented

        write(self, path, title=title, milestone=milestone, by=by)

    def save(self, path: "str | PathLike[str]") -> None:
        """Save everything to a file that ``load`` reads: a zip of the plan, its Program and the counts.

        The file is put in its place whole, and what was there before stays until then. The same outcome makes the
        same bytes. That of the default plan takes some 200 kB, however many trajectories were counted.

        Raises
        ------
        OSError
            If it cannot be written.

        Examples
        --------
        >>> import clustersim as cs, tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp(), "run.zip")
        >>> cs.simulate(cs.Plan(), n=1_000, rng=7).save(path)
        >>> cs.extend(cs.load(path), 1_000) == cs.simulate(cs.Plan(), n=2_000, rng=7)
        True
        """
        from clustersim.outcome.storage import save  # noqa: PLC0415  # it knows Outcome

        save(self, path)

    def trace(self, trajectory: int) -> "Trace":
        """Tell one of the lives that were counted, month by month, to the last bit.

        Parameters
        ----------
        trajectory
            Its number: ``provenance["ranges"]`` has those that were simulated.

        Raises
        ------
        TypeError, ValueError
            If it is not whole, or none of these.

        Examples
        --------
        >>> import clustersim as cs
        >>> life = cs.simulate(cs.Plan(), n=5_000, rng=7).trace(4711)
        >>> bool((life.total == cs.paths(cs.Plan(), 1, rng=7, first=4711).revenue[0]).all())
        True
        """
        from clustersim.analysis.trace import trace  # noqa: PLC0415  it looks at outcomes

        return trace(self, trajectory)

    def _repr_html_(self) -> str:
        from clustersim.present import notebook  # noqa: PLC0415  # what presents knows what is presented

        return notebook.outcome(self)

    def __repr__(self) -> str:
        matter = [event for event in self.events if event.name in {foremost(self.plan), "legacy"}]
        chances = ", ".join(f"{event.name!r} {100 * event.cdf(self.horizon):.3g} %" for event in matter)
        return f"<Outcome of {practices(self.n)}: {chances} by month {self.horizon}>"


def foremost(plan: "Plan") -> str:
    """Name the milestone that matters most: the trigger, else black belt, else the one of most revenue.

    >>> from clustersim.plan.plan import Milestone, Plan
    >>> foremost(Plan(convergence=None))
    'black belt'
    >>> foremost(Plan(convergence=None, milestones=[Milestone(name="rent", revenue=2_500)]))
    'rent'
    """
    if plan.convergence is not None:
        return plan.convergence.trigger
    return max(plan.milestones, key=lambda milestone: (milestone.name == "black belt", milestone.revenue)).name
