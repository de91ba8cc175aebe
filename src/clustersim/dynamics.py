"""What changes from month to month: the levers that the kernel has to follow, lowered to numbers."""

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

#: A margin is counted in 2^-20ths, a share of revenue that 64 bits can hold.
_MARGIN = 20


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
    savings, living = round(finances.savings * quanta), round(finances.living * quanta)
    fees = round(survival.clients * survival.fee * quanta)
    margin = round(finances.margin * 2**_MARGIN)
    return Levers(
        focus=int(plan.focus is not None),
        mission=int(plan.mission is not None),
        finances=int(plan.finances is not None),
        accelerator=accelerator.every if plan.accelerator else 0,
        burnout_months=mission.burnout_months,
        admitted_months=accelerator.months,
        savings=savings,
        living=living,
        fees=fees,
        margin=margin,
        enough=threshold(survival.until, 3, quanta),
        cash_shift=_cash_shift(savings + plan.horizon * max((margin << octaves >> _MARGIN) + fees, living)),
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


def _cash_shift(most: int) -> int:
    """Tell by how many bits so many quanta have to be shortened.

    >>> _cash_shift(1 << 40), _cash_shift((1 << 40) + 1), _cash_shift(0)
    (0, 1, 0)
    """
    return max((most - 1).bit_length() - _UNITS, 0)
