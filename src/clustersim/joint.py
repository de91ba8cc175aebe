"""Plans counted together: the same trajectories under each, and what they have in common.

Common random numbers: a trajectory draws the same words under every plan, so what differs between two plans is told by
the trajectories in which they differ. Everything counted here adds over disjoint ranges of trajectories, as tallies do,
and gives the same bits whatever the ranges.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from time import perf_counter
from typing import Self

import numpy as np
from numpy.typing import NDArray

from clustersim.program import Program
from clustersim.ranges import run_range, warm
from clustersim.tally import Tally, count, first_passages
from clustersim.viability import stratum_weights
from clustersim.viable_together import joint_weights

Whole = NDArray[np.int64]

#: Trajectories that a worker simulates before it counts them: it holds every month's revenue of each.
_MOST_AT_ONCE = 1 << 13

#: Trajectories, from the run's first on, that are kept singly: they tell how estimates of two plans go together.
SAMPLE = 1 << 12

#: Figures of a pair that are counted by stratum, at most; with more there is one stratum.
_MOST_FIGURES = 1 << 19

#: Products of two limbs of so many bits can be added up so many times.
_LIMB, _RUN = 26, 1 << 10


@dataclass(frozen=True, kw_only=True, eq=False)
class Pair:
    """How the second of two plans differs from the first, in the same trajectories.

    ``E`` events that both have, ``H`` months of both, ``S`` strata: see `PairStrata`.

    Attributes
    ----------
    gained, lost : (E, S, H)
        Trajectories in which at the end of month 1, 2, ... only the second plan has got there, or only the first.
    sooner, later : (E,)
        Trajectories in which the second plan got there in an earlier month, or a later one; never is latest.
    strata : (S,)
        Trajectories by stratum.
    products : (Y + 1,) of Python integers
        Sums of products of the two plans' revenue of a year, each in its own quanta; the last for all years together.
    """

    gained: Whole
    lost: Whole
    sooner: Whole
    later: Whole
    strata: Whole
    products: NDArray[np.object_]

    def __add__(self, other: Self) -> Self:
        return type(self)(**{name: value + vars(other)[name] for name, value in vars(self).items()})


@dataclass(frozen=True, kw_only=True, eq=False)
class Joint:
    """Counts of a set of trajectories under several plans. ``P`` plans; else as `Pair`.

    Attributes
    ----------
    tallies
        Of each plan: what ``simulate`` counts of the same trajectories, to the last bit.
    pairs
        Of each two plans, in the order of ``itertools.combinations``.
    squares : (P, Y + 1) of Python integers
        Sums of squares of the revenue of a year, the last for all years together.
    first, shared : (P, E)
        Trajectories in which a plan was the only one, or one of several, to get there in the earliest month.
    ties, nobody : (E,)
        Trajectories in which several plans were the earliest together, or none got there at all.
    sample
        The trajectories below ``SAMPLE``: by the number of the first, how many viable clusters and in which month
        (E + 1, P, n); H + 1 stands for never.
    """

    tallies: tuple[Tally, ...]
    pairs: tuple[Pair, ...]
    squares: NDArray[np.object_]
    first: Whole
    shared: Whole
    ties: Whole
    nobody: Whole
    sample: dict[int, NDArray[np.uint16]]

    @property
    def n(self) -> int:
        """How many trajectories were counted."""
        return self.tallies[0].n

    def __add__(self, other: Self) -> Self:
        return type(self)(
            tallies=tuple(map(Tally.__add__, self.tallies, other.tallies)),
            pairs=tuple(map(Pair.__add__, self.pairs, other.pairs)),
            squares=self.squares + other.squares,
            first=self.first + other.first,
            shared=self.shared + other.shared,
            ties=self.ties + other.ties,
            nobody=self.nobody + other.nobody,
            sample=self.sample | other.sample,
        )

    def sampled(self) -> NDArray[np.uint16]:
        """Return the single trajectories in their order: (E + 1, P, n)."""
        return np.concatenate([self.sample[first] for first in sorted(self.sample)], axis=2)


@dataclass(frozen=True)
class Together:
    """Programs, as a job: counted in the same trajectories, of which ``start`` is the run's first."""

    programs: tuple[Program, ...]
    start: int

    @cached_property
    def events(self) -> tuple[str, ...]:
        """Whatever has a first passage in each of them, in the order of the first."""
        return tuple(event for event in has(self.programs[0]) if all(event in has(p) for p in self.programs))

    @property
    def horizon(self) -> int:
        """Months that all of them have."""
        return min(program.horizon for program in self.programs)

    @property
    def cluster_months(self) -> int:
        """How much work a trajectory is, at most."""
        return sum(program.clusters * program.horizon for program in self.programs)

    @property
    def counts_bytes(self) -> int:
        """How much memory the counts of a range take."""
        groups = sum(len(strata.weights) for strata in self.strata.values())
        pairs = 16 * groups * len(self.events) * self.horizon
        return sum(program.tally_bytes for program in self.programs) + pairs

    def warm(self) -> None:
        """Compile the kernels that they need."""
        for program in self.programs:
            warm(program)

    def count(self, key: int, first: int, n: int) -> tuple[Joint, float, float]:
        """Count the trajectories from ``first`` on."""
        stop = first + n
        joint, seconds, overhead = self._piece(key, first, min(_MOST_AT_ONCE, n))
        while (first := first + _MOST_AT_ONCE) < stop:
            more, *spent = self._piece(key, first, min(_MOST_AT_ONCE, stop - first))
            joint, seconds, overhead = joint + more, seconds + spent[0], spent[1]
        return joint, seconds, overhead

    def _piece(self, key: int, first: int, n: int) -> tuple[Joint, float, float]:
        begin = perf_counter()
        tallies, years, months, viable = list[Tally](), list[Whole](), list[Whole](), list[NDArray[np.int32]]()
        spent = 0.0
        for program in self.programs:
            records, more = run_range(program, key, first, n, paths=True)
            ran = perf_counter()
            tallies.append(count(program, key, first, records, more))
            spent += perf_counter() - ran
            years.append(_by_year(records.revenue[: self.horizon]))
            reached = dict(zip(program.events, first_passages(program, records, more), strict=True))
            months.append(self._within([reached[event] for event in self.events]))
            viable.append(records.viable)
        kept = min(max(self.start + SAMPLE - first, 0), n)
        joint = Joint(
            tallies=tuple(tallies),
            pairs=tuple(
                _pair(
                    *(months[a], months[b], strata.of_each(viable[a], viable[b]), len(strata.weights)),
                    *(self.horizon, _dot(years[a], years[b])),
                )
                for (a, b), strata in self.strata.items()
            ),
            squares=np.stack([_dot(year, year) for year in years]),
            **_ranked(np.stack(months), self.horizon),
            sample={first: _single(months, viable, kept)} if kept else {},
        )
        # What counting takes hardly depends on n where few trajectories are counted: that of the tallies.
        return joint, perf_counter() - begin - spent, spent

    def _within(self, months: Sequence[NDArray[np.uint16]]) -> Whole:
        """Put never last, and what lies beyond the common horizon there too: (E, n)."""
        table = np.stack(months).astype(np.int64) if months else np.zeros((0, 0), np.int64)
        return np.where((table == 0) | (table > self.horizon), self.horizon + 1, table)

    @cached_property
    def strata(self) -> dict[tuple[int, int], "PairStrata"]:
        """The strata of each two plans, by their places."""
        return {
            (a, b): PairStrata.of(self.programs[a], self.programs[b], len(self.events) * self.horizon)
            for a, b in combinations(range(len(self.programs)), 2)
        }


@dataclass(frozen=True, eq=False)
class PairStrata:
    """Groups of trajectories by how many clusters are viable under two plans, where that has a known distribution.

    By both numbers, where it is known how they go together; else by one plan's, if that one's is known.

    Attributes
    ----------
    weights : (S,)
        How probable each is; one group, if nothing is known or there would be too many.
    place : (K + 1, L + 1) or None
        The stratum of each two numbers; -1 where they do not go together. None with one group.
    """

    weights: NDArray[np.float64]
    place: Whole | None

    @classmethod
    def of(cls, one: Program, other: Program, figures: int) -> Self:
        """Find the strata of two plans, of which so many figures are counted in each; swapped, the same."""
        if one.digest > other.digest:
            swapped = cls.of(other, one, figures)
            return cls(swapped.weights, None if swapped.place is None else swapped.place.T)
        joint = joint_weights(one, other)
        if joint is not None and np.count_nonzero(joint) * figures <= _MOST_FIGURES:
            place = np.full(joint.shape, -1)
            place[joint > 0] = np.arange(np.count_nonzero(joint))
            return cls(joint[joint > 0], place)
        ours, theirs = np.ogrid[: one.clusters + 1, : other.clusters + 1]
        for weights, number in ((stratum_weights(one), ours), (stratum_weights(other), theirs)):
            if weights is not None and len(weights) * figures <= _MOST_FIGURES:
                return cls(weights, np.broadcast_to(number, (one.clusters + 1, other.clusters + 1)))
        return cls(np.ones(1), None)

    def of_each(self, ours: NDArray[np.int32], theirs: NDArray[np.int32]) -> Whole:
        """Tell the strata of trajectories (n,), from their numbers of viable clusters."""
        return np.zeros(len(ours), np.int64) if self.place is None else self.place[ours, theirs]


def has(program: Program) -> tuple[str, ...]:
    """Tell which events a plan has."""
    return tuple(event for event in program.events if event != "legacy" or program.tables.legacy)


def _by_year(revenue: Whole) -> Whole:
    """Add up quanta by month (H, n) to those of each year and, last, of all of them: (Y + 1, n)."""
    years = np.add.reduceat(revenue, np.arange(0, len(revenue), 12), axis=0)
    return np.concatenate([years, years.sum(axis=0, keepdims=True)])


def _dot(x: Whole, y: Whole) -> NDArray[np.object_]:
    """Add up products along the last axis, exactly: of whole numbers below 2^52."""
    starts = np.arange(0, x.shape[-1], _RUN)
    (x_high, x_low), (y_high, y_low) = (np.divmod(z, 1 << _LIMB) for z in (x, y))

    def total(product: Whole) -> NDArray[np.object_]:
        return np.asarray(np.add.reduceat(product, starts, axis=-1).astype(object).sum(axis=-1), object)

    middle = total(x_high * y_low) + total(x_low * y_high)
    return np.asarray((total(x_high * y_high) << 2 * _LIMB) + (middle << _LIMB) + total(x_low * y_low), object)


def _pair(a: Whole, b: Whole, stratum: Whole, strata: int, horizon: int, products: NDArray[np.object_]) -> Pair:
    """Count by stratum and month in which trajectories one of two plans is ahead: months (E, n) of both."""
    shape = len(a), strata, horizon
    gained, lost = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for event, (mine, theirs) in enumerate(zip(a, b, strict=True)):
        gained[event] = _ahead(theirs, mine, stratum, strata, horizon)
        lost[event] = _ahead(mine, theirs, stratum, strata, horizon)
    return Pair(
        gained=gained,
        lost=lost,
        sooner=(b < a).sum(axis=1),
        later=(a < b).sum(axis=1),
        strata=np.bincount(stratum, minlength=strata),
        products=products,
    )


def _ahead(early: Whole, late: Whole, stratum: Whole, strata: int, horizon: int) -> Whole:
    """Count those who at the end of each month have got there early and not yet late: (S, H)."""
    ahead = np.flatnonzero(early < late)
    row = stratum[ahead] * (horizon + 2)
    cells = strata * (horizon + 2)
    came = np.bincount(row + early[ahead], minlength=cells) - np.bincount(row + late[ahead], minlength=cells)
    return np.cumsum(came.reshape(strata, -1)[:, 1 : horizon + 1], axis=1)


def _ranked(months: Whole, horizon: int) -> dict[str, Whole]:
    """Count who got there first: months (P, E, n)."""
    earliest = months.min(axis=0)
    there = earliest <= horizon
    ahead = (months == earliest) & there
    alone = ahead.sum(axis=0) == 1
    return {
        "first": (ahead & alone).sum(axis=2),
        "shared": (ahead & ~alone).sum(axis=2),
        "ties": (there & ~alone).sum(axis=1),
        "nobody": (~there).sum(axis=1),
    }


def _single(months: Sequence[Whole], viable: Sequence[NDArray[np.int32]], kept: int) -> NDArray[np.uint16]:
    """Keep single trajectories: number of viable clusters, and months by event."""
    rows = [np.concatenate([k[None, :kept], m[:, :kept]]) for k, m in zip(viable, months, strict=True)]
    return np.stack(rows, axis=1).astype(np.uint16)
