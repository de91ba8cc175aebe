"""Milestones and revenue, counted: from here on everything is a whole number (model 3.6)."""

import numpy as np

from clustersim.kernel.arithmetic import I, bits
from clustersim.kernel.jit import loop, stage
from clustersim.kernel.lanes import (
    BLOCK,
    CONVERGED,
    HEIR,
    LAUNCH,
    LAUNCHED,
    LEGACY,
    VIABLE,
    Books,
    Floats,
    Integers,
    Practices,
    Quanta,
    Rows,
)
from clustersim.kernel.launching import count_launches
from clustersim.kernel.layout import BINS, BINS_PER_OCTAVE, LIMB, Records, Tables

_BIN_BITS = I(17)  # of the mantissa's 23 bits, 6 choose the bin
_FIRST_BIN = I(127 * BINS_PER_OCTAVE - 1)
_LIMB_BITS = np.int64(LIMB)
_LIMB_MASK = np.int64((1 << LIMB) - 1)


@stage
def count_revenue(books: Books, records: Records, month: int, begin: int, n: int) -> None:
    """Add a month's revenue to the histogram and to its moments.

    ``moments`` are the sums over trajectories of x, high^2, high * low and low^2, where x = high * 2^20 + low: each
    addend is at most 2^40, so that a range of 2^22 trajectories cannot overflow.
    """
    quanta = books.quanta[(month - 1) % books.quanta.shape[0]]
    _bin((month - 1) % BLOCK, books.total, records.histogram[month - 1], n)
    x, high_high, high_low, low_low = _moments(quanta, n)
    records.moments[month - 1, 0] += x
    records.moments[month - 1, 1] += high_high
    records.moments[month - 1, 2] += high_low
    records.moments[month - 1, 3] += low_low
    if records.revenue.shape[0] > 0:
        for i in range(n):
            records.revenue[month - 1, begin + i] = quanta[i]


@loop
def _bin(b: int, total: Floats, histogram: Quanta, n: int) -> None:
    for i in range(n):
        place = I(bits(total[BLOCK * i + b]) >> _BIN_BITS) - _FIRST_BIN
        histogram[min(max(place, I(0)), I(BINS - 1))] += 1  # whatever the float: never beside the histogram


@loop
def _moments(quanta: Quanta, n: int) -> tuple[np.int64, np.int64, np.int64, np.int64]:
    x = high_high = high_low = low_low = np.int64(0)
    for i in range(n):
        high = quanta[i] >> _LIMB_BITS
        low = quanta[i] & _LIMB_MASK
        x += quanta[i]
        high_high += high * high
        high_low += high * low
        low_low += low * low
    return x, high_high, high_low, low_low


@stage
def pass_milestones(tables: Tables, books: Books, records: Records, month: int, n: int) -> None:
    """Move every window on by a month, and see which milestones are reached and which are held."""
    rows = books.quanta.shape[0]
    for w in range(tables.windows.size):
        # The month that leaves the window; before the first there was nothing.
        leaving = (month - 1 + rows - tables.windows[w]) % rows
        _slide(books.quanta[(month - 1) % rows], books.quanta[leaving], books.sums[w], n)
    for m in range(tables.thresholds.size):
        w = tables.window[m]
        if month >= tables.windows[w]:
            records.held[m, month - 1] += _pass(I(month), tables.thresholds[m], books.sums[w], books.reached[m], n)


@loop
def _slide(quanta: Quanta, leaving: Quanta, sums: Quanta, n: int) -> None:
    for i in range(n):
        sums[i] += quanta[i] - leaving[i]


@loop
def _pass(month: np.int32, threshold: np.int64, sums: Quanta, reached: Integers, n: int) -> np.int64:
    held = np.int64(0)
    for i in range(n):
        at_level = sums[i] >= threshold
        held += np.int64(at_level)
        reached[i] = month if at_level and reached[i] == I(0) else reached[i]
    return held


@stage
def record(
    tables: Tables, rows: Rows, practices: Practices, books: Books, records: Records, begin: int, n: int
) -> None:
    """Write down the block's trajectories, ``begin`` and following of the range."""
    milestones = tables.thresholds.size
    for m in range(milestones):
        for i in range(n):
            records.reached[m, begin + i] = books.reached[m, i]
    for k in range(tables.clusters):
        count_launches(rows.whole[LAUNCH, k], practices.whole[CONVERGED], tables.horizon, practices.whole[LAUNCHED], n)
    for i in range(n):
        within = practices.whole[LEGACY, i] <= tables.horizon
        records.reached[milestones, begin + i] = practices.whole[LEGACY, i] if within else 0
        records.origin[begin + i] = practices.whole[HEIR, i] if within else -1
        records.viable[begin + i] = practices.whole[VIABLE, i]
        records.launches[begin + i] = practices.whole[LAUNCHED, i]
