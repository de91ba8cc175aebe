import json

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clustersim as cs
from clustersim.analysis.fields import limits_of, value_of
from clustersim.outcome.notation import percent
from clustersim.outcome.tables import QUANTILES
from clustersim.plan.places import dotted
from clustersim.plan.plan import RAMP_CURVES
from clustersim.present.decided import best_point, sweep_as_csv, sweep_as_json

mpl.use("agg")
N, PLAN = 1_000, cs.Plan(horizon=36)
GRID = {"failure_rate": [0.3, 0.5, 0.7], "focus.capacity": np.array([1, 3]), "horizon": [24, 36]}


@pytest.fixture(scope="module")
def swept():
    return cs.sweep(PLAN, GRID, N, rng=7)


def test_each_point_is_what_simulate_gives(swept):
    for rate in GRID["failure_rate"]:
        for capacity in (1, 3):
            for horizon in GRID["horizon"]:
                changes = {"failure_rate": rate, "focus.capacity": capacity, "horizon": horizon}
                outcome = cs.simulate(PLAN.replace(**changes), N, rng=7)
                point = swept.sel(changes)
                months = np.arange(1, horizon + 1)
                for event in outcome.events:
                    row = point.sel(milestone=event.name)
                    assert np.array_equal(row["probability"][:horizon], event.cdf(months))
                    assert row["standard_error"][23].item() == event.probability(24).standard_error
                    assert row["probability"][horizon:].isnull().all()
                assert np.array_equal(point["practice_revenue"][:, :horizon], outcome.revenue.quantile(QUANTILES))
                assert point["practice_revenue"][:, horizon:].isnull().all()


def test_the_axes_bear_the_fields_names(swept):
    assert swept["probability"].dims == ("failure_rate", "focus.capacity", "horizon", "milestone", "month")
    assert swept["practice_revenue"].dims == ("failure_rate", "focus.capacity", "horizon", "quantile", "month")
    assert swept["failure_rate"].values.tolist() == [0.3, 0.5, 0.7]
    assert swept["milestone"].values.tolist() == [*(m.name for m in PLAN.milestones), "legacy"]
    assert swept.attrs["n"] == N
    assert cs.Plan.from_toml_text(swept.attrs["plan"]) == PLAN


@settings(max_examples=5)
@given(st.integers(1, 12), st.integers(1, 60))
def test_a_sweep_at_one_point_is_simulate(every, n):
    point = cs.sweep(PLAN, {"every": [every]}, n, rng=3).squeeze()
    outcome = cs.simulate(PLAN.replace(every=every), n, rng=3)
    for name in outcome:
        assert np.array_equal(point["probability"].sel(milestone=name), outcome[name].cdf(np.arange(1, 37)))


def test_points_share_their_luck_so_curves_are_smooth():
    rates = np.linspace(0.45, 0.55, 21)
    swept = cs.sweep(cs.Plan(horizon=36, failure_rate=0.5, clusters=6), {"failure_rate": rates}, N, rng=7)
    curve = swept["probability"].sel(milestone="blue belt", month=36).values
    assert (np.diff(curve) < 0).all()
    apart = [
        cs.simulate(cs.Plan(horizon=36, failure_rate=rate, clusters=6), N, rng=k)["blue belt"].cdf(36)
        for k, rate in enumerate(rates)
    ]
    assert not (np.diff(apart) < 0).all()  # with luck of their own they are not


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_change_no_digit(swept, workers, monkeypatch):
    monkeypatch.setattr("clustersim.spread.FIRST_RANGE", 0)
    monkeypatch.setattr("clustersim.spread.next_size", lambda *_: 90)
    calls = []
    again = cs.sweep(PLAN, GRID, N, rng=7, workers=workers, progress=lambda *done: calls.append(done))
    assert again.identical(swept)
    assert calls[-1] == (12 * N, 12 * N)
    assert [done for done, _ in calls] == sorted({done for done, _ in calls})


def test_values_may_be_anything_that_a_field_holds():
    fates = [0.5, cs.beta(4.5, 4.5)]
    swept = cs.sweep(
        PLAN, {"failure_rate": fates, "ramp_curve": ["linear", "bass"], "finances": [None, {}]}, 100, rng=7
    )
    assert swept["failure_rate"].values.tolist() == ["0.5", "beta(4.5, 4.5)"]
    assert swept["ramp_curve"].values.tolist() == ["linear", "bass"]
    assert swept["probability"].sel(milestone="ruin", month=36).isel(finances=0).isnull().all()
    assert swept["probability"].sel(milestone="ruin", month=36).isel(finances=1).notnull().all()


def test_clusters_that_are_listed_are_counted_from_the_first():
    portfolio = cs.presets.portfolio().replace(horizon=36)
    swept = cs.sweep(portfolio, {"clusters": [3, 8]}, 500, rng=7)
    for few in (3, 8):
        outcome = cs.simulate(portfolio.replace(clusters=portfolio.clusters[:few]), 500, rng=7)
        told = swept["probability"].sel(clusters=few, milestone="green belt")
        assert np.array_equal(told, outcome["green belt"].cdf(np.arange(1, 37)))
    with pytest.raises(cs.PlanError, match="the plan lists 8"):
        cs.sweep(portfolio, {"clusters": [3, 9]}, 500, rng=7)


@pytest.mark.parametrize("field", dotted())
def test_every_field_may_be_an_axis(field):
    plan = cs.presets.whole_story()
    held = value_of(plan, field)
    if held is None and "." in field:  # within what is off
        held = limits_of(plan, field).low
    swept = cs.sweep(plan, {field: [held]}, 2, rng=7)
    assert swept["probability"].dims == (field, "milestone", "month")
    assert swept["practice_revenue"].dims == (field, "quantile", "month")
    assert field in swept.sweep.to_pandas()
    assert sweep_as_csv(swept).startswith(f"{field},milestone,month,probability,standard_error\n")
    assert field in json.loads(sweep_as_json(swept, 7))["axes"]


@pytest.mark.parametrize("field", ["failure_rate", "revenue", "ramp", "trial"])
def test_what_every_cluster_has_of_its_own_is_refused(field, monkeypatch):
    own = {"failure_rate": 0.5, "revenue": 9_000, "ramp": 6, "trial": 5}
    plan, some = PLAN.replace(clusters=[own] * 3), PLAN.replace(clusters=[own, {}, own | {field: None}])
    said = rf"every cluster has its own {field}, so this changes nothing; use clusters\[0\]\.{field}"
    noted = f"1 of the 3 clusters has its own {field}: there the plan's changes nothing."
    assert noted in repr(cs.sweep(some, {field: [0.5, 0.9]}, 20, rng=7).sweep.summary("white belt", by=24))
    cs.sweep(plan, {field: [0.5, 0.9], "clusters": [[own], 2, [{}]]}, 2, rng=7)  # at one of these points it does
    monkeypatch.setattr("clustersim.engine.run_range", None)
    with pytest.raises(ValueError, match=said):
        cs.sweep(plan, {"every": [1, 2], field: [0.5, 0.9]}, N, rng=7)
    with pytest.raises(ValueError, match=said):
        cs.solve(plan, field, "white belt", 24, 0.5, N, rng=7)
    with pytest.raises(ValueError, match=said):
        cs.sensitivity(plan, {field: (0.5, 0.9)}, "white belt", 24, 20, points=16, rng=7)


def test_the_best_point_is_named_where_there_is_one():
    told = cs.sweep(PLAN.replace(finances={}), {"every": [1, 6], "revenue": [100, 20_000]}, 500, rng=7)
    belt = told["probability"].sel(milestone="blue belt", month=36)
    assert best_point(told, told.sweep.summary("blue belt")) == (
        f"blue belt by year 3 is likeliest, with {percent(belt.max().item())} %, at every = 1, revenue = 20000."
    )
    assert "ruin by year 3 is least likely" in best_point(told, told.sweep.summary("ruin"))
    assert "at every = 1, revenue = 20000." in best_point(told, told.sweep.summary("ruin"))
    nothing = "blue belt by month 2 is as likely at each of these points, 0 %: every and revenue changed nothing here."
    assert best_point(told, told.sweep.summary("blue belt", by=2)) == nothing
    some = cs.sweep(PLAN, {"revenue": [100, 200, 20_000]}, 500, rng=7)
    some["probability"][:2] = 1.0
    assert best_point(some, some.sweep.summary("blue belt")).endswith("at revenue = 100, and so it is at 1 more.")


def test_a_summary_is_a_table(swept):
    told = swept.sweep.summary("blue belt", by=24, horizon=36)
    share = cs.simulate(PLAN.replace(**{"failure_rate": 0.3, "focus.capacity": 3}), N, rng=7)["blue belt"].cdf(24)
    assert repr(told).splitlines()[2].split() == ["failure_rate", "\\", "focus.capacity", "1", "3"]
    assert repr(told).splitlines()[3].split()[2] == f"{100 * share:.1f}"
    frame = swept.sweep.to_pandas()
    assert {"failure_rate", "focus.capacity", "milestone", "month", "probability", "standard_error"} <= set(frame)
    assert len(frame) == 12 * 9 * 36


def test_the_picture_has_a_line_for_each_value_of_the_second_axis(swept):
    ax = swept.sweep.plot(milestone="blue belt", by=24)
    assert [line.get_label() for line in ax.get_lines()[:2]] == ["1", "3"]
    heights = swept["probability"].sel(milestone="blue belt", month=24, horizon=24).sel({"focus.capacity": 3})
    assert ax.get_lines()[1].get_ydata().tolist() == (100 * heights).values.tolist()
    mpl.pyplot.close(ax.figure)


@pytest.mark.parametrize(
    ("grid", "kind", "said"),
    [
        ({}, ValueError, "the grid is empty"),
        ({"every": []}, ValueError, "the list of values is empty"),
        ({"every": 3}, TypeError, "every = 3: must be a list of values"),
        ({"ramp_curve": "linear"}, TypeError, "must be a list of values"),
        (["every"], TypeError, "must be values by field"),
        ({3: [1]}, TypeError, "must be the name of a plan's field"),
        ({"evry": [1, 2]}, cs.PlanError, "field = 'evry': unknown field; did you mean 'every'"),
        ({"focus.capacty": [1, 2]}, cs.PlanError, r"field = 'focus.capacty': .*did you mean 'capacity'"),
        ({"every": [1, 0]}, cs.PlanError, "every = 0: must be a whole number from 1"),
        ({"clusters[40].ramp": [1]}, cs.PlanError, r"clusters\[40\]"),
    ],
)
def test_a_wrong_grid_is_refused_before_anything_is_simulated(grid, kind, said, monkeypatch):
    monkeypatch.setattr("clustersim.engine.run_range", None)
    with pytest.raises(kind, match=said):
        cs.sweep(PLAN, grid, N, rng=7)


def test_a_point_that_cannot_be_counted_is_refused_before_anything_is_simulated(monkeypatch):
    monkeypatch.setattr("clustersim.engine.run_range", None)
    many = [*cs.Plan.ladder, *(cs.Milestone(name=f"level {k}", revenue=k, window=1) for k in range(40))]
    with pytest.raises(cs.PlanError, match="clusters = 1200"):
        cs.sweep(cs.Plan(horizon=1_200, milestones=many), {"clusters": [2, 1_200]}, N, rng=7)


def test_questions_without_an_answer_name_what_there_is(swept):
    with pytest.raises(ValueError, match="did you mean 'blue belt'"):
        swept.sweep.summary("blu belt", by=24)
    with pytest.raises(ValueError, match="by = 40: must be a month from 1 to 36"):
        swept.sweep.plot(milestone="blue belt", by=40)
    with pytest.raises(ValueError, match="'horizn' is no axis: did you mean 'horizon'"):
        swept.sweep.summary(horizn=24)
    with pytest.raises(ValueError, match="no axis is left"):
        swept.sweep.summary(**{"failure_rate": 0.3, "focus.capacity": 1, "horizon": 24})


@pytest.mark.parametrize(
    ("field", "limits"),
    [
        ("every", (1, 1_200, True)),
        ("failure_rate", (0, 1, False)),
        ("focus.capacity", (1e-6, 1e6, False)),
        ("finances.survival.clients", (0, None, True)),
        ("clusters[2].failure_rate", (0, 1, False)),
        ("Online course.failure_rate", (0, 1, False)),
        ("milestones[0].revenue", (0, 1e12, False)),
        ("persistence", (0, np.nextafter(1, 0), False)),
        ("ideas.count", (None, None, True)),
    ],
)
def test_limits_of_fields_come_from_the_plan(field, limits):
    found = limits_of(cs.Plan(clusters=[{}, {"name": "Online course"}]), field)
    assert found.whole == limits[2]
    assert limits[0] in {None, found.low}
    assert limits[1] in {None, found.high}


def test_what_is_no_number_has_no_limits():
    assert limits_of(cs.Plan(), "ramp_curve") is None
    assert limits_of(cs.Plan(), "finances") is None
    assert RAMP_CURVES[0] == value_of(cs.Plan(), "ramp_curve")
    assert value_of(cs.Plan(), "focus.capacity") is None
    assert value_of(cs.Plan(clusters=3), "clusters[2].ramp") is None
    assert value_of(cs.Plan(), "milestones[4].revenue") == 60_000


def test_milestones_are_called_by_their_names_as_clusters_are():
    plan = cs.Plan(horizon=24)
    by_place = cs.sweep(plan, {"milestones[4].revenue": [50_000, 60_000]}, n=100, rng=7)
    for name in ("black belt.revenue", "milestones.black belt.revenue"):
        by_name = cs.sweep(plan, {name: [50_000, 60_000]}, n=100, rng=7)
        assert by_name["probability"].values.tolist() == by_place["probability"].values.tolist()
        assert by_name.sweep.axes == (name,)
    with pytest.raises(cs.PlanError, match="there is none that is called 'blak belt' here: they are called by their"):
        cs.sweep(plan, {"milestones.blak belt.revenue": [50_000]}, n=10)


def test_a_part_of_what_is_one_value_is_refused_with_whole_ones():
    with pytest.raises(
        cs.PlanError, match=r"the whole is one value; give whole ones, of a distribution as \[lognormal\("
    ):
        cs.sweep(cs.Plan(), {"revenue.mean": [8_000, 12_000]}, n=10)
