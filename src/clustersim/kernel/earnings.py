"""A practice's revenue: from slots to lanes, the market and the season, whole quanta (model 3.4)."""

import numpy as np

from clustersim.kernel.arithmetic import F, U, exp, fma, normal_pair
from clustersim.kernel.jit import jit, loop
from clustersim.kernel.lanes import BLOCK, Books, Floats, Integers, Practices, Quanta
from clustersim.kernel.layout import Tables
from clustersim.kernel.philox import MARKET, high, low, philox

_WHOLE = F(2.0**23)  # floats from here on are whole; below, adding and subtracting it rounds half to even


@jit
def hand_over(lane: Integers, books: Books, n: int) -> None:
    """Bring four months' sums from slots to the lanes that they belong to."""
    for b in range(BLOCK):
        _hand_over(lane, books.by_slot[b], books.total[b], n)


@loop
def _hand_over(lane: Integers, by_slot: Floats, total: Floats, n: int) -> None:
    for slot in range(n):
        total[lane[slot]] = by_slot[slot]


@jit
def move_market(
    tables: Tables, key: np.uint64, first: np.uint64, practices: Practices, books: Books, month: int, n: int
) -> None:
    """Find the market's factor of four months: a stationary AR(1) from month 1 on."""
    block = U((month - 1) // BLOCK)
    for i in range(n):
        trajectory = first + np.uint64(i)
        w0, w1, w2, w3 = philox(low(trajectory), high(trajectory), MARKET, block, key)
        e0, e1 = normal_pair(w0, w1)
        e2, e3 = normal_pair(w2, w3)
        y = practices.market_y[i]
        for b, e in enumerate((e0, e1, e2, e3)):
            y = e if month + b == 1 else fma(tables.market_persistence, y, tables.market_innovation * e)
            books.market[b, i] = exp(fma(tables.market_volatility, y, tables.market_drift))
        practices.market_y[i] = y


@jit
def round_revenue(tables: Tables, books: Books, month: int, n: int) -> None:
    """Multiply by the market and the season, and round once to whole quanta."""
    within = (month - 1) % BLOCK
    if tables.market_volatility > F(0):
        _multiply(books.market[within], books.total[within], n)
    season = tables.season[(month - 1) % 12] if tables.season.size > 0 else F(1)
    _round(season, tables.quanta, tables.ceiling, books.total[within], books.quanta, n)


@loop
def _multiply(factor: Floats, total: Floats, n: int) -> None:
    for i in range(n):
        total[i] *= factor[i]


@loop
def _round(
    season: np.float32, per_dollar: np.float32, ceiling: np.float32, total: Floats, quanta: Quanta, n: int
) -> None:
    for i in range(n):
        x = min(total[i] * season * per_dollar, ceiling)
        whole = (x + _WHOLE) - _WHOLE if x < _WHOLE else x
        total[i] = whole
        quanta[i] = np.int64(whole)
