"""What the state of a block has besides where levers are on: ages that grow unevenly, attention, energy, cash.

Rows, megas, practices and books are those of ``lanes``; a row holds every lane from the beginning, launched or not,
and loses those whose cluster has closed.
"""

from typing import NamedTuple

import numpy as np

from clustersim.kernel.arena import Arena
from clustersim.kernel.jit import stage
from clustersim.kernel.lanes import (
    BLOCK,
    NEVER,
    Books,
    Candidates,
    Floats,
    Integers,
    Megas,
    Practices,
    Quanta,
    Rows,
    arena_bytes,
    block_size,
    depth_of,
    room,
)
from clustersim.kernel.layout import Tables


class Lives(NamedTuple):
    """Clusters by row and place, as ``Rows``."""

    whole: Integers  # (3, K, L)
    real: Floats  # (4, K, L)
    normals: Floats  # (K, 4, L): of these four months
    drawn: Integers  # (K,): the stretch for which they are drawn


ESTABLISHED, LIFETIME, FATE = range(3)  # the month, or 0; months, or NEVER; by lane, 1 if viable, noted if asked for
AGE, RAMP, FIT, LEVEL = range(4)  # a, what it has to reach, m, and the level of the last month


class Growths(NamedTuple):
    """Megas, by slot."""

    progress: Floats  # (L,): w
    settled: Floats  # (L,): what they weigh on energy, the sum of 1 - m
    normals: Floats  # (J, 4, L)
    y: Floats  # (J, L): noise before exp, after the last month


class Minds(NamedTuple):
    """Practices, by lane. What clusters add up to stands four and four together, as a place's share of it does."""

    whole: Integers  # (9, L)
    real: Floats  # (4, L)
    earned: Floats  # (4 L,): revenue, mission revenue, levels of those that live on, nothing
    loads: Floats  # (4 L,): how many ramp and how many do not, and what either weigh on energy
    weight: Floats  # (4 L,): loads of one row, by place
    cash: Quanta  # (1 + 4, L): now, and at the end of each of these months
    units: Quanta  # (4, L): cash of these months as it is counted
    mission: Quanta  # (4, L): mission revenue of these months
    paid: Floats  # (4, L): revenue of these months, in whole quanta, for the histogram
    paid_mission: Floats  # (4, L): mission revenue likewise
    bins: Integers  # (4, L): of a histogram
    watched: Quanta  # (L,): the sum over the trigger's window


# The next cluster; the month of the last launch, of the last burnt-out month, of the last admitted one; the first
# burnout, admission, and ruin, NEVER if not yet; the trigger's first passage, 0 if not yet; 1 with survival clients.
NEXT, LATEST, BURNT, ADMITTED, BURNOUT, ADMISSION, RUIN, TRIGGERED, KEPT = range(9)
GROWTH, LOAD, ENERGY, ATTENDING = range(4)  # g; what weighs on energy; E; the load of survival clients

Workspace = tuple[Rows, Megas, Practices, Candidates, Books, Lives, Growths, Minds]


def workspace(tables: Tables, count: int) -> Workspace:
    """Room for one block of a range of ``count`` trajectories."""
    k, j, m, w = tables.clusters, tables.megas, tables.thresholds.size, tables.windows.size
    bytes_a_lane = 4 * (20 * k + 12 * j + m + 95) + 8 * (depth_of(tables) + w + 19)
    lanes = block_size(count, bytes_a_lane)
    arena = Arena(arena_bytes(lanes, bytes_a_lane))
    f, i, q, zeros = np.float32, np.int32, np.int64, arena.zeros
    return (
        *room(tables, lanes, q, arena),
        Lives(zeros((3, k, lanes), i), zeros((4, k, lanes), f), zeros((k, BLOCK, lanes), f), zeros(k, i)),
        Growths(zeros(lanes, f), zeros(lanes, f), zeros((j, BLOCK, lanes), f), zeros((j, lanes), f)),
        Minds(
            whole=zeros((9, lanes), i),
            real=zeros((4, lanes), f),
            earned=zeros(BLOCK * lanes, f),
            loads=zeros(BLOCK * lanes, f),
            weight=zeros(BLOCK * lanes, f),
            cash=zeros((1 + BLOCK, lanes), q),
            units=zeros((BLOCK, lanes), q),
            mission=zeros((BLOCK, lanes), q),
            paid=zeros((BLOCK, lanes), f),
            paid_mission=zeros((BLOCK, lanes), f),
            bins=zeros((BLOCK, lanes), i),
            watched=zeros(lanes, q),
        ),
    )


@stage
def begin(lives: Lives, minds: Minds, savings: int, attention: np.float32) -> None:
    """Begin a new block: full of energy, savings untouched."""
    for i in range(minds.whole.shape[1]):
        for row in (NEXT, LATEST, BURNT, ADMITTED, TRIGGERED):
            minds.whole[row, i] = 0
        for row in (BURNOUT, ADMISSION, RUIN):
            minds.whole[row, i] = NEVER
        minds.whole[KEPT, i] = 1
        minds.real[GROWTH, i] = 1
        minds.real[LOAD, i] = 0
        minds.real[ENERGY, i] = 1
        minds.real[ATTENDING, i] = attention
        minds.cash[0, i] = savings
        minds.watched[i] = 0
    for i in range(minds.loads.size):
        minds.loads[i] = 0
        minds.earned[i] = 0
    for k in range(lives.drawn.size):
        lives.drawn[k] = 0
        for i in range(lives.whole.shape[2]):
            lives.whole[ESTABLISHED, k, i] = 0
            lives.real[AGE, k, i] = 0
            lives.real[LEVEL, k, i] = 0
