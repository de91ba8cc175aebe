"""What changes from month to month, lowered: each number against one worked out by hand."""

import numpy as np
import pytest
from hypothesis import given, settings

import clustersim as cs
from clustersim.kernel.layout import Levers
from clustersim.program import lower
from clustersim.testing import plans

F = np.float32
IDLE = {
    "focus": 0,
    "mission": 0,
    "finances": 0,
    "accelerator": 0,
    "burnout_months": 0,
    "admitted_months": 0,
    "cash_bits": 22,
    "savings": 0,
    "living": 0,
    "fees": 0,
    "margin": 0,
    "margin_shift": 14,  # 62 - 26 - 22
    "slack": 0,
    "enough": 0,
    "cash_shift": 0,
    "capacity": F(1e6),
    "switching_cost": F(0),
    "focus_upkeep": F(0),
    "attention": F(0),
    "referral": F(0),
    "reach": F(0),
    "recovery": F(0),
    "drain": F(0),
    "mission_upkeep": F(0),
    "burnout_revenue": F(1),
    "admission_odds": F(0),
    "speed": F(1),
}

# The lever, and what it makes of the numbers above; a dollar is 8 quanta.
ALONE = [
    (
        {"focus": cs.Focus(capacity=2.5, switching_cost=0.3, upkeep=0.15)},
        {"focus": 1, "capacity": F(2.5), "switching_cost": F(0.3), "focus_upkeep": F(0.15)},
    ),
    (
        {"mission": cs.Mission(recovery=0.2, drain=0.3, upkeep=0.4, burnout_months=5, burnout_revenue=0.45)},
        {
            "mission": 1,
            "recovery": F(0.2),
            "drain": F(0.3),
            "mission_upkeep": F(0.4),
            "burnout_months": 5,
            "burnout_revenue": F(0.45),
        },
    ),
    (
        {"finances": cs.Finances(savings=12_345.678, living=4_321.1, margin=0.9), "horizon": 60},
        {
            "finances": 1,
            "savings": 414_252_212_945,  # 12 345.678 * 8 * 2^22 = 414 252 212 944.9
            "living": 144_992_056_115,  # 4 321.1 * 8 * 2^22 = 144 992 056 115.2
            "margin": 61_847_529_062,  # 0.9 * 2^36 = 61 847 529 062.4
            "slack": 2_650_252,  # 2^21 and 553 100, a 2^18th of the living
        },
    ),
    (
        {
            "finances": cs.Finances(
                savings=0,
                living=1,
                margin=0,
                survival=cs.SurvivalClients(clients=3, fee=1_234.5, attention=0.4, until=9_999.99),
            )
        },
        {
            "finances": 1,
            "living": 8 << 22,
            "fees": 29_628 << 22,  # 3 * 1 234.5 * 8
            "slack": 1 << 15,  # a 2^10th of the living, which is less than half a quantum
            "attention": F(1.2),
            "enough": 239_999,  # 3 * (9 999.99 * 8 * (1 - 2^-20) - 1/2) = 239 998.03
        },
    ),
    (
        {"network": cs.Network(challengers=0.4, upside=0, spread=0, referral=0.8, saturation=25, fee=1_500)},
        {"referral": F(0.8), "reach": F(0.4 / 37_500)},
    ),
    (
        {"accelerator": cs.Accelerator(every=4, odds=0.03, speed=1.7, months=7)},
        {"accelerator": 4, "admission_odds": F(0.03), "speed": F(1.7), "admitted_months": 7},
    ),
]


@pytest.mark.parametrize(("fields", "numbers"), ALONE, ids=lambda fields: next(iter(fields)))
def test_a_lever_alone_changes_its_own_numbers(fields, numbers):
    program = lower(cs.Plan(**fields))
    assert program.quantum == 2**-3
    assert program.levers == Levers(**(IDLE | numbers))
    assert [type(value) for value in program.levers] == [type(value) for value in IDLE.values()]


def test_levers_together_do_not_touch_each_other():
    fields = {name: lever for fields, _ in ALONE for name, lever in fields.items()}
    numbers = {name: number for _, numbers in ALONE[:2] + ALONE[3:] for name, number in numbers.items()}
    levers = lower(cs.Plan(**fields)).levers
    assert levers == Levers(**(IDLE | numbers))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"ideas": cs.Ideas(skill=0.5)},
        {"network": cs.Network(referral=0)},
        {"network": cs.Network(challengers=0)},
        {"ideas": cs.Ideas(), "network": cs.Network(referral=0)},
    ],
)
def test_what_is_settled_before_the_first_month_is_no_lever_of_the_months(fields):
    assert lower(cs.Plan(**fields)).levers is None


def test_enough_is_what_a_milestone_over_three_months_would_ask_for():
    finances = cs.Finances(survival=cs.SurvivalClients(until=12_000.000001))
    program = lower(
        cs.Plan(finances=finances, milestones=[cs.Milestone(name="a", revenue=12_000.000001)], convergence=None)
    )
    assert program.levers.enough == program.tables.thresholds[0]
    level = 12_000.000001 * (1 - 2**-20) - program.quantum / 2
    assert program.levers.enough * program.quantum / 3 >= level > (program.levers.enough - 1) * program.quantum / 3


@pytest.mark.parametrize("dollars", [12_000.0, 10_000.01, 8_333.33])
def test_three_months_of_exactly_enough_let_survival_clients_go(dollars):
    """Whatever float32 makes of the level: from the fourth month on their fees are missing."""
    fees = cs.SurvivalClients(clients=1, fee=1_000, until=dollars)
    plan = cs.Plan(
        clusters=1,
        failure_rate=0,
        revenue=dollars,
        ramp=1,
        volatility=0,
        convergence=None,
        horizon=6,
        finances=cs.Finances(savings=0, living=0, margin=0, survival=fees),
    )
    cash = cs.paths(plan, n=1, rng=7).cash[0]
    assert np.diff(cash, prepend=0).tolist() == [1_000, 1_000, 1_000, 0, 0, 0]
    more = plan.replace(**{"finances.survival.until": dollars * 1.00001})
    assert np.diff(cs.paths(more, n=1, rng=7).cash[0], prepend=0).tolist() == [1_000] * 6
    never = cs.Finances(living=0, savings=0, survival=cs.SurvivalClients(until=1e12, fee=1e-6))
    plan = cs.Plan(revenue=1e-12, convergence=None, finances=never, milestones=[cs.Milestone(name="a", revenue=1e-12)])
    assert lower(plan).levers.enough == 1 << 62


def most_cash(program):
    """As many grains as cash could move from nothing, if it only came in or only went out."""
    levers = program.levers
    gain = (int(program.tables.ceiling) * levers.margin >> levers.margin_shift) + levers.fees
    return levers.savings + program.horizon * max(gain, levers.living)


def test_cash_beyond_40_bits_is_told_in_coarser_units():
    wide = cs.Plan(revenue=cs.lognormal(mean=10_000, cv=3), finances={"margin": 0.6}, horizon=60)
    program = lower(wide)
    assert program.tables.ceiling == 2**40
    assert program.levers.cash_shift == 6  # 60 * 0.6 * 2^40 is between 2^45 and 2^46


@given(plans(levers=True, max_horizon=1200))
@settings(max_examples=80)
def test_cash_is_told_in_the_finest_units_that_40_bits_allow(plan):
    program = lower(plan)
    if program.levers is not None:
        shift, quanta = program.levers.cash_shift, most_cash(program) / 2**program.levers.cash_bits
        assert quanta <= 1 << (40 + shift)
        assert shift == 0 or quanta > (1 << (39 + shift)) - 2 * program.horizon  # which are rounded up


@pytest.mark.parametrize(
    "finances",
    [
        {"savings": 1e12, "living": 1e12},
        {"living": 1e12, "margin": 1},
        {"savings": 1e12, "survival": {"clients": 1000, "fee": 1e11}},
    ],
)
def test_cash_stays_within_62_bits(finances):
    milestones = [cs.Milestone(name="rich", revenue=1e9)]
    program = lower(cs.Plan(horizon=1200, finances=finances, milestones=milestones, convergence=None))
    assert most_cash(program) < 1 << 62
    assert 0 < program.levers.cash_shift <= 22
