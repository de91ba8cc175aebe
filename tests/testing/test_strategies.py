"""Strategies draw plans that can be simulated, of all kinds, and shrink to what matters."""

import subprocess
import sys
import time
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

import clustersim as cs
from clustersim import testing
from clustersim.plan.parameter import Distribution
from clustersim.testing import keys, plans

PARTS = [
    cs.Accelerator,
    cs.Cluster,
    cs.Convergence,
    cs.Distribution,
    cs.Finances,
    cs.Focus,
    cs.Goal,
    cs.Ideas,
    cs.Key,
    cs.Legacy,
    cs.Market,
    cs.Milestone,
    cs.Mission,
    cs.Network,
    cs.Pipeline,
    cs.Plan,
    cs.SurvivalClients,
]
LEVERS = ("ideas", "focus", "mission", "finances", "network", "accelerator")
SHRINK = settings(phases=[Phase.generate, Phase.shrink], database=None, derandomize=True, max_examples=2_000)


def smallest(strategy, condition=lambda _: True):
    return find(strategy, condition, settings=SHRINK)


def drawn(strategy, n=200):
    """So many values, the same ones every time."""
    values = []

    @given(strategy)
    @settings(max_examples=n, derandomize=True, database=None, phases=[Phase.generate])
    def collect(value):
        values.append(value)

    collect()
    return values


@given(plans(), keys())
@settings(max_examples=40)
def test_every_plan_can_be_simulated_at_once(plan, key):
    cs.simulate(cs.Plan(finances={}), n=1)  # both kernels are compiled
    cs.simulate(cs.Plan(), n=1)
    begin = time.process_time()
    assert cs.simulate(plan, n=100, rng=key, workers=1).n == 100
    assert time.process_time() - begin < 2


@given(plans(max_clusters=3, max_horizon=7, levers=False))
def test_plans_stay_within_limits(plan):
    assert len(plan.portfolio) <= 3
    assert plan.horizon <= 7
    assert not any(getattr(plan, lever) for lever in LEVERS)


def test_plans_are_of_all_kinds():
    some = drawn(plans(), 400)
    kinds = Counter()
    for plan in some:
        kinds.update(lever for lever in LEVERS if getattr(plan, lever))
        kinds.update(f"{field} is off" for field in ("convergence", "legacy") if getattr(plan, field) is None)
        kinds.update(goal.metric for goal in plan.goals)
        kinds.update(
            field
            for field in ("pipeline", "goals", "at_once", "lifetime", "market", "seasonality")
            if getattr(plan, field)
        )
        kinds["portfolio"] += isinstance(plan.clusters, tuple)
        kinds["own ladder"] += plan.milestones != cs.Plan.ladder
        kinds["survival"] += bool(plan.finances and plan.finances.survival)
        kinds.update(
            getattr(plan, field).name
            for field in ("failure_rate", "revenue", "ramp", "trial")
            if isinstance(getattr(plan, field), Distribution)
        )
        kinds.update([plan.ramp_curve])
    assert len(kinds) == 34, kinds
    assert min(kinds.values()) >= len(some) / 200, kinds


@pytest.mark.parametrize(
    ("strategy", "condition", "simplest"),
    [
        (plans(), lambda _: True, cs.Plan()),
        (plans(), lambda plan: plan.volatility == 0, cs.Plan(volatility=0)),
        (plans(), lambda plan: plan.convergence is None, cs.Plan(convergence=None)),
        (plans(), lambda plan: plan.finances and plan.finances.survival, cs.Plan(finances={"survival": {}})),
        (plans(), lambda plan: isinstance(plan.clusters, tuple), cs.Plan(clusters=[{}])),
        (plans(max_clusters=5, max_horizon=24), lambda _: True, cs.Plan(clusters=5, horizon=24)),
        (testing.levers(), lambda levers: levers["focus"], dict.fromkeys(LEVERS) | {"focus": cs.Focus()}),
    ],
)
def test_what_is_drawn_shrinks_to_the_default(strategy, condition, simplest):
    assert smallest(strategy, condition) == simplest


def test_fields_can_be_fixed_or_drawn_otherwise():
    rates = testing.probabilities()
    some = drawn(plans(every=1, failure_rate=rates, focus=testing.focus(), levers=False), 50)
    assert {plan.every for plan in some} == {1}
    assert all(plan.focus for plan in some)
    assert not any(plan.mission for plan in some)
    assert len({plan.failure_rate for plan in some}) > 5
    portfolios = [plan.clusters for plan in some if isinstance(plan.clusters, tuple)]
    assert portfolios
    assert all(cluster.failure_rate is None for portfolio in portfolios for cluster in portfolio)
    assert any(cluster.revenue is not None for portfolio in portfolios for cluster in portfolio)


def test_a_fixed_portfolio_has_ideas_enough():
    some = drawn(plans(clusters=testing.portfolios(30)), 100)
    assert all(isinstance(plan.clusters, tuple) for plan in some)
    assert any(plan.ideas and len(plan.clusters) > 5 for plan in some)
    assert all(idea.count >= 30 for idea in drawn(testing.ideas(30), 50))


def test_a_fixed_convergence_finds_its_trigger():
    triggered = drawn(plans(convergence=cs.Convergence(trigger="rent")), 50)
    assert all("rent" in [m.name for m in plan.milestones] for plan in triggered)
    ladder = [cs.Milestone(name="rent", revenue=2_500), cs.Milestone(name="more", revenue=9_000)]
    triggers = {plan.convergence and plan.convergence.trigger for plan in drawn(plans(milestones=ladder), 200)}
    assert triggers == {None, "rent", "more"}


def test_portfolios_have_names_of_their_own():
    for portfolio in drawn(testing.portfolios(5), 50):
        names = [cluster.name for cluster in portfolio]
        assert 1 <= len(set(names)) == len(names) <= 5
        assert all(names)


def test_a_field_that_no_plan_has_is_refused_at_once():
    with pytest.raises(TypeError, match="a plan has no field 'horizont': did you mean 'horizon'"):
        plans(horizont=3)


@pytest.mark.parametrize("kind", PARTS, ids=lambda kind: kind.__name__)
def test_parts_of_plans_are_drawn_by_their_type(kind):
    some = drawn(st.from_type(kind), 20)
    assert all(isinstance(one, kind) for one in some)
    assert len(set(map(repr, some))) > 5


def run(code, *options):
    return subprocess.run(  # noqa: S603 - our own code
        [sys.executable, *options, "-c", code], capture_output=True, check=False, text=True
    )


def test_plans_are_drawn_by_their_type_before_anything_of_ours_is_imported():
    done = run(
        "from hypothesis import find, settings, strategies as st, Phase\n"
        "import sys; assert not {'scipy.stats', 'clustersim.testing.plan_strategies'} & {*sys.modules}\n"
        "import clustersim as cs\n"
        "print(find(st.from_type(cs.Plan), lambda plan: plan.every == 1, settings=settings(phases=[Phase.generate, "
        "Phase.shrink], database=None)))"
    )
    assert done.stdout == "Plan(every=1)\n", done.stderr


def test_without_hypothesis_a_sentence_says_what_is_missing():
    code = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "from clustersim.testing import check_invariants\n"
        "from clustersim.testing import plans"
    )
    done = run(code)
    sentence = 'ImportError: clustersim.testing.plans needs hypothesis: pip install "clustersim[testing]"'
    assert done.stderr.splitlines()[-1] == sentence


def test_the_public_names_are_these():
    assert dir(testing) == sorted(testing.__all__)
    for name in testing.__all__:
        value = getattr(testing, name)
        assert callable(value)
        assert value.__doc__, name
    with pytest.raises(AttributeError, match=r"'clustersim\.testing' has no attribute 'plan'"):
        testing.plan  # noqa: B018 - the look-up is what fails


def test_hypothesis_finds_nothing_to_complain_of():
    """Of those who use it with a profile of their own: no health check is suppressed."""

    @given(plans(), keys())
    @settings(suppress_health_check=[], database=None, max_examples=30, deadline=None)
    def look(plan, key):
        assert plan
        assert key >= 0

    look()
    assert HealthCheck.too_slow


def test_a_strategy_is_shown_as_it_was_asked_for():
    assert repr(plans(max_horizon=24, goals=())) == "_plans(max_clusters=12, max_horizon=24, levers=True, goals=())"
