"""The twin against arithmetic done by hand, and levers that are set to change nothing.

Where numbers are exact the plan has no noise, certain fates and straight ramps.
"""

from math import log, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clustersim as cs
from clustersim.plan.presets import PRESETS
from clustersim.program import lower
from clustersim.testing import fits, plans
from clustersim.twin.float32 import Float32
from clustersim.twin.float64 import Float64
from clustersim.twin.twin import Twin, live

KEY = 7


def plain(**changes):
    """One cluster that cannot fail and earns 10 000 after a straight ramp of 16 months; 12 months of it."""
    fields = {
        "clusters": 1,
        "every": 1,
        "failure_rate": 0,
        "revenue": 10_000,
        "ramp": 16,
        "ramp_curve": "linear",
        "volatility": 0,
        "convergence": None,
        "horizon": 12,
    }
    return cs.Plan(**(fields | changes))


@pytest.fixture(params=[Float32, Float64], ids=lambda kind: kind.__name__)
def lived(request):
    """Live through a plan, in either arithmetic; the twin remembers everything."""

    def lived(plan, trajectory=0):
        twin = Twin(lower(plan), KEY, trajectory, request.param())
        twin.live()
        return twin

    return lived


@pytest.fixture
def ages(lived):
    """Tell the first cluster's effective age at the end of each month."""
    return lambda plan: [lived(plan.replace(horizon=t)).clusters[0].age for t in range(1, plan.horizon + 1)]


def about(numbers):
    return pytest.approx(numbers, rel=1e-6)


def dollars(plan, quanta):
    return [amount * lower(plan).quantum for amount in quanta]


def cash(plan, life):
    return [amount * lower(plan).grain for amount in life.cash]


# Focus


def test_five_clusters_at_once_are_as_slow_as_weinberg_says(ages):
    """Each of 1, 2, 3, 4, 5 at once has 100, 40, 20, 10, 5 per cent of the pace of one alone."""
    plan = plain(clusters=5, horizon=6, focus=cs.Focus(capacity=1, switching_cost=0.2, upkeep=0))
    assert ages(plan) == about([1, 1.4, 1.6, 1.7, 1.75, 1.8])


def test_a_cluster_that_stands_takes_its_upkeep_of_attention(ages):
    """Two ramp from month 2 on at half the pace, until the first, with its ramp of 2, is established in month 3."""
    portfolio = [cs.Cluster(ramp=2), cs.Cluster()]
    plan = plain(clusters=portfolio, horizon=5, focus=cs.Focus(capacity=1, switching_cost=0, upkeep=0.25))
    assert ages(plan) == about([1, 1.5, 2, 2.8, 3.6])


def test_attention_up_to_capacity_is_undivided(ages):
    assert ages(plain(clusters=3, horizon=4, focus=cs.Focus(capacity=3, switching_cost=1))) == [1, 2, 3, 4]


def test_survival_clients_divide_attention_until_they_are_let_go(ages):
    """A month of age is worth 625: the mean of three months is 937.50 in month 4 and 1 250 in month 5."""
    survival = cs.SurvivalClients(clients=2, attention=0.5, until=1_000)
    focus = cs.Focus(capacity=1, switching_cost=0, upkeep=0)
    plan = plain(horizon=6, focus=focus, finances=cs.Finances(survival=survival))
    assert ages(plan) == about([0.5, 1, 1.5, 2, 2.5, 3.5])


# Network


def test_co_owners_of_last_month_speed_up_this_one(ages):
    """Half of the clients co-own, at 1 000 each; 10 of them are a full network, which adds a half."""
    network = cs.Network(
        challengers=0.5, success_odds=1, upside=0, spread=0, drag=0, referral=0.5, saturation=10, fee=1_000
    )
    age, by_hand = 0.0, []
    for _ in range(12):
        co_owners = 0.5 * (10_000 * age / 16) / 1_000
        age += 1 + 0.5 * co_owners / 10
        by_hand.append(age)
    plan = plain(network=network)
    assert ages(plan) == about(by_hand)
    assert ages(plan.replace(**{"network.saturation": 0.01}))[:3] == about([1, 2.5, 4])


def test_challengers_earn_more_and_take_longer(lived):
    network = cs.Network(challengers=0.5, upside=2, spread=1, drag=4, referral=0)
    twin = lived(plain(network=network, volatility=0.2, market=cs.Market(volatility=0.1)))
    assert (twin.clusters[0].full, twin.clusters[0].ramp) == (20_000, 48)
    assert twin.t.volatility == about(0.3 / log(2))
    assert twin.t.market_volatility == about(0.1 / log(2))


# Mission: without fit, a ramping cluster costs a quarter of all energy a month


TIRING = cs.Mission(fit=0, recovery=0.125, drain=0.375, upkeep=0.5, burnout_months=3, burnout_revenue=0.25)


def test_a_burnout_stops_launches_and_growth_and_costs_revenue(lived, ages):
    plan = plain(clusters=2, every=5, horizon=9, mission=TIRING)
    twin = lived(plan)
    assert twin.life.energy == [0.75, 0.5, 0.25, 1, 1, 1, 1, 0.375, 1]
    assert twin.life.burnout == 4  # the second, in month 9, is not the first
    assert twin.life.launched == [1, 8]  # due in month 6
    assert ages(plan) == [1, 2, 3, 4, 4, 4, 4, 5, 6]
    assert dollars(plan, twin.life.revenue) == about([625, 1250, 1875, 2500, 625, 625, 625, 3750, 5000])


def test_a_burnout_of_no_months_is_only_recorded(lived, ages):
    plan = plain(horizon=9, mission=TIRING).replace(**{"mission.burnout_months": 0})
    assert lived(plan).life.burnout == 4
    assert lived(plan).life.energy == [0.75, 0.5, 0.25, 1] * 2 + [0.75]
    assert ages(plan) == [1, 2, 3, 4, 5, 6, 7, 8, 9]


def test_what_stands_and_what_fits_drains_less(lived):
    """Loads are counted before growth: what is established in month 2 costs its upkeep from month 3 on."""
    assert lived(plain(ramp=2, horizon=4, mission=TIRING)).life.energy == [0.75, 0.5, 0.4375, 0.375]
    fitting = plain(horizon=4, mission=TIRING).replace(**{"mission.fit": 0.5})
    assert lived(fitting).life.energy == [0.9375, 0.875, 0.8125, 0.75]
    survival = cs.SurvivalClients(clients=1, attention=1, until=1e6)
    drained = plain(horizon=2, mission=TIRING, finances=cs.Finances(survival=survival))
    assert lived(drained).life.energy == [0.375, 1]


def test_mission_revenue_is_weighted_by_fit_after_all_factors(lived):
    """Burnt out in month 4, in a season of one half from month 3 on."""
    plan = plain(horizon=6, mission=TIRING, seasonality=[1, 1] + [0.5] * 10)
    plan = plan.replace(**{"mission.fit": 0.75, "mission.drain": 1.5})
    life = lived(plan).life
    assert life.burnout == 4
    assert dollars(plan, life.revenue) == about([625, 1250, 937.5, 1250, 312.5, 312.5])
    assert life.mission_revenue == about([0.75 * quanta for quanta in life.revenue])


def test_the_legacy_prefers_what_fits():
    """Of two with fits uniform on (0, 1) the better one emerges with probability E[max / sum] = log 2."""
    plan = plain(
        clusters=2,
        ramp=0.5,
        horizon=3,
        mission=cs.Mission(fit=cs.uniform(0, 1), drain=0),
        milestones=[cs.Milestone(name="both", revenue=20_000, window=1)],
        convergence=cs.Convergence(trigger="both", megas=2, revenue=10_000, months=1),
        legacy=cs.Legacy(mean_months=0.5),
    )
    program, n, better = lower(plan), 4_000, 0
    for trajectory in range(n):
        twin = Twin(program, KEY, trajectory, Float64())
        heir = twin.live().origin
        better += twin.clusters[heir].fit == max(cluster.fit for cluster in twin.clusters)
    error = sqrt(log(2) * (1 - log(2)) / n)
    assert abs(better / n - log(2)) < 5 * error
    assert abs(better / n - 0.5) > 5 * error  # as without the lever


# Finances: revenue of 2 500, 5 000, 7 500, and 10 000 from month 4 on


RICH = {"ramp": 4, "horizon": 8}


def test_cash_is_savings_and_what_is_left_every_month(lived):
    plan = plain(**RICH, finances=cs.Finances(savings=9_000, living=3_000, margin=0.5))
    assert cash(plan, lived(plan).life) == about([7250, 6750, 7500, 9500, 11500, 13500, 15500, 17500])


def test_in_the_month_of_ruin_nothing_is_reached_and_then_all_stands_still(lived):
    """Cash of exactly 0 in month 3 is no ruin; in month 4 the practice earns its last, and reaches nothing by it."""
    levels = {"first": 2_500, "third": 7_500, "fourth": 10_000}
    milestones = [cs.Milestone(name=name, revenue=level, window=1) for name, level in levels.items()]
    plan = plain(**RICH, milestones=milestones, finances=cs.Finances(savings=9_000, living=3_000, margin=0))
    life = lived(plan).life
    assert life.ruin == 4
    assert cash(plan, life) == [6_000, 3_000, 0] + [-3_000] * 5
    assert dollars(plan, life.revenue) == about([2_500, 5_000, 7_500, 10_000, 0, 0, 0, 0])
    assert life.reached == [1, 3, 0]
    assert life.held[2:4] == [[True, True, False], [False, False, False]]


def test_a_ruined_practice_launches_nothing_more(lived):
    plan = plain(clusters=9, finances=cs.Finances(savings=9_000, living=3_000, margin=0))
    assert lived(plan).life.launched == [1, 2, 3, 4, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(("savings", "ruin", "told"), [(9_000, 4, 0), (12_000, 5, 4)])
def test_what_comes_in_the_month_of_ruin_is_not_recorded(lived, savings, ruin, told):
    """A burnout, an admission, a convergence, and a legacy that waits one month, all of them in month 4."""
    finances = cs.Finances(savings=savings, living=3_000, margin=0)
    milestones = [cs.Milestone(name="go", revenue=7_500, window=1)]
    tired = lived(plain(finances=finances, mission=TIRING)).life
    admitted = lived(plain(finances=finances, accelerator=cs.Accelerator(every=4, odds=1))).life
    converging = cs.Convergence(trigger="go")
    late = lived(plain(ramp=5.3, finances=finances, milestones=milestones, convergence=converging)).life
    waiting = plain(**RICH, finances=finances, milestones=milestones, convergence=converging)
    heir = lived(waiting.replace(legacy=cs.Legacy(mean_months=0.5))).life
    assert {life.ruin for life in (tired, admitted, late, heir)} == {ruin}
    assert (heir.converged, heir.origin) == (3, 0 if told else -1)
    assert [tired.burnout, admitted.admission, late.converged, heir.legacy] == [told] * 4


def test_an_admission_before_ruin_stays(lived):
    finances = cs.Finances(savings=9_000, living=3_000, margin=0)
    assert lived(plain(finances=finances, accelerator=cs.Accelerator(every=2, odds=1))).life.admission == 2


@pytest.mark.parametrize(("until", "paying"), [(5_000, 3), (800, 1), (0, 1), (1e6, 8)])
def test_survival_clients_pay_until_a_quarter_earns_enough_and_are_let_go_for_good(lived, until, paying):
    """5 000 is the mean of the first three months; 833 a third of the first. Later nothing is earned any more."""
    survival = cs.SurvivalClients(clients=2, fee=500, until=until)
    plan = plain(**RICH, lifetime=1, finances=cs.Finances(savings=0, living=0, margin=0, survival=survival))
    life = lived(plan).life
    assert life.revenue[5:] == [0, 0, 0]
    assert cash(plan, life) == [1_000 * min(month, paying) for month in range(1, 9)]


# Accelerator


def test_an_admission_speeds_up_its_month_and_those_that_follow(lived, ages):
    plan = plain(horizon=9, accelerator=cs.Accelerator(every=4, odds=1, speed=1.5, months=3))
    assert ages(plan) == [1, 2, 3, 4.5, 6, 7.5, 8.5, 10, 11.5]
    assert lived(plan).life.admission == 4


def test_a_later_admission_starts_its_months_anew(ages):
    accelerator = cs.Accelerator(every=2, odds=1, speed=1.5, months=3)
    assert ages(plain(horizon=7, accelerator=accelerator)) == [1, 2.5, 4, 5.5, 7, 8.5, 10]


def test_burnt_out_months_use_an_admission_up_and_nobody_applies_in_them(ages):
    """Burnt out from month 5 to 7; an application in month 6 would have lasted to month 10."""
    accelerator = cs.Accelerator(every=3, odds=1, speed=1.5, months=5)
    assert ages(plain(horizon=8, mission=TIRING, accelerator=accelerator)) == [1, 2, 3.5, 5, 5, 5, 5, 6]


def test_the_focused_are_admitted():
    """With attention for one of two clusters, an application that would surely succeed does so half of the time."""
    plan = plain(clusters=2, horizon=2, accelerator=cs.Accelerator(every=2, odds=1))
    divided = lower(plan.replace(focus=cs.Focus(capacity=1)))
    n = 1_000
    admitted = sum(live(divided, KEY, i, Float64()).admission == 2 for i in range(n))
    assert abs(admitted / n - 0.5) < 5 * sqrt(0.25 / n)
    assert all(live(lower(plan), KEY, i, Float64()).admission == 2 for i in range(20))


# After convergence


def converged(**levers):
    """Converges by month 4 into one mega on its way from 10 000 to 26 000, in a straight line of 16 months."""
    goes = cs.Convergence(trigger="go", megas=1, revenue=26_000, months=16)
    milestones = [cs.Milestone(name="go", revenue=10_000, window=1)]
    return plain(ramp=4, horizon=8, milestones=milestones, convergence=goes, **levers)


def test_a_mega_takes_the_attention_of_what_stands(lived):
    plan = converged(focus=cs.Focus(capacity=1, switching_cost=0, upkeep=2))
    assert dollars(plan, lived(plan).life.revenue)[3:] == about([10_000, 10_500, 11_000, 11_500, 12_000])


def test_a_mega_tires_as_what_stands_does(lived):
    """The cluster costs 3/8 to month 4, the mega 3/16 from month 5 on; a month gives 1/8 back."""
    plan = converged(mission=TIRING).replace(**{"mission.burnout_months": 1})
    assert lived(plan).life.converged == 4
    assert lived(plan).life.energy[3:] == [1, 1, 0.9375, 0.875, 0.8125]


def test_a_mega_s_co_owners_count_from_its_first_month(lived):
    """5 of 10 co-owners at 10 000 a month, and a little more in the month after."""
    network = cs.Network(
        challengers=0.5, success_odds=1, upside=0, spread=0, drag=0, referral=0.5, saturation=10, fee=1_000
    )
    month = lived(converged(network=network)).life.converged
    first, second = (lived(converged(network=network).replace(horizon=month + i)).progress for i in (1, 2))
    assert first == about(1.25)
    assert second == about(1.25 + 1.25 + 0.5 * 0.05 * 1.25)


def test_an_accelerator_lasts_through_convergence_but_is_not_applied_for_any_more(lived):
    plan = converged(accelerator=cs.Accelerator(every=4, odds=1, speed=2, months=3))
    assert lived(plan).life.converged == 4
    assert dollars(plan, lived(plan).life.revenue)[3:] == about([10_000, 12_000, 14_000, 15_000, 16_000])


# Levers that change nothing


NEUTRAL = {
    "ideas whose scores tell nothing": {"ideas": cs.Ideas(count=50, skill=0)},
    "attention for all": {"focus": cs.Focus(capacity=1e6)},
    "clusters that fit": {"mission": cs.Mission(fit=1, drain=0)},
    "savings enough": {"finances": cs.Finances(savings=1e6, survival=cs.SurvivalClients(attention=0))},
    "yes-people": {"network": cs.Network(challengers=0)},
    "challengers who change nothing": {
        "network": cs.Network(challengers=0.7, success_odds=1, upside=0, spread=0, drag=0, referral=0)
    },
    "an accelerator that takes nobody": {"accelerator": cs.Accelerator(odds=0)},
    "an accelerator that speeds nothing up": {"accelerator": cs.Accelerator(every=1, odds=0.5, speed=1)},
}
NEUTRAL["all of them"] = {name: lever for levers in NEUTRAL.values() for name, lever in levers.items()}


def fate(life):
    """What a plan without levers has too."""
    told = ("viable", "launched", "revenue", "held", "reached", "converged", "legacy", "origin")
    return {name: getattr(life, name) for name in told}


@pytest.mark.parametrize("levers", NEUTRAL.values(), ids=NEUTRAL)
@given(plan=plans(max_horizon=40, levers=False), key=st.integers(0, 2**64 - 1))
@settings(max_examples=20)
def test_a_neutral_lever_moves_no_bit(levers, plan, key):
    free = live(lower(plan), key, 0, Float32())
    assert fate(live(lower(plan.replace(**levers)), key, 0, Float32())) == fate(free)


@given(plan=plans(max_horizon=40, levers=False), fit=fits(), key=st.integers(0, 2**64 - 1))
@settings(max_examples=20)
def test_whatever_the_fit_a_mission_without_drain_or_odds_moves_only_the_choice_of_the_legacy(plan, fit, key):
    mission = cs.Mission(fit=fit, success_odds=1, drain=0)
    free, other = (fate(live(lower(p), key, 0, Float32())) for p in (plan, plan.replace(mission=mission)))
    assert other | {"origin": 0} == free | {"origin": 0}


LEVERS = [name for name, preset in PRESETS.items() if lower(preset()).levers or preset().ideas]


@pytest.mark.parametrize("name", LEVERS)
def test_the_presets_levers_are_not_neutral(name):
    plan = PRESETS[name]()
    off = plan.replace(**dict.fromkeys(("ideas", "focus", "mission", "finances", "network", "accelerator")))
    pairs = [[fate(live(lower(p), KEY, i, Float64())) for p in (plan, off)] for i in range(3)]
    assert any(on != without for on, without in pairs)


# The two arithmetics


@given(plans(max_horizon=60), st.integers(0, 2**64 - 1))
@settings(max_examples=150)
def test_both_arithmetics_decide_alike_but_where_a_decision_hung_by_a_thread(plan, key):
    program = lower(plan)
    exact, short = live(program, key, 0, Float64()), live(program, key, 0, Float32())
    if not exact.doubtful:
        told = fate(exact) | {"burnout": exact.burnout, "ruin": exact.ruin, "admission": exact.admission}
        for name, value in told.items():
            if name != "revenue":
                assert getattr(short, name) == value, name
        for name in ("revenue", "mission_revenue"):
            assert getattr(short, name) == pytest.approx(getattr(exact, name), rel=5e-5, abs=2), name


def test_few_lives_with_every_lever_hang_by_a_thread():
    program = lower(PRESETS["whole_story"]())
    assert sum(live(program, KEY, i, Float64()).doubtful for i in range(300)) < 30
