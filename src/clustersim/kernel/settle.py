"""Settle, a month at a time: revenue as it is paid, cash, survival clients and energy (model 3.4, 3.5, 6.2 and 6.5)."""

import numpy as np

from clustersim.kernel.arithmetic import TIE, F, I, fma
from clustersim.kernel.earnings import season_of, whole_quanta
from clustersim.kernel.jit import loop, stage
from clustersim.kernel.lanes import NEVER, Books, Floats, Integers, Quanta
from clustersim.kernel.layout import Levers, Tables
from clustersim.kernel.lives import (
    ADMISSION,
    ATTENDING,
    BURNOUT,
    BURNT,
    ENERGY,
    KEPT,
    LOAD,
    RUIN,
    Minds,
)

_NEVER = I(NEVER)


@stage
def pay(tables: Tables, levers: Levers, books: Books, minds: Minds, stretch: int, b: int, n: int) -> None:
    """Multiply a month's revenue by the market, the season and burnout, and round it to whole quanta."""
    month = stretch + b
    season, row = season_of(tables, month), (month - 1) % books.quanta.shape[0]
    if tables.market_volatility > F(0):
        _multiply(b, books.factor, minds.earned, n)
    _pay(
        I(month),
        season,
        levers.burnout_revenue,
        tables.quanta,
        tables.ceiling,
        minds.whole[BURNT],
        minds.whole[RUIN],
        minds.earned,
        minds.paid[b],
        minds.paid_mission[b],
        books.quanta[row],
        minds.mission[b],
        n,
    )


@loop
def _multiply(b: int, factor: Floats, earned: Floats, n: int) -> None:
    for i in range(n):
        earned[4 * i] *= factor[4 * i + b]
        earned[4 * i + 1] *= factor[4 * i + b]


@loop
def _pay(
    month: np.int32,
    season: np.float32,
    burnout_revenue: np.float32,
    per_dollar: np.float32,
    ceiling: np.float32,
    burnt: Integers,
    ruin: Integers,
    earned: Floats,
    paid: Floats,
    paid_mission: Floats,
    quanta: Quanta,
    mission: Quanta,
    n: int,
) -> None:
    for i in range(n):
        scale = (burnout_revenue if month <= burnt[i] else F(1)) * per_dollar
        all_of_it = whole_quanta(earned[4 * i] * season, scale, ceiling)
        by_fit = whole_quanta(earned[4 * i + 1] * season, scale, ceiling)
        all_of_it = F(0) if ruin[i] < month else all_of_it
        by_fit = F(0) if ruin[i] < month else by_fit
        paid[i], paid_mission[i] = all_of_it, by_fit
        quanta[i], mission[i] = np.int64(all_of_it), np.int64(by_fit)


@stage
def settle(levers: Levers, books: Books, minds: Minds, stretch: int, b: int, n: int) -> None:
    """Count the cash, let survival clients go, and see to energy."""
    month, depth = stretch + b, books.quanta.shape[0]
    if levers.finances > 0:
        _count_cash(
            I(month),
            levers.living,
            levers.fees,
            levers.margin,
            levers.margin_shift,
            -levers.slack * month,
            levers.enough,
            books.quanta[(month - 1) % depth],
            books.quanta[(month - 2 + depth) % depth],
            books.quanta[(month - 3 + depth) % depth],
            minds.cash[0],
            minds.cash[1 + b],
            minds.whole[KEPT],
            minds.real[ATTENDING],
            minds.whole[RUIN],
            minds.whole[ADMISSION],
            n,
        )
    if levers.mission > 0:
        _tire(
            I(month),
            levers.recovery,
            levers.drain,
            levers.burnout_months,
            minds.real[LOAD],
            minds.whole[RUIN],
            minds.real[ENERGY],
            minds.whole[BURNT],
            minds.whole[BURNOUT],
            n,
        )


@loop
def _count_cash(
    month: np.int32,
    living: int,
    fees: int,
    margin: int,
    shift: int,
    least: int,
    enough: int,
    latest: Quanta,
    before: Quanta,
    before_that: Quanta,
    cash: Quanta,
    at_end: Quanta,
    kept: Integers,
    attending: Floats,
    ruin: Integers,
    admission: Integers,
    n: int,
) -> None:
    for i in range(n):
        solvent = ruin[i] == _NEVER
        paid = fees if kept[i] > I(0) else np.int64(0)
        left = cash[i] + (((latest[i] * margin) >> shift) + paid - living)
        left = left if solvent else cash[i]  # after ruin nothing is counted any more
        cash[i] = left
        at_end[i] = left
        broke = solvent & (left < least)
        ruin[i] = month if broke else ruin[i]
        admission[i] = _NEVER if broke & (admission[i] == month) else admission[i]
        enough_now = latest[i] + before[i] + before_that[i] >= enough
        kept[i] = I(0) if enough_now else kept[i]
        attending[i] = F(0) if enough_now else attending[i]


@loop
def _tire(
    month: np.int32,
    recovery: np.float32,
    drain: np.float32,
    months: int,
    load: Floats,
    ruin: Integers,
    energy: Floats,
    burnt: Integers,
    burnout: Integers,
    n: int,
) -> None:
    for i in range(n):
        awake = (month > burnt[i]) & (ruin[i] == _NEVER)
        left = min(F(1), fma(-drain, load[i], energy[i] + recovery))
        burns = awake & (left <= TIE)
        left = F(1) if burns else left
        energy[i] = left if awake else energy[i]
        burnt[i] = I(month + I(months)) if burns else burnt[i]
        burnout[i] = min(burnout[i], month if burns else _NEVER)
