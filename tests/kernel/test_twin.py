"""Kernel and twin agree, trajectory by trajectory: the fast kernel, and that of the levers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clustersim as cs
from clustersim.kernel.run import run
from clustersim.plan.presets import PRESETS
from clustersim.program import lower
from clustersim.ranges import run_range
from clustersim.testing import plans
from clustersim.twin.float32 import Float32
from clustersim.twin.float64 import Float64
from clustersim.twin.twin import Twin, live

TRAJECTORIES = 5

#: By the twin's words, what is decided: a thread can decide it otherwise in another arithmetic.
DECISIONS = ("launches", "reached", "legacy", "origin", "burnout", "ruin", "admission")

keys, firsts = st.integers(0, 2**64 - 1), st.integers(0, 2**63 - 100)


@st.composite
def steady(draw):
    """Draw plans with the levers that are over before the first month: ideas, and a network that brings nobody."""
    plan = draw(plans(max_horizon=80, goals=()))
    quiet = {"network.referral": 0} if plan.network else {}
    return plan.replace(focus=None, mission=None, finances=None, accelerator=None, **quiet)


def moving():
    """Draw plans in which something changes from month to month."""
    return plans(max_horizon=80).filter(lambda plan: lower(plan).levers is not None)


def kernel_lives(program, key, first, count):
    """What the kernel says of single trajectories, in the twin's words."""
    records, more = run_range(program, key, first, count, paths=True)
    for i in range(count):
        life = {
            "viable": records.viable[i],
            "launches": records.launches[i],
            "revenue": records.revenue[:, i].tolist(),
            "reached": records.reached[:-1, i].tolist(),
            "legacy": records.reached[-1, i],
            "origin": records.origin[i],
        }
        if more is not None:
            life |= dict(zip(("burnout", "ruin", "admission"), more.first[:, i], strict=True))
            life["cash"], life["mission_revenue"] = more.cash[:, i].tolist(), more.mission[:, i].tolist()
        yield life


AMOUNTS = ("revenue", "cash", "mission_revenue")


def assert_same_life(life, kernel, *, amounts=True):
    for name, value in kernel.items():
        if name not in AMOUNTS or amounts:
            assert getattr(life, name) == value, name


def assert_same_counts(lives, program, key, first):
    """What is counted of a range is what its twins were."""
    records, more = run_range(program, key, first, len(lives))
    held = np.sum([life.held for life in lives], axis=0).reshape(program.horizon, -1).T
    assert np.array_equal(records.held, held)
    moments = [(records.moments, [life.revenue for life in lives])]
    if more is not None and program.levers.mission:
        moments.append((more.mission_moments, [life.mission_revenue for life in lives]))
    if more is not None and program.levers.finances:
        shift = program.levers.cash_shift + program.levers.cash_bits
        units = [[(cash + (1 << shift >> 1)) >> shift for cash in life.cash] for life in lives]
        moments.append((more.cash_moments, units))
    for counted, amounts in moments:
        assert counted[:, 0].tolist() == [sum(month) for month in zip(*amounts, strict=True)]


@given(plans(max_horizon=80, levers=False) | steady(), keys, firsts)
@settings(max_examples=200)
def test_the_kernel_gives_the_float32_twins_bits(plan, key, first):
    program = lower(plan)
    assert program.levers is None
    for i, kernel in enumerate(kernel_lives(program, key, first, TRAJECTORIES)):
        assert_same_life(live(program, key, first + i, Float32()), kernel)


@given(plans(max_horizon=160, levers=False), keys, firsts)
@settings(max_examples=100)
def test_what_earns_the_same_for_good_is_what_the_twin_earns_each_month(plan, key, first):
    # Without noise the kernel adds rows and megas at their full level up once, and the twin never does.
    program = lower(plan.replace(volatility=0))
    for i, kernel in enumerate(kernel_lives(program, key, first, TRAJECTORIES)):
        assert_same_life(live(program, key, first + i, Float32()), kernel)


@given(moving(), keys, firsts)
@settings(max_examples=200)
def test_the_kernel_of_levers_gives_the_float32_twins_bits(plan, key, first):
    program = lower(plan)
    lives = [live(program, key, first + i, Float32()) for i in range(TRAJECTORIES)]
    for life, kernel in zip(lives, kernel_lives(program, key, first, TRAJECTORIES), strict=True):
        assert_same_life(life, kernel)
    assert_same_counts(lives, program, key, first)


@given(plans(max_horizon=1), keys, firsts)
@settings(max_examples=200)
def test_whatever_the_levers_the_fast_kernel_draws_the_float32_twins_fates(plan, key, first):
    program = lower(plan)
    viable = run(program.tables, key, first, TRAJECTORIES).viable
    for i in range(TRAJECTORIES):
        twin = Twin(program, key, first + i, Float32())
        twin.draw()
        assert twin.life.viable == viable[i]


@pytest.mark.parametrize("name", PRESETS)
def test_the_presets_give_the_float32_twins_bits(name):
    program = lower(PRESETS[name]())
    lives = [live(program, 7, 4711 + i, Float32()) for i in range(20)]
    for life, kernel in zip(lives, kernel_lives(program, 7, 4711, 20), strict=True):
        assert_same_life(life, kernel)
    assert_same_counts(lives, program, 7, 4711)


@given(plans(max_horizon=80, levers=False) | steady() | moving(), keys)
@settings(max_examples=200)
def test_float64_decides_alike_but_where_a_decision_hung_by_a_thread(plan, key):
    program = lower(plan)
    for i, kernel in enumerate(kernel_lives(program, key, 0, TRAJECTORIES)):
        life = live(program, key, i, Float64())
        if not life.doubtful:
            assert_same_life(life, kernel, amounts=False)
            for name in AMOUNTS:
                if kernel.get(name):
                    # Cash adds the errors of all months before, and is told in grains.
                    months = (2e-5 * sum(life.revenue) + 2 * program.horizon) * program.quantum / program.grain
                    slack = 2 if name != "cash" else months
                    np.testing.assert_allclose(kernel[name], getattr(life, name), rtol=2e-5, atol=slack)


@pytest.mark.parametrize("plan", [cs.Plan(), cs.presets.whole_story()], ids=["default", "every lever"])
def test_few_decisions_of_a_usual_plan_hang_by_a_thread(plan):
    program = lower(plan)
    count = 3_000 if program.levers is None else 1_500
    lives = [live(program, 7, i, Float64()) for i in range(count)]
    different = 0
    for life, kernel in zip(lives, kernel_lives(program, 7, 0, count), strict=True):
        same = all(getattr(life, name) == kernel[name] for name in DECISIONS if name in kernel)
        assert same or life.doubtful
        different += not same
    assert different < 1e-3 * count


WRONG = [
    (cs.Plan(), {"persistence": 0.501}),
    (cs.presets.focused(), {"focus.switching_cost": 0.201}),
    (cs.presets.burnout_prone(), {"mission.drain": 0.111}),
    (cs.presets.burnout_prone(), {"mission.burnout_revenue": 0.501}),
    (cs.presets.survival_clients(), {"finances.living": 6_001}),
    (cs.presets.challenging_clients(), {"network.saturation": 30.1}),
    (cs.presets.accelerated().replace(**{"accelerator.odds": 1}), {"accelerator.speed": 1.501}),
    (cs.presets.well_chosen(), {"ideas.count": 41}),
]


@pytest.mark.parametrize(("plan", "wrong"), [pytest.param(*pair, id=next(iter(pair[1]))) for pair in WRONG])
def test_a_wrong_model_is_told_from_the_right_one(plan, wrong):
    """The comparison has power: a twin whose one number is a little different does not pass."""
    kernels = list(kernel_lives(lower(plan), 7, 0, 30))
    other = lower(plan.replace(**wrong))
    differing = 0
    for i, kernel in enumerate(kernels):
        try:
            assert_same_life(live(other, 7, i, Float32()), kernel)
        except AssertionError:
            differing += 1
    assert differing
