"""What is drawn before the first month (model 2), each draw from its own address."""

import numpy as np

from clustersim.kernel import layout
from clustersim.kernel.arithmetic import (
    F,
    I,
    U,
    exp,
    fma,
    log,
    look_up,
    nearly,
    normal_of,
    normal_quantile,
    rounded_up,
    slightly_more,
    unit,
)
from clustersim.kernel.jit import loop, stage
from clustersim.kernel.lanes import (
    ALL_DONE,
    CHOICE,
    CONSOLIDATION,
    COUNT,
    DEAD,
    FAILURE_RATE,
    FIRST,
    LANE,
    LEFT,
    LEGACY_TIME,
    NEVER,
    PACE,
    PLACE,
    PRICE,
    RAMPING,
    START,
    UNTIL,
    VIABLE,
    Books,
    Floats,
    Integers,
    Practices,
    Rows,
)
from clustersim.kernel.layout import Tables
from clustersim.kernel.lives import FIT, LIFETIME, RAMP, Lives
from clustersim.kernel.philox import DRAW, PRACTICE, of_lane

_NEVER = I(NEVER)
_WORDS = 2.0**32
_SHORTEST = F(1e-30)  # months: the reciprocal stays finite
_LIFETIME: int = np.int64(0)  # type: ignore[assignment]  # words of the second draw; see lanes.ZERO
_OWN: int = np.int64(1)  # type: ignore[assignment]
_FIT: int = np.int64(2)  # type: ignore[assignment]
_RAMP: int = np.int64(2)  # type: ignore[assignment]  # of the first draw
_FIRST, _SECOND = DRAW, U(int(DRAW) + 1)


@stage
def draw_practices(tables: Tables, key: np.uint64, first: np.uint64, practices: Practices, n: int) -> None:
    """Draw what a practice has once, for the ``n`` trajectories from ``first``."""
    table = tables.practice
    # What a plan does not have is drawn from its first table, and not used.
    _draw_practice(
        tables.quantiles[table[layout.PRACTICE_FAILURE_RATE]],
        tables.quantiles[max(table[layout.CONSOLIDATION], 0)],
        tables.quantiles[max(table[layout.LEGACY_TIME], 0)],
        key,
        first,
        practices.real[FAILURE_RATE],
        practices.real[CONSOLIDATION],
        practices.real[CHOICE],
        practices.whole[LEGACY_TIME],
        n,
    )
    for j in range(tables.megas):
        revenue = tables.quantiles[table[layout.MEGA_REVENUE]]
        _draw(revenue, j % 4, key, first, PRACTICE, U(_SECOND + U(j // 4)), practices.target[j], n)


@loop
def _draw_practice(
    failure_table: Floats,
    consolidation_table: Floats,
    legacy_table: Floats,
    key: np.uint64,
    first: np.uint64,
    failure_rate: Floats,
    consolidation: Floats,
    choice: Floats,
    legacy_time: Integers,
    n: int,
) -> None:
    for i in range(n):
        w0, w1, w2, w3 = of_lane(first, I(i), PRACTICE, _FIRST, key)
        failure_rate[i] = look_up(failure_table, w0)
        consolidation[i] = slightly_more(F(1) / max(look_up(consolidation_table, w1), _SHORTEST))
        legacy_time[i] = rounded_up(look_up(legacy_table, w2))
        choice[i] = unit(w3)


@stage
def draw_clusters(
    tables: Tables, key: np.uint64, first: np.uint64, rows: Rows, practices: Practices, books: Books, n: int
) -> None:
    """Draw every cluster's fate, level, ramp and life, whether it will be launched or not.

    Until they are scheduled, ``RAMPING`` holds how many months a cluster ramps and ``UNTIL`` how many it lives.
    """
    for k in range(tables.clusters):
        table = tables.cluster[:, k]
        failure_rate = practices.real[FAILURE_RATE]
        if table[layout.FAILURE_RATE] >= 0:
            failure_rate = books.part  # borrowed until the first month
            _draw(tables.quantiles[table[layout.FAILURE_RATE]], _OWN, key, first, U(k), _SECOND, failure_rate, n)
        if tables.fit_odds != F(0) or tables.odds != F(0) or tables.ideas > 0:
            chance, fit = books.total, books.share[0]  # borrowed likewise
            draw_fit(tables, key, first, k, fit, n)
            _move_odds(tables.fit_odds, tables.fit_mean, tables.odds, failure_rate, fit, chance, n)
            if tables.ideas > 0:
                root = F(1) / F(tables.ideas - k)
                _score(root, tables.skill, tables.luck, key, first, U(k), practices.real[LEFT], chance, n)
            failure_rate = chance
        _draw_cluster(
            tables.quantiles[table[layout.REVENUE]],
            tables.quantiles[table[layout.RAMP]],
            tables.quantiles[table[layout.TRIAL]],
            tables.failed_share,
            key,
            first,
            U(k),
            failure_rate,
            rows.real[PRICE, k],
            rows.real[PACE, k],
            rows.whole[RAMPING, k],
            rows.whole[UNTIL, k],
            practices.whole[VIABLE],
            n,
        )


@stage
def draw_lifetimes(tables: Tables, key: np.uint64, first: np.uint64, rows: Rows, books: Books, n: int) -> None:
    """Let every cluster live as long as it ramps and its lifetime lasts, if that ends before its trial."""
    for k in range(tables.clusters):
        table = tables.cluster[layout.LIFETIME, k]
        if table >= 0:
            _draw(tables.quantiles[table], _LIFETIME, key, first, U(k), _SECOND, books.part, n)
            _limit(books.part, rows.whole[RAMPING, k], rows.whole[UNTIL, k], n)


@stage
def draw_lives(
    tables: Tables, key: np.uint64, first: np.uint64, rows: Rows, lives: Lives, books: Books, n: int
) -> None:
    """Draw what the month-by-month kernel asks of clusters besides, and let them wait for their launch.

    Until then ``START`` is ``NEVER``, and ``UNTIL`` that and the months of the trial.
    """
    for k in range(tables.clusters):
        table = tables.cluster[:, k]
        _draw(tables.quantiles[table[layout.RAMP]], _RAMP, key, first, U(k), _FIRST, books.part, n)
        if tables.fit >= 0:
            draw_fit(tables, key, first, k, lives.real[FIT, k], n)
        _ask(books.part, lives.real[RAMP, k], n)
        mortal = table[layout.LIFETIME] >= 0
        if mortal:
            _draw(tables.quantiles[table[layout.LIFETIME]], _LIFETIME, key, first, U(k), _SECOND, books.part, n)
        _wait(
            books.part,
            I(0) if mortal else _NEVER,
            lives.whole[LIFETIME, k],
            rows.whole[LANE, k],
            rows.whole[PLACE, k],
            rows.whole[START, k],
            rows.whole[UNTIL, k],
            n,
        )
        rows.about[COUNT, k], rows.about[FIRST, k] = n, NEVER
        rows.about[DEAD, k] = rows.about[ALL_DONE, k] = 0


@loop
def _ask(ramp: Floats, asked: Floats, n: int) -> None:
    for i in range(n):
        asked[i] = nearly(ramp[i])


@loop
def _wait(
    drawn: Floats,
    least: np.int32,
    lifetime: Integers,
    lane: Integers,
    place: Integers,
    start: Integers,
    until: Integers,
    n: int,
) -> None:
    for i in range(n):
        lifetime[i] = max(rounded_up(drawn[i]), least)
        lane[i] = place[i] = I(i)
        start[i] = _NEVER
        until[i] += _NEVER


@stage
def draw_fit(tables: Tables, key: np.uint64, first: np.uint64, k: int, fit: Floats, n: int) -> None:
    """Draw a cluster's mission fit m; without the lever from any table, for nothing hangs on it then."""
    _draw(tables.quantiles[max(tables.fit, 0)], _FIT, key, first, U(k), _SECOND, fit, n)


@loop
def _draw(
    table: Floats,
    word: int,
    key: np.uint64,
    first: np.uint64,
    purpose: np.uint32,
    draw: np.uint32,
    drawn: Floats,
    n: int,
) -> None:
    for i in range(n):
        drawn[i] = look_up(table, of_lane(first, I(i), purpose, draw, key)[word])


@loop
def _move_odds(
    fit_odds: np.float32,
    fit_mean: np.float32,
    odds: np.float32,
    failure_rate: Floats,
    fit: Floats,
    chance: Floats,
    n: int,
) -> None:
    # Of the odds of being viable; where nothing moves them, the chance stays what it was to the bit.
    for i in range(n):
        f = failure_rate[i]
        moved = fma(fit_odds, fit[i] - fit_mean, odds)
        chance[i] = f if moved == F(0) else f / (f + (F(1) - f) * exp(moved))


@loop
def _score(
    root: np.float32,
    skill: np.float32,
    luck: np.float32,
    key: np.uint64,
    first: np.uint64,
    cluster: np.uint32,
    left: Floats,
    chance: Floats,
    n: int,
) -> None:
    # The best of m ideas that score below V is at V times the m-th root of a uniform. What score and luck together make
    # of the chance is certain: 0 or 1.
    for i in range(n):
        fate = of_lane(first, I(i), cluster, _FIRST, key)[0]
        score = of_lane(first, I(i), cluster, _SECOND, key)[3]
        v = left[i] * exp(log(unit(score)) * root)
        left[i] = v
        p = chance[i]
        worse = fma(skill, normal_quantile(v), luck * normal_of(fate)) < normal_quantile(p)
        chance[i] = F(1) if (p >= F(1)) | (worse & (p > F(0))) else F(0)


@loop
def _draw_cluster(
    revenue_table: Floats,
    ramp_table: Floats,
    trial_table: Floats,
    failed_share: np.float32,
    key: np.uint64,
    first: np.uint64,
    cluster: np.uint32,
    failure_rate: Floats,
    price: Floats,
    pace: Floats,
    ramping: Integers,
    until: Integers,
    viable: Integers,
    n: int,
) -> None:
    for i in range(n):
        fate, w1, w2, w3 = of_lane(first, I(i), cluster, _FIRST, key)
        full = look_up(revenue_table, w1)
        ramp = look_up(ramp_table, w2)
        trial = look_up(trial_table, w3)
        # All 32 bits take part, and f = 0 and f = 1 are certain.
        doomed = np.float64(fate) < np.float64(failure_rate[i]) * _WORDS
        price[i] = full * (failed_share if doomed else F(1))
        pace[i] = slightly_more(F(1) / max(ramp, _SHORTEST))
        ramping[i] = rounded_up(nearly(ramp))
        until[i] = rounded_up(trial) if doomed else _NEVER
        viable[i] += I(0) if doomed else I(1)


@loop
def _limit(lifetime: Floats, ramping: Integers, until: Integers, n: int) -> None:
    for i in range(n):
        until[i] = min(until[i], I(ramping[i] + rounded_up(lifetime[i])))
