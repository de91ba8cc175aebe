"""Launch and attend, a month at a time: loads, and the growth rate that they leave (model 3.1, 3.2 and 6)."""

import numpy as np

from clustersim.kernel.arithmetic import F, I, U, fma
from clustersim.kernel.jit import inline, loop, stage
from clustersim.kernel.lanes import (
    ALL_DONE,
    BLOCK,
    CONVERGED,
    FIRST,
    LAUNCHED,
    LIVE,
    NEVER,
    PLACE,
    START,
    UNTIL,
    WHO,
    Candidates,
    Floats,
    Integers,
    Practices,
    Rows,
    list_flagged,
)
from clustersim.kernel.layout import Levers, Tables
from clustersim.kernel.lives import (
    ADMISSION,
    ADMITTED,
    ATTENDING,
    BURNT,
    FIT,
    GROWTH,
    LATEST,
    LOAD,
    NEXT,
    RUIN,
    Lives,
    Minds,
)
from clustersim.kernel.philox import ACCELERATOR, of_lane

_NEVER = I(NEVER)
_WORDS = 2.0**32


@stage
def launch(
    tables: Tables,
    rows: Rows,
    practices: Practices,
    candidates: Candidates,
    lives: Lives,
    minds: Minds,
    month: int,
    n: int,
) -> None:
    """Start the next cluster of every practice that may and wants to."""
    if rows.about[ALL_DONE, 0] > 0:
        return
    ready = candidates.whole[LIVE]  # borrowed until the month's end
    some, going_on = _find_ready(
        I(month),
        I(tables.clusters if month <= tables.horizon else 0),
        I(min(tables.every, NEVER)),
        I(tables.at_once),
        minds.whole[NEXT],
        minds.whole[LATEST],
        minds.whole[BURNT],
        minds.whole[RUIN],
        practices.whole[CONVERGED],
        minds.loads,
        ready,
        n,
    )
    if going_on == 0:
        rows.about[ALL_DONE, 0] = 1
    if some > 0:
        for d in range(list_flagged(ready, candidates.whole[WHO], n)):
            lane = candidates.whole[WHO, d]
            k = minds.whole[NEXT, lane]
            place = rows.whole[PLACE, k, lane]
            rows.whole[START, k, place] = month
            rows.whole[UNTIL, k, place] += month - 1 - NEVER
            rows.about[FIRST, k] = min(rows.about[FIRST, k], month)
            practices.whole[LAUNCHED, lane] += 1
            minds.whole[NEXT, lane] = k + 1
            minds.whole[LATEST, lane] = month
            minds.loads[BLOCK * lane] += F(1)
            minds.loads[BLOCK * lane + 2] += F(1) - lives.real[FIT, k, place]


@loop
def _find_ready(
    month: np.int32,
    clusters: np.int32,
    every: np.int32,
    at_once: np.int32,
    following: Integers,
    latest: Integers,
    burnt: Integers,
    ruin: Integers,
    converged: Integers,
    loads: Floats,
    ready: Integers,
    n: int,
) -> tuple[np.int32, np.int32]:
    """Tell whether anybody launches something this month, and whether anybody will launch anything later."""
    limit = F(at_once) if at_once > I(0) else F(NEVER)
    some = going_on = I(0)
    for i in range(n):
        lives_on = (following[i] < clusters) & (converged[i] == _NEVER) & (ruin[i] == _NEVER)
        may = lives_on & (month > burnt[i])
        wants = ((following[i] == I(0)) | (I(month - latest[i]) >= every)) & (loads[BLOCK * i] < limit)
        ready[i] = I(1) if may & wants else I(0)
        some = I(some | ready[i])  # cut to 32 bits, or vectors would be half as wide
        going_on = I(going_on | (I(1) if lives_on else I(0)))
    return some, going_on


@inline
def _stretched(ramping: np.float32, settled: np.float32, attending: np.float32, upkeep: np.float32) -> np.float32:
    """The load n on attention."""
    return fma(upkeep, settled, ramping) + attending


@stage
def attend(
    levers: Levers, key: np.uint64, first: np.uint64, practices: Practices, minds: Minds, month: int, n: int
) -> None:
    """Find the month's growth rate g, and what weighs on energy."""
    whole, real = minds.whole, minds.real
    if levers.accelerator > 0 and month % levers.accelerator == 0:
        _apply(
            I(month),
            levers.admission_odds,
            levers.capacity,
            levers.focus_upkeep,
            levers.admitted_months,
            key,
            first,
            minds.loads,
            real[ATTENDING],
            whole[BURNT],
            whole[RUIN],
            practices.whole[CONVERGED],
            whole[ADMITTED],
            whole[ADMISSION],
            n,
        )
    _share_attention(
        I(month),
        levers.capacity,
        levers.switching_cost,
        levers.focus_upkeep,
        levers.referral,
        levers.reach,
        levers.speed,
        levers.mission_upkeep,
        minds.loads,
        minds.earned,
        real[ATTENDING],
        whole[ADMITTED],
        whole[BURNT],
        real[GROWTH],
        real[LOAD],
        n,
    )


@loop
def _apply(
    month: np.int32,
    odds: np.float32,
    capacity: np.float32,
    upkeep: np.float32,
    months: int,
    key: np.uint64,
    first: np.uint64,
    loads: Floats,
    attending: Floats,
    burnt: Integers,
    ruin: Integers,
    converged: Integers,
    admitted: Integers,
    admission: Integers,
    n: int,
) -> None:
    block, word = U(I(month - 1) // I(4)), I(month - 1) % I(4)
    for i in range(n):
        stretched = _stretched(loads[4 * i], loads[4 * i + 1], attending[i], upkeep)
        p = odds * (capacity / stretched if stretched > capacity else F(1))
        w0, w1, w2, w3 = of_lane(first, I(i), ACCELERATOR, block, key)
        ticket = (w0 if word == I(0) else w1) if word < I(2) else (w2 if word == I(2) else w3)
        lucky = np.float64(ticket) < np.float64(p) * _WORDS
        lucky &= (converged[i] == _NEVER) & (ruin[i] == _NEVER) & (month > burnt[i])
        admitted[i] = I(month - I(1) + I(months)) if lucky else admitted[i]
        admission[i] = min(admission[i], month if lucky else _NEVER)


@loop
def _share_attention(
    month: np.int32,
    capacity: np.float32,
    switching_cost: np.float32,
    focus_upkeep: np.float32,
    referral: np.float32,
    reach: np.float32,
    speed: np.float32,
    mission_upkeep: np.float32,
    loads: Floats,
    earned: Floats,
    attending: Floats,
    admitted: Integers,
    burnt: Integers,
    growth: Floats,
    load: Floats,
    n: int,
) -> None:
    # Levers that are off stand here with values that change nothing.
    for i in range(n):
        ramping, settled, on_ramps, on_settled = loads[4 * i], loads[4 * i + 1], loads[4 * i + 2], loads[4 * i + 3]
        stretched = _stretched(ramping, settled, attending[i], focus_upkeep)
        less = max(F(0.25), fma(-switching_cost, stretched - capacity, F(1)))
        g = (capacity / stretched) * less if stretched > capacity else F(1)
        g *= fma(referral, min(earned[4 * i + 2] * reach, F(1)), F(1))
        g = g * speed if month <= admitted[i] else g
        growth[i] = F(0) if month <= burnt[i] else g
        load[i] = fma(mission_upkeep, on_settled, on_ramps) + attending[i]
