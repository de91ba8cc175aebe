"""What changes from month to month: the levers that the kernel has to follow, lowered to numbers."""

import math
from functools import lru_cache

import numpy as np

from clustersim.kernel.layout import NARROW, Levers
from clustersim.plan.levers import Accelerator, Finances, Focus, Mission, Network, SurvivalClients
from clustersim.plan.plan import Plan
from clustersim.quanta import threshold

#: Levers that change nothing stand in for those that are off.
_FOCUS = Focus(capacity=1e6, switching_cost=0, upkeep=0)
_MISSION = Mission(fit=1, success_odds=1, recovery=0, drain=0, upkeep=0, burnout_months=0, burnout_revenue=1)
_FINANCES = Finances(savings=0, living=0, margin=0)
_SURVIVAL = SurvivalClients(clients=0, attention=0, until=0)
_NETWORK = Network(challengers=0, referral=0)
_ACCELERATOR = Accelerator(every=1, odds=0, speed=1, months=0)

#: Cash is told in units of which it has at most 2^40.
_UNITS = 40

#: Bits that cash may have, and those of the longest horizon.
_CASH, _MONTHS = 61, 11

#: Bits of a revenue that is multiplied by a margin.
_PRODUCT = 62

#: What rounding may lose of cash in a month: half a quantum of revenue and a 2^18th part of a living, but no more than
#: a 2^10th. So who breaks even is not ruined, and who lives on savings is in the month in which they are gone.
_OF_LIVING, _AT_MOST = 18, 10


def levers_of(plan: Plan, quanta: float, octaves: int) -> Levers | None:
    """Lower what changes from month to month; None if nothing does.

    Parameters
    ----------
    quanta
        How many make a dollar.
    octaves
        How many octaves of them a month may have.
    """
    network = plan.network or _NETWORK
    referring = network.referral > 0 and network.challengers > 0
    if not (plan.focus or plan.mission or plan.finances or plan.accelerator or referring):
        return None
    return _lowered(plan, quanta, octaves)


@lru_cache(maxsize=1)
def idle_levers() -> Levers:
    """Return levers that change nothing: with them the month-by-month kernel gives the bits of the other one."""
    return _lowered(Plan(), 1.0, NARROW)


def _lowered(plan: Plan, quanta: float, octaves: int) -> Levers:
    network = plan.network or _NETWORK
    referring = network.referral > 0 and network.challengers > 0
    focus, mission, finances = plan.focus or _FOCUS, plan.mission or _MISSION, plan.finances or _FINANCES
    survival, accelerator = finances.survival or _SURVIVAL, plan.accelerator or _ACCELERATOR
    dollars = finances.savings, finances.living, survival.clients * survival.fee
    put_by, spent, paid = (amount * quanta for amount in dollars)
    most = math.ceil(put_by) + plan.horizon * math.ceil(max(finances.margin * 2.0**octaves + paid, spent))
    bits, margin_bits = _cash_bits(octaves, max(spent, paid), put_by), _PRODUCT - octaves
    savings, living, fees = (round(amount * 2**bits) for amount in (put_by, spent, paid))
    return Levers(
        focus=int(plan.focus is not None),
        mission=int(plan.mission is not None),
        finances=int(plan.finances is not None),
        accelerator=accelerator.every if plan.accelerator else 0,
        burnout_months=mission.burnout_months,
        admitted_months=accelerator.months,
        cash_bits=bits,
        savings=savings,
        living=living,
        fees=fees,
        margin=round(finances.margin * 2**margin_bits),
        margin_shift=margin_bits - bits,
        slack=min((1 << bits >> 1) + (living >> _OF_LIVING), living >> _AT_MOST),
        enough=threshold(survival.until, 3, quanta),
        cash_shift=_cash_shift(most),
        capacity=np.float32(focus.capacity),
        switching_cost=np.float32(focus.switching_cost),
        focus_upkeep=np.float32(focus.upkeep),
        attention=np.float32(survival.clients * survival.attention),
        referral=np.float32(network.referral if referring else 0),
        reach=np.float32(network.challengers / (network.fee * network.saturation) if referring else 0),
        recovery=np.float32(mission.recovery),
        drain=np.float32(mission.drain),
        mission_upkeep=np.float32(mission.upkeep),
        burnout_revenue=np.float32(mission.burnout_revenue),
        admission_odds=np.float32(accelerator.odds),
        speed=np.float32(accelerator.speed),
    )


def _cash_bits(octaves: int, a_month: float, savings: float) -> int:
    """Tell how many bits finer than a quantum cash is counted.

    As many as 64 allow over the longest horizon, whatever the plan's own, so that the same months have the same cash;
    fewer only beside a living, fees or savings, in quanta, that are more than all revenue could be.

    >>> _cash_bits(26, 48_000.0, 320_000.0), _cash_bits(40, 48_000.0, 320_000.0), _cash_bits(26, 2.0**50, 0.0)
    (22, 8, 0)
    """
    whole = max(octaves + 1, math.frexp(a_month)[1] + 1) + _MONTHS
    return max(_CASH - 1 - max(whole, math.frexp(savings)[1]), 0)


def _cash_shift(most: int) -> int:
    """Tell by how many bits so many quanta have to be shortened.

    >>> _cash_shift(1 << 40), _cash_shift((1 << 40) + 1), _cash_shift(0)
    (0, 1, 0)
    """
    return max((most - 1).bit_length() - _UNITS, 0)
