"""What is drawn before the first month (model 2), each draw from its own address."""

import numpy as np

from clustersim.kernel.arithmetic import F, I, U, look_up, rounded_up, slightly_more, unit
from clustersim.kernel.jit import jit, loop
from clustersim.kernel.lanes import NEVER, Books, Clusters, Floats, Integers, Practices, Words
from clustersim.kernel.layout import (
    CONSOLIDATION,
    FAILURE_RATE,
    LEGACY_TIME,
    LIFETIME,
    MEGA_REVENUE,
    PRACTICE_FAILURE_RATE,
    RAMP,
    REVENUE,
    TRIAL,
    Tables,
)
from clustersim.kernel.philox import DRAW, PRACTICE, high, low, philox

_NEVER = I(NEVER)
_WORDS = 2.0**32
_SHORTEST = F(1e-30)  # months: the reciprocal stays finite
_FIRST, _SECOND = DRAW, U(int(DRAW) + 1)


@jit
def draw_practices(
    tables: Tables, key: np.uint64, first: np.uint64, clusters: Clusters, practices: Practices, n: int
) -> None:
    """Draw what a practice has once, for the ``n`` trajectories from ``first``."""
    table = tables.practice
    for i in range(n):
        trajectory = first + np.uint64(i)
        clusters.low[i] = low(trajectory)
        clusters.high[i] = high(trajectory)
        w0, w1, w2, w3 = philox(clusters.low[i], clusters.high[i], PRACTICE, _FIRST, key)
        practices.failure_rate[i] = look_up(tables.quantiles[table[PRACTICE_FAILURE_RATE]], w0)
        if tables.megas > 0:
            months = look_up(tables.quantiles[table[CONSOLIDATION]], w1)
            practices.consolidation[i] = slightly_more(F(1) / max(months, _SHORTEST))
        if tables.legacy > 0:
            practices.legacy_time[i] = rounded_up(look_up(tables.quantiles[table[LEGACY_TIME]], w2))
            practices.choice[i] = unit(w3)
    for j in range(tables.megas):
        _draw_target(
            tables.quantiles[table[MEGA_REVENUE]],
            j % 4,
            key,
            U(_SECOND + U(j // 4)),
            clusters.low,
            clusters.high,
            practices.target[j],
            n,
        )


@loop
def _draw_target(
    table: Floats, word: int, key: np.uint64, draw: np.uint32, low: Words, high: Words, target: Floats, n: int
) -> None:
    for i in range(n):
        target[i] = look_up(table, philox(low[i], high[i], PRACTICE, draw, key)[word])


@jit
def draw_clusters(
    tables: Tables, key: np.uint64, clusters: Clusters, practices: Practices, books: Books, n: int
) -> None:
    """Draw every cluster's fate, level, ramp and life, whether it will be launched or not.

    Until they are scheduled, ``ramping`` holds how many months a cluster ramps and ``until`` how many it lives.
    """
    low, high = clusters.low, clusters.high
    for k in range(tables.clusters):
        failure_rate = practices.failure_rate
        own = tables.cluster[FAILURE_RATE, k]
        if own >= 0:
            failure_rate = books.total[0]  # borrowed until the first month
            _draw_own(tables.quantiles[own], key, U(k), low, high, failure_rate, n)
        _draw_cluster(
            tables.quantiles[tables.cluster[REVENUE, k]],
            tables.quantiles[tables.cluster[RAMP, k]],
            tables.quantiles[tables.cluster[TRIAL, k]],
            tables.failed_share,
            key,
            U(k),
            low,
            high,
            failure_rate,
            clusters.price[k],
            clusters.pace[k],
            clusters.ramping[k],
            clusters.until[k],
            practices.viable,
            n,
        )
        lifetime = tables.cluster[LIFETIME, k]
        if lifetime >= 0:
            _limit(tables.quantiles[lifetime], key, U(k), low, high, clusters.ramping[k], clusters.until[k], n)


@loop
def _draw_cluster(
    revenue_table: Floats,
    ramp_table: Floats,
    trial_table: Floats,
    failed_share: np.float32,
    key: np.uint64,
    cluster: np.uint32,
    low: Words,
    high: Words,
    failure_rate: Floats,
    price: Floats,
    pace: Floats,
    green: Integers,
    life: Integers,
    viable: Integers,
    n: int,
) -> None:
    for i in range(n):
        fate, w1, w2, w3 = philox(low[i], high[i], cluster, _FIRST, key)
        full = look_up(revenue_table, w1)
        ramp = look_up(ramp_table, w2)
        trial = look_up(trial_table, w3)
        # All 32 bits take part, and f = 0 and f = 1 are certain.
        doomed = np.float64(fate) < np.float64(failure_rate[i]) * _WORDS
        price[i] = full * (failed_share if doomed else F(1))
        pace[i] = slightly_more(F(1) / max(ramp, _SHORTEST))
        green[i] = rounded_up(ramp)
        life[i] = rounded_up(trial) if doomed else _NEVER
        viable[i] += I(0) if doomed else I(1)


@loop
def _draw_own(
    table: Floats, key: np.uint64, cluster: np.uint32, low: Words, high: Words, failure_rate: Floats, n: int
) -> None:
    for i in range(n):
        failure_rate[i] = look_up(table, philox(low[i], high[i], cluster, _SECOND, key)[1])


@loop
def _limit(
    table: Floats,
    key: np.uint64,
    cluster: np.uint32,
    low: Words,
    high: Words,
    green: Integers,
    life: Integers,
    n: int,
) -> None:
    for i in range(n):
        lifetime = rounded_up(look_up(table, philox(low[i], high[i], cluster, _SECOND, key)[0]))
        life[i] = min(life[i], I(green[i] + lifetime))
