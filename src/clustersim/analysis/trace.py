"""One life of those that were counted, told month by month."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clustersim.analysis import trace_tables as tables
from clustersim.analysis.trace_events import Event, told
from clustersim.analysis.trace_summary import TraceSummary
from clustersim.plan.plan import Plan
from clustersim.program import Program
from clustersim.spread import MOST_TRAJECTORIES, whole
from clustersim.twin.float32 import Float32
from clustersim.twin.life import Life
from clustersim.twin.twin import Twin

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from clustersim.outcome.outcome import Outcome

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Trace:
    r"""One life, as it was counted. ``K`` clusters, in launch order; ``H`` months.

    Attributes
    ----------
    trajectory, key
        Which one: its number, and the 64-bit key of the run.
    plan
        What it lived by.
    clusters
        What the clusters are called: their own names, or "cluster 1", "cluster 2", ... In words they are counted from
        1, as people do; in arrays from 0.
    viable : (K,)
        Which of them would succeed, launched or not.
    revenue : (K, H)
        Dollars a month by cluster, a mega-cluster's in the row of the cluster that it grew from: `total`, shared out by
        what each earned.
    levels : (K, H)
        The same before noise, market, season and burnout; 0 where a cluster is not live, and after ruin.
    total : (H,)
        Dollars a month, to the last bit what was counted.
    mission_revenue, energy : (H,) or None
        Dollars a month, each cluster's weighted by how well it fits, and energy at the end of the month, with the lever
        "mission".
    cash : (H,) or None
        Dollars at the end of the month, with the lever "finances". After ruin it stays where it is.
    reached
        Months by name of the milestone, and of "legacy", "burnout", "ruin" and "admission" where the plan has them;
        infinity where it was not reached.
    events
        What happened, in its order.

    Examples
    --------
    >>> import clustersim as cs
    >>> life = cs.simulate(cs.Plan(), n=5_000, rng=7).trace(4711)
    >>> life.revenue.shape, bool(abs(life.revenue.sum(axis=0) - life.total).max() < 1e-6)
    ((12, 120), True)
    >>> print(*(event for event in life.events if not event.everyday), sep="\n")
    month 10: white belt
    month 13: yellow belt
    month 26: green belt
    month 28: blue belt
    month 32: black month
    month 36: black belt
    month 36: clusters 8, 10 and 9 converge
    month 39: black year
    month 61: cluster 8 emerges as the legacy
    month 83: million
    """

    trajectory: int
    key: int
    plan: Plan
    clusters: tuple[str, ...]
    viable: tuple[bool, ...]
    revenue: Floats
    levels: Floats
    total: Floats
    mission_revenue: Floats | None
    energy: Floats | None
    cash: Floats | None
    reached: dict[str, float]
    events: tuple[Event, ...]

    @property
    def horizon(self) -> int:
        """How many months it has."""
        return len(self.total)

    def summary(self) -> TraceSummary:
        """Its clusters, its events and its years in tables, which print well and show well in a notebook."""
        return TraceSummary.of(self)

    def to_pandas(self) -> "pd.DataFrame":
        """Tidy table, one line a cluster and month: cluster, month, level, revenue.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        return tables.to_pandas(self)

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw what each cluster earned, one upon the other, and what happened besides.

        Parameters
        ----------
        ax
            Matplotlib axes to draw on; new ones if there are none.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        from clustersim.present.plots import life  # noqa: PLC0415  # what presents knows what is presented

        return life(self, ax)

    def _repr_html_(self) -> str:
        return self.summary()._repr_html_()  # of a sister

    def __repr__(self) -> str:
        last = "; ".join(str(event) for event in self.events if not event.everyday) or "nothing but clusters"
        return f"<Trace of trajectory {self.trajectory}: {last}>"


def trace(outcome: "Outcome", trajectory: int) -> Trace:
    """Tell one of an outcome's lives: ``outcome.trace(i)`` is the same.

    Raises
    ------
    TypeError, ValueError
        If its number is not whole, or none of the outcome's.
    """
    number = whole("trajectory", trajectory, 0)
    ranges = outcome.tally.ranges
    if not any(first <= number < stop for first, stop in ranges):
        known = ", ".join(f"{first} to {stop - 1}" for first, stop in ranges)
        raise ValueError(f"trajectory = {number}: this outcome has {known}")
    return trace_alone(outcome.program, outcome.tally.key, number)


def trace_alone(program: Program, key: int, trajectory: int) -> Trace:
    """Tell one life of a Program under a key; nothing is simulated but this.

    Raises
    ------
    TypeError, ValueError
        If its number is not whole, or not below 2^63.
    """
    number = whole("trajectory", trajectory, 0)
    if number >= MOST_TRAJECTORIES:
        raise ValueError(f"trajectory = {number}: trajectories are numbered below 2^63")
    twin = Twin(program, key, number, Float32())
    life = twin.live()
    plan, quantum = program.plan, program.quantum
    names = tuple(cluster.name or f"cluster {k}" for k, cluster in enumerate(plan.portfolio, start=1))
    total = np.array(life.revenue) * quantum
    after = np.arange(1, program.horizon + 1) > (life.ruin or program.horizon)
    return Trace(
        trajectory=number,
        key=int(key),
        plan=plan,
        clusters=names,
        viable=tuple(not cluster.doomed for cluster in twin.clusters),
        revenue=_shared(np.array(life.earned, float).T, total),
        levels=np.where(after, 0.0, np.array(life.levels, float).T),
        total=total,
        mission_revenue=np.array(life.mission_revenue) * quantum if plan.mission else None,
        energy=np.array(life.energy, float) if plan.mission else None,
        cash=np.array(life.cash) * program.grain if plan.finances else None,
        reached=_reached(program, life),
        events=tuple(told(life.story, names, program.milestones)),
    )


def _shared(earned: Floats, total: Floats) -> Floats:
    """Share out what was counted in a month (H,) by what each earned (K, H)."""
    together = earned.sum(axis=0)
    return np.where(together > 0, earned * total / np.where(together > 0, together, 1.0), 0.0)


def _reached(program: Program, life: Life) -> dict[str, float]:
    """Tell all first passages of a life."""
    months: dict[str, Any] = dict(zip(program.milestones, life.reached, strict=True))
    others = {"legacy": life.legacy, "burnout": life.burnout, "ruin": life.ruin, "admission": life.admission}
    months |= {event: others[event] for event in program.events if event in others}
    if not program.tables.legacy:
        del months["legacy"]
    return {event: float(month) if month else np.inf for event, month in months.items()}
