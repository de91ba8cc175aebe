"""The state of one block: many trajectories side by side, every array ending in the axis of lanes.

A *lane* is a trajectory of the block, and keeps its place. What its clusters do stands at a *slot* for as long as it
has not converged, and what its megas do at a slot of theirs from then on: so work follows what is alive, and slots are
kept without holes.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clustersim.kernel.jit import jit

#: Months that one call of Philox serves, and that are simulated at a stretch.
BLOCK = 4

#: Lanes that the widest processor handles at once; blocks are whole multiples of it.
VECTOR = 16

#: A month that no horizon reaches.
NEVER = 1 << 20

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]
Words = NDArray[np.uint32]
Quanta = NDArray[np.int64]


class Clusters(NamedTuple):
    """The clusters of practices that have not converged, by slot.

    How long a cluster ramps and lives is drawn before the first month, and nothing but convergence comes between: so
    its first and last month are known from the beginning. It is live in month t when ``start <= t <= until``, and
    still ramping after it when ``start <= t < ramping``.
    """

    lane: Integers  # (L,): whose slot this is; -1: it has just converged
    low: Words  # (L,): the trajectory's address
    high: Words
    price: Floats  # (K, L): P; of a doomed cluster its failed share
    pace: Floats  # (K, L): 1 / R, rounded up
    start: Integers  # (K, L)
    until: Integers  # (K, L)
    ramping: Integers  # (K, L)
    first: Integers  # (K,): earliest start in any slot
    latest: Integers  # (K,): latest start
    last: Integers  # (K,): latest end
    grown: Integers  # (K,): from the month after this on, whoever is live has its full level
    y: Floats  # (2, K, L): noise before exp, after this block of months and the last, by turns
    level: Floats  # (K,): levels of one practice, while it converges


class Megas(NamedTuple):
    """The mega-clusters of practices that have converged, by slot."""

    lane: Integers  # (L,)
    low: Words
    high: Words
    number: Integers  # (L,): how many megas
    start: Integers  # (L,): the month after convergence
    pace: Floats  # (L,): 1 / Rc, rounded up
    origin: Integers  # (J, L): the cluster that it grew from
    born: Integers  # (J, L): that cluster's start
    base: Floats  # (J, L): b
    target: Floats  # (J, L): T
    y: Floats  # (J, L)


class Practices(NamedTuple):
    """What a practice has once, by lane."""

    slot: Integers  # of its clusters
    failure_rate: Floats  # f
    viable: Integers
    launched: Integers
    consolidation: Floats  # 1 / Rc, rounded up
    legacy_time: Integers  # G
    choice: Floats  # the uniform that chooses the legacy
    target: Floats  # (J, L): M
    legacy: Integers  # month in which it will emerge, or NEVER
    heir: Integers  # the cluster that it grew from
    market_y: Floats


class Books(NamedTuple):
    """Sums and what the milestones remember, by lane. ``W`` windows, the longest of ``V`` months."""

    by_slot: Floats  # (4, L): revenue of these months, where clusters or megas stand
    share: Floats  # (4, L): S, of one cluster at a time
    total: Floats  # (4, L): revenue of these months; once rounded, in quanta
    market: Floats  # (4, L): the market's factor
    quanta: Quanta  # (V + 4, L): of these months and the last V, in turn
    sums: Quanta  # (W, L)
    ahead: Quanta  # (L,): the trigger's sum, looking ahead
    due: Integers  # (L,): the month of these in which the trigger is reached, or 0
    reached: Integers  # (M, L): month, or 0


@jit
def clusters_of(lanes: int, clusters: int) -> Clusters:
    """Room for a block's clusters."""
    f, i, u = np.float32, np.int32, np.uint32
    return Clusters(
        lane=np.empty(lanes, i),
        low=np.empty(lanes, u),
        high=np.empty(lanes, u),
        price=np.empty((clusters, lanes), f),
        pace=np.empty((clusters, lanes), f),
        start=np.empty((clusters, lanes), i),
        until=np.empty((clusters, lanes), i),
        ramping=np.empty((clusters, lanes), i),
        first=np.empty(clusters, i),
        latest=np.empty(clusters, i),
        last=np.empty(clusters, i),
        grown=np.empty(clusters, i),
        y=np.empty((2, clusters, lanes), f),
        level=np.empty(clusters, f),
    )


@jit
def megas_of(lanes: int, megas: int) -> Megas:
    """Room for a block's megas."""
    f, i, u = np.float32, np.int32, np.uint32
    return Megas(
        lane=np.empty(lanes, i),
        low=np.empty(lanes, u),
        high=np.empty(lanes, u),
        number=np.empty(lanes, i),
        start=np.empty(lanes, i),
        pace=np.empty(lanes, f),
        origin=np.empty((megas, lanes), i),
        born=np.empty((megas, lanes), i),
        base=np.empty((megas, lanes), f),
        target=np.empty((megas, lanes), f),
        y=np.empty((megas, lanes), f),
    )


@jit
def practices_of(lanes: int, megas: int) -> Practices:
    """Room for a block's practices."""
    f, i = np.float32, np.int32
    return Practices(
        slot=np.empty(lanes, i),
        failure_rate=np.empty(lanes, f),
        viable=np.empty(lanes, i),
        launched=np.empty(lanes, i),
        consolidation=np.empty(lanes, f),
        legacy_time=np.empty(lanes, i),
        choice=np.empty(lanes, f),
        target=np.empty((megas, lanes), f),
        legacy=np.empty(lanes, i),
        heir=np.empty(lanes, i),
        market_y=np.empty(lanes, f),
    )


@jit
def books_of(lanes: int, milestones: int, windows: int, longest: int) -> Books:
    """Room for a block's sums."""
    f, i, q = np.float32, np.int32, np.int64
    return Books(
        by_slot=np.empty((BLOCK, lanes), f),
        share=np.empty((BLOCK, lanes), f),
        total=np.empty((BLOCK, lanes), f),
        market=np.empty((BLOCK, lanes), f),
        quanta=np.empty((longest + BLOCK, lanes), q),
        sums=np.empty((windows, lanes), q),
        ahead=np.empty(lanes, q),
        due=np.empty(lanes, i),
        reached=np.empty((milestones, lanes), i),
    )


@jit
def clear(clusters: Clusters, practices: Practices, books: Books) -> None:
    """Begin a new block: nothing launched, nothing earned, every lane at the slot of its number."""
    for i in range(practices.slot.size):
        clusters.lane[i] = i
        practices.slot[i] = i
        practices.viable[i] = 0
        practices.legacy[i] = NEVER
        practices.heir[i] = -1
        practices.market_y[i] = 0
        for v in range(books.quanta.shape[0]):
            books.quanta[v, i] = 0
        for w in range(books.sums.shape[0]):
            books.sums[w, i] = 0
        for m in range(books.reached.shape[0]):
            books.reached[m, i] = 0
