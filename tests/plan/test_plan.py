import copy
import inspect
import pickle
import re

import numpy as np
import pytest
from hypothesis import given, settings
from scipy import stats

from clustersim.plan import presets
from clustersim.plan.errors import PlanError
from clustersim.plan.goals import Goal, Pipeline
from clustersim.plan.levers import Accelerator, Finances, Focus, Ideas, Mission, Network, SurvivalClients
from clustersim.plan.parameter import beta, between, lognormal, uniform
from clustersim.plan.plan import Cluster, Convergence, Legacy, Market, Milestone, Plan
from clustersim.testing import plans

LEVERS = (Ideas, Focus, Mission, SurvivalClients, Finances, Network, Accelerator)
VALUES = (Plan, Cluster, Milestone, Convergence, Legacy, Market, Goal, Pipeline, *LEVERS)
REQUIRED = {
    Milestone: {"name": "rent", "revenue": 2_500},
    Goal: {"name": "half way", "metric": "revenue", "at_least": 30_000, "by": 24},
}
NAMES = {cls.__name__: cls for cls in VALUES} | {
    "stats": stats,
    "beta": beta,
    "between": between,
    "lognormal": lognormal,
    "uniform": uniform,
}


def test_defaults_are_the_models():
    plan = Plan()
    assert (plan.clusters, plan.every, plan.at_once, plan.failure_rate, plan.horizon) == (
        12,
        3,
        None,
        0.5,
        120,
    )
    assert plan.revenue == lognormal(mean=10_000, cv=0.3)
    assert plan.ramp == lognormal(median=6, sigma=0.5)
    assert plan.trial == uniform(3, 9)
    assert (plan.ramp_curve, plan.failed_share, plan.lifetime) == ("smoothstep", 0.25, None)
    assert (plan.volatility, plan.persistence, plan.market, plan.seasonality) == (0.2, 0.5, None, None)
    assert plan.convergence == Convergence(
        trigger="black belt", megas=3, revenue=uniform(20_000, 50_000), months=lognormal(median=18, sigma=0.3)
    )
    assert plan.legacy == Legacy(mean_months=60, shape=3)
    assert Market() == Market(volatility=0.1, persistence=0.8)
    assert [(m.name, m.revenue, m.window) for m in Plan.ladder] == [
        ("white belt", 10_000, 3),
        ("yellow belt", 20_000, 3),
        ("green belt", 30_000, 3),
        ("blue belt", 40_000, 3),
        ("black belt", 60_000, 3),
        ("black month", 60_000, 1),
        ("black year", 60_000, 12),
        ("million", 1_000_000 / 12, 12),
    ]
    assert plan.milestones == Plan.ladder


def test_defaults_of_the_levers_are_the_models():
    plan = Plan()
    names = ("ideas", "focus", "mission", "finances", "network", "accelerator")
    assert [getattr(plan, name) for name in names] == [None] * 6
    assert Ideas() == Ideas(count=20, skill=0)
    assert Focus() == Focus(capacity=3, switching_cost=0.2, upkeep=0.1)
    assert Mission() == Mission(
        fit=beta(6, 4),
        success_odds=2,
        recovery=0.12,
        drain=0.11,
        upkeep=0.25,
        burnout_months=3,
        burnout_revenue=0.5,
    )
    assert Finances() == Finances(savings=40_000, living=6_000, margin=0.7, survival=None)
    assert SurvivalClients() == SurvivalClients(clients=2, fee=3_000, attention=0.5, until=12_000)
    assert Network() == Network(
        challengers=0.3, success_odds=0.5, upside=0.5, spread=0.5, drag=0.75, referral=0.5, saturation=30, fee=2_000
    )
    assert Accelerator() == Accelerator(every=6, odds=0.01, speed=1.5, months=6)


@given(plans())
@settings(max_examples=100, deadline=None)
def test_a_plan_is_a_value(plan):
    again = pickle.loads(pickle.dumps(plan))  # noqa: S301 - our own bytes
    assert again == plan
    assert hash(again) == hash(plan)
    assert copy.deepcopy(plan) == plan == plan.replace() == plan.model_copy() == Plan.model_validate(dict(plan))
    assert again.to_toml() == plan.to_toml()
    assert repr(again) == repr(plan)


@given(plans())
@settings(max_examples=60, deadline=None)
def test_what_is_shown_runs_when_pasted(plan):
    assert eval(repr(plan), NAMES) == plan  # noqa: S307 - our own text


def test_only_what_differs_is_shown():
    assert repr(Plan()) == str(Plan()) == "Plan()"
    assert repr(Plan(every=1, convergence={"megas": 4})) == "Plan(every=1, convergence=Convergence(megas=4))"
    assert repr(Plan(ramp=stats.lognorm(0.5, scale=6))) == "Plan()"
    assert repr(Plan(clusters=[Cluster(ramp=6)])) == "Plan(clusters=(Cluster(ramp=6),))"
    assert f"{Plan(legacy=None)}" == "Plan(legacy=None)"


def test_plans_and_their_parts_are_frozen_and_keyword_only():
    for value in (kind(**REQUIRED.get(kind, {})) for kind in VALUES):
        first = next(iter(type(value).model_fields))
        with pytest.raises(AttributeError, match=rf"frozen: plan\.replace\(.*{first}.*3"):
            setattr(value, first, 3)
        with pytest.raises(AttributeError, match="frozen"):
            delattr(value, first)
        with pytest.raises(TypeError, match=rf"{type(value).__name__}\({first}=3\)"):
            type(value)(3)
    with pytest.raises(AttributeError, match="did you mean 'every'"):
        Plan().evry = 3


@pytest.mark.parametrize(
    ("make", "remedy"),
    [
        (lambda: Plan(12), "Plan(clusters=12)"),
        (lambda: Plan({"every": 3}), "Plan(**fields)"),
        (lambda: Plan("plan.toml"), "Plan.from_toml(path)"),
        (lambda: Cluster("a"), "Cluster(name='a')"),
        (lambda: Milestone("black belt", 60_000), "Milestone(name='black belt', revenue=60000)"),
    ],
)
def test_arguments_without_names_are_told_their_names(make, remedy):
    with pytest.raises(TypeError) as caught:
        make()
    assert remedy in str(caught.value)


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_help_tells_every_field_plainly(kind):
    told = inspect.signature(kind)
    assert list(told.parameters) == list(kind.model_fields)
    assert "Annotated" not in str(told)
    assert "Real(" not in str(told)
    for name, field in kind.model_fields.items():
        assert told.parameters[name].default == (inspect.Parameter.empty if field.is_required() else field.default)
        assert f"\n    {field.description}\n" in kind.__doc__
    assert kind.__doc__.index("Parameters\n---") < kind.__doc__.index("Examples\n---")


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_a_default_that_is_stated_is_what_is_kept(kind):
    given = REQUIRED.get(kind, {})
    kept = kind(**given)
    stated = dict(re.findall(r"^(\w+) : .*?(?:, default (.*))?$", kind.__doc__, re.MULTILINE))
    for name, parameter in inspect.signature(kind).parameters.items():
        if name in given:
            assert parameter.default is parameter.empty
            assert stated[name] == ""
        else:
            assert eval(stated[name], NAMES) == getattr(kept, name)  # noqa: S307 - what help shows
            assert eval(repr(parameter.default), NAMES) == getattr(kept, name)  # noqa: S307 - as above


def test_equal_plans_are_equal_however_written():
    assert Plan(ramp=stats.lognorm(0.5, scale=6)) == Plan()
    assert hash(Plan(trial=stats.uniform(3, 6), every=np.int64(3))) == hash(Plan())
    assert Plan(clusters=[{"name": "A"}]) == Plan(clusters=(Cluster(name="A"),))
    assert Plan(convergence=False, market=False) == Plan(convergence=None)
    assert Plan(seasonality=np.ones(12)) == Plan(seasonality=[1] * 12)
    assert Plan(every=1) != Plan()
    assert len({Plan(), Plan(every=3), Plan(every=1)}) == 2


def test_portfolio_has_an_entry_for_each_cluster():
    assert Plan().portfolio == (Cluster(),) * 12
    named = (Cluster(name="A"), Cluster(name="B", ramp=3))
    assert Plan(clusters=named).portfolio == named


def test_without_convergence_a_plan_needs_no_trigger():
    plan = Plan(milestones=[Milestone(name="rent", revenue=2_500, window=1)], convergence=None)
    assert plan.convergence is None


def test_replace_reaches_within():
    assert Plan().replace(every=1) == Plan(every=1)
    assert Plan().replace(**{"convergence.megas": 4}) == Plan(convergence=Convergence(megas=4))
    assert Plan().replace(**{"clusters[2].failure_rate": 0.3}).portfolio[2] == Cluster(failure_rate=0.3)
    assert Plan().replace(**{"milestones[4].window": 1}).milestones[4].window == 1
    assert Plan(seasonality=[1] * 12).replace(**{"seasonality[11]": 0.5}).seasonality[11] == 0.5
    rent = [{"name": "rent", "revenue": 2_500}]
    plan = Plan().replace(**{"convergence.trigger": "rent", "milestones": rent})
    assert plan.convergence == Convergence(trigger="rent")
    assert Plan().milestones == Plan.ladder


LISTED = presets.portfolio().clusters


@pytest.mark.parametrize("few", [1, 3, np.int64(3), np.array(3), 8])
def test_a_number_of_clusters_that_are_listed_keeps_the_first(few):
    assert presets.portfolio().replace(clusters=few).clusters == LISTED[: int(few)]
    within = presets.portfolio().replace(**{"clusters": few, "clusters[0].failure_rate": 0.01})
    first = Cluster(**dict(LISTED[0]) | {"failure_rate": 0.01})
    assert within.clusters == (first, *LISTED[1 : int(few)])


def test_a_cluster_can_be_called_by_its_name():
    own = presets.portfolio()
    for place, cluster in enumerate(own.clusters):
        assert own.replace(**{f"{cluster.name}.ramp": 3}) == own.replace(**{f"clusters[{place}].ramp": 3})
    dotted = Plan(clusters=[{"name": "A"}, {"name": "A.B"}, {"name": "focus"}])
    assert dotted.replace(**{"A.B.ramp": 3}).clusters[1].ramp == 3
    assert dotted.replace(**{"A.ramp": 3}).clusters[0].ramp == 3
    assert dotted.replace(**{"focus.capacity": 3}).focus == Focus(capacity=3)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("Keynotes.revenue", "Keynotes.revenue = 1: unknown field or cluster; did you mean 'Keynote'?"),
        ("focuss.capacity", "focuss.capacity = 1: unknown field or cluster; did you mean 'focus'?"),
        ("Xyz.revenue", "unknown field or cluster: clusters[0] is 'Keynote', clusters[1] is 'Workshop', clusters[2]"),
        ("Keynote.rmp", "clusters[0].rmp = 1: unknown field; did you mean 'ramp'?"),
    ],
)
def test_what_is_no_name_of_a_cluster_is_told_which_there_are(change, said):
    with pytest.raises(PlanError, match=re.escape(said)):
        presets.portfolio().replace(**{change: 1})


def test_a_name_of_several_clusters_is_none():
    twins = Plan(clusters=[{"name": "Talk"}, {}, {"name": "Talk"}, {"name": "Book"}])
    with pytest.raises(
        PlanError, match=re.escape("several clusters have this name: clusters[0] is 'Talk', clusters[2]")
    ):
        twins.replace(**{"Talk.ramp": 3})
    many = Plan(clusters=[{"name": f"offer {k}"} for k in range(40)])
    with pytest.raises(PlanError, match=re.escape("clusters[11] is 'offer 11', 28 more have names")):
        many.replace(**{"xyz.ramp": 3})


def test_other_clusters_take_the_place_of_a_list():
    assert presets.portfolio().replace(clusters=[{"name": "one"}, {}]).clusters == (Cluster(name="one"), Cluster())
    assert presets.portfolio().replace(clusters=LISTED[2:]).clusters == LISTED[2:]
    assert Plan(clusters=5).replace(clusters=9).clusters == 9


@pytest.mark.parametrize(
    ("many", "said"),
    [
        (9, "the plan lists 8, of which a number takes the first ones: at most 8; more take a longer list"),
        (0, "must be a whole number from 1"),
        (True, "not true or false"),
        (2.0, "without a decimal point"),
    ],
)
def test_a_list_has_no_more_clusters_than_it_has(many, said):
    with pytest.raises(PlanError, match=said) as caught:
        presets.portfolio().replace(clusters=many)
    (problem,) = caught.value.problems
    assert (problem.path, problem.value) == ("clusters", many)


@pytest.mark.parametrize(
    ("name", "told"),
    [("savings", "'finances.savings'"), ("megas", "'convergence.megas'"), ("clients", "'finances.survival.clients'")],
)
def test_replace_tells_the_dotted_name_of_a_field_that_is_elsewhere(name, told):
    with pytest.raises(PlanError) as caught:
        Plan().replace(**{name: 3})
    (problem,) = caught.value.problems
    assert (problem.path, problem.remedy) == (name, f"this field is called {told} here")
    assert Plan().replace(**{told.strip("'"): 2}) != Plan()


def test_replace_switches_on_what_is_off():
    assert Plan().replace(**{"market.volatility": 0.3}).market == Market(volatility=0.3)
    assert Plan(convergence=None).replace(**{"convergence.megas": 2}).convergence == Convergence(megas=2)
    assert Plan().replace(**{"legacy.shape": 2, "legacy": None}).legacy == Legacy(shape=2)
    assert Plan().replace(**{"focus.capacity": 2}).focus == Focus(capacity=2)
    assert Plan().replace(**{"mission.fit": beta(2, 3)}).mission == Mission(fit=beta(2, 3))


def test_replace_switches_on_what_is_off_within_what_is_off():
    one = Finances(survival=SurvivalClients(clients=1))
    assert Plan().replace(**{"finances.survival.clients": 1}).finances == one
    assert Plan(finances=Finances()).replace(**{"finances.survival.clients": 1}).finances == one
    both = {"finances.survival.clients": 1, "finances.survival.fee": 500, "finances.savings": 9}
    assert Plan().replace(**both).finances == Finances(savings=9, survival=SurvivalClients(clients=1, fee=500))
    assert Plan(finances=one).replace(**{"finances.survival": None}).finances == Finances()


@pytest.mark.parametrize("kind", LEVERS, ids=lambda kind: kind.__name__)
def test_the_advice_to_change_a_frozen_lever_can_be_followed(kind):
    field, value = list(kind())[-1]
    with pytest.raises(AttributeError, match="frozen") as caught:
        setattr(kind(), field, value)
    advice = re.search(r"plan\.replace\(\*\*(\{.*\})\) gives", str(caught.value))[1]
    changed = Plan().replace(**eval(advice, NAMES))  # noqa: S307 - our own text
    assert kind.__name__ in repr(changed)


@pytest.mark.parametrize(
    ("change", "path", "fragment"),
    [
        ("evry", "evry", "did you mean 'every'?"),
        ("convergence.mega", "convergence.mega", "did you mean 'megas'?"),
        ("clusters[2].ramps", "clusters[2].ramps", "did you mean 'ramp'?"),
        ("clusters[12].ramp", "clusters[12].ramp", "there are 12, counted from 0"),
        ("every.x", "every.x", "no field 'x'"),
        ("ramp.median", "ramp.median", "no field 'median'"),
        ("every[0]", "every[0]", "not a list"),
        ("market[0]", "market[0]", "not a list"),
        ("focus.capacitie", "focus.capacitie", "did you mean 'capacity'?"),
        ("finances.survival.client", "finances.survival.client", "did you mean 'clients'?"),
        ("finances.savings.x", "finances.savings", "a single number"),
        ("targets.by", "targets", "unknown field"),
        ("", "", "no name of a field"),
        (".every", ".every", "no name of a field"),
        ("[0]", "[0]", "no name of a field"),
        ("clusters[x]", "clusters[x]", "no name of a field"),
        ("every..x", "every..x", "no name of a field"),
        ("convergence.megas", "convergence.megas", "from 1 to 12"),
    ],
)
def test_replace_tells_what_is_wrong(change, path, fragment):
    with pytest.raises(PlanError) as caught:
        Plan().replace(**{change: 999})
    (problem,) = caught.value.problems
    assert problem.path == path
    assert fragment in problem.remedy


def test_presets_have_names_and_tell_their_story():
    assert presets.names() == tuple(presets.PRESETS)
    for name, preset in presets.PRESETS.items():
        assert preset.__name__ == name
        assert preset.__doc__
        assert isinstance(preset(), Plan)
    assert presets.converging_clusters() == Plan()
    assert len({preset() for preset in presets.PRESETS.values()}) == len(presets.PRESETS)
    assert presets.single_bet() == Plan(clusters=1, trial=120, convergence=Convergence(trigger="white belt", megas=1))
    assert len({cluster.name for cluster in presets.portfolio().portfolio}) == 8
