"""A practice's revenue: the market and the season, and whole quanta (model 3.4)."""

import numpy as np

from clustersim.kernel.arithmetic import F, I, U, exp2, fma
from clustersim.kernel.growth import Noise
from clustersim.kernel.jit import inline, loop, part, stage
from clustersim.kernel.lanes import BLOCK, MARKET, OF_LANE, SINCE, Books, Floats, Integers, Megas, Practices, Quanta
from clustersim.kernel.layout import Tables
from clustersim.kernel.noise import four_normals
from clustersim.kernel.philox import MARKET as MARKETS

_WHOLE = F(2.0**23)  # floats from here on are whole; below, adding and subtracting it rounds half to even


@stage
def move_market(
    tables: Tables, key: np.uint64, first: np.uint64, practices: Practices, books: Books, month: int, n: int
) -> None:
    """Find the market's factor of four months: a stationary AR(1) from month 1 on."""
    market = tables.market_volatility, tables.market_drift, tables.market_persistence, tables.market_innovation
    _move(market, key, first, U((month - 1) // BLOCK), practices.real[MARKET], books.factor, n)


@loop
def _move(market: Noise, key: np.uint64, first: np.uint64, block: np.uint32, y: Floats, factor: Floats, n: int) -> None:
    volatility, drift, persistence, innovation = market
    for i in range(n):
        e0, e1, e2, e3 = four_normals(first, I(i), MARKETS, block, key)
        y0 = e0 if block == U(0) else fma(persistence, y[i], innovation * e0)
        y1 = fma(persistence, y0, innovation * e1)
        y2 = fma(persistence, y1, innovation * e2)
        y3 = fma(persistence, y2, innovation * e3)
        y[i] = y3
        factor[4 * i] = exp2(fma(volatility, y0, drift))
        factor[4 * i + 1] = exp2(fma(volatility, y1, drift))
        factor[4 * i + 2] = exp2(fma(volatility, y2, drift))
        factor[4 * i + 3] = exp2(fma(volatility, y3, drift))


@part
def season_of(tables: Tables, month: int) -> np.float32:
    """Tell the season's multiplier."""
    return tables.season[(month - 1) % 12] if tables.season.size > 0 else F(1)


@inline
def whole_quanta(total: np.float32, scale: np.float32, ceiling: np.float32) -> np.float32:
    """Round a month's revenue to whole quanta, once, half to even.

    The scale is a factor times quanta in a dollar: these are a power of two, so that factors are rounded as one by one.
    """
    x = min(total * scale, ceiling)
    return (x + _WHOLE) - _WHOLE if x < _WHOLE else x


@stage
def round_revenue(tables: Tables, books: Books, stretch: int, n: int) -> None:
    """Multiply four months by the market and the season, and round them to whole quanta."""
    if tables.market_volatility > F(0):
        _multiply(books.factor, books.total, BLOCK * n)
    row = (stretch - 1) % books.quanta.shape[0]
    _round(
        season_of(tables, stretch) * tables.quanta,
        season_of(tables, stretch + 1) * tables.quanta,
        season_of(tables, stretch + 2) * tables.quanta,
        season_of(tables, stretch + 3) * tables.quanta,
        tables.ceiling,
        books.total,
        books.quanta[row],
        books.quanta[row + 1],
        books.quanta[row + 2],
        books.quanta[row + 3],
        n,
    )


@loop
def _multiply(factor: Floats, total: Floats, n: int) -> None:
    for i in range(n):
        total[i] *= factor[i]


@loop
def _round(
    scale0: np.float32,
    scale1: np.float32,
    scale2: np.float32,
    scale3: np.float32,
    ceiling: np.float32,
    total: Floats,
    q0: Quanta,
    q1: Quanta,
    q2: Quanta,
    q3: Quanta,
    n: int,
) -> None:
    whole = q0.dtype.type
    for i in range(n):
        w0 = whole_quanta(total[4 * i], scale0, ceiling)
        w1 = whole_quanta(total[4 * i + 1], scale1, ceiling)
        w2 = whole_quanta(total[4 * i + 2], scale2, ceiling)
        w3 = whole_quanta(total[4 * i + 3], scale3, ceiling)
        total[4 * i], total[4 * i + 1], total[4 * i + 2], total[4 * i + 3] = w0, w1, w2, w3
        q0[i], q1[i], q2[i], q3[i] = whole(w0), whole(w1), whole(w2), whole(w3)


@stage
def round_again(tables: Tables, books: Books, megas: Megas, stretch: int, first: int, stop: int) -> None:
    """Put what megas earn from their first month to the end of the stretch in place of what was there."""
    row = (stretch - 1) % books.quanta.shape[0]
    for b in range(1, BLOCK):
        _round_again(
            b,
            I(stretch + b),
            season_of(tables, stretch + b) * tables.quanta,
            tables.ceiling,
            megas.whole[SINCE],
            megas.whole[OF_LANE],
            megas.earned[b],
            books.factor,
            books.total,
            books.quanta[row + b],
            first,
            stop,
        )


@loop
def _round_again(
    b: int,
    month: np.int32,
    scale: np.float32,
    ceiling: np.float32,
    since: Integers,
    lane: Integers,
    earned: Floats,
    factor: Floats,
    total: Floats,
    quanta: Quanta,
    first: int,
    stop: int,
) -> None:
    for slot in range(np.uint64(first), np.uint64(stop)):  # unsigned: no wraparound
        there = np.uint64(BLOCK) * np.uint64(lane[slot]) + np.uint64(b)
        paid = whole_quanta(earned[slot] * factor[there], scale, ceiling)
        paid = paid if since[slot] <= month else total[there]
        total[there] = paid
        quanta[np.uint64(lane[slot])] = quanta.dtype.type(paid)
