"""The state of one block: a lane is a trajectory, and every array ends in the axis of lanes."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clustersim.kernel.jit import jit

#: Months that one call of Philox serves.
BLOCK = 4

#: A month that no horizon reaches.
NEVER = 1 << 20

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]
Words = NDArray[np.uint32]
Quanta = NDArray[np.int64]


class Clusters(NamedTuple):
    """``K`` clusters of every lane, (K, L).

    How long a cluster ramps and lives is known when it is drawn; from its launch on, so is its last month. It is live
    in month t when ``start <= t <= until``, and still ramping after it when ``start <= t < ramping``.
    """

    price: Floats  # P; of a doomed cluster its failed share
    pace: Floats  # 1 / R, rounded up
    green: Integers  # months until it is established: R rounded up
    life: Integers  # months until it closes
    start: Integers  # month of launch, or NEVER
    until: Integers
    ramping: Integers
    y: Floats  # noise before exp
    normals: Floats  # (K, 4, L), of this block of months


class Megas(NamedTuple):
    """``J`` mega-clusters of every lane, (J, L)."""

    origin: Integers  # the cluster that it grew from
    base: Floats  # b
    target: Floats  # M until convergence, then T
    y: Floats
    normals: Floats  # (J, 4, L)


class Practices(NamedTuple):
    """What a practice has once, (L,)."""

    low: Words  # the trajectory's address
    high: Words
    failure_rate: Floats  # f
    viable: Integers
    launched: Integers
    last: Integers  # month of the last launch
    converged: Integers  # month, or NEVER
    megas: Integers
    consolidation: Floats  # 1 / Rc, rounded up
    legacy_time: Integers  # G
    choice: Floats  # the uniform that chooses the legacy
    legacy: Integers  # month in which it will emerge, or NEVER
    heir: Integers  # the cluster that it grew from
    market_y: Floats
    market_normals: Floats  # (4, L)


class Books(NamedTuple):
    """This month's sums, and what the milestones remember. ``W`` windows, the longest of ``V`` months."""

    share: Floats  # (L,): S, of one cluster at a time
    own: Floats  # (L,): a cluster's own failure rate, while it is drawn
    total: Floats  # (L,): revenue
    quanta: Quanta  # (L,)
    recent: Quanta  # (V, L): the last months' quanta
    sums: Quanta  # (W, L)
    reached: Integers  # (M, L): month, or 0


@jit
def clusters_of(lanes: int, clusters: int) -> Clusters:
    """Room for a block's clusters."""
    f, i = np.float32, np.int32
    shape = (clusters, lanes)
    return Clusters(
        price=np.empty(shape, f),
        pace=np.empty(shape, f),
        green=np.empty(shape, i),
        life=np.empty(shape, i),
        start=np.empty(shape, i),
        until=np.empty(shape, i),
        ramping=np.empty(shape, i),
        y=np.zeros(shape, f),
        normals=np.empty((clusters, BLOCK, lanes), f),
    )


@jit
def megas_of(lanes: int, megas: int) -> Megas:
    """Room for a block's megas; the noise of those not yet there is walked along, and has to be finite."""
    f, i = np.float32, np.int32
    shape = (megas, lanes)
    return Megas(
        origin=np.zeros(shape, i),
        base=np.zeros(shape, f),
        target=np.zeros(shape, f),
        y=np.zeros(shape, f),
        normals=np.zeros((megas, BLOCK, lanes), f),
    )


@jit
def practices_of(lanes: int) -> Practices:
    """Room for a block's practices."""
    f, i, u = np.float32, np.int32, np.uint32
    return Practices(
        low=np.empty(lanes, u),
        high=np.empty(lanes, u),
        failure_rate=np.empty(lanes, f),
        viable=np.empty(lanes, i),
        launched=np.empty(lanes, i),
        last=np.empty(lanes, i),
        converged=np.empty(lanes, i),
        megas=np.empty(lanes, i),
        consolidation=np.empty(lanes, f),
        legacy_time=np.empty(lanes, i),
        choice=np.empty(lanes, f),
        legacy=np.empty(lanes, i),
        heir=np.empty(lanes, i),
        market_y=np.zeros(lanes, f),
        market_normals=np.empty((BLOCK, lanes), f),
    )


@jit
def books_of(lanes: int, milestones: int, windows: int, longest: int) -> Books:
    """Room for a block's sums."""
    f, i, q = np.float32, np.int32, np.int64
    return Books(
        share=np.empty(lanes, f),
        own=np.empty(lanes, f),
        total=np.empty(lanes, f),
        quanta=np.empty(lanes, q),
        recent=np.empty((longest, lanes), q),
        sums=np.empty((windows, lanes), q),
        reached=np.empty((milestones, lanes), i),
    )


@jit
def clear(clusters: Clusters, practices: Practices, books: Books) -> None:
    """Begin a new block: nothing launched, nothing earned."""
    lanes = practices.low.size
    for i in range(lanes):
        practices.viable[i] = 0
        practices.launched[i] = 0
        practices.last[i] = -NEVER
        practices.converged[i] = NEVER
        practices.megas[i] = 0
        practices.legacy[i] = NEVER
        practices.heir[i] = -1
    for k in range(clusters.start.shape[0]):
        for i in range(lanes):
            clusters.start[k, i] = NEVER
            clusters.until[k, i] = 0
            clusters.ramping[k, i] = 0
    for v in range(books.recent.shape[0]):
        for i in range(lanes):
            books.recent[v, i] = 0
    for w in range(books.sums.shape[0]):
        for i in range(lanes):
            books.sums[w, i] = 0
    for m in range(books.reached.shape[0]):
        for i in range(lanes):
            books.reached[m, i] = 0
