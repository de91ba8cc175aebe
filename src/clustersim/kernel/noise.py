"""The normals of four months at a time: what one call of Philox serves."""

import numpy as np

from clustersim.kernel.arithmetic import F, U, normal_pair
from clustersim.kernel.jit import jit, loop
from clustersim.kernel.lanes import BLOCK, Clusters, Floats, Integers, Megas, Practices, Words
from clustersim.kernel.layout import Tables
from clustersim.kernel.philox import MARKET, philox


@jit
def foresee(
    tables: Tables,
    key: np.uint64,
    clusters: Clusters,
    megas: Megas,
    practices: Practices,
    month: int,
    launched: int,
    n: int,
) -> None:
    """Draw the normals of this and the next three months, for whatever may earn in them."""
    block = U((month - 1) // BLOCK)
    low, high = practices.low, practices.high
    if tables.market_volatility > F(0):
        _draw(key, MARKET, block, low, high, practices.market_normals, n)
    if tables.volatility > F(0):
        for k in range(min(tables.clusters, launched + BLOCK)):  # at most one launch a month
            _draw(key, U(k), block, low, high, clusters.normals[k], n)
        for j in range(tables.megas):
            _draw_of_origin(key, megas.origin[j], block, low, high, megas.normals[j], n)


@loop
def _draw(
    key: np.uint64, purpose: np.uint32, block: np.uint32, low: Words, high: Words, normals: Floats, n: int
) -> None:
    for i in range(n):
        w0, w1, w2, w3 = philox(low[i], high[i], purpose, block, key)
        normals[0, i], normals[1, i] = normal_pair(w0, w1)
        normals[2, i], normals[3, i] = normal_pair(w2, w3)


@loop
def _draw_of_origin(
    key: np.uint64, origin: Integers, block: np.uint32, low: Words, high: Words, normals: Floats, n: int
) -> None:
    for i in range(n):
        w0, w1, w2, w3 = philox(low[i], high[i], U(origin[i]), block, key)
        normals[0, i], normals[1, i] = normal_pair(w0, w1)
        normals[2, i], normals[3, i] = normal_pair(w2, w3)
