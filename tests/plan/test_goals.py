import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clustersim as cs
from clustersim.plan.goals import METRICS
from clustersim.program import lower
from clustersim.testing import plans

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(str.strip)


@st.composite
def with_goals(draw):
    """Draw a plan and some goals that it can have."""
    plan = draw(plans(max_horizon=40, goals=()))
    goals = []
    for name in draw(st.lists(NAMES, max_size=4, unique=True)):
        metric = draw(st.sampled_from(METRICS if plan.mission else [m for m in METRICS if m != "mission revenue"]))
        least = 1 if metric in {"clusters", "clients"} else 3
        if plan.horizon < least:
            continue
        goals.append(
            cs.Goal(
                name=name,
                metric=metric,
                at_least=draw(st.floats(0, 1e6)),
                by=draw(st.integers(least, plan.horizon)),
                destination=draw(st.sampled_from([m.name for m in plan.milestones])),
            )
        )
    pipeline = cs.Pipeline(leads=draw(st.floats(0, 1e3)), ideal=draw(st.floats(0, 1)), close_rate=draw(st.floats(0, 1)))
    return plan.replace(pipeline=pipeline), plan.replace(pipeline=pipeline, goals=goals)


@given(with_goals())
@settings(max_examples=100, deadline=None)
def test_goals_are_written_and_read_and_change_no_trajectory(pair):
    without, plan = pair
    assert cs.Plan.from_toml_text(plan.to_toml()) == plan
    assert cs.Plan.from_toml_text(plan.to_toml(comments=True)) == plan
    assert (plan == without) == (not plan.goals)
    assert lower(plan).digest == lower(without).digest


GOAL = {"name": "half way", "metric": "revenue", "at_least": 30_000, "by": 24}
WRONG = [
    ({"metric": "mission revenue"}, "goals[0].metric", "takes the plan's 'mission', which is None"),
    ({"metric": "clients"}, "goals[0].metric", "takes the plan's 'pipeline', which is None"),
    ({"metric": "profit"}, "goals[0].metric", "must be one of 'revenue', 'mission revenue', 'clusters', 'clients'"),
    ({"by": 121}, "goals[0].by", "at most the plan's horizon, 120"),
    ({"by": 0}, "goals[0].by", "from 1 to 1200"),
    ({"by": 2}, "goals[0].by", "must be 3 or more: revenue is an average of 3 months"),
    ({"destination": "back belt"}, "goals[0].destination", "unknown milestone; did you mean 'black belt'?"),
    ({"at_least": -1}, "goals[0].at_least", "must be from 0"),
    ({"at_least": float("nan")}, "goals[0].at_least", "must be from 0"),
    ({"name": " "}, "goals[0].name", "must be a name"),
    ({"wanted": 1}, "goals[0].wanted", "unknown field"),
]


@pytest.mark.parametrize(("change", "path", "remedy"), WRONG)
def test_a_wrong_goal_is_told_by_its_path(change, path, remedy):
    with pytest.raises(cs.PlanError) as caught:
        cs.Plan(goals=[GOAL | change])
    (problem,) = caught.value.problems
    assert problem.path == path
    assert remedy in problem.remedy


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(cs.PlanError) as caught:
        cs.Plan(goals=[GOAL | {"metric": "clients"}, GOAL | {"name": "b", "by": 130, "destination": "x"}])
    assert [p.path for p in caught.value.problems] == ["goals[0].metric", "goals[1].by", "goals[1].destination"]


def test_names_are_unique():
    with pytest.raises(cs.PlanError, match=r"goals\[1\].name = 'half way': must be unique: goals\[0\]"):
        cs.Plan(goals=[GOAL, GOAL])


def test_what_is_wrong_elsewhere_is_not_told_of_goals():
    with pytest.raises(cs.PlanError) as caught:
        cs.Plan(pipeline={"leads": -1}, horizon=0, goals=[GOAL | {"metric": "clients"}])
    assert [p.path for p in caught.value.problems] == ["horizon", "pipeline.leads"]


def test_fields_within_goals_are_set_by_dotted_names():
    plan = cs.Plan(goals=[GOAL]).replace(**{"goals[0].by": 30, "pipeline.leads": 60})
    assert plan.goals[0].by == 30
    assert plan.pipeline.leads == 60
    with pytest.raises(AttributeError, match=r"goals\[0\].by"):
        plan.goals[0].by = 3
