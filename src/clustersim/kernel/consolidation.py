"""What mega-clusters bring in, four months at a stretch (model 4)."""

import numpy as np

from clustersim.kernel.arithmetic import F, I, U, exp2, fma, put_four
from clustersim.kernel.growth import Noise, grow, nothing, progress, walked
from clustersim.kernel.jit import inline, loop, part, stage
from clustersim.kernel.lanes import (
    BASE,
    BLOCK,
    BORN,
    NOISE,
    NUMBER,
    OF_LANE,
    ORIGIN,
    SINCE,
    TARGET,
    Books,
    Floats,
    Integers,
    Megas,
    whole_vectors,
)
from clustersim.kernel.layout import Tables
from clustersim.kernel.noise import four_normals


@part
def earn_megas(
    tables: Tables,
    key: np.uint64,
    trajectory: np.uint64,
    megas: Megas,
    books: Books,
    month: int,
    first: int,
    stop: int,
) -> None:
    """Add up what the megas of the slots ``first`` to ``stop`` earn in ``month`` and the three following."""
    stop = min(first + whole_vectors(stop - first), megas.pace.size)
    earned, share, normals, number = megas.earned, books.share, books.normals, megas.whole[NUMBER]
    noise = tables.volatility, tables.drift, tables.persistence, tables.innovation
    for b in range(BLOCK):
        nothing(earned[b], first, stop)
    grow(tables.curve, month, megas.whole[SINCE], megas.pace, share, first, stop)
    for j in range(tables.megas):
        base, target = megas.real[BASE, j], megas.real[TARGET, j]
        if tables.volatility > F(0):
            block, lane, origin = U((month - 1) // BLOCK), megas.whole[OF_LANE], megas.origin[ORIGIN, j]
            draw_mega_normals(key, trajectory, origin, block, lane, normals, first, stop)
            born, y = megas.origin[BORN, j], megas.real[NOISE, j]
            _earn(noise, normals, number, born, base, target, share, y, earned, j, month, first, stop)
        else:
            _earn_quietly(number, base, target, share, earned, j, first, stop)


@part
def settle_megas(tables: Tables, megas: Megas, month: int, settled: int, converged: int) -> int:
    """Tell how many of the first slots earn what they earned in the four months before ``month``.

    Without noise these are the ones in which all had been consolidated before those months.
    """
    before, since, pace = I(month - BLOCK), megas.whole[SINCE], megas.pace
    while tables.volatility == F(0) and settled < converged and progress(before, since[settled], pace[settled]) >= F(1):
        settled += 1
    return settled


@stage
def hand_over(megas: Megas, books: Books, n: int) -> None:
    """Put what megas earn in four months where their practice's clusters stood."""
    _line_up(megas.earned, books.part, n)
    _put(megas.whole[OF_LANE], books.part, books.total, n)


@loop
def _line_up(earned: Floats, part: Floats, n: int) -> None:
    for slot in range(np.uint64(n)):  # unsigned: no wraparound
        for b in range(np.uint64(BLOCK)):
            part[np.uint64(BLOCK) * slot + b] = earned[b, slot]


@loop
def _put(lane: Integers, part: Floats, total: Floats, n: int) -> None:
    for slot in range(n):
        put_four(total, BLOCK * lane[slot], part, BLOCK * slot)


@inline
def risen(base: np.float32, target: np.float32, share: np.float32) -> np.float32:
    """A mega's level on its way from b to T."""
    return fma(target - base, share, base)


@loop
def draw_mega_normals(
    key: np.uint64,
    trajectory: np.uint64,
    origin: Integers,
    block: np.uint32,
    lane: Integers,
    normals: Floats,
    first: int,
    stop: int,
) -> None:
    """Draw the noise of four months for one mega of every practice: it goes on with that of its cluster."""
    for i in range(np.uint64(first), np.uint64(stop)):  # unsigned: no wraparound
        e0, e1, e2, e3 = four_normals(trajectory, lane[i], U(origin[i]), block, key)
        normals[0, i], normals[1, i], normals[2, i], normals[3, i] = e0, e1, e2, e3


@loop
def _earn(
    noise: Noise,
    normals: Floats,
    number: Integers,
    born: Integers,
    base: Floats,
    target: Floats,
    share: Floats,
    y: Floats,
    earned: Floats,
    j: int,
    month: int,
    first: int,
    stop: int,
) -> None:
    volatility, drift, persistence, innovation = noise
    m0, m1, m2, m3 = I(month), I(month + 1), I(month + 2), I(month + 3)
    for i in range(np.uint64(first), np.uint64(stop)):  # unsigned: no wraparound
        e0, e1, e2, e3 = normals[0, i], normals[1, i], normals[2, i], normals[3, i]
        y0 = walked(m0, born[i], persistence, innovation, y[i], e0)
        y1 = walked(m1, born[i], persistence, innovation, y0, e1)
        y2 = walked(m2, born[i], persistence, innovation, y1, e2)
        y3 = walked(m3, born[i], persistence, innovation, y2, e3)
        y[i] = y3
        there = I(j) < number[i]
        l0 = risen(base[i], target[i], share[0, i]) * exp2(fma(volatility, y0, drift))
        l1 = risen(base[i], target[i], share[1, i]) * exp2(fma(volatility, y1, drift))
        l2 = risen(base[i], target[i], share[2, i]) * exp2(fma(volatility, y2, drift))
        l3 = risen(base[i], target[i], share[3, i]) * exp2(fma(volatility, y3, drift))
        earned[0, i] += l0 if there else F(0)
        earned[1, i] += l1 if there else F(0)
        earned[2, i] += l2 if there else F(0)
        earned[3, i] += l3 if there else F(0)


@loop
def _earn_quietly(
    number: Integers, base: Floats, target: Floats, share: Floats, earned: Floats, j: int, first: int, stop: int
) -> None:
    for i in range(np.uint64(first), np.uint64(stop)):  # unsigned: no wraparound
        there = I(j) < number[i]
        earned[0, i] += risen(base[i], target[i], share[0, i]) if there else F(0)
        earned[1, i] += risen(base[i], target[i], share[1, i]) if there else F(0)
        earned[2, i] += risen(base[i], target[i], share[2, i]) if there else F(0)
        earned[3, i] += risen(base[i], target[i], share[3, i]) if there else F(0)
