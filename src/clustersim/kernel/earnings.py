"""A practice's revenue: from slots to lanes, the market and the season, whole quanta (model 3.4)."""

import numpy as np

from clustersim.kernel.arithmetic import F, U, exp, fma, normal_pair
from clustersim.kernel.jit import inline, jit, loop
from clustersim.kernel.lanes import BLOCK, Books, Floats, Integers, Practices, Quanta
from clustersim.kernel.layout import Tables
from clustersim.kernel.philox import MARKET, high, low, philox

_WHOLE = F(2.0**23)  # floats from here on are whole; below, adding and subtracting it rounds half to even


@loop
def hand_over(lane: Integers, by_slot: Floats, total: Floats, n: int) -> None:
    """Bring four months' sums from slots to the lanes that they belong to."""
    for slot in range(n):
        place = lane[slot]
        total[0, place] = by_slot[0, slot]
        total[1, place] = by_slot[1, slot]
        total[2, place] = by_slot[2, slot]
        total[3, place] = by_slot[3, slot]


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
def season_of(tables: Tables, month: int) -> np.float32:
    """Tell the season's multiplier."""
    return tables.season[(month - 1) % 12] if tables.season.size > 0 else F(1)


@inline
def whole_quanta(total: np.float32, season: np.float32, per_dollar: np.float32, ceiling: np.float32) -> np.float32:
    """Round a month's revenue to whole quanta, once, half to even."""
    x = min(total * season * per_dollar, ceiling)
    return (x + _WHOLE) - _WHOLE if x < _WHOLE else x


@jit
def round_revenue(tables: Tables, books: Books, stretch: int, n: int) -> None:
    """Multiply four months by the market and the season, and round them to whole quanta."""
    rows = books.quanta.shape[0]
    for b in range(BLOCK):
        if tables.market_volatility > F(0):
            _multiply(books.market[b], books.total[b], n)
        row = (stretch + b - 1) % rows
        season = season_of(tables, stretch + b)
        _round(season, tables.quanta, tables.ceiling, books.total[b], books.quanta[row], n)


@loop
def _multiply(factor: Floats, total: Floats, n: int) -> None:
    for i in range(n):
        total[i] *= factor[i]


@loop
def _round(
    season: np.float32, per_dollar: np.float32, ceiling: np.float32, total: Floats, quanta: Quanta, n: int
) -> None:
    for i in range(n):
        whole = whole_quanta(total[i], season, per_dollar, ceiling)
        total[i] = whole
        quanta[i] = np.int64(whole)


@jit
def round_again(
    tables: Tables, books: Books, lane: Integers, start: Integers, stretch: int, first: int, stop: int
) -> None:
    """Put what these practices' megas earn from their start to the end of the stretch in place of what was there."""
    rows = books.quanta.shape[0]
    for b in range(1, BLOCK):
        month, season = stretch + b, season_of(tables, stretch + b)
        row = (month - 1) % rows
        for slot in range(first, stop):
            if start[slot] <= month:
                place = lane[slot]
                total = books.by_slot[b, slot]
                if tables.market_volatility > F(0):
                    total *= books.market[b, place]
                whole = whole_quanta(total, season, tables.quanta, tables.ceiling)
                books.total[b, place] = whole
                books.quanta[row, place] = np.int64(whole)
