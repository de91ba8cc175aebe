"""Attend, grow, earn: what clusters bring in, four months at a stretch (model 3.2 to 3.4).

Without levers the growth rate g is 1: effective age is calendar age. One call of Philox gives the noise of four months.
"""

from collections.abc import Callable

import numpy as np

from clustersim.kernel.arithmetic import F, I, U, add_four, exp2, fma, squeeze
from clustersim.kernel.curves import SMOOTHSTEP, bend, smoothstep
from clustersim.kernel.jit import inline, loop, stage
from clustersim.kernel.lanes import (
    BLOCK,
    CONVERGED,
    COUNT,
    FIRST,
    GROWN,
    LANE,
    LAST,
    MORTAL,
    PACE,
    PLACE,
    PRICE,
    SETTLED,
    SOONEST,
    START,
    UNTIL,
    VECTOR,
    ZERO,
    Books,
    Floats,
    Integers,
    Practices,
    Rows,
    whole_vectors,
)
from clustersim.kernel.layout import Tables
from clustersim.kernel.noise import four_normals

#: sigma / log 2, -sigma^2/2 / log 2, phi, sqrt(1 - phi^2)
Noise = tuple[np.float32, np.float32, np.float32, np.float32]


@inline
def lives(month: np.int32, start: np.int32, until: np.int32) -> bool:
    """Whether ``start <= month <= until``, by one comparison: a month before the start is beyond any span."""
    return bool(U(month - start) <= U(until - start))


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


@stage
def earn_clusters(
    tables: Tables, key: np.uint64, first: np.uint64, rows: Rows, books: Books, month: int, turn: int, n: int
) -> None:
    """Add up what clusters earn in ``month`` and the three following, in launch order, lane by lane."""
    share, part, normals = books.share, books.part, books.normals
    noise = tables.volatility, tables.drift, tables.persistence, tables.innovation
    settled = 0
    if tables.volatility > F(0):
        nothing(books.total, ZERO, BLOCK * n)
    else:
        settled = _settle(tables, rows, books, month)
        _begin(books.settled, books.total, n)
    for k in range(settled, tables.clusters):
        count = int(rows.about[COUNT, k])  # as wide as all other counts: two widths would compile everything twice
        if rows.about[FIRST, k] >= month + BLOCK or rows.about[LAST, k] < month or count == 0:
            continue
        wide = whole_vectors(count)
        lane, start, until = rows.whole[LANE, k], rows.whole[START, k], rows.whole[UNTIL, k]
        price, pace = rows.real[PRICE, k], rows.real[PACE, k]
        if tables.curve != SMOOTHSTEP:
            grow(tables.curve, month, start, pace, share, ZERO, wide)
        if tables.volatility > F(0):
            before, now = rows.y[1 - turn, k], rows.y[turn, k]
            draw_normals(key, first, U(k), U((month - 1) // BLOCK), lane, normals, wide)
            if tables.curve == SMOOTHSTEP:
                _earn_smooth(noise, normals, start, until, price, pace, share, before, now, part, month, wide)
            else:
                _earn_shared(noise, normals, start, until, price, pace, share, before, now, part, month, wide)
        elif tables.curve == SMOOTHSTEP:
            _earn_quietly_smooth(start, until, price, pace, share, part, month, wide)
        else:
            _earn_quietly_shared(start, until, price, pace, share, part, month, wide)
        if count == n:  # none missing: a row keeps the order of lanes
            add_all(part, books.total, BLOCK * n)
        else:
            _add(lane, part, books.total, count)


@loop
def draw_normals(
    key: np.uint64, first: np.uint64, cluster: np.uint32, block: np.uint32, lane: Integers, normals: Floats, n: int
) -> None:
    """Draw the noise of four months, for a row.

    A loop of its own: in one with what is made of the noise, the chain of dependent instructions is longer than a
    processor looks ahead (about 5 % slower), and its code is compiled once more for every use.
    """
    for i in range(n):
        e0, e1, e2, e3 = four_normals(first, lane[i], cluster, block, key)
        normals[0, i], normals[1, i], normals[2, i], normals[3, i] = e0, e1, e2, e3


@loop
def nothing(total: Floats, first: int, stop: int) -> None:
    """Begin sums."""
    for i in range(np.uint64(first), np.uint64(stop)):  # unsigned: no wraparound
        total[i] = F(0)


#: Months between packings where nothing is noisy: dead places cost little there.
_QUIET_MONTHS = 3 * BLOCK


@inline
def packs(tables: Tables, month: int) -> bool:
    """Tell whether rows are packed at the end of a stretch's last month."""
    return bool(tables.volatility > F(0)) or month % _QUIET_MONTHS == 0


@stage
def _settle(tables: Tables, rows: Rows, books: Books, month: int) -> int:
    """Tell how many of the first rows earn the same from now on, and add up once what those earn.

    Without noise these are rows in which all that will close has closed, and all the rest is at its full level. Only
    the first ones, so that clusters are added in launch order as ever; and just after they were packed.
    """
    k = rows.about[SETTLED, 0]
    stop = tables.clusters if packs(tables, month - 1) else k
    while k < stop and rows.about[GROWN, k] <= month and rows.about[MORTAL, k] < month:
        _add_for_good(rows.whole[LANE, k], rows.real[PRICE, k], books.settled, int(rows.about[COUNT, k]))
        k += 1
    rows.about[SETTLED, 0] = k
    return int(k)


@loop
def _add_for_good(lane: Integers, price: Floats, settled: Floats, n: int) -> None:
    for place in range(np.uint64(n)):  # unsigned: no wraparound
        settled[U(lane[place])] += price[place]


@loop
def _begin(settled: Floats, total: Floats, n: int) -> None:
    for i in range(np.uint64(n)):  # unsigned: no wraparound
        here = np.uint64(BLOCK) * i
        total[here] = total[here + np.uint64(1)] = total[here + np.uint64(2)] = total[here + np.uint64(3)] = settled[i]


@loop
def add_all(part: Floats, total: Floats, n: int) -> None:
    """Add what a row without gaps brings, in the order of lanes."""
    for i in range(n):
        total[i] += part[i]


@loop
def _add(lane: Integers, part: Floats, total: Floats, n: int) -> None:
    for place in range(n):
        add_four(total, BLOCK * lane[place], part, BLOCK * place)


@stage
def close_ranks(
    tables: Tables,
    rows: Rows,
    practices: Practices,
    month: int,
    turn: int,
    thinned: bool,  # noqa: FBT001  numba inlines no keywords
) -> None:
    """Pack the rows in which clusters may have closed by the end of ``month``; if many have converged, all.

    Settled rows are not walked any more.
    """
    since = month - (BLOCK if tables.volatility > F(0) else _QUIET_MONTHS)
    for k in range(rows.about[SETTLED, 0], tables.clusters if packs(tables, month) else 0):
        closing = (rows.about[SOONEST, k] <= month) & (rows.about[MORTAL, k] > since)
        if closing or (thinned and rows.about[FIRST, k] <= month):
            rows.about[COUNT, k] = _pack(
                I(month),
                practices.whole[CONVERGED],
                rows.whole[LANE, k],
                rows.whole[START, k],
                rows.whole[UNTIL, k],
                rows.whole[PLACE, k],
                rows.real[PRICE, k],
                rows.real[PACE, k],
                rows.y[turn, k],
                rows.about[COUNT, k],
            )


@inline
def _survivors(
    month: np.int32,
    converged: Integers,
    ruin: Integers,
    lane: Integers,
    until: Integers,
    place: Integers,
    at: np.uint64,
    length: np.uint64,
    kept: int,
) -> tuple[np.uint32, int]:
    """Look which of up to 16 places stay, a bit each, and note where; returns how many have been kept, too."""
    left = U(0)
    for j in range(length):
        whose = U(lane[at + j])
        alive = (until[at + j] > month) & (converged[whose] > month) & (ruin[whose] > month)
        place[whose] = I(kept) if alive else I(-1)
        left |= (U(1) if alive else U(0)) << U(j)
        kept += 1 if alive else 0
    return left, kept


@inline
def close_up(
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
    at: int,
    n: int,
    kept: int,
) -> tuple[np.uint32, int]:
    """Move those of the 16 places from ``at`` on that stay behind the ``kept`` ones before: what every row has.

    Returns a bit for each that stays, and how many are kept now. Where nobody is ruined, convergence stands for ruin.
    """
    here, rest, first = np.uint64(at), np.uint64(n - at), kept
    if rest >= VECTOR:  # a loop whose length LLVM knows
        left, kept = _survivors(month, converged, ruin, lane, until, place, here, np.uint64(VECTOR), kept)
    else:
        left, kept = _survivors(month, converged, ruin, lane, until, place, here, rest, kept)
    squeeze(lane, at, first, left)
    squeeze(start, at, first, left)
    squeeze(until, at, first, left)
    squeeze(price, at, first, left)
    squeeze(pace, at, first, left)
    squeeze(y, at, first, left)
    return left, kept


@loop
def _pack(
    month: np.int32,
    converged: Integers,
    lane: Integers,
    start: Integers,
    until: Integers,
    place: Integers,
    price: Floats,
    pace: Floats,
    y: Floats,
    n: int,
) -> int:
    kept = ZERO
    for at in range(0, n, VECTOR):
        _, kept = close_up(month, converged, converged, lane, start, until, place, price, pace, y, at, n, kept)
    return kept


@loop
def grow(curve: int, month: int, start: Integers, pace: Floats, share: Floats, first: int, stop: int) -> None:
    """Find the share of the full level that four months bring: S of the ramp's x."""
    for b in range(BLOCK):
        _grow(I(month + b), start, pace, share[b], first, stop)
        bend(curve, share[b], first, stop)


@loop
def _grow(month: np.int32, start: Integers, pace: Floats, share: Floats, first: int, stop: int) -> None:
    for i in range(np.uint64(first), np.uint64(stop)):  # unsigned: no wraparound
        share[i] = progress(month, start[i], pace[i])


# The default curve is cheap enough to be bent where it is used; shares of the others are found beforehand.


@inline
def _smooth_levels(
    month: np.int32, start: np.int32, pace: np.float32, price: np.float32
) -> tuple[np.float32, np.float32, np.float32, np.float32]:
    """Find the levels of four months, by smoothstep."""
    age = F(I(month - start + I(1)))
    return (
        price * smoothstep(min(age * pace, F(1))),
        price * smoothstep(min((age + F(1)) * pace, F(1))),
        price * smoothstep(min((age + F(2)) * pace, F(1))),
        price * smoothstep(min((age + F(3)) * pace, F(1))),
    )


def _noisy(*, smooth: bool) -> Callable[..., None]:
    @loop
    def earn(
        noise: Noise,
        normals: Floats,
        start: Integers,
        until: Integers,
        price: Floats,
        pace: Floats,
        share: Floats,
        y_before: Floats,
        y_after: Floats,
        part: Floats,
        month: int,
        n: int,
    ) -> None:
        volatility, drift, persistence, innovation = noise
        m0, m1, m2, m3 = I(month), I(month + 1), I(month + 2), I(month + 3)
        for i in range(n):
            e0, e1, e2, e3 = normals[0, i], normals[1, i], normals[2, i], normals[3, i]
            y0 = walked(m0, start[i], persistence, innovation, y_before[i], e0)
            y1 = walked(m1, start[i], persistence, innovation, y0, e1)
            y2 = walked(m2, start[i], persistence, innovation, y1, e2)
            y3 = walked(m3, start[i], persistence, innovation, y2, e3)
            y_after[i] = y3
            if smooth:
                l0, l1, l2, l3 = _smooth_levels(m0, start[i], pace[i], price[i])
            else:
                l0, l1 = price[i] * share[0, i], price[i] * share[1, i]
                l2, l3 = price[i] * share[2, i], price[i] * share[3, i]
            l0 *= exp2(fma(volatility, y0, drift))
            l1 *= exp2(fma(volatility, y1, drift))
            l2 *= exp2(fma(volatility, y2, drift))
            l3 *= exp2(fma(volatility, y3, drift))
            part[4 * i] = l0 if lives(m0, start[i], until[i]) else F(0)
            part[4 * i + 1] = l1 if lives(m1, start[i], until[i]) else F(0)
            part[4 * i + 2] = l2 if lives(m2, start[i], until[i]) else F(0)
            part[4 * i + 3] = l3 if lives(m3, start[i], until[i]) else F(0)

    return earn


def _quiet(*, smooth: bool) -> Callable[..., None]:
    @loop
    def earn(
        start: Integers,
        until: Integers,
        price: Floats,
        pace: Floats,
        share: Floats,
        part: Floats,
        month: int,
        n: int,
    ) -> None:
        m0, m1, m2, m3 = I(month), I(month + 1), I(month + 2), I(month + 3)
        for i in range(n):
            if smooth:
                l0, l1, l2, l3 = _smooth_levels(m0, start[i], pace[i], price[i])
            else:
                l0, l1 = price[i] * share[0, i], price[i] * share[1, i]
                l2, l3 = price[i] * share[2, i], price[i] * share[3, i]
            part[4 * i] = l0 if lives(m0, start[i], until[i]) else F(0)
            part[4 * i + 1] = l1 if lives(m1, start[i], until[i]) else F(0)
            part[4 * i + 2] = l2 if lives(m2, start[i], until[i]) else F(0)
            part[4 * i + 3] = l3 if lives(m3, start[i], until[i]) else F(0)

    return earn


_earn_smooth, _earn_shared = _noisy(smooth=True), _noisy(smooth=False)
_earn_quietly_smooth, _earn_quietly_shared = _quiet(smooth=True), _quiet(smooth=False)
