"""The state of one block: many trajectories side by side, every array ending in the axis of lanes.

A *lane* is a trajectory of the block. Each cluster has a *row*: a list without holes of the lanes in which it may still
earn, packed anew as clusters close and practices converge. Megas have *slots*, in the order of convergence. So work
follows what is alive. Related numbers share an array, whose first axis has a name for each: a kernel stage is handed
few arrays, and compiles much faster.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clustersim.kernel.arena import Arena
from clustersim.kernel.jit import inline, loop, stage
from clustersim.kernel.layout import Tables

#: Months that one call of Philox serves, and that are simulated at a stretch.
BLOCK = 4

#: Lanes that the widest processor handles at once; blocks are whole multiples of it.
VECTOR = 16

#: A month that no horizon reaches.
NEVER = 1 << 20

#: The first place, as wide as all others: to numba a bare 0 is a type of its own, and everything is compiled anew.
ZERO: int = np.int64(0)  # type: ignore[assignment]
ONE: int = np.int64(1)  # type: ignore[assignment]

#: A block's state should stay in a core's second-level cache.
STATE_BYTES = 1 << 21
_MOST_LANES, _FEWEST_LANES = 4080, 64  # 4096 squares of 2^26 would not fit in 64 bits

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]
Months = NDArray[np.uint16]
Quanta = NDArray[np.int64] | NDArray[np.int32]  # 32 bits in the kernel of plans that fit, see layout.NARROW


class Rows(NamedTuple):
    """The clusters of practices that have not converged: a row a cluster, ``K`` of them, ``L`` places each.

    How long a cluster ramps and lives is drawn before the first month, and nothing but convergence comes between: so
    its first and last month are known from the beginning. It is live in month t when ``START <= t <= UNTIL``.
    """

    whole: Integers  # (6, K, L), see below
    real: Floats  # (2, K, L)
    y: Floats  # (2, K, L): noise before exp, after this stretch of months and the last, by turns
    about: Integers  # (8, K): what holds of a row


# By place; but PLACE (-1 once it has closed), LAUNCH (the start again) and RAMPING (for how many months) by lane.
LANE, START, UNTIL, PLACE, LAUNCH, RAMPING = range(6)
PRICE, PACE = range(2)  # P, of a doomed cluster its failed share; 1 / R, rounded up
# How many places; the earliest start; the earliest and the latest end, and the latest before NEVER; the month from
# which on whatever does not end is at its full level; SETTLED, in row 0, and SCRATCH are no row's own.
COUNT, FIRST, SOONEST, LAST, MORTAL, GROWN, SETTLED, SCRATCH = range(8)
DEAD = LAST  # month by month: how many places are dead
ALL_DONE = SETTLED  # month by month, in row 0: 1 when nobody will launch anything any more


class Megas(NamedTuple):
    """The mega-clusters of practices that have converged, ``J`` each, by slot."""

    whole: Integers  # (3, L): the lane, how many megas, the month after convergence
    pace: Floats  # (L,): 1 / Rc, rounded up
    origin: Integers  # (2, J, L): the cluster that it grew from, and that cluster's start
    real: Floats  # (3, J, L): b, T, and noise before exp
    fit: Floats  # (J, L): m; 1 without the mission lever
    earned: Floats  # (4, L): in these months, by all of them


OF_LANE, NUMBER, SINCE = range(3)
ORIGIN, BORN = range(2)
BASE, TARGET, NOISE = range(3)


class Practices(NamedTuple):
    """What a practice has once, by lane."""

    whole: Integers  # (6, L)
    real: Floats  # (5, L)
    target: Floats  # (J, L): M


VIABLE, LAUNCHED, CONVERGED, LEGACY_TIME, LEGACY, HEIR = range(6)  # months of convergence and legacy, or NEVER
# f; 1 / Rc; the legacy's uniform; the market's y; V, the uniform below which the ideas that are left score
FAILURE_RATE, CONSOLIDATION, CHOICE, MARKET, LEFT = range(5)


class Candidates(NamedTuple):
    """The practices that may converge in this stretch of months, side by side."""

    whole: Integers  # (4, L)
    real: Floats  # (3, L)
    level: Floats  # (K, L): of their clusters, -1 if not live


WHO, MONTH, LIVE, BEST = range(4)  # lane, month of the trigger, how many live clusters, the highest
TOP, REST, FULL = range(3)  # the highest level; the sum of those that do not become megas; P of one cluster


class Books(NamedTuple):
    """Sums and what the milestones remember, by lane. ``W`` windows, the longest of ``V`` months.

    Four months of a lane stand side by side, so that a place's earnings are one vector to add.
    """

    part: Floats  # (4 L,): what a row earns, by place
    share: Floats  # (4, L): S, of one row at a time
    normals: Floats  # (4, L): its noise
    settled: Floats  # (L,): what the first rows earn, each at its full level
    total: Floats  # (4 L,): revenue of these months; once rounded, in quanta
    factor: Floats  # (4 L,): the market's; 1 without
    bin: Integers  # (4 L,): of the histogram
    quanta: Quanta  # (V, L): of these months and those before, in turn; V a multiple of 4
    sums: Quanta  # (W, L): over the windows, before these months
    slid: Quanta  # (4, L): over one window, at the end of each of these months
    reached: Integers  # (M, L): month, or NEVER
    due: Integers  # (L,): the month of these in which the trigger is reached


def workspace(tables: Tables, count: int) -> tuple[Rows, Megas, Practices, Candidates, Books]:
    """Room for one block of a range of ``count`` trajectories."""
    k, j, m, w = tables.clusters, tables.megas, tables.thresholds.size, tables.windows.size
    bytes_a_lane = 4 * (9 * k + 7 * j + m + 46 + depth_of(tables) + w + 4)
    lanes = block_size(count, bytes_a_lane)
    return room(tables, lanes, np.int32, Arena(arena_bytes(lanes, bytes_a_lane)))


def room(tables: Tables, lanes: int, quanta: type, arena: Arena) -> tuple[Rows, Megas, Practices, Candidates, Books]:
    """Room for so many lanes, in which quanta are of that type."""
    k, j, m, w = tables.clusters, tables.megas, tables.thresholds.size, tables.windows.size
    f, i, zeros, ones = np.float32, np.int32, arena.zeros, arena.ones
    # What is not there is walked along with the rest in whole vectors, and has to be a number: zeros.
    return (
        Rows(zeros((6, k, lanes), i), zeros((2, k, lanes), f), zeros((2, k, lanes), f), zeros((8, k), i)),
        Megas(
            whole=zeros((3, lanes), i),
            pace=zeros(lanes, f),
            origin=zeros((2, j, lanes), i),
            real=zeros((3, j, lanes), f),
            fit=ones((j, lanes), f),
            earned=zeros((BLOCK, lanes), f),
        ),
        Practices(zeros((6, lanes), i), zeros((5, lanes), f), zeros((j, lanes), f)),
        Candidates(zeros((4, lanes), i), zeros((3, lanes), f), zeros((k, lanes), f)),
        Books(
            part=zeros(BLOCK * lanes, f),
            share=zeros((BLOCK, lanes), f),
            normals=zeros((BLOCK, lanes), f),
            settled=zeros(lanes, f),
            total=zeros(BLOCK * lanes, f),
            factor=ones(BLOCK * lanes, f),
            bin=zeros(BLOCK * lanes, i),
            quanta=zeros((depth_of(tables), lanes), quanta),
            sums=zeros((w, lanes), quanta),
            slid=zeros((BLOCK, lanes), quanta),
            reached=zeros((m, lanes), i),
            due=zeros(lanes, i),
        ),
    )


def arena_bytes(lanes: int, bytes_a_lane: int) -> int:
    """Tell how much memory a block asks for, and some more."""
    return lanes * bytes_a_lane * 5 // 4


def depth_of(tables: Tables) -> int:
    """Tell how many months the books remember: the longest window and these four, in whole stretches."""
    return whole_stretches(int(tables.windows[-1]) + BLOCK)


def whole_stretches(months: int) -> int:
    """Round months up to whole stretches."""
    return -(-months // BLOCK) * BLOCK


def block_size(count: int, bytes_a_lane: int) -> int:
    """Tell how many lanes make a block: no more than there are trajectories, in whole vectors."""
    fitting = min(max(STATE_BYTES // bytes_a_lane, _FEWEST_LANES), _MOST_LANES, count + VECTOR - 1)
    return fitting // VECTOR * VECTOR


@inline
def whole_vectors(places: int) -> int:
    """Round places up to whole vectors: what lies beyond is walked along with the rest, and nobody reads it.

    Left over, up to fifteen places would be walked one by one, in some 300 ns for each row and stretch.
    """
    return (places + VECTOR - 1) // VECTOR * VECTOR


@stage
def clear(practices: Practices, books: Books) -> None:
    """Begin a new block: nothing launched, nothing earned, nothing reached."""
    for i in range(practices.whole.shape[1]):
        practices.whole[VIABLE, i] = 0
        practices.whole[LAUNCHED, i] = 0
        practices.whole[CONVERGED, i] = NEVER
        practices.whole[LEGACY, i] = NEVER
        practices.whole[HEIR, i] = -1
        practices.real[MARKET, i] = 0
        practices.real[LEFT, i] = 1
        books.settled[i] = 0
    # Row by row: lane by lane, each row's cache line would be asked for sixteen times.
    for v in range(books.quanta.shape[0]):
        _set(books.quanta[v], ZERO)
    for w in range(books.sums.shape[0]):
        _set(books.sums[w], ZERO)
    for m in range(books.reached.shape[0]):
        _set(books.reached[m], NEVER)


@loop
def _set(row: Quanta, value: int) -> None:
    number = row.dtype.type(value)
    for i in range(row.size):
        row[i] = number


@loop
def list_flagged(flags: Integers, who: Integers, n: int) -> int:
    """List the lanes whose flag is not 0."""
    found = 0
    for lane in range(n):
        who[found] = np.int32(lane)
        found += 1 if flags[lane] != np.int32(0) else 0
    return found
