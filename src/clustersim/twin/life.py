"""What the twin knows of one practice: its clusters, its mega-clusters, and what became of it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from clustersim.twin.arithmetic import Number


@dataclass
class Cluster:
    """One offering: what was drawn for it, and where it is in its life."""

    order: int
    doomed: bool
    full: Number  # P, of a doomed cluster its failed share
    ramp: Number  # R
    trial: Number  # D
    lifetime: Number
    fit: Number = None  # m, with the lever Mission
    launched: int = 0  # month; 0: not yet
    established: int = 0
    live: bool = False
    age: Number = 0
    level: Number = 0
    y: Number = 0

    @property
    def ramping(self) -> bool:
        """Whether it is live and its ramp not finished."""
        return self.live and not self.established


@dataclass
class Mega:
    """A cluster after convergence."""

    origin: Cluster
    base: Number  # b
    target: Number  # T
    level: Number


class Happening(NamedTuple):
    """What happened at the end of a month, or in it.

    ``what`` is "launched", "established", "closed" (its trial is over), "expired" (its lifetime is) or "legacy", about
    a cluster; "converged", about those that became megas, mega 0 first, and "dissolved", about the others; "reached",
    about a milestone; "burnout", about the last month of it; "admitted", about the last month with more speed;
    "let go", of survival clients; or "ruin".
    """

    month: int
    what: str
    about: tuple[int, ...] = ()


@dataclass
class Life:
    """What became of one trajectory."""

    viable: int
    launches: int = 0
    launched: list[int] = field(default_factory=list)  # month by cluster; 0: never
    revenue: list[int] = field(default_factory=list)  # quanta by month
    held: list[list[bool]] = field(default_factory=list)  # by month, which milestones
    reached: list[int] = field(default_factory=list)  # month by milestone; 0: never
    converged: int = 0
    legacy: int = 0
    origin: int = -1
    burnout: int = 0  # month of the first; 0: never
    ruin: int = 0
    admission: int = 0
    mission_revenue: list[int] = field(default_factory=list)  # quanta by month, with the lever Mission
    energy: list[Number] = field(default_factory=list)  # at the end of each month, likewise
    cash: list[int] = field(default_factory=list)  # grains at the end of each month, with the lever Finances
    levels: list[list[Number]] = field(default_factory=list)  # dollars by month and cluster, a mega's at its origin
    earned: list[list[Number]] = field(default_factory=list)  # likewise, times its own noise and before other factors
    established: list[int] = field(default_factory=list)  # viable clusters that are, at the end of each month
    story: list[Happening] = field(default_factory=list)  # whatever happened, in its order
    doubtful: bool = False  # a decision hung by less than rounding may move
