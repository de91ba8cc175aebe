"""Kernel and twin agree, trajectory by trajectory."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clustersim as cs
from arithmetics import Float32, Float64
from clustersim.kernel.run import run
from clustersim.plan.presets import PRESETS
from clustersim.program import lower
from plan_strategies import plans
from reference import Twin, live

TRAJECTORIES = 5

#: Presets that the fast kernel runs: in none of them anything but launches changes from month to month.
STEADY = [name for name, preset in PRESETS.items() if lower(preset()).levers is None]

keys, firsts = st.integers(0, 2**64 - 1), st.integers(0, 2**63 - 100)


@st.composite
def steady(draw):
    """Draw plans with the levers that are over before the first month: ideas, and a network that brings nobody."""
    plan = draw(plans(max_horizon=80, levers=True))
    quiet = {"network.referral": 0} if plan.network else {}
    return plan.replace(focus=None, mission=None, finances=None, accelerator=None, **quiet)


def kernel_lives(program, key, first, count):
    """What the kernel says of single trajectories, in the twin's words."""
    records = run(program.tables, key, first, count, revenue=True)
    for i in range(count):
        yield {
            "viable": records.viable[i],
            "launches": records.launches[i],
            "revenue": records.revenue[:, i].tolist(),
            "reached": records.reached[:-1, i].tolist(),
            "legacy": records.reached[-1, i],
            "origin": records.origin[i],
        }


def assert_same_life(life, kernel, *, revenue=True):
    for name, value in kernel.items():
        if name != "revenue" or revenue:
            assert getattr(life, name) == value, name


@given(plans(max_horizon=80) | steady(), keys, firsts)
@settings(max_examples=200)
def test_the_kernel_gives_the_float32_twins_bits(plan, key, first):
    program = lower(plan)
    assert program.levers is None
    for i, kernel in enumerate(kernel_lives(program, key, first, TRAJECTORIES)):
        assert_same_life(live(program, key, first + i, Float32()), kernel)


@given(plans(max_horizon=1, levers=True), keys, firsts)
@settings(max_examples=200)
def test_whatever_the_levers_the_kernel_draws_the_float32_twins_fates(plan, key, first):
    program = lower(plan)
    viable = run(program.tables, key, first, TRAJECTORIES).viable
    for i in range(TRAJECTORIES):
        twin = Twin(program, key, first + i, Float32())
        twin.draw()
        assert twin.life.viable == viable[i]


@pytest.mark.parametrize("name", STEADY)
def test_the_presets_give_the_float32_twins_bits(name):
    program = lower(PRESETS[name]())
    for i, kernel in enumerate(kernel_lives(program, 7, 4711, 20)):
        assert_same_life(live(program, 7, 4711 + i, Float32()), kernel)


@given(plans(max_horizon=80) | steady(), keys)
@settings(max_examples=200)
def test_float64_decides_alike_but_where_a_decision_hung_by_a_thread(plan, key):
    program = lower(plan)
    for i, kernel in enumerate(kernel_lives(program, key, 0, TRAJECTORIES)):
        life = live(program, key, i, Float64())
        if not life.doubtful:
            assert_same_life(life, kernel, revenue=False)
            np.testing.assert_allclose(kernel["revenue"], life.revenue, rtol=2e-5, atol=2)


def test_few_decisions_of_the_default_plan_hang_by_a_thread():
    program = lower(cs.Plan())
    count = 3_000
    lives = [live(program, 7, i, Float64()) for i in range(count)]
    different = 0
    for life, kernel in zip(lives, kernel_lives(program, 7, 0, count), strict=True):
        same = all(getattr(life, name) == kernel[name] for name in ("launches", "reached", "legacy", "origin"))
        assert same or life.doubtful
        different += not same
    assert different < 1e-3 * count


def test_a_wrong_model_is_told_from_the_right_one():
    """The comparison has power: a twin with another persistence does not pass."""
    program = lower(cs.Plan())
    other = lower(cs.Plan(persistence=0.501))
    kernel = next(kernel_lives(program, 7, 0, 1))
    with pytest.raises(AssertionError):
        assert_same_life(live(other, 7, 0, Float32()), kernel)
