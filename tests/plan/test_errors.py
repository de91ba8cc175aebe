import copy
import pickle
import re
import tomllib

import numpy as np
import pytest
from scipy import stats

from clustersim.plan.errors import PlanError, Problem, nearest, shown
from clustersim.plan.levers import Finances, Focus
from clustersim.plan.parameter import beta, between, lognormal, uniform
from clustersim.plan.plan import Cluster, Convergence, Legacy, Market, Milestone, Plan


class _HomeMade(stats.rv_continuous):
    def _pdf(self, x):
        return np.ones_like(x)


_HISTOGRAM = stats.rv_histogram(np.histogram([1.0, 2.0, 2.5]))
_NAN = float("nan")

# One row a newcomer's mistake: the fields, the path, and what the remedy must tell.
MISTAKES = [
    # whole numbers
    ({"every": 0}, "every", "from 1 to 1200"),
    ({"every": 2.5}, "every", "without a decimal point"),
    ({"clusters": 12.0}, "clusters", "write 12"),
    ({"every": np.float64(3.0)}, "every", "write 3"),
    ({"every": float("inf")}, "every", "whole number"),
    ({"every": True}, "every", "not true or false"),
    ({"every": "3"}, "every", "not text; write 3, without quotes"),
    ({"every": None}, "every", "whole number"),
    ({"clusters": 0}, "clusters", "from 1 to 1200"),
    ({"clusters": 1201}, "clusters", "from 1 to 1200"),
    ({"clusters": "Keynote"}, "clusters", "whole number"),
    ({"at_once": 0}, "at_once", "from 1 to 1200"),
    ({"horizon": 10**9}, "horizon", "from 1 to 1200"),
    ({"horizon": 10**5000}, "horizon", "from 1 to 1200"),
    # numbers
    ({"failed_share": 25}, "failed_share", "50 % is written 0.5"),
    ({"failed_share": "a quarter"}, "failed_share", "not text"),
    ({"failed_share": "25 %"}, "failed_share", "not text; write 0.25, without quotes"),
    ({"failed_share": False}, "failed_share", "not true or false"),
    ({"failed_share": beta(1, 2)}, "failed_share", "a single number"),
    ({"failed_share": [0.5]}, "failed_share", "a single number"),
    ({"volatility": -0.1}, "volatility", "from 0 to 3"),
    ({"volatility": 20}, "volatility", "no usable mean"),
    ({"volatility": _NAN}, "volatility", "from 0 to 3"),
    ({"persistence": 1}, "persistence", "below 1"),
    ({"persistence": -0.5}, "persistence", "at least 0"),
    ({"market": {"persistence": 1.0}}, "market.persistence", "below 1"),
    ({"market": 0.1}, "market", "in Python a Market(...)"),
    ({"market": {1: 2}}, "market", "names of fields"),
    ({"legacy": {"shape": 0}}, "legacy.shape", "from 0.1 to 100"),
    ({"legacy": {"mean_months": -1}}, "legacy.mean_months", "months"),
    ({"legacy": True}, "legacy", "in Python a Legacy(...)"),
    # parameters
    ({"failure_rate": 50}, "failure_rate", "50 % is written 0.5"),
    ({"failure_rate": "half"}, "failure_rate", "not text"),
    ({"revenue": "10k"}, "revenue", "not text; write 10_000, without quotes"),
    ({"revenue": "$10,000"}, "revenue", "not text; write 10_000, without quotes"),
    ({"failure_rate": True}, "failure_rate", "not true or false"),
    ({"failure_rate": _NAN}, "failure_rate", "from 0 to 1"),
    ({"failure_rate": np.array([0.5])}, "failure_rate", "not several"),
    ({"failure_rate": lambda: 0.5}, "failure_rate", "a number or a distribution"),
    ({"failure_rate": None}, "failure_rate", "a number or a distribution"),
    ({"failure_rate": stats.norm(0.5, 0.1)}, "failure_rate", "{ beta = { a = 12, b = 12 } }"),
    (
        {"failure_rate": uniform(0.2, 1.2)},
        "failure_rate",
        "goes from 0.2 to 1.2; such as { uniform = { low = 0.2, high = 1 } }",
    ),
    ({"failure_rate": between(0.2, 0.6)}, "failure_rate", "such as { uniform = { low = 0.2, high = 0.6 } }"),
    ({"failure_rate": between(40, 70)}, "failure_rate", "{ low = 0.4, high = 0.7 } } (40 % is written 0.4, not 40)"),
    ({"failure_rate": {"mean": 0.5, "sd": 0.1}}, "failure_rate", "{ beta = { a = 12, b = 12 } }"),
    ({"failure_rate": {"mean": 50, "sd": 10}}, "failure_rate", "{ beta = { a = 12, b = 12 } } (50 % is written 0.5"),
    ({"failure_rate": {"beta": {"mean": 0.5, "sd": 0.1}}}, "failure_rate", "needs a and b, such as { beta = { a = 12"),
    ({"failure_rate": {"mean": 1, "sd": 0.1}}, "failure_rate", "{ uniform = { low = 0.4, high = 0.7 } }"),
    ({"failure_rate": [0.4, 0.7]}, "failure_rate", "a range is { uniform = { low = 0.4, high = 0.7 } }"),
    ({"failure_rate": [0.4, 0.5, 0.7]}, "failure_rate", "a range is { uniform = { low = 0.4, high = 0.7 } }"),
    ({"failure_rate": {"min": 0.4, "max": 0.7}}, "failure_rate", "{ uniform = { low = 0.4, high = 0.7 } }"),
    ({"ramp": {"mean": 6, "std": 3}}, "ramp", "{ lognormal = { mean = 6, cv = 0.5 } }"),
    ({"ramp": {"low": 3, "mode": 5, "high": 9}}, "ramp", "{ between = { low = 3, high = 9 } }"),
    ({"ramp": [0, 9]}, "ramp", "{ uniform = { low = 0, high = 9 } }"),
    ({"ramp": stats.gumbel_l(6, 1)}, "ramp", "has no end, below or above; such as { lognormal = "),
    ({"failure_rate": lognormal(mean=0.5, cv=0.1)}, "failure_rate", "from 0 to 1"),
    ({"failure_rate": stats.binom(3, 0.5)}, "failure_rate", "discrete"),
    ({"failure_rate": stats.poisson}, "failure_rate", "discrete"),
    ({"failure_rate": stats.beta}, "failure_rate", "scipy.stats.beta(...)"),
    ({"failure_rate": _HomeMade(a=0, b=1)}, "failure_rate", "frozen"),
    ({"failure_rate": _HomeMade(a=0, b=1)()}, "failure_rate", "home-made"),
    ({"failure_rate": _HomeMade(a=0, b=1, name="beta")()}, "failure_rate", "home-made"),
    ({"failure_rate": type(stats.expon)(a=0, b=0.5, name="expon")()}, "failure_rate", "home-made"),
    ({"failure_rate": _HISTOGRAM}, "failure_rate", "frozen"),
    ({"failure_rate": _HISTOGRAM()}, "failure_rate", "histogram"),
    ({"failure_rate": stats.Uniform(a=0, b=1)}, "failure_rate", "new-style"),
    ({"failure_rate": stats.beta(-1, 2)}, "failure_rate.beta", "no distribution has these parameters"),
    ({"failure_rate": stats.beta([1, 2], 2)}, "failure_rate.beta.a", "a single number"),
    ({"failure_rate": stats.uniform(0, -1)}, "failure_rate.uniform.scale", "above 0"),
    ({"failure_rate": stats.uniform(0, _NAN)}, "failure_rate.uniform.scale", "finite"),
    ({"failure_rate": {"betta": {"a": 1, "b": 2}}}, "failure_rate", "did you mean 'beta'?"),
    ({"failure_rate": {"zzz": {}}}, "failure_rate", "those of scipy.stats"),
    ({"failure_rate": {"beta": {"a": 1}}}, "failure_rate.beta.b", "beta needs a and b"),
    (
        {"failure_rate": {"beta": {"a": 1, "b": 2, "c": 3}}},
        "failure_rate.beta.c",
        "unknown parameter of beta",
    ),
    ({"failure_rate": {"beta": {"a": 1, "b": "2"}}}, "failure_rate.beta.b", "a single number"),
    ({"failure_rate": {"beta": 3}}, "failure_rate.beta", "by name"),
    ({"failure_rate": {"beta": {1: 2}}}, "failure_rate.beta", "by name"),
    ({"failure_rate": {}}, "failure_rate", "one name"),
    ({"failure_rate": {"a": 4.5, "b": 4.5}}, "failure_rate", "one name"),
    ({"failure_rate": {"poisson": {"mu": 3}}}, "failure_rate", "continuous"),
    ({"revenue": -1}, "revenue", "dollars a month"),
    ({"revenue": 1e13}, "revenue", "million million"),
    ({"revenue": 10**400}, "revenue", "million million"),
    ({"revenue": uniform(-1, 5)}, "revenue", "at least 0"),
    ({"revenue": lognormal(mean=1e12, cv=1)}, "revenue", "one draw in 1000"),
    ({"revenue": lognormal(median=1, sigma=300)}, "revenue", "one draw in 1000"),
    ({"ramp": 0}, "ramp", "above 0"),
    ({"ramp": stats.norm(6, 1)}, "ramp", "at least 0"),
    ({"ramp": {"between": {"low": 9, "high": 3}}}, "ramp.between", "low must be below high"),
    ({"ramp": {"between": {"low": 3}}}, "ramp.between.high", "needs low and high"),
    ({"ramp": {"lognormal": {"median": 6}}}, "ramp.lognormal.sigma", "needs median and sigma"),
    ({"ramp": {"lognormal": {"median": 6, "cv": 1}}}, "ramp.lognormal", "mean and cv, or median and sigma"),
    ({"ramp": {"lognormal": {"median": 6, "sigma": -1}}}, "ramp.lognormal.sigma", "above 0"),
    ({"ramp": {"lognormal": {}}}, "ramp.lognormal", "mean and cv, or median and sigma"),
    ({"ramp": {"uniform": {"low": 3}}}, "ramp.uniform.high", "needs low and high"),
    ({"trial": float("inf")}, "trial", "months"),
    ({"lifetime": -1}, "lifetime", "months"),
    ({"convergence": {"months": 0}}, "convergence.months", "above 0"),
    ({"convergence": {"megas": 0}}, "convergence.megas", "from 1 to 12"),
    # what a plan file takes: spellings of TOML
    ({"market": 0.1}, "market", "such as { volatility = 0.1, persistence = 0.8 }"),
    ({"convergence": "none"}, "convergence", 'trigger = "black belt"'),
    ({"convergence": True}, "convergence", "or false, in Python None, for none"),
    ({"at_once": 0}, "at_once", "or false, in Python None, for none"),
    ({"lifetime": "none"}, "lifetime", "or false, in Python None, for none"),
    ({"milestones": [3]}, "milestones[0]", "{ name = ..., revenue = ..., window = 3 }"),
    ({"failure_rate": "half"}, "failure_rate", "{ uniform = { low = 0.4, high = 0.7 } }, in Python uniform(0.4, 0.7)"),
    ({"ramp": "half a year"}, "ramp", "{ between = { low = 3, high = 18 } }"),
    ({"revenue": {"normal": {"mean": 1, "sd": 2}}}, "revenue", "such as { lognormal = { mean = 1, cv = 2 } }"),
    ({"failure_rate": {"Gauss": {}}}, "failure_rate", "{ uniform = { low = 0.4, high = 0.7 } }"),
    ({"revenue": {"norm": {"loc": 6, "scale": 3}}}, "revenue", "{ lognormal = { mean = 6, cv = 0.5 } }"),
    ({"failure_rate": {"norm": {}}}, "failure_rate", "{ uniform = { low = 0.4, high = 0.7 } }"),
    ({"revenue": {"between": [5000, 15000]}}, "revenue.between", "{ between = { low = 5000, high = 15_000 } }"),
    ({"revenue": {"uniform": [1, 2]}}, "revenue.uniform", "{ uniform = { low = 1, high = 2 } }"),
    ({"revenue": {"lognormal": "x"}}, "revenue.lognormal", "{ lognormal = { mean = 10_000, cv = 0.3 } }"),
    ({"revenue": {"gamma": [1, "x"]}}, "revenue.gamma", "{ between = { low = 4000, high = 15_000 } }"),
    ({"revenue": [5000, 15000]}, "revenue", "{ between = { low = 5000, high = 15_000 } }"),
    ({"revenue": {"low": 5000, "high": 15000}}, "revenue", "{ between = { low = 5000, high = 15_000 } }"),
    ({"failure_rate": {"a": 4, "b": 5}}, "failure_rate", "{ beta = { a = 4, b = 5 } }"),
    ({"revenue": {"between": {"low": 15, "high": 5}}}, "revenue.between", "low must be below high"),
    ({"clusters": {"name": "Keynote"}}, "clusters", "[[clusters]]"),
    ({"milestones": {"name": "rent", "revenue": 1}}, "milestones", "[[milestones]]"),
    ({"clusters": [{"every": 3}]}, "clusters[0].every", "above the first table"),
    ({"legacy": {"horizon": 3}}, "legacy.horizon", "not of Legacy"),
    # words, lists, names
    ({"ramp_curve": "Smoothstep"}, "ramp_curve", "'smoothstep', 'linear'"),
    ({"ramp_curve": 3}, "ramp_curve", "must be one of"),
    ({"seasonality": [1] * 11}, "seasonality", "12 multipliers"),
    ({"seasonality": [0] * 12}, "seasonality", "all zero"),
    ({"seasonality": [1] * 11 + [-1]}, "seasonality[11]", "from 0"),
    ({"seasonality": 1.0}, "seasonality", "12 multipliers"),
    ({"clusters": []}, "clusters", "1 to 1200 clusters"),
    ({"clusters": ["Keynote"]}, "clusters[0]", "in Python a Cluster(...)"),
    ({"clusters": [{}, {}, {"failure_rate": 30}]}, "clusters[2].failure_rate", "50 % is written 0.5"),
    ({"clusters": [{"failrate": 0.3}]}, "clusters[0].failrate", "did you mean 'failure_rate'?"),
    ({"clusters": [Cluster(), {"name": ""}]}, "clusters[1].name", "1 to 80 characters"),
    ({"clusters": [{"name": "x" * 81}]}, "clusters[0].name", "1 to 80 characters"),
    ({"clusters": [{"name": "\ud800"}]}, "clusters[0].name", "surrogate"),
    ({"milestones": []}, "milestones", "1 to 64 milestones"),
    ({"milestones": None}, "milestones", "1 to 64 milestones"),
    ({"milestones": "black belt"}, "milestones", "1 to 64 milestones"),
    ({"milestones": [{"name": "x"}], "convergence": None}, "milestones[0].revenue", "dollars"),
    (
        {"milestones": [{"name": "legacy", "revenue": 1}], "convergence": None},
        "milestones[0].name",
        "another name",
    ),
    ({"milestones": [*Plan.ladder, Plan.ladder[0]]}, "milestones[8].name", "unique: milestones[0]"),
    ({"convergence": {"trigger": "blackbelt"}}, "convergence.trigger", "did you mean 'black belt'?"),
    ({"convergence": {"trigger": "zzz"}}, "convergence.trigger", "known are 'white belt'"),
    ({"milestones": [{"name": "rent", "revenue": 1}]}, "convergence.trigger", "convergence = false, in Python None"),
    (
        {"milestones": [{"name": "rent", "revenue": 1}]},
        "convergence.trigger",
        "[[milestones]] replace all belts, so this",
    ),
    ({"convergence": True}, "convergence", "in Python a Convergence(...)"),
    # levers
    ({"focus": 0.3}, "focus", "such as { capacity = 3, switching_cost = 0.2, upkeep = 0.1 }, in Python a Focus(...)"),
    ({"focus": True}, "focus", "in Python a Focus(...); or false, in Python None, for none"),
    ({"focus": {"capacity": 0}}, "focus.capacity", "above 0"),
    ({"focus": {"capacity": "3"}}, "focus.capacity", "not text"),
    ({"focus": {"upkeep": -0.1}}, "focus.upkeep", "from 0 to 1000"),
    ({"focus": {"capacity": beta(1, 2)}}, "focus.capacity", "a single number"),
    ({"ideas": {"count": 11}}, "ideas.count", "at least 12, one for each of the clusters"),
    ({"ideas": {"count": 1}, "clusters": [{}, {}]}, "ideas.count", "at least 2"),
    ({"ideas": {}, "clusters": 21}, "ideas.count", "or fewer clusters"),
    ({"ideas": {"count": 20.0}}, "ideas.count", "write 20"),
    ({"ideas": {"count": 10**6}}, "ideas.count", "from 1 to 10000"),
    ({"ideas": {"skill": 1}}, "ideas.skill", "below 1: a correlation"),
    ({"ideas": {"skill": -0.1}}, "ideas.skill", "at least 0"),
    ({"mission": {"fit": 60}}, "mission.fit", "50 % is written 0.5"),
    ({"mission": {"fit": lognormal(mean=0.5, cv=1)}}, "mission.fit", "{ uniform = { low = 0.4, high = 0.7 } }"),
    ({"mission": {"fit": "good"}}, "mission.fit", "not text"),
    ({"mission": {"success_odds": 0}}, "mission.success_odds", "1 changes nothing"),
    ({"mission": {"drain": _NAN}}, "mission.drain", "from 0 to 1000"),
    ({"mission": {"burnout_months": 2.5}}, "mission.burnout_months", "whole number"),
    ({"mission": {"burnout_revenue": 50}}, "mission.burnout_revenue", "50 % is written 0.5"),
    ({"finances": 40_000}, "finances", "savings = 40_000"),
    ({"finances": {"savings": -1}}, "finances.savings", "dollars"),
    ({"finances": {"living": 1e13}}, "finances.living", "million million"),
    ({"finances": {"margin": 70}}, "finances.margin", "50 % is written 0.5"),
    (
        {"finances": {"survival": 2}},
        "finances.survival",
        "{ clients = 2, fee = 3000, ",
    ),
    ({"finances": {"survival": True}}, "finances.survival", "or false, in Python None, for none"),
    ({"finances": {"survival": {"clients": 1.5}}}, "finances.survival.clients", "whole number"),
    ({"finances": {"survival": {"fee": 0}}}, "finances.survival.fee", "above 0"),
    ({"finances": {"survival": {"until": -1}}}, "finances.survival.until", "dollars a month"),
    ({"finances": {"survival": {"fees": 1}}}, "finances.survival.fees", "did you mean 'fee'?"),
    ({"network": {"challengers": 30}}, "network.challengers", "50 % is written 0.5"),
    ({"network": {"fee": 0}}, "network.fee", "dollars a month, above 0"),
    ({"network": {"saturation": 0}}, "network.saturation", "above 0"),
    ({"network": {"spread": 100}}, "network.spread", "makes of the volatility 0.2 one of 6.2, and at most 3"),
    ({"accelerator": {"every": 0}}, "accelerator.every", "from 1 to 1200"),
    ({"accelerator": {"odds": 1.5}}, "accelerator.odds", "50 % is written 0.5"),
    ({"accelerator": {"speed": 0}}, "accelerator.speed", "above 0"),
    ({"accelerator": {"months": -1}}, "accelerator.months", "from 0 to 1200"),
    ({"focus": {"every": 3}}, "focus.every", "above the first table"),
    # unknown fields
    ({"failrate": 0.3}, "failrate", "did you mean 'failure_rate'?"),
    ({"missoin": {}}, "missoin", "did you mean 'mission'?"),
    ({"Every": 3}, "Every", "did you mean 'every'?"),
    ({"convergence": {"mega": 3}}, "convergence.mega", "did you mean 'megas'?"),
    ({"": 3}, '""', "known are 'clusters'"),
    # fields of another table
    ({"savings": 3}, "savings", "in a plan file it stands below that head, in Python finances=cs.Finances(savings=3)"),
    ({"attention": 2}, "attention", "is the field capacity of [focus]"),
    ({"window": 3}, "window", "stands below that head, in Python milestones=[cs.Milestone(window=3, ...)]"),
    (
        {"name": "a"},
        "name",
        "this is a field of [[clusters]] or [[milestones]] or [[goals]]: in a plan file it stands below",
    ),
    ({"survival": {}}, "survival", "write [finances.survival]"),
    ({"finances": {"clients": 3}}, "finances.clients", "this is a field of [finances.survival]"),
    ({"accelerator": 3}, "accelerator", "in Python an Accelerator(...)"),
]


@pytest.mark.parametrize(("fields", "path", "fragment"), MISTAKES, ids=lambda x: x if isinstance(x, str) else "")
def test_a_mistake_is_told_by_its_path_and_remedy(fields, path, fragment):
    with pytest.raises(PlanError) as caught:
        Plan(**fields)
    (problem,) = caught.value.problems
    assert problem.path == path
    assert fragment in problem.remedy
    line = str(caught.value)
    assert line.startswith(path)
    assert "\n" not in line
    assert len(line) < 450


def test_every_distribution_offered_for_the_mistakes_that_are_known_is_taken():
    count = 0
    for fields, path, _ in MISTAKES:
        with pytest.raises(PlanError) as caught:
            Plan(**fields)
        place = re.sub(r"\.(between|uniform|lognormal|gamma|beta)(\.\w+)?$", "", path)
        for spelling in re.findall(r"\{ \w+ = \{[^{}]*\} \}", str(caught.value)):
            if place in {"failure_rate", "revenue", "ramp", "mission.fit"}:
                Plan().replace(**{place: tomllib.loads(f"it = {spelling}")["it"]})
                count += 1
    assert count > 20


def test_every_number_that_is_to_be_written_instead_is_taken():
    count = 0
    for fields, path, _ in MISTAKES:
        with pytest.raises(PlanError) as caught:
            Plan(**fields)
        for number in re.findall(r"; write ([\d._]+)", str(caught.value)):
            Plan().replace(**{path: tomllib.loads(f"it = {number}")["it"]})
            count += 1
    assert count > 5


@pytest.mark.parametrize(
    ("make", "path", "fragment"),
    [
        (Milestone, "name", "what it is called"),
        (lambda: Milestone(name="x", revenue=1, window=25), "window", "from 1 to 24"),
        (lambda: Convergence(trigger=""), "trigger", "1 to 80"),
        (lambda: Legacy(shape=1000), "shape", "from 0.1 to 100"),
        (lambda: Market(volatility=4), "volatility", "no usable mean"),
        (lambda: Cluster(ramp=0), "ramp", "above 0"),
        (lambda: Focus(capacity=0), "capacity", "above 0"),
        (lambda: Finances(survival={"fee": 0}), "survival.fee", "above 0"),
        (lambda: Plan.model_validate({"every": 0}), "every", "from 1"),
        (lambda: Plan.model_validate_json('{"convergence": {"megas": 0}}'), "convergence.megas", "from 1"),
        (lambda: Plan.model_validate_json("{"), "", "JSON"),
        (lambda: Plan.model_validate(3), "", "mapping of its fields"),
        (lambda: Plan().model_copy(update={"every": 0}), "every", "from 1"),
        (lambda: lognormal(mean=0, cv=1), "lognormal.mean", "above 0"),
        (lambda: lognormal(mean=1, cv=1e300), "lognormal", "no distribution"),
        (lognormal, "lognormal", "mean and cv"),
        (lambda: between(3, 3), "between", "written as a number"),
        (lambda: between("3", 3), "between.low", "a single number"),
        (lambda: between(_NAN, 3), "between.low", "finite"),
        (lambda: uniform(9, 3), "uniform", "low must be below high"),
        (lambda: beta(0, 3), "beta", "no distribution"),
    ],
)
def test_every_value_tells_its_own_mistakes(make, path, fragment):
    with pytest.raises(PlanError) as caught:
        make()
    problem = caught.value.problems[0]
    assert problem.path == path
    assert fragment in problem.remedy


def test_all_mistakes_are_told_at_once_in_the_order_of_the_fields():
    with pytest.raises(PlanError) as caught:
        Plan(
            horizn=3,
            every=0,
            clusters=[{"name": "", "ramp": -1}, {"trail": 3}],
            convergence={"megas": 0, "revenue": "much"},
            milestones=[{"name": "a"}, {"revenue": -1}],
        )
    assert [problem.path for problem in caught.value.problems] == [
        "clusters[0].name",
        "clusters[0].ramp",
        "clusters[1].trail",
        "every",
        "milestones[0].revenue",
        "milestones[1].name",
        "milestones[1].revenue",
        "convergence.megas",
        "convergence.revenue",
        "horizn",
    ]
    assert str(caught.value).count("\n") == 9
    assert isinstance(caught.value, ValueError)


def test_all_mistakes_of_the_levers_are_told_at_once():
    with pytest.raises(PlanError) as caught:
        Plan(
            every=0,
            ideas={"count": 2},
            focus={"capacity": 0, "upkeep": -1},
            finances={"margin": 2, "survival": {"fee": 0, "client": 1}},
            network={"spread": 900},
        )
    assert [problem.path for problem in caught.value.problems] == [
        "every",
        "ideas.count",
        "focus.capacity",
        "focus.upkeep",
        "finances.margin",
        "finances.survival.fee",
        "finances.survival.client",
        "network.spread",
    ]


def test_a_wrong_trigger_is_told_beside_other_mistakes():
    with pytest.raises(PlanError) as caught:
        Plan(every=0, convergence={"trigger": "x"}, legacy=3)
    assert [problem.path for problem in caught.value.problems] == ["every", "convergence.trigger", "legacy"]


def test_an_error_travels_to_another_process():
    with pytest.raises(PlanError) as caught:
        Plan(every=0, failure_rate=lambda: 0.5, milestones=[{"name": "x"}])
    for again in (pickle.loads(pickle.dumps(caught.value)), copy.deepcopy(caught.value)):  # noqa: S301 - our own bytes
        assert type(again) is PlanError
        assert [p.path for p in again.problems] == [p.path for p in caught.value.problems]
        assert "milestones[0].revenue is missing" in str(again)
    assert caught.value.__context__ is None  # pydantic's own error, which some libraries would send along


def test_what_a_terminal_would_obey_is_escaped():
    error = PlanError([Problem("a\x1b[2Jb", "\x1b[31mred\n", "is wrong")])
    assert str(error).isprintable()
    with pytest.raises(PlanError) as caught:
        Plan(**{"a\x1b\n": np.zeros((3, 3))})
    assert str(caught.value).isprintable()


class _Rude:
    def __repr__(self):
        raise RuntimeError


def test_values_are_shown_short_whatever_they_are():
    assert len(shown("x" * 10**6)) < 80
    assert len(shown([["x" * 100] * 100] * 100)) <= 120
    assert "_Rude" in shown(_Rude())
    assert shown(10**5000)


def test_tables_are_shown_in_the_order_they_were_written_in():
    assert shown({"low": 15, "high": 5}) == "{'low': 15, 'high': 5}"
    assert shown({name: {} for name in "edcba"}) == "{'e': {}, 'd': {}, 'c': {}, 'b': {}, ...}"
    assert shown([[[[[[{"deep": 1}]]]]]]).count("...") == 1


def test_nearest_known_name():
    assert nearest("FAILURE", ["every", "failure_rate"]) == "failure_rate"
    assert nearest("zzz", ["every"]) is None
