"""Attend, grow, earn: what clusters bring in, four months at a stretch (model 3.2 to 3.4).

Without levers the growth rate g is 1: effective age is calendar age. One call of Philox gives the noise of four months,
which stays in registers from the random words to the sum.
"""

from collections.abc import Callable

import numpy as np

from clustersim.kernel.arithmetic import F, I, U, exp, fma, normal_pair
from clustersim.kernel.curves import SMOOTHSTEP, bend, share_of, smoothstep
from clustersim.kernel.jit import inline, jit, loop
from clustersim.kernel.lanes import BLOCK, Books, Clusters, Floats, Integers, Words
from clustersim.kernel.layout import Tables
from clustersim.kernel.philox import philox

#: sigma, -sigma^2/2, phi, sqrt(1 - phi^2)
Noise = tuple[np.float32, np.float32, np.float32, np.float32]


@inline
def progress(month: np.int32, start: np.int32, pace: np.float32) -> np.float32:
    """The ramp's x of a live cluster: age over ramp, at most 1."""
    return min(F(I(month - start + I(1))) * pace, F(1))


@inline
def walked(
    month: np.int32, start: np.int32, persistence: np.float32, innovation: np.float32, y: np.float32, e: np.float32
) -> np.float32:
    """The next y: a standard normal in the launch month, from then on a stationary AR(1)."""
    return e if month == start else fma(persistence, y, innovation * e)


@jit
def level_of(tables: Tables, clusters: Clusters, month: int, k: int, slot: int) -> np.float32:
    """Tell a live cluster's level: the bits that are earned, before noise."""
    x = progress(I(month), clusters.start[k, slot], clusters.pace[k, slot])
    return clusters.price[k, slot] * share_of(tables.curve, x)


@jit
def earn_clusters(
    tables: Tables, key: np.uint64, clusters: Clusters, books: Books, month: int, turn: int, n: int
) -> None:
    """Add up what the clusters of ``n`` slots earn in ``month`` and the three following, in launch order.

    A row whose clusters are closed in every slot is passed over; where none is launched any more, and where all have
    their full level, there is less to do.
    """
    share, total = books.share, books.by_slot
    before, now = clusters.y[1 - turn], clusters.y[turn]
    noise = tables.volatility, tables.drift, tables.persistence, tables.innovation
    nothing(total, 0, n)
    for k in range(tables.clusters):
        if clusters.first[k] >= month + BLOCK or clusters.last[k] < month:
            continue
        starting, growing = clusters.latest[k] >= month, clusters.grown[k] >= month
        if growing and tables.curve != SMOOTHSTEP:
            grow(tables.curve, month, clusters.start[k], clusters.pace[k], share, 0, n)
        start, until, price, pace = clusters.start[k], clusters.until[k], clusters.price[k], clusters.pace[k]
        low, high = clusters.low, clusters.high
        if tables.volatility <= F(0):
            if not growing:
                _earn_quietly(start, until, price, pace, share, total, month, n)
            elif tables.curve == SMOOTHSTEP:
                _earn_quietly_smooth(start, until, price, pace, share, total, month, n)
            else:
                _earn_quietly_shared(start, until, price, pace, share, total, month, n)
        elif not (starting or growing):
            _earn_grown(key, noise, low, high, start, until, price, pace, share, before[k], now[k], total, k, month, n)
        elif tables.curve != SMOOTHSTEP:
            _earn_shared(key, noise, low, high, start, until, price, pace, share, before[k], now[k], total, k, month, n)
        elif starting:
            _earn_launching(
                key, noise, low, high, start, until, price, pace, share, before[k], now[k], total, k, month, n
            )
        else:
            _earn_smooth(key, noise, low, high, start, until, price, pace, share, before[k], now[k], total, k, month, n)


@loop
def nothing(total: Floats, first: int, stop: int) -> None:
    """Begin four sums."""
    for i in range(np.uint64(first), np.uint64(stop)):  # unsigned: no wraparound
        total[0, i] = total[1, i] = total[2, i] = total[3, i] = F(0)


@jit
def grow(curve: int, month: int, start: Integers, pace: Floats, share: Floats, first: int, stop: int) -> None:
    """Find the share of the full level that four months bring: S of the ramp's x."""
    for b in range(BLOCK):
        _grow(I(month + b), start, pace, share[b], first, stop)
        bend(curve, share[b], first, stop)


@loop
def _grow(month: np.int32, start: Integers, pace: Floats, share: Floats, first: int, stop: int) -> None:
    for i in range(np.uint64(first), np.uint64(stop)):  # unsigned: no wraparound
        share[i] = progress(month, start[i], pace[i])


# Loops of one form that differ in what they may leave out: whether all of a row are launched, or grown, is known of the
# row, and LLVM cannot see it in the numbers.

LAUNCHING, SMOOTH, SHARED, GROWN = range(4)


def _noisy(kind: int) -> Callable[..., None]:
    @loop
    def earn(
        key: np.uint64,
        noise: Noise,
        low: Words,
        high: Words,
        start: Integers,
        until: Integers,
        price: Floats,
        pace: Floats,
        share: Floats,
        y_before: Floats,
        y_after: Floats,
        total: Floats,
        k: int,
        month: int,
        n: int,
    ) -> None:
        volatility, drift, persistence, innovation = noise
        block, m0, m1, m2, m3 = U((month - 1) // BLOCK), I(month), I(month + 1), I(month + 2), I(month + 3)
        for i in range(n):
            w0, w1, w2, w3 = philox(low[i], high[i], U(k), block, key)
            e0, e1 = normal_pair(w0, w1)
            e2, e3 = normal_pair(w2, w3)
            if kind in (LAUNCHING, SHARED):
                y0 = walked(m0, start[i], persistence, innovation, y_before[i], e0)
                y1 = walked(m1, start[i], persistence, innovation, y0, e1)
                y2 = walked(m2, start[i], persistence, innovation, y1, e2)
                y3 = walked(m3, start[i], persistence, innovation, y2, e3)
            else:
                y0 = fma(persistence, y_before[i], innovation * e0)
                y1 = fma(persistence, y0, innovation * e1)
                y2 = fma(persistence, y1, innovation * e2)
                y3 = fma(persistence, y2, innovation * e3)
            y_after[i] = y3
            l0 = l1 = l2 = l3 = price[i]
            if kind in (LAUNCHING, SMOOTH):
                age = F(I(m0 - start[i] + I(1)))
                l0 *= smoothstep(min(age * pace[i], F(1)))
                l1 *= smoothstep(min((age + F(1)) * pace[i], F(1)))
                l2 *= smoothstep(min((age + F(2)) * pace[i], F(1)))
                l3 *= smoothstep(min((age + F(3)) * pace[i], F(1)))
            elif kind == SHARED:
                l0, l1, l2, l3 = l0 * share[0, i], l1 * share[1, i], l2 * share[2, i], l3 * share[3, i]
            l0 *= exp(fma(volatility, y0, drift))
            l1 *= exp(fma(volatility, y1, drift))
            l2 *= exp(fma(volatility, y2, drift))
            l3 *= exp(fma(volatility, y3, drift))
            if kind in (LAUNCHING, SHARED):
                l0 = l0 if m0 >= start[i] else F(0)
                l1 = l1 if m1 >= start[i] else F(0)
                l2 = l2 if m2 >= start[i] else F(0)
                l3 = l3 if m3 >= start[i] else F(0)
            total[0, i] += l0 if m0 <= until[i] else F(0)
            total[1, i] += l1 if m1 <= until[i] else F(0)
            total[2, i] += l2 if m2 <= until[i] else F(0)
            total[3, i] += l3 if m3 <= until[i] else F(0)

    return earn


def _quiet(kind: int) -> Callable[..., None]:
    @loop
    def earn(
        start: Integers,
        until: Integers,
        price: Floats,
        pace: Floats,
        share: Floats,
        total: Floats,
        month: int,
        n: int,
    ) -> None:
        m0, m1, m2, m3 = I(month), I(month + 1), I(month + 2), I(month + 3)
        for i in range(n):
            l0 = l1 = l2 = l3 = price[i]
            if kind == SMOOTH:
                age = F(I(m0 - start[i] + I(1)))
                l0 *= smoothstep(min(age * pace[i], F(1)))
                l1 *= smoothstep(min((age + F(1)) * pace[i], F(1)))
                l2 *= smoothstep(min((age + F(2)) * pace[i], F(1)))
                l3 *= smoothstep(min((age + F(3)) * pace[i], F(1)))
            elif kind == SHARED:
                l0, l1, l2, l3 = l0 * share[0, i], l1 * share[1, i], l2 * share[2, i], l3 * share[3, i]
            total[0, i] += l0 if start[i] <= m0 <= until[i] else F(0)
            total[1, i] += l1 if start[i] <= m1 <= until[i] else F(0)
            total[2, i] += l2 if start[i] <= m2 <= until[i] else F(0)
            total[3, i] += l3 if start[i] <= m3 <= until[i] else F(0)

    return earn


_earn_launching, _earn_smooth, _earn_shared, _earn_grown = map(_noisy, (LAUNCHING, SMOOTH, SHARED, GROWN))
_earn_quietly_smooth, _earn_quietly_shared, _earn_quietly = map(_quiet, (SMOOTH, SHARED, GROWN))
