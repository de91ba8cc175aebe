"""Levers, practice by practice under one key: what leaves a life as it is, and what can only make it better.

A condition stands in a test's docstring; the tests behind it drop it, and find practices for which the sentence is
wrong. So they show at the same time that the comparison would see one.
"""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import clustersim as cs
from clustersim.program import lower
from clustersim.ranges import run_range
from clustersim.testing import keys, plans
from clustersim.twin.float32 import Float32
from clustersim.twin.twin import Twin

N = 100
MANY = 20_000

few_examples = settings(max_examples=25)


def paths(plan, key=7, n=MANY):
    return cs.paths(plan, n=n, rng=key)


def levered():
    """Draw plans with any levers, that are quick to simulate."""
    return plans(max_clusters=8, max_horizon=60, goals=())


def with_lever(name):
    """Draw plans that have this lever for certain."""
    return levered().map(lambda plan: plan if getattr(plan, name) else plan.replace(**{name: {}}))


def two(strategy):
    """Draw two numbers, the smaller first."""
    return st.tuples(strategy, strategy).map(sorted)


# Nothing changes

ENDLESS = 1e6

#: Each lever at settings that change nothing, whatever else the plan has.
NEUTRAL = [
    ("ideas", cs.Ideas(count=60, skill=0)),
    ("focus", cs.Focus(capacity=ENDLESS)),
    ("mission", cs.Mission(fit=1, drain=0)),
    ("finances", cs.Finances(savings=1e9)),
    ("finances", cs.Finances(savings=0, living=0)),
    ("network", cs.Network(challengers=0)),
    ("network", cs.Network(success_odds=1, upside=0, spread=0, drag=0, saturation=ENDLESS, fee=1e12)),
    ("network", cs.Network(success_odds=1, upside=0, spread=0, drag=0, referral=0)),
    ("accelerator", cs.Accelerator(odds=0)),
    ("accelerator", cs.Accelerator(odds=1, speed=1)),
    ("accelerator", cs.Accelerator(odds=1, months=0)),
]


def assert_same_life(plan, other, key, *, but=()):
    """What both plans have is the same, to the last bit."""
    some, same = paths(plan, key, N), paths(other, key, N)
    for name in {"revenue", "viable", "launches", "origin", "cash", "mission_revenue"} - {*but}:
        mine, its = getattr(some, name), getattr(same, name)
        assert mine is None or its is None or np.array_equal(mine, its), name
    for event in some.reached.keys() & same.reached.keys() - {*but}:
        assert np.array_equal(some.reached[event], same.reached[event]), event


@pytest.mark.parametrize(("name", "lever"), [pytest.param(*one, id=repr(one[1])) for one in NEUTRAL])
@given(plan=levered(), key=keys())
@settings(max_examples=15)
def test_a_lever_that_does_nothing_changes_no_bit(name, lever, plan, key):
    """If revenue is counted in the same quanta, as it is but for savings beyond all revenue."""
    without, neutral = plan.replace(**{name: None}), plan.replace(**{name: lever})
    assume(lower(without).quantum == lower(neutral).quantum)
    assert_same_life(without, neutral, key)


@given(plans(max_clusters=8, max_horizon=60, levers=False), keys())
@few_examples
def test_all_of_them_together_change_no_bit_in_the_other_kernel(plan, key):
    neutral = plan.replace(**dict(NEUTRAL[:4]), **dict(NEUTRAL[7:9]))
    assert lower(plan).levers is None
    assert lower(neutral).levers is not None
    assume(lower(plan).quantum == lower(neutral).quantum)
    assert_same_life(plan, neutral, key)


def test_a_lever_whose_effects_are_all_lowered_away_leaves_the_very_same_program():
    plan = cs.Plan()
    for name, lever in (NEUTRAL[0], NEUTRAL[5], NEUTRAL[7]):
        assert lower(plan.replace(**{name: lever})).digest == lower(plan).digest


@given(levered(), st.sampled_from([0.2, 0.7, cs.beta(6, 4)]), keys())
@few_examples
def test_a_mission_that_neither_helps_nor_drains_changes_nothing_but_the_legacy_s_origin(plan, fit, key):
    """The legacy is the likelier to grow from a cluster the better that fits: of equal fits nearly as without."""
    neutral = plan.replace(mission=cs.Mission(fit=fit, success_odds=1, drain=0))
    assert_same_life(plan.replace(mission=None), neutral, key, but={"origin"})


def test_the_legacy_s_origin_does_hang_on_fit():
    plan = cs.Plan()
    without, neutral = paths(plan), paths(plan.replace(mission=cs.Mission(success_odds=1, drain=0)))
    assert (without.origin != neutral.origin).any()
    assert np.array_equal(without.reached["legacy"], neutral.reached["legacy"])


def test_scores_that_tell_hardly_anything_are_not_the_same_as_none():
    """With a skill above 0 fates are compared on the normal's scale, of which 0 is a limit and no special case."""
    plan = cs.Plan(ideas=cs.Ideas(skill=0))
    assert (paths(plan).viable != paths(plan.replace(**{"ideas.skill": 1e-3})).viable).any()


def test_a_lever_that_does_something_does_change_bits():
    for name, lever in (
        ("ideas", cs.Ideas(skill=0.1)),
        ("focus", cs.Focus(capacity=5)),
        ("mission", cs.Mission(fit=0.3)),
        ("finances", cs.Finances(savings=1_000)),
        ("network", cs.Network(challengers=0.01)),
        ("accelerator", cs.Accelerator(odds=0.5)),
    ):
        with pytest.raises(AssertionError):
            assert_same_life(cs.Plan(every=1), cs.Plan(every=1, **{name: lever}), 7)


# Cash and ruin


def sooner(some, other, name):
    """Practices for which it comes sooner in the first than in the second."""
    return some.reached[name] < other.reached[name]


def assert_richer_is_better(poor, rich, key):
    """No ruin is brought forward, and nothing else is put off: until the poor one's ruin the two are the same."""
    assume(lower(poor).quantum == lower(rich).quantum)
    some, more = paths(poor, key, N), paths(rich, key, N)
    assert not sooner(more, some, "ruin").any()
    for event in some.reached.keys() - {"ruin"}:
        assert not sooner(some, more, event).any(), event
    assert (more.cash >= some.cash)[some.cash >= 0].all()
    assert (more.revenue >= some.revenue).all()


@given(with_lever("finances"), two(st.floats(0, 1e5)), keys())
@few_examples
def test_more_savings_never_bring_ruin_forward_and_put_nothing_off(plan, savings, key):
    """If cash is counted in the same quanta, as it is but for savings beyond all revenue."""
    assert_richer_is_better(*(plan.replace(**{"finances.savings": dollars}) for dollars in savings), key)


@given(with_lever("finances"), two(st.floats(0, 1e4)), keys())
@few_examples
def test_nor_does_a_cheaper_life(plan, living, key):
    cheap, dear = (plan.replace(**{"finances.living": dollars}) for dollars in living)
    assert_richer_is_better(dear, cheap, key)


@given(with_lever("finances"), two(st.floats(0, 1)), keys())
@few_examples
def test_nor_does_a_higher_margin(plan, margins, key):
    assert_richer_is_better(*(plan.replace(**{"finances.margin": margin}) for margin in margins), key)


@given(with_lever("finances"), two(st.floats(100, 5_000)), keys())
@few_examples
def test_nor_do_survival_clients_who_pay_more(plan, fees, key):
    assert_richer_is_better(*(plan.replace(**{"finances.survival.fee": fee}) for fee in fees), key)


@given(with_lever("finances"), two(st.integers(0, 5)), two(st.floats(0, 40_000)), keys())
@few_examples
def test_nor_do_more_survival_clients_or_such_as_are_kept_longer(plan, clients, until, key):
    """If nobody's attention or energy is short: they take some of either."""
    plan = plan.replace(focus=None, mission=None)
    few, many = (
        plan.replace(**{"finances.survival.clients": count, "finances.survival.until": dollars})
        for count, dollars in zip(clients, until, strict=True)
    )
    assert_richer_is_better(few, many, key)


@pytest.mark.parametrize("lever", [{"focus": {"capacity": 1}}, {"mission": {"fit": cs.beta(3, 7)}}], ids=str)
def test_more_survival_clients_may_bring_ruin_forward_where_attention_or_energy_is_short(lever):
    pay_little = cs.SurvivalClients(clients=1, fee=500, attention=1)
    plan = cs.Plan(every=1, convergence=None, finances=cs.Finances(savings=20_000, survival=pay_little))
    many = plan.replace(**{"finances.survival.clients": 4})
    assert sooner(paths(many.replace(**lever)), paths(plan.replace(**lever)), "ruin").any()
    assert not sooner(paths(many), paths(plan), "ruin").any()


@given(with_lever("finances"), keys())
@few_examples
def test_ruin_is_the_end(plan, key):
    """Cash is below 0 for the first time; nothing is reached then or later, and from the next month nothing earned.

    Below 0 by more than what rounding may have lost by then.
    """
    practice = paths(plan, key, N)
    ruin, months = practice.reached["ruin"], np.arange(1, plan.horizon + 1)
    after, before = months > ruin[:, None], months < ruin[:, None]
    program = lower(plan)
    least = -program.levers.slack * program.grain * months
    assert (practice.cash >= least)[before].all()
    assert (practice.cash < least)[months == ruin[:, None]].all()
    assert (practice.cash[~before] < 0).all()
    assert (np.diff(practice.cash, axis=1)[after[:, 1:]] == 0).all()
    assert (practice.revenue[after] == 0).all()
    for event in practice.reached.keys() - {"ruin"}:
        assert ((practice.reached[event] < ruin) | np.isinf(practice.reached[event])).all(), event


@given(with_lever("finances"), keys())
@few_examples
def test_cash_is_what_came_in_less_what_went_out(plan, key):
    """To the grain: a share of revenue, rounded down, less what is lived on."""
    program = lower(plan.replace(**{"finances.survival": None}))
    levers = program.levers
    records, more = run_range(program, int(key), 0, N, paths=True)  # whole numbers, of more digits than a float has
    ruin = np.where(more.first[1] > 0, more.first[1], program.horizon)
    going_on = np.arange(1, program.horizon + 1)[:, None] <= ruin
    moved = (records.revenue * levers.margin >> levers.margin_shift) - levers.living
    assert np.array_equal(np.diff(more.cash, axis=0, prepend=levers.savings), moved * going_on)


# Energy and the mission


@given(with_lever("mission"), two(st.floats(0, 0.5)), keys())
@few_examples
def test_more_recovery_never_brings_the_first_burnout_forward(plan, recovery, key):
    """On no condition: until then the two are the same."""
    little, much = (paths(plan.replace(**{"mission.recovery": energy}), key, N) for energy in recovery)
    assert not sooner(much, little, "burnout").any()


@given(with_lever("mission"), two(st.floats(0, 0.5)), keys())
@few_examples
def test_nor_does_less_drain(plan, drain, key):
    little, much = (paths(plan.replace(**{"mission.drain": energy}), key, N) for energy in drain)
    assert not sooner(little, much, "burnout").any()


def test_more_recovery_may_put_milestones_off():
    """A burnout that comes later comes at a worse time, or one more comes before the horizon."""
    plan = cs.Plan(mission=cs.Mission(fit=cs.beta(3, 7)))
    little, much = paths(plan), paths(plan.replace(**{"mission.recovery": 0.14}))
    assert sooner(little, much, "black belt").any()
    assert not sooner(much, little, "burnout").any()


@given(with_lever("mission"), keys())
@few_examples
def test_mission_revenue_is_a_part_of_revenue(plan, key):
    practice = paths(plan, key, N)
    assert (practice.mission_revenue <= practice.revenue).all()
    for fit in (0, 1):
        certain = paths(plan.replace(**{"mission.fit": fit}), key, N)
        assert np.array_equal(certain.mission_revenue, certain.revenue * fit)


# Ideas


@given(with_lever("ideas"), st.integers(0, 60), keys())
@few_examples
def test_more_ideas_doom_no_more_clusters(plan, more, key):
    """On no condition: the k-th best of more is better, and its luck is the same."""
    few, many = (paths(plan.replace(**{"ideas.count": plan.ideas.count + count}), key, N).viable for count in (0, more))
    assert (many >= few).all()


def test_more_skill_may_doom_more_clusters():
    """A cluster of the poorest score is the surer to fail the more the score tells."""
    low, high = (paths(cs.Plan(ideas=cs.Ideas(skill=skill))).viable for skill in (0.3, 0.5))
    assert (high < low).any()
    assert high.mean() > low.mean()


# Pace


def steady(plan):
    """The plan, on the conditions of those who may grow faster; nothing of it is drawn anew."""
    changes = {"convergence": None, "at_once": None, "lifetime": None, "mission": None, "finances": None}
    if plan.focus:
        changes["focus.upkeep"] = min(plan.focus.upkeep, 1.0)
    if plan.accelerator:
        changes["accelerator.speed"] = max(plan.accelerator.speed, 1.0)
    return plan.replace(**changes)


def behind(faster, slower):
    """Practices that earn less in some month, or reach something later, on the faster plan.

    A level may be less by float32's last bits, where a curve is flat.
    """
    earning = (faster.revenue < slower.revenue * (1 - 2e-6)).any(axis=1)
    reaching = [slower.reached[name] < faster.reached[name] for name in faster.reached]
    return earning | np.any(reaching, axis=0)


FASTER = [
    ("focus", "capacity", st.floats(0.3, 8), 1),
    ("focus", "switching_cost", st.floats(0, 0.8), -1),
    ("focus", "upkeep", st.floats(0, 1), -1),
    ("network", "referral", st.floats(0, 2), 1),
    ("network", "saturation", st.floats(1, 60), -1),
    ("accelerator", "odds", st.floats(0, 1), 1),
    ("accelerator", "speed", st.floats(1, 3), 1),
    ("accelerator", "months", st.integers(0, 18), 1),
]


@pytest.mark.parametrize(("lever", "field", "values", "sign"), FASTER, ids=[f"{one[0]}.{one[1]}" for one in FASTER])
@given(data=st.data(), key=keys())
@settings(max_examples=15)
def test_what_speeds_growth_up_puts_nothing_off(lever, field, values, sign, data, key):
    """If clusters neither converge nor die, launches wait for none that ramp, and nobody burns out or is ruined.

    And if an established cluster takes no more attention than a ramping one, and accelerators do not slow down. Then
    every cluster is as old as on the slower plan or older, in every month: so attention is less divided, co-owners are
    more, an admission is likelier, and all that again makes clusters older.
    """
    plan = steady(data.draw(with_lever(lever)))
    low, high = (plan.replace(**{f"{lever}.{field}": value}) for value in data.draw(two(values)))
    slower, faster = (low, high) if sign > 0 else (high, low)
    assert not behind(paths(faster, key, N), paths(slower, key, N)).any()


@given(with_lever("focus"), two(st.floats(0.3, 6)), keys())
@settings(max_examples=10)
def test_a_higher_capacity_delays_no_establishment(plan, capacities, key):
    """On the same conditions: here of each cluster, as the twin tells, whose bits are the kernel's."""
    plan = steady(plan).replace(horizon=30)
    for trajectory in range(3):
        less, more = (months_of_establishment(plan, capacity, key, trajectory) for capacity in capacities)
        assert (more <= less).all()


def months_of_establishment(plan, capacity, key, trajectory):
    twin = Twin(lower(plan.replace(**{"focus.capacity": capacity})), int(key), trajectory, Float32())
    twin.live()
    return np.array([cluster.established or np.inf for cluster in twin.clusters])


FOCUSED = cs.Plan(every=1, convergence=None, focus=cs.Focus())


@pytest.mark.parametrize(
    "dropped",
    [
        {"at_once": 3},
        {"lifetime": 12},
        {"focus.upkeep": 2},
        {"mission": {"fit": cs.beta(3, 7)}},
        {"convergence": {}},
        {"accelerator": {"odds": 0.5, "speed": 0.5}},
        {"finances": {"savings": 5_000, "living": 2_000, "margin": 0.1, "survival": {"clients": 1, "until": 3_000}}},
    ],
    ids=str,
)
def test_a_higher_capacity_may_put_something_off_where_a_condition_is_dropped(dropped):
    """Of them each: launches come sooner, deaths, a greater load, burnouts, convergence, a slow accelerator, or ruin.

    Ruin, where survival clients are let go too soon.
    """
    narrow, wide = (FOCUSED.replace(**{"focus.capacity": capacity}) for capacity in (2.5, 3.5))
    assert behind(paths(wide.replace(**dropped)), paths(narrow.replace(**dropped))).any()
    assert not behind(paths(wide), paths(narrow)).any()


def test_co_owners_may_put_something_off_where_clusters_die():
    plan = cs.Plan(every=1, convergence=None, network={})
    more = plan.replace(**{"network.referral": 1})
    assert behind(paths(more.replace(lifetime=6)), paths(plan.replace(lifetime=6))).any()
    assert not behind(paths(more), paths(plan)).any()


# Admission


@given(with_lever("accelerator"), two(st.floats(0, 1)), keys())
@few_examples
def test_better_odds_never_put_the_first_admission_off(plan, odds, key):
    """If accelerators do not slow down, which might be somebody's ruin: until the first the two are the same."""
    plan = plan.replace(**{"accelerator.speed": max(plan.accelerator.speed, 1.0)})
    low, high = (paths(plan.replace(**{"accelerator.odds": chance}), key, N) for chance in odds)
    assert not sooner(low, high, "admission").any()


@given(with_lever("accelerator"), keys())
@few_examples
def test_admissions_come_in_months_of_application(plan, key):
    admitted = paths(plan, key, N).reached["admission"]
    assert (admitted[np.isfinite(admitted)] % plan.accelerator.every == 0).all()


def test_nobody_is_admitted_who_has_converged():
    """Here at the end of month 3, when all reach the trigger; applications are due every 2 months."""
    plan = cs.Plan(
        revenue=20_000,
        ramp=1,
        failure_rate=0,
        volatility=0,
        accelerator=cs.Accelerator(every=2, odds=0.5),
        milestones=[cs.Milestone(name="black belt", revenue=20_000)],
        horizon=60,
    )
    alone, converging = (
        np.unique(paths(plan.replace(convergence=convergence)).reached["admission"]) for convergence in (None, {})
    )
    assert converging.tolist() == [2, np.inf]
    assert alone[:4].tolist() == [2, 4, 6, 8]


# Round numbers, whose sums are none in float32


def calm(**fields):
    """One cluster that succeeds, without luck of any kind."""
    return cs.Plan(
        **{"failure_rate": 0, "volatility": 0, "revenue": 6_000, "convergence": None, "horizon": 24} | fields
    )


@pytest.mark.parametrize(("drain", "month"), [(0.2, 5), (0.1, 10), (1 / 3, 3), (0.19, 6), (0.21, 5)])
def test_energy_is_used_up_in_the_month_in_which_its_drains_add_up_to_it(drain, month):
    """As 5 x 0.2 do to 1, although 1 - 0.2 - 0.2 - 0.2 - 0.2 - 0.2 is 3e-8 in float32."""
    tiring = calm(clusters=1, ramp=120, mission=cs.Mission(fit=0, recovery=0, drain=drain))
    assert paths(tiring, n=1).reached["burnout"] == month


@pytest.mark.parametrize(
    ("ramp", "capacity", "month"), [(3, 1 / 3, 9), (1, 0.1, 10), (2, 0.4, 5), (3.001, 1 / 3, 10), (2.999, 1 / 3, 9)]
)
def test_a_ramp_ends_in_the_month_in_which_growth_adds_up_to_it(ramp, capacity, month):
    """As 9 x 1/3 do to 3: the next cluster waits for that, and is launched in the month after."""
    slow = calm(clusters=2, every=1, at_once=1, ramp=ramp, focus=cs.Focus(capacity=capacity, switching_cost=0))
    second = calm(clusters=1, ramp=ramp, focus=cs.Focus(capacity=capacity, switching_cost=0))
    both, alone = (paths(plan.replace(ramp_curve="linear"), n=1).revenue[0] for plan in (slow, second))
    assert np.flatnonzero(np.abs(both - alone) > 1)[0] + 1 == month + 1  # two clusters take coarser quanta than one
