"""What mega-clusters bring in, four months at a stretch (model 4)."""

import numpy as np

from clustersim.kernel.arithmetic import F, I, U, exp, fma, normal_pair
from clustersim.kernel.growth import grow, nothing, walked
from clustersim.kernel.jit import inline, jit, loop
from clustersim.kernel.lanes import BLOCK, VECTOR, Books, Floats, Megas
from clustersim.kernel.layout import Tables
from clustersim.kernel.philox import philox


@jit
def earn_megas(tables: Tables, key: np.uint64, megas: Megas, books: Books, month: int, first: int, stop: int) -> None:
    """Add up what the megas of the slots ``first`` to ``stop`` earn in ``month`` and the three following."""
    # Whole vectors: what stands in the slots beyond is walked along, and nobody reads it.
    stop = min(first + (stop - first + VECTOR - 1) // VECTOR * VECTOR, megas.lane.size)
    nothing(books.by_slot, first, stop)
    grow(tables.curve, month, megas.start, megas.pace, books.share, first, stop)
    for j in range(tables.megas):
        if tables.volatility > F(0):
            _earn(tables, key, megas, books, megas.y[j], j, month, first, stop)
        else:
            _earn_quietly(megas, books, j, first, stop)


@inline
def _risen(base: np.float32, target: np.float32, share: np.float32) -> np.float32:
    """A mega's level on its way from b to T."""
    return fma(target - base, share, base)


@loop
def _earn(
    tables: Tables, key: np.uint64, megas: Megas, books: Books, y: Floats, j: int, month: int, first: int, stop: int
) -> None:
    persistence, innovation = tables.persistence, tables.innovation
    volatility, drift = tables.volatility, tables.drift
    block, m0, m1, m2, m3 = U((month - 1) // BLOCK), I(month), I(month + 1), I(month + 2), I(month + 3)
    share, total = books.share, books.by_slot
    for i in range(np.uint64(first), np.uint64(stop)):  # unsigned: no wraparound
        # The mega goes on with the noise of the cluster that it grew from.
        w0, w1, w2, w3 = philox(megas.low[i], megas.high[i], U(megas.origin[j, i]), block, key)
        e0, e1 = normal_pair(w0, w1)
        e2, e3 = normal_pair(w2, w3)
        born = megas.born[j, i]
        y0 = walked(m0, born, persistence, innovation, y[i], e0)
        y1 = walked(m1, born, persistence, innovation, y0, e1)
        y2 = walked(m2, born, persistence, innovation, y1, e2)
        y3 = walked(m3, born, persistence, innovation, y2, e3)
        y[i] = y3
        base, target = megas.base[j, i], megas.target[j, i]
        there = I(j) < megas.number[i]
        l0 = _risen(base, target, share[0, i]) * exp(fma(volatility, y0, drift))
        l1 = _risen(base, target, share[1, i]) * exp(fma(volatility, y1, drift))
        l2 = _risen(base, target, share[2, i]) * exp(fma(volatility, y2, drift))
        l3 = _risen(base, target, share[3, i]) * exp(fma(volatility, y3, drift))
        total[0, i] += l0 if there else F(0)
        total[1, i] += l1 if there else F(0)
        total[2, i] += l2 if there else F(0)
        total[3, i] += l3 if there else F(0)


@loop
def _earn_quietly(megas: Megas, books: Books, j: int, first: int, stop: int) -> None:
    share, total = books.share, books.by_slot
    for i in range(np.uint64(first), np.uint64(stop)):  # unsigned: no wraparound
        base, target = megas.base[j, i], megas.target[j, i]
        there = I(j) < megas.number[i]
        total[0, i] += _risen(base, target, share[0, i]) if there else F(0)
        total[1, i] += _risen(base, target, share[1, i]) if there else F(0)
        total[2, i] += _risen(base, target, share[2, i]) if there else F(0)
        total[3, i] += _risen(base, target, share[3, i]) if there else F(0)
