"""Milestones and revenue, counted: from here on everything is a whole number (model 3.6)."""

import numpy as np

from clustersim.kernel.arithmetic import F, I, U, bits
from clustersim.kernel.jit import inline, loop, stage
from clustersim.kernel.lanes import (
    BLOCK,
    HEIR,
    LAUNCHED,
    LEGACY,
    NEVER,
    ONE,
    VIABLE,
    ZERO,
    Books,
    Floats,
    Integers,
    Months,
    Practices,
    Quanta,
)
from clustersim.kernel.layout import BINS, BINS_PER_OCTAVE, LIMB, NARROW, LeverRecords, Levers, Records, Tables
from clustersim.kernel.lives import Minds

_BIN_BITS = I(17)  # of the mantissa's 23 bits, 6 choose the bin
_FIRST_BIN = I(127 * BINS_PER_OCTAVE - 1)
_LIMB_BITS = np.int64(LIMB)
_LIMB_MASK = np.int64((1 << LIMB) - 1)
_HIGH_BITS = np.uint64(2 * LIMB)
_LOW_MASK = np.uint64((1 << 2 * LIMB) - 1)
_HIGH_MASK = np.int64((1 << LIMB + 1) - 1)  # changes nothing, and tells LLVM that a product needs 32 bits a factor
_NEVER = I(NEVER)
_NARROW = F(1 << NARROW)


@stage
def count_revenue(books: Books, records: Records, stretch: int, begin: int, n: int) -> None:
    """Add four months' revenue to the histogram and to its moments.

    ``moments`` are the sums over trajectories of x, and of parts of its square: of h, m and l, where x^2 is
    h * 2^40 + m * 2^21 + l. Each addend is at most 2^40, so that a range of 2^22 trajectories cannot overflow.
    """
    place, month = (stretch - 1) % books.quanta.shape[0], stretch - 1
    _find_bins(books.total, books.bin, BLOCK * n)
    _fill(
        books.bin,
        records.histogram[month],
        records.histogram[month + 1],
        records.histogram[month + 2],
        records.histogram[month + 3],
        n,
    )
    for b in range(BLOCK):
        _add(_squares(books.quanta[place + b], n), records.moments[month + b])
    _keep(books.quanta, place, records.revenue, month, begin, n)


@stage
def _sum_up(counted: Quanta, place: int, moments: Quanta, month: int, narrow: bool, n: int) -> None:  # noqa: FBT001  numba inlines no keywords
    for b in range(BLOCK):
        if narrow:
            _add(_squares(counted[place + b], n), moments[month + b])
        else:
            _add(_moments(counted[place + b], n), moments[month + b])


@stage
def _keep(counted: Quanta, place: int, kept: Quanta, month: int, begin: int, n: int) -> None:
    if kept.shape[0] > 0:
        for b in range(BLOCK):
            _copy(counted[place + b], kept[month + b], begin, n)


@loop
def _copy(counted: Quanta, kept: Quanta, begin: int, n: int) -> None:
    for i in range(n):
        kept[begin + i] = counted[i]


@loop
def _add(moments: tuple[np.int64, np.int64, np.int64, np.int64], sums: Quanta) -> None:
    for i in range(4):
        sums[i] += moments[i]


@loop
def _find_bins(total: Floats, place: Integers, n: int) -> None:
    for i in range(n):
        here = I(bits(total[i]) >> _BIN_BITS) - _FIRST_BIN
        place[i] = min(max(here, I(0)), I(BINS - 1))  # whatever the float: never beside the histogram


@loop
def _fill(place: Integers, first: Integers, second: Integers, third: Integers, fourth: Integers, n: int) -> None:
    for i in range(np.uint64(n)):  # unsigned, as all indices here: 0.50 ns a count with wraparound, 0.37 without
        here = np.uint64(BLOCK) * i
        first[U(place[here])] += 1
        second[U(place[here + np.uint64(1)])] += 1
        third[U(place[here + np.uint64(2)])] += 1
        fourth[U(place[here + np.uint64(3)])] += 1


@loop
def _squares(quanta: Quanta, n: int) -> tuple[np.int64, np.int64, np.int64, np.int64]:
    """Sum up quanta of a block, of which each is at most 2^26: so many squares of such fit in 64 bits."""
    x = squares = np.uint64(0)
    for i in range(n):
        amount = np.uint64(U(quanta[i]))
        x += amount
        squares += amount * amount
    return np.int64(x), np.int64(squares >> _HIGH_BITS), np.int64(0), np.int64(squares & _LOW_MASK)


@loop
def _moments(quanta: Quanta, n: int) -> tuple[np.int64, np.int64, np.int64, np.int64]:
    x = high_high = high_low = low_low = np.int64(0)
    for i in range(n):
        amount = abs(np.int64(quanta[i]))  # cash may be owed
        high = (amount >> _LIMB_BITS) & _HIGH_MASK
        low = amount & _LIMB_MASK
        x += quanta[i]
        high_high += high * high
        high_low += high * low
        low_low += low * low
    return x, high_high, high_low, low_low


@stage
def pass_milestones(
    tables: Tables,
    books: Books,
    records: Records,
    ruin: Integers,
    ruinous: bool,  # noqa: FBT001  numba inlines no keywords
    stretch: int,
    n: int,
) -> None:
    """Move every window on by four months, and see which milestones are reached and which are held.

    Where practices may be ruined, nothing is from the month of ``ruin`` on.
    """
    depth = books.quanta.shape[0]
    row = (stretch - 1) % depth
    for w in range(tables.windows.size):
        window = tables.windows[w]
        # The months that leave the window; before the first there was nothing.
        leaving = (stretch - 1 + depth - window) % depth
        if window > 1 or ruinous:
            _slide(
                books.quanta[row],
                books.quanta[row + 1],
                books.quanta[row + 2],
                books.quanta[row + 3],
                books.quanta[leaving],
                books.quanta[(leaving + 1) % depth],
                books.quanta[(leaving + 2) % depth],
                books.quanta[(leaving + 3) % depth],
                books.slid[0],
                books.slid[1],
                books.slid[2],
                books.slid[3],
                books.sums[w],
                n,
            )
        if ruinous:
            for b in range(BLOCK):
                _forget(I(stretch + b), ruin, books.slid[b], n)
        # A window of one month is that month.
        windows, at = (books.slid, 0) if window > 1 or ruinous else (books.quanta, row)
        for m in range(tables.thresholds.size):
            if tables.window[m] == w:
                threshold, most = tables.thresholds[m], np.int64(tables.ceiling)
                held = _pass(
                    I(stretch),
                    sum_due(threshold, window, most, stretch, tables.horizon),
                    sum_due(threshold, window, most, stretch + 1, tables.horizon),
                    sum_due(threshold, window, most, stretch + 2, tables.horizon),
                    sum_due(threshold, window, most, stretch + 3, tables.horizon),
                    windows[at],
                    windows[at + 1],
                    windows[at + 2],
                    windows[at + 3],
                    books.reached[m],
                    n,
                )
                for b in range(BLOCK):
                    records.held[m, stretch - 1 + b] += held[b]


@inline
def sum_due(threshold: np.int64, window: int, most: np.int64, month: int, horizon: int) -> np.int64:
    """Tell what a window has to sum up to in a month, of which ``most`` is the most that one can have.

    Too much before it is full, and beyond the horizon.
    """
    too_much = window * most + 1
    return min(threshold, too_much) if window <= month <= horizon else too_much


@loop
def _slide(
    q0: Quanta,
    q1: Quanta,
    q2: Quanta,
    q3: Quanta,
    leaving0: Quanta,
    leaving1: Quanta,
    leaving2: Quanta,
    leaving3: Quanta,
    s0: Quanta,
    s1: Quanta,
    s2: Quanta,
    s3: Quanta,
    sums: Quanta,
    n: int,
) -> None:
    whole = sums.dtype.type
    for i in range(n):
        s0[i] = whole(sums[i] + (q0[i] - leaving0[i]))
        s1[i] = whole(s0[i] + (q1[i] - leaving1[i]))
        s2[i] = whole(s1[i] + (q2[i] - leaving2[i]))
        s3[i] = whole(s2[i] + (q3[i] - leaving3[i]))
        sums[i] = s3[i]


@loop
def _forget(month: np.int32, ruin: Integers, sums: Quanta, n: int) -> None:
    for i in range(n):
        sums[i] = sums.dtype.type(-1) if ruin[i] <= month else sums[i]  # less than any threshold


@loop
def _pass(
    month: np.int32,
    t0: np.int64,
    t1: np.int64,
    t2: np.int64,
    t3: np.int64,
    s0: Quanta,
    s1: Quanta,
    s2: Quanta,
    s3: Quanta,
    reached: Integers,
    n: int,
) -> tuple[np.int32, np.int32, np.int32, np.int32]:
    held0 = held1 = held2 = held3 = I(0)
    whole = s0.dtype.type
    d0, d1, d2, d3 = whole(t0), whole(t1), whole(t2), whole(t3)
    for i in range(n):
        at0, at1, at2, at3 = s0[i] >= d0, s1[i] >= d1, s2[i] >= d2, s3[i] >= d3
        # Kept to 32 bits, or a vector would hold half as many practices.
        held0 = I(held0 + I(at0))
        held1 = I(held1 + I(at1))
        held2 = I(held2 + I(at2))
        held3 = I(held3 + I(at3))
        first = I(month + 3) if at3 else _NEVER
        first = I(month + 2) if at2 else first
        first = I(month + 1) if at1 else first
        first = month if at0 else first
        reached[i] = min(reached[i], first)
    return held0, held1, held2, held3


@stage
def record(tables: Tables, practices: Practices, books: Books, records: Records, begin: int, n: int) -> None:
    """Write down the block's trajectories, ``begin`` and following of the range, and count them."""
    milestones = tables.thresholds.size
    for m in range(milestones):
        for i in range(n):
            month = books.reached[m, i]
            records.reached[m, begin + i] = month if month < NEVER else 0
    for i in range(n):
        within = practices.whole[LEGACY, i] <= tables.horizon
        records.reached[milestones, begin + i] = practices.whole[LEGACY, i] if within else 0
        records.origin[begin + i] = practices.whole[HEIR, i] if within else -1
        records.viable[begin + i] = practices.whole[VIABLE, i]
        records.launches[begin + i] = practices.whole[LAUNCHED, i]
    for m in range(milestones + 1):
        _count_passages(records.reached[m], records.viable, records.passages[m], begin, n)
    _count_each(records.launches, ZERO, records.launched, begin, n)
    _count_each(records.origin, ONE, records.origins, begin, n)


@loop
def _count_passages(reached: Months, viable: Integers, passages: Quanta, begin: int, n: int) -> None:
    for i in range(np.uint64(begin), np.uint64(begin) + np.uint64(n)):  # unsigned, as all indices here
        passages[U(viable[i]), U(reached[i])] += 1


@loop
def _count_each(what: Integers, shift: int, counts: Quanta, begin: int, n: int) -> None:
    for i in range(np.uint64(begin), np.uint64(begin) + np.uint64(n)):  # unsigned, as all indices here
        counts[U(what[i] + shift)] += 1


@stage
def count_month_by_month(
    tables: Tables,
    levers: Levers,
    books: Books,
    minds: Minds,
    records: Records,
    more: LeverRecords,
    stretch: int,
    begin: int,
    n: int,
) -> None:
    """Add four months' revenue, mission revenue and cash to their histograms and moments."""
    place, month = (stretch - 1) % books.quanta.shape[0], stretch - 1
    narrow = bool(tables.ceiling <= _NARROW)
    for b in range(BLOCK):
        _find_bins(minds.paid[b], minds.bins[b], n)
    _fill_all(minds.bins, records.histogram, month, n)
    _sum_up(books.quanta, place, records.moments, month, narrow, n)
    _keep(books.quanta, place, records.revenue, month, begin, n)
    if levers.mission > 0:
        for b in range(BLOCK):
            _find_bins(minds.paid_mission[b], minds.bins[b], n)
        _fill_all(minds.bins, more.mission_histogram, month, n)
        _sum_up(minds.mission, 0, more.mission_moments, month, narrow, n)
        _keep(minds.mission, 0, more.mission, month, begin, n)
    if levers.finances > 0:
        for b in range(BLOCK):
            _find_cash_bins(levers.cash_shift + levers.cash_bits, minds.cash[1 + b], minds.units[b], minds.bins[b], n)
        _fill_all(minds.bins, more.cash_histogram, month, n)
        _sum_up(minds.units, 0, more.cash_moments, month, False, n)  # noqa: FBT003  as above
        _keep(minds.cash, 1, more.cash, month, begin, n)


@loop
def _fill_all(place: Integers, histogram: Integers, month: int, n: int) -> None:
    first = np.uint64(month)
    for i in range(np.uint64(n)):  # unsigned, as all indices here: see _fill
        for b in range(np.uint64(BLOCK)):
            histogram[first + b, U(place[b, i])] += 1


@loop
def _find_cash_bins(shift: int, cash: Quanta, units: Quanta, place: Integers, n: int) -> None:
    half = (np.int64(1) << shift) >> np.int64(1)
    for i in range(n):
        told = (cash[i] + half) >> shift
        units[i] = told
        here = I(bits(F(abs(told))) >> _BIN_BITS) - _FIRST_BIN
        here = min(max(here, I(0)), I(BINS - 1))
        place[i] = I(BINS - 1) + (here if told >= np.int64(0) else -here)
