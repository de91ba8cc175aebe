"""What mega-clusters bring in, four months at a stretch (model 4)."""

import numpy as np

from clustersim.kernel.arithmetic import F, I, U, exp, fma, normal_pair
from clustersim.kernel.growth import grow, month_after, nothing, walked
from clustersim.kernel.jit import inline, jit, loop
from clustersim.kernel.lanes import BLOCK, VECTOR, Books, Floats, Integers, Megas, Words
from clustersim.kernel.layout import Tables
from clustersim.kernel.philox import philox


@jit
def earn_megas(
    tables: Tables, key: np.uint64, megas: Megas, books: Books, month: int, first: int, stop: int
) -> None:
    """Add up what the megas of the slots ``first`` to ``stop`` earn in ``month`` and the three following."""
    total, share = books.by_slot, books.share
    # Whole vectors: what stands in the slots beyond is walked along, and nobody reads it.
    stop = min(first + (stop - first + VECTOR - 1) // VECTOR * VECTOR, megas.lane.size)
    nothing(total[0], total[1], total[2], total[3], first, stop)
    grow(tables.curve, month, megas.start, megas.pace, share, first, stop)
    for j in range(tables.megas):
        if tables.volatility > F(0):
            _earn(
                key,
                I(j),
                U((month - 1) // BLOCK),
                I(month),
                tables.volatility,
                tables.drift,
                tables.persistence,
                tables.innovation,
                megas.low,
                megas.high,
                megas.number,
                megas.origin[j],
                megas.born[j],
                megas.base[j],
                megas.target[j],
                share[0],
                share[1],
                share[2],
                share[3],
                megas.y[j],
                total[0],
                total[1],
                total[2],
                total[3],
                first,
                stop,
            )
        else:
            for b in range(BLOCK):
                _earn_quietly(I(j), megas.number, megas.base[j], megas.target[j], share[b], total[b], first, stop)


@inline
def risen(base: np.float32, target: np.float32, share: np.float32) -> np.float32:
    """A mega's level on its way from b to T."""
    return fma(target - base, share, base)


@loop
def _earn(
    key: np.uint64,
    mega: np.int32,
    block: np.uint32,
    month: np.int32,
    volatility: np.float32,
    drift: np.float32,
    persistence: np.float32,
    innovation: np.float32,
    low: Words,
    high: Words,
    number: Integers,
    origin: Integers,
    born: Integers,
    base: Floats,
    target: Floats,
    share0: Floats,
    share1: Floats,
    share2: Floats,
    share3: Floats,
    y: Floats,
    total0: Floats,
    total1: Floats,
    total2: Floats,
    total3: Floats,
    first: int,
    stop: int,
) -> None:
    m0, m1, m2, m3 = month, month_after(month, 1), month_after(month, 2), month_after(month, 3)
    for i in range(first, stop):
        # The mega goes on with the noise of the cluster that it grew from.
        w0, w1, w2, w3 = philox(low[i], high[i], U(origin[i]), block, key)
        e0, e1 = normal_pair(w0, w1)
        e2, e3 = normal_pair(w2, w3)
        y0 = walked(m0, born[i], persistence, innovation, y[i], e0)
        y1 = walked(m1, born[i], persistence, innovation, y0, e1)
        y2 = walked(m2, born[i], persistence, innovation, y1, e2)
        y3 = walked(m3, born[i], persistence, innovation, y2, e3)
        y[i] = y3
        there = mega < number[i]
        l0, l1 = risen(base[i], target[i], share0[i]), risen(base[i], target[i], share1[i])
        l2, l3 = risen(base[i], target[i], share2[i]), risen(base[i], target[i], share3[i])
        total0[i] += l0 * exp(fma(volatility, y0, drift)) if there else F(0)
        total1[i] += l1 * exp(fma(volatility, y1, drift)) if there else F(0)
        total2[i] += l2 * exp(fma(volatility, y2, drift)) if there else F(0)
        total3[i] += l3 * exp(fma(volatility, y3, drift)) if there else F(0)


@loop
def _earn_quietly(
    mega: np.int32,
    number: Integers,
    base: Floats,
    target: Floats,
    share: Floats,
    total: Floats,
    first: int,
    stop: int,
) -> None:
    for i in range(first, stop):
        total[i] += risen(base[i], target[i], share[i]) if mega < number[i] else F(0)
