"""A practice's revenue: the market and the season, and whole quanta (model 3.4)."""

import numpy as np

from clustersim.kernel.arithmetic import F, I, U, exp, fma
from clustersim.kernel.jit import inline, jit, loop, stage
from clustersim.kernel.lanes import BLOCK, MARKET, OF_LANE, SINCE, Books, Floats, Megas, Practices, Quanta
from clustersim.kernel.layout import Tables
from clustersim.kernel.noise import four_normals
from clustersim.kernel.philox import MARKET as MARKETS

_WHOLE = F(2.0**23)  # floats from here on are whole; below, adding and subtracting it rounds half to even


@stage
def move_market(
    tables: Tables, key: np.uint64, first: np.uint64, practices: Practices, books: Books, month: int, n: int
) -> None:
    """Find the market's factor of four months: a stationary AR(1) from month 1 on."""
    block = U((month - 1) // BLOCK)
    for i in range(n):
        y = practices.real[MARKET, i]
        for b, e in enumerate(four_normals(first, I(i), MARKETS, block, key)):
            y = e if month + b == 1 else fma(tables.market_persistence, y, tables.market_innovation * e)
            books.factor[BLOCK * i + b] = exp(fma(tables.market_volatility, y, tables.market_drift))
        practices.real[MARKET, i] = y


@jit
def season_of(tables: Tables, month: int) -> np.float32:
    """Tell the season's multiplier."""
    return tables.season[(month - 1) % 12] if tables.season.size > 0 else F(1)


@inline
def whole_quanta(total: np.float32, season: np.float32, per_dollar: np.float32, ceiling: np.float32) -> np.float32:
    """Round a month's revenue to whole quanta, once, half to even."""
    x = min(total * season * per_dollar, ceiling)
    return (x + _WHOLE) - _WHOLE if x < _WHOLE else x


@stage
def round_revenue(tables: Tables, books: Books, stretch: int, n: int) -> None:
    """Multiply four months by the market and the season, and round them to whole quanta."""
    if tables.market_volatility > F(0):
        _multiply(books.factor, books.total, BLOCK * n)
    for b in range(BLOCK):
        row = (stretch + b - 1) % books.quanta.shape[0]
        season = season_of(tables, stretch + b)
        _round(b, season, tables.quanta, tables.ceiling, books.total, books.quanta[row], n)


@loop
def _multiply(factor: Floats, total: Floats, n: int) -> None:
    for i in range(n):
        total[i] *= factor[i]


@loop
def _round(
    b: int, season: np.float32, per_dollar: np.float32, ceiling: np.float32, total: Floats, quanta: Quanta, n: int
) -> None:
    for i in range(np.uint64(n)):
        here = np.uint64(BLOCK) * i + np.uint64(b)
        whole = whole_quanta(total[here], season, per_dollar, ceiling)
        total[here] = whole
        quanta[i] = np.int64(whole)


@stage
def round_again(tables: Tables, books: Books, megas: Megas, stretch: int, first: int, stop: int) -> None:
    """Put what megas earn from their first month to the end of the stretch in place of what was there."""
    rows = books.quanta.shape[0]
    for b in range(1, BLOCK):
        month, season = stretch + b, season_of(tables, stretch + b)
        row = (month - 1) % rows
        for slot in range(first, stop):
            if megas.whole[SINCE, slot] <= month:
                lane = megas.whole[OF_LANE, slot]
                total = books.part[BLOCK * slot + b]
                if tables.market_volatility > F(0):
                    total *= books.factor[BLOCK * lane + b]
                whole = whole_quanta(total, season, tables.quanta, tables.ceiling)
                books.total[BLOCK * lane + b] = whole
                books.quanta[row, lane] = np.int64(whole)
