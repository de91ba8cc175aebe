"""Attend, grow, earn: what clusters bring in, four months at a stretch (model 3.2 to 3.4).

Without levers the growth rate g is 1: effective age is calendar age. One call of Philox gives the noise of four months,
which stays in registers from the random words to the sum.
"""

import numpy as np

from clustersim.kernel.arithmetic import F, I, U, exp, fma, normal_pair
from clustersim.kernel.curves import SMOOTHSTEP, bend, share_of, smoothstep
from clustersim.kernel.jit import inline, jit, loop
from clustersim.kernel.lanes import BLOCK, Books, Clusters, Floats, Integers, Words
from clustersim.kernel.layout import Tables
from clustersim.kernel.philox import philox


@inline
def progress(month: np.int32, start: np.int32, pace: np.float32) -> np.float32:
    """The ramp's x: age over ramp, in [0, 1]; 0 before the launch."""
    return min(max(F(month - start + I(1)) * pace, F(0)), F(1))


@inline
def walked(
    month: np.int32, start: np.int32, persistence: np.float32, innovation: np.float32, y: np.float32, e: np.float32
) -> np.float32:
    """The next y: a standard normal in the launch month, from then on a stationary AR(1)."""
    return e if month == start else fma(persistence, y, innovation * e)


@inline
def if_live(month: np.int32, start: np.int32, until: np.int32, earned: np.float32) -> np.float32:
    """What is earned, of a live cluster."""
    return earned if start <= month <= until else F(0)


@inline
def month_after(month: np.int32, months: int) -> np.int32:
    """So many months later."""
    return I(month + I(months))


@inline
def level_of(tables: Tables, clusters: Clusters, month: int, k: int, slot: int) -> np.float32:
    """Tell a live cluster's level: the bits that are earned, before noise."""
    x = progress(I(month), clusters.start[k, slot], clusters.pace[k, slot])
    return clusters.price[k, slot] * share_of(tables.curve, x)


@jit
def earn_clusters(
    tables: Tables, key: np.uint64, clusters: Clusters, books: Books, month: int, turn: int, n: int
) -> None:
    """Add up what the clusters of ``n`` slots earn in ``month`` and the three following, in launch order."""
    total = books.by_slot
    nothing(total[0], total[1], total[2], total[3], 0, n)
    block = U((month - 1) // BLOCK)
    for k in range(tables.clusters):
        if clusters.first[k] >= month + BLOCK:
            break
        if tables.volatility > F(0) and tables.curve == SMOOTHSTEP:
            _earn(
                key,
                U(k),
                block,
                I(month),
                tables.volatility,
                tables.drift,
                tables.persistence,
                tables.innovation,
                clusters.low,
                clusters.high,
                clusters.start[k],
                clusters.until[k],
                clusters.pace[k],
                clusters.price[k],
                clusters.y[1 - turn, k],
                clusters.y[turn, k],
                total[0],
                total[1],
                total[2],
                total[3],
                n,
            )
            continue
        grow(tables.curve, month, clusters.start[k], clusters.pace[k], books.share, 0, n)
        share = books.share
        if tables.volatility > F(0):
            _earn_share(
                key,
                U(k),
                block,
                I(month),
                tables.volatility,
                tables.drift,
                tables.persistence,
                tables.innovation,
                clusters.low,
                clusters.high,
                clusters.start[k],
                clusters.until[k],
                clusters.price[k],
                share[0],
                share[1],
                share[2],
                share[3],
                clusters.y[1 - turn, k],
                clusters.y[turn, k],
                total[0],
                total[1],
                total[2],
                total[3],
                n,
            )
        else:
            for b in range(BLOCK):
                _earn_quietly(
                    I(month + b), clusters.start[k], clusters.until[k], clusters.price[k], share[b], total[b], n
                )


@loop
def nothing(total0: Floats, total1: Floats, total2: Floats, total3: Floats, first: int, stop: int) -> None:
    """Begin four sums."""
    for i in range(first, stop):
        total0[i] = total1[i] = total2[i] = total3[i] = F(0)


@jit
def grow(curve: int, month: int, start: Integers, pace: Floats, share: Floats, first: int, stop: int) -> None:
    """Find the share of the full level that four months bring: S of the ramp's x."""
    for b in range(BLOCK):
        _grow(I(month + b), start, pace, share[b], first, stop)
        bend(curve, share[b], first, stop)


@loop
def _grow(month: np.int32, start: Integers, pace: Floats, share: Floats, first: int, stop: int) -> None:
    for i in range(first, stop):
        share[i] = progress(month, start[i], pace[i])


@loop
def _earn(
    key: np.uint64,
    cluster: np.uint32,
    block: np.uint32,
    month: np.int32,
    volatility: np.float32,
    drift: np.float32,
    persistence: np.float32,
    innovation: np.float32,
    low: Words,
    high: Words,
    start: Integers,
    until: Integers,
    pace: Floats,
    price: Floats,
    before: Floats,
    after: Floats,
    total0: Floats,
    total1: Floats,
    total2: Floats,
    total3: Floats,
    n: int,
) -> None:
    m0, m1, m2, m3 = month, month_after(month, 1), month_after(month, 2), month_after(month, 3)
    for i in range(n):
        w0, w1, w2, w3 = philox(low[i], high[i], cluster, block, key)
        e0, e1 = normal_pair(w0, w1)
        e2, e3 = normal_pair(w2, w3)
        y0 = walked(m0, start[i], persistence, innovation, before[i], e0)
        y1 = walked(m1, start[i], persistence, innovation, y0, e1)
        y2 = walked(m2, start[i], persistence, innovation, y1, e2)
        y3 = walked(m3, start[i], persistence, innovation, y2, e3)
        after[i] = y3
        l0 = price[i] * smoothstep(progress(m0, start[i], pace[i]))
        l1 = price[i] * smoothstep(progress(m1, start[i], pace[i]))
        l2 = price[i] * smoothstep(progress(m2, start[i], pace[i]))
        l3 = price[i] * smoothstep(progress(m3, start[i], pace[i]))
        total0[i] += if_live(m0, start[i], until[i], l0 * exp(fma(volatility, y0, drift)))
        total1[i] += if_live(m1, start[i], until[i], l1 * exp(fma(volatility, y1, drift)))
        total2[i] += if_live(m2, start[i], until[i], l2 * exp(fma(volatility, y2, drift)))
        total3[i] += if_live(m3, start[i], until[i], l3 * exp(fma(volatility, y3, drift)))


@loop
def _earn_share(
    key: np.uint64,
    cluster: np.uint32,
    block: np.uint32,
    month: np.int32,
    volatility: np.float32,
    drift: np.float32,
    persistence: np.float32,
    innovation: np.float32,
    low: Words,
    high: Words,
    start: Integers,
    until: Integers,
    price: Floats,
    share0: Floats,
    share1: Floats,
    share2: Floats,
    share3: Floats,
    before: Floats,
    after: Floats,
    total0: Floats,
    total1: Floats,
    total2: Floats,
    total3: Floats,
    n: int,
) -> None:
    m0, m1, m2, m3 = month, month_after(month, 1), month_after(month, 2), month_after(month, 3)
    for i in range(n):
        w0, w1, w2, w3 = philox(low[i], high[i], cluster, block, key)
        e0, e1 = normal_pair(w0, w1)
        e2, e3 = normal_pair(w2, w3)
        y0 = walked(m0, start[i], persistence, innovation, before[i], e0)
        y1 = walked(m1, start[i], persistence, innovation, y0, e1)
        y2 = walked(m2, start[i], persistence, innovation, y1, e2)
        y3 = walked(m3, start[i], persistence, innovation, y2, e3)
        after[i] = y3
        l0, l1, l2, l3 = price[i] * share0[i], price[i] * share1[i], price[i] * share2[i], price[i] * share3[i]
        total0[i] += if_live(m0, start[i], until[i], l0 * exp(fma(volatility, y0, drift)))
        total1[i] += if_live(m1, start[i], until[i], l1 * exp(fma(volatility, y1, drift)))
        total2[i] += if_live(m2, start[i], until[i], l2 * exp(fma(volatility, y2, drift)))
        total3[i] += if_live(m3, start[i], until[i], l3 * exp(fma(volatility, y3, drift)))


@loop
def _earn_quietly(
    month: np.int32, start: Integers, until: Integers, price: Floats, share: Floats, total: Floats, n: int
) -> None:
    for i in range(n):
        total[i] += if_live(month, start[i], until[i], price[i] * share[i])
