"""Attend, grow, earn: from levels to a month's revenue (model 3.2 to 3.4)."""

import numpy as np

from clustersim.kernel.arithmetic import F, I, exp, fma
from clustersim.kernel.curves import bend, share_of
from clustersim.kernel.jit import inline, jit, loop
from clustersim.kernel.lanes import BLOCK, Books, Clusters, Floats, Integers, Megas, Practices, Quanta
from clustersim.kernel.layout import Tables

# Without levers the growth rate g is 1: effective age is calendar age, and nothing is attended to.


@inline
def progress(month: np.int32, start: np.int32, pace: np.float32) -> np.float32:
    """The ramp's x: age over ramp, in [0, 1]; 0 before the launch."""
    return min(max(F(month - start + I(1)) * pace, F(0)), F(1))


@jit
def level_of(tables: Tables, clusters: Clusters, month: int, k: int, i: int) -> np.float32:
    """Tell a live cluster's level in one lane: the bits that ``earn`` adds, before noise."""
    x = progress(I(month), clusters.start[k, i], clusters.pace[k, i])
    return clusters.price[k, i] * share_of(tables.curve, x)


@jit
def earn_clusters(tables: Tables, clusters: Clusters, books: Books, month: int, launched: int, n: int) -> None:
    """Let every live cluster grow, and add up what they earn."""
    _nothing(books.total, n)
    within = (month - 1) % BLOCK
    for k in range(launched):
        _grow(I(month), clusters.start[k], clusters.pace[k], books.share, n)
        bend(tables.curve, books.share, n)
        if tables.volatility > F(0):
            _earn(
                I(month),
                tables.volatility,
                tables.drift,
                tables.persistence,
                tables.innovation,
                books.share,
                clusters.price[k],
                clusters.start[k],
                clusters.until[k],
                clusters.normals[k, within],
                clusters.y[k],
                books.total,
                n,
            )
        else:
            _earn_quietly(
                I(month), books.share, clusters.price[k], clusters.start[k], clusters.until[k], books.total, n
            )


@loop
def _nothing(total: Floats, n: int) -> None:
    for i in range(n):
        total[i] = F(0)


@loop
def _grow(month: np.int32, start: Integers, pace: Floats, share: Floats, n: int) -> None:
    for i in range(n):
        share[i] = progress(month, start[i], pace[i])


@loop
def _earn(
    month: np.int32,
    volatility: np.float32,
    drift: np.float32,
    persistence: np.float32,
    innovation: np.float32,
    share: Floats,
    price: Floats,
    start: Integers,
    until: Integers,
    normals: Floats,
    y: Floats,
    total: Floats,
    n: int,
) -> None:
    for i in range(n):
        walked = fma(persistence, y[i], innovation * normals[i])
        y[i] = normals[i] if month == start[i] else walked
        earned = price[i] * share[i] * exp(fma(volatility, y[i], drift))
        total[i] += earned if start[i] <= month <= until[i] else F(0)


@loop
def _earn_quietly(
    month: np.int32, share: Floats, price: Floats, start: Integers, until: Integers, total: Floats, n: int
) -> None:
    for i in range(n):
        total[i] += price[i] * share[i] if start[i] <= month <= until[i] else F(0)


@jit
def earn_megas(tables: Tables, megas: Megas, practices: Practices, books: Books, month: int, n: int) -> None:
    """Let every mega consolidate, and add what they earn (model 4)."""
    within = (month - 1) % BLOCK
    _grow_after(I(month), practices.converged, practices.consolidation, books.share, n)
    bend(tables.curve, books.share, n)
    for j in range(tables.megas):
        if tables.volatility > F(0):
            _earn_mega(
                I(month),
                I(j),
                tables.volatility,
                tables.drift,
                tables.persistence,
                tables.innovation,
                books.share,
                practices.converged,
                practices.megas,
                megas.base[j],
                megas.target[j],
                megas.normals[j, within],
                megas.y[j],
                books.total,
                n,
            )
        else:
            _earn_mega_quietly(
                I(month),
                I(j),
                books.share,
                practices.converged,
                practices.megas,
                megas.base[j],
                megas.target[j],
                books.total,
                n,
            )


@loop
def _grow_after(month: np.int32, converged: Integers, pace: Floats, share: Floats, n: int) -> None:
    for i in range(n):
        share[i] = progress(month, I(converged[i] + I(1)), pace[i])


@loop
def _earn_mega(
    month: np.int32,
    mega: np.int32,
    volatility: np.float32,
    drift: np.float32,
    persistence: np.float32,
    innovation: np.float32,
    share: Floats,
    converged: Integers,
    megas: Integers,
    base: Floats,
    target: Floats,
    normals: Floats,
    y: Floats,
    total: Floats,
    n: int,
) -> None:
    for i in range(n):
        y[i] = fma(persistence, y[i], innovation * normals[i])
        level = fma(target[i] - base[i], share[i], base[i])
        earned = level * exp(fma(volatility, y[i], drift))
        total[i] += earned if converged[i] < month and mega < megas[i] else F(0)


@loop
def _earn_mega_quietly(
    month: np.int32,
    mega: np.int32,
    share: Floats,
    converged: Integers,
    megas: Integers,
    base: Floats,
    target: Floats,
    total: Floats,
    n: int,
) -> None:
    for i in range(n):
        level = fma(target[i] - base[i], share[i], base[i])
        total[i] += level if converged[i] < month and mega < megas[i] else F(0)


@jit
def round_revenue(tables: Tables, practices: Practices, books: Books, month: int, n: int) -> None:
    """Multiply by the market and the season, and round once to whole quanta."""
    if tables.market_volatility > F(0):
        within = (month - 1) % BLOCK
        persistence = tables.market_persistence if month > 1 else F(0)
        innovation = tables.market_innovation if month > 1 else F(1)
        _market(
            tables.market_volatility,
            tables.market_drift,
            persistence,
            innovation,
            practices.market_normals[within],
            practices.market_y,
            books.total,
            n,
        )
    season = tables.season[(month - 1) % 12] if tables.season.size > 0 else F(1)
    _round(season, tables.quanta, tables.ceiling, books.total, books.quanta, n)


@loop
def _market(
    volatility: np.float32,
    drift: np.float32,
    persistence: np.float32,
    innovation: np.float32,
    normals: Floats,
    y: Floats,
    total: Floats,
    n: int,
) -> None:
    for i in range(n):
        y[i] = fma(persistence, y[i], innovation * normals[i])
        total[i] *= exp(fma(volatility, y[i], drift))


_WHOLE = F(2.0**23)  # floats from here on are whole; below, adding and subtracting it rounds


@loop
def _round(
    season: np.float32, per_dollar: np.float32, ceiling: np.float32, total: Floats, quanta: Quanta, n: int
) -> None:
    for i in range(n):
        x = min(total[i] * season * per_dollar, ceiling)
        whole = (x + _WHOLE) - _WHOLE if x < _WHOLE else x
        total[i] = whole
        quanta[i] = np.int64(whole)
