"""Grow and earn, a month at a time: clusters and megas whose ages grow unevenly (model 3.3, 3.4 and 4)."""

from collections.abc import Callable

import numpy as np

from clustersim.kernel.arithmetic import F, I, U, add_four, exp2, fma, squeeze
from clustersim.kernel.consolidation import draw_mega_normals, risen
from clustersim.kernel.curves import SMOOTHSTEP, bend, smoothstep
from clustersim.kernel.growth import add_all, close_up, draw_normals, lives, nothing
from clustersim.kernel.jit import loop, stage
from clustersim.kernel.lanes import (
    BASE,
    BLOCK,
    CONVERGED,
    COUNT,
    DEAD,
    FIRST,
    LANE,
    NUMBER,
    OF_LANE,
    ORIGIN,
    PACE,
    PLACE,
    PRICE,
    START,
    TARGET,
    UNTIL,
    VECTOR,
    ZERO,
    Books,
    Floats,
    Integers,
    Megas,
    Practices,
    Rows,
    whole_vectors,
)
from clustersim.kernel.layout import Tables
from clustersim.kernel.lives import (
    AGE,
    ESTABLISHED,
    FIT,
    GROWTH,
    LEVEL,
    LIFETIME,
    RAMP,
    RUIN,
    Growths,
    Lives,
    Minds,
)

#: A row is packed when one place in so many is dead.
DUE = 6


@stage
def live_clusters(
    tables: Tables,
    key: np.uint64,
    first: np.uint64,
    rows: Rows,
    books: Books,
    lives: Lives,
    minds: Minds,
    stretch: int,
    b: int,
    n: int,
) -> None:
    """Let clusters grow and earn in month ``b`` of a stretch, and add up in launch order what they bring and weigh."""
    month, x = I(stretch + b), books.share[0]
    noise = tables.volatility, tables.drift, tables.persistence, tables.innovation
    nothing(minds.earned, ZERO, BLOCK * n)
    nothing(minds.loads, ZERO, BLOCK * n)
    for k in range(tables.clusters):
        count = int(rows.about[COUNT, k])
        if rows.about[FIRST, k] > month or count == 0:
            continue
        lane, wide = rows.whole[LANE, k], whole_vectors(count)
        if tables.volatility > F(0) and lives.drawn[k] != stretch:
            lives.drawn[k] = stretch
            draw_normals(key, first, U(k), U((stretch - 1) // BLOCK), lane, lives.normals[k], wide)
        start, until, age = rows.whole[START, k], rows.whole[UNTIL, k], lives.real[AGE, k]
        pace = rows.real[PACE, k]
        if tables.curve == SMOOTHSTEP:
            _grow_smoothly(month, lane, start, until, minds.real[GROWTH], pace, age, x, wide)
        else:
            _grow(month, lane, start, until, minds.real[GROWTH], pace, age, x, wide)
            bend(tables.curve, x, ZERO, wide)
        rows.about[DEAD, k] += _earn(
            noise,
            month,
            x,
            lives.normals[k, b],
            start,
            lives.whole[LIFETIME, k],
            age,
            lives.real[RAMP, k],
            lives.real[FIT, k],
            rows.real[PRICE, k],
            until,
            lives.whole[ESTABLISHED, k],
            rows.y[0, k],
            lives.real[LEVEL, k],
            books.part,
            minds.weight,
            wide,
        )
        if count == n:  # none missing: a row keeps the order of lanes
            add_all(books.part, minds.earned, BLOCK * n)
            add_all(minds.weight, minds.loads, BLOCK * n)
        else:
            _add(lane, books.part, minds.weight, minds.earned, minds.loads, count)


def _growing(*, smooth: bool) -> Callable[..., None]:
    @loop
    def grow(
        month: np.int32,
        lane: Integers,
        start: Integers,
        until: Integers,
        growth: Floats,
        pace: Floats,
        age: Floats,
        x: Floats,
        n: int,
    ) -> None:
        for i in range(n):
            g = growth[lane[i]]
            a = age[i] + (g if lives(month, start[i], until[i]) else F(0))
            age[i] = a
            at = min(a * pace[i], F(1))
            x[i] = smoothstep(at) if smooth else at

    return grow


# The default curve is cheap enough to be bent where it is used.
_grow_smoothly, _grow = _growing(smooth=True), _growing(smooth=False)


@loop
def _earn(
    noise: tuple[np.float32, np.float32, np.float32, np.float32],
    month: np.int32,
    share: Floats,
    e: Floats,
    start: Integers,
    lifetime: Integers,
    age: Floats,
    ramp: Floats,
    fit: Floats,
    price: Floats,
    until: Integers,
    established: Integers,
    y: Floats,
    level: Floats,
    part: Floats,
    weight: Floats,
    n: int,
) -> np.int32:
    volatility, drift, persistence, innovation = noise
    dead = I(0)
    for i in range(n):
        live = lives(month, start[i], until[i])
        arrives = live & (established[i] == I(0)) & (age[i] >= ramp[i])
        since = month if arrives else established[i]
        last = min(until[i], I(month + lifetime[i])) if arrives else until[i]
        established[i], until[i] = since, last
        walked = e[i] if month == start[i] else fma(persistence, y[i], innovation * e[i])
        y[i] = walked
        own = price[i] * share[i]
        level[i] = own
        earned = own * exp2(fma(volatility, walked, drift))
        earned = earned if live else F(0)
        lives_on = live & (last > month)
        ramps, settles = lives_on & (since == I(0)), lives_on & (since > I(0))
        rest = F(1) - fit[i]
        part[4 * i] = earned
        part[4 * i + 1] = fit[i] * earned
        part[4 * i + 2] = own if lives_on else F(0)
        part[4 * i + 3] = F(0)
        weight[4 * i] = F(1) if ramps else F(0)
        weight[4 * i + 1] = F(1) if settles else F(0)
        weight[4 * i + 2] = rest if ramps else F(0)
        weight[4 * i + 3] = rest if settles else F(0)
        dead += I(1) if live & (last <= month) else I(0)
    return dead


@loop
def _add(lane: Integers, part: Floats, weight: Floats, earned: Floats, loads: Floats, n: int) -> None:
    for place in range(n):
        add_four(earned, BLOCK * lane[place], part, BLOCK * place)
        add_four(loads, BLOCK * lane[place], weight, BLOCK * place)


@stage
def draw_noise_of_megas(
    tables: Tables,
    key: np.uint64,
    trajectory: np.uint64,
    megas: Megas,
    growths: Growths,
    stretch: int,
    first: int,
    stop: int,
) -> None:
    """Draw four months' noise for the megas of the slots ``first`` to ``stop``."""
    if tables.volatility > F(0):
        block, lane = U((stretch - 1) // BLOCK), megas.whole[OF_LANE]
        for j in range(tables.megas):
            normals = growths.normals[j]
            draw_mega_normals(key, trajectory, megas.origin[ORIGIN, j], block, lane, normals, first, stop)


@stage
def live_megas(
    tables: Tables, megas: Megas, books: Books, growths: Growths, minds: Minds, b: int, converged: int
) -> None:
    """Let megas grow and earn in month ``b`` of a stretch, in the place of their practices' clusters."""
    if converged > 0:
        # Whole vectors: what stands in the slots beyond is walked along, and nobody reads it.
        stop = min(whole_vectors(converged), megas.pace.size)
        x, number = books.share[0], megas.whole[NUMBER]
        earned, mission, levels = megas.earned[0], megas.earned[1], megas.earned[2]
        noise = tables.volatility, tables.drift, tables.persistence, tables.innovation
        _progress(megas.whole[OF_LANE], minds.real[GROWTH], megas.pace, growths.progress, x, stop)
        bend(tables.curve, x, ZERO, stop)
        nothing(earned, ZERO, stop)
        nothing(mission, ZERO, stop)
        nothing(levels, ZERO, stop)
        for j in range(tables.megas):
            _earn_mega(
                noise,
                I(j),
                number,
                x,
                growths.normals[j, b],
                megas.real[BASE, j],
                megas.real[TARGET, j],
                megas.fit[j],
                growths.y[j],
                earned,
                mission,
                levels,
                stop,
            )
        _hand_over(
            megas.whole[OF_LANE], number, growths.settled, earned, mission, levels, minds.earned, minds.loads, converged
        )


@loop
def _progress(lane: Integers, growth: Floats, pace: Floats, progress: Floats, x: Floats, n: int) -> None:
    for i in range(n):
        w = progress[i] + growth[lane[i]]
        progress[i] = w
        x[i] = min(w * pace[i], F(1))


@loop
def _earn_mega(
    noise: tuple[np.float32, np.float32, np.float32, np.float32],
    j: np.int32,
    number: Integers,
    share: Floats,
    e: Floats,
    base: Floats,
    target: Floats,
    fit: Floats,
    y: Floats,
    earned: Floats,
    mission: Floats,
    levels: Floats,
    n: int,
) -> None:
    volatility, drift, persistence, innovation = noise
    for i in range(n):
        walked = fma(persistence, y[i], innovation * e[i])
        y[i] = walked
        there = j < number[i]
        level = risen(base[i], target[i], share[i])
        own = level * exp2(fma(volatility, walked, drift))
        earned[i] += own if there else F(0)
        mission[i] += fit[i] * own if there else F(0)
        levels[i] += level if there else F(0)


@loop
def _hand_over(
    lane: Integers,
    number: Integers,
    settled: Floats,
    earned: Floats,
    mission: Floats,
    levels: Floats,
    sums: Floats,
    loads: Floats,
    n: int,
) -> None:
    for slot in range(n):
        there = np.uint64(BLOCK) * np.uint64(lane[slot])
        one, two, three = there + np.uint64(1), there + np.uint64(2), there + np.uint64(3)
        sums[there], sums[one], sums[two] = earned[slot], mission[slot], levels[slot]
        loads[there], loads[one], loads[two], loads[three] = F(0), F(number[slot]), F(0), settled[slot]


@stage
def bury(
    tables: Tables,
    rows: Rows,
    practices: Practices,
    lives: Lives,
    minds: Minds,
    month: int,
    thinned: bool,  # noqa: FBT001  numba inlines no keywords
) -> None:
    """Pack the rows in which many clusters have closed by the end of ``month``; if many have converged, all."""
    for k in range(tables.clusters):
        if not thinned and DUE * rows.about[DEAD, k] <= rows.about[COUNT, k]:
            continue
        rows.about[DEAD, k] = 0
        rows.about[COUNT, k] = _pack(
            I(month),
            practices.whole[CONVERGED],
            minds.whole[RUIN],
            rows.whole[LANE, k],
            rows.whole[START, k],
            rows.whole[UNTIL, k],
            rows.whole[PLACE, k],
            rows.real[PRICE, k],
            rows.real[PACE, k],
            rows.y[0, k],
            lives.whole[ESTABLISHED, k],
            lives.whole[LIFETIME, k],
            lives.real[AGE, k],
            lives.real[RAMP, k],
            lives.real[FIT, k],
            rows.about[COUNT, k],
        )


@loop
def _pack(
    month: np.int32,
    converged: Integers,
    ruin: Integers,
    lane: Integers,
    start: Integers,
    until: Integers,
    place: Integers,
    price: Floats,
    pace: Floats,
    y: Floats,
    established: Integers,
    lifetime: Integers,
    age: Floats,
    ramp: Floats,
    fit: Floats,
    n: int,
) -> int:
    kept = ZERO
    for at in range(0, n, VECTOR):
        first = kept
        left, kept = close_up(month, converged, ruin, lane, start, until, place, price, pace, y, at, n, kept)
        squeeze(established, at, first, left)
        squeeze(lifetime, at, first, left)
        squeeze(age, at, first, left)
        squeeze(ramp, at, first, left)
        squeeze(fit, at, first, left)
    return kept
