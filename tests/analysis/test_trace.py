"""One life told is the one that was counted."""

from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clustersim as cs
from clustersim.analysis.trace import trace_alone
from clustersim.plan.presets import PRESETS
from clustersim.program import lower
from clustersim.seeds import Key
from clustersim.testing import plans

mpl.use("agg")
keys, numbers = st.integers(0, 2**64 - 1), st.integers(0, 2**63 - 100)
any_plan = plans(max_horizon=60) | plans(max_horizon=60, levers=True)


def assert_is_counted(life, paths):
    """It is the first of these paths, bit for bit."""
    assert np.array_equal(life.total, paths.revenue[0])
    for mine, counted in ((life.cash, paths.cash), (life.mission_revenue, paths.mission_revenue)):
        assert (mine is None) == (counted is None)
        assert mine is None or np.array_equal(mine, counted[0])
    assert life.reached == {name: months[0] for name, months in paths.reached.items()}
    assert sum(life.viable) == paths.viable[0]
    assert sum(event.kind == "launched" for event in life.events) == paths.launches[0]
    heirs = [event.clusters[0] for event in life.events if event.kind == "legacy"]
    assert (heirs or [-1]) == [paths.origin[0]]


@given(any_plan, keys, numbers)
@settings(max_examples=100)
def test_a_life_is_bit_for_bit_what_is_counted(plan, key, number):
    assert_is_counted(trace_alone(lower(plan), key, number), cs.paths(plan, 1, rng=Key(key), first=number))


@pytest.mark.parametrize("name", PRESETS)
def test_lives_on_presets_are_those_counted(name):
    outcome = cs.simulate(PRESETS[name](), 30, rng=7)
    for number in (0, 17, 29):
        assert_is_counted(outcome.trace(number), cs.paths(outcome.plan, 1, rng=7, first=number))


def test_another_number_is_another_life():
    """The comparison has power."""
    outcome = cs.simulate(cs.Plan(), 30, rng=7)
    with pytest.raises(AssertionError):
        assert_is_counted(outcome.trace(16), cs.paths(outcome.plan, 1, rng=7, first=17))


@given(any_plan, keys, numbers)
@settings(max_examples=50)
def test_clusters_add_up_to_what_was_counted(plan, key, number):
    life = trace_alone(lower(plan), key, number)
    assert life.revenue.shape == life.levels.shape == (len(plan.portfolio), plan.horizon)
    assert np.allclose(life.revenue.sum(axis=0), life.total, rtol=1e-12)
    assert (life.revenue >= 0).all()
    assert not life.revenue[life.levels == 0].any()


@given(any_plan, keys, numbers)
@settings(max_examples=100)
def test_events_tell_the_same_story_as_first_passages(plan, key, number):
    life = trace_alone(lower(plan), key, number)
    first = {}
    for event in life.events:
        name = {"admitted": "admission"}.get(event.kind, event.words if event.kind == "reached" else event.kind)
        first.setdefault(name, event.month)
    assert {name: first.get(name, np.inf) for name in life.reached} == life.reached
    assert [event.month for event in life.events] == sorted(event.month for event in life.events)
    ruin = life.reached.get("ruin", np.inf)
    assert all(event.month <= ruin for event in life.events)
    assert not life.levels[:, np.arange(1, life.horizon + 1) > ruin].any()


@given(any_plan, keys, numbers)
@settings(max_examples=50)
def test_clusters_live_from_launch_to_their_end(plan, key, number):
    life = trace_alone(lower(plan), key, number)
    for k, levels in enumerate(life.levels):
        own = {event.kind: event.month for event in life.events if k in event.clusters}
        months = np.flatnonzero(levels) + 1
        if not months.size:
            continue
        assert months[0] >= own["launched"]
        ends = [month for kind, month in own.items() if kind in {"closed", "expired", "dissolved"}]
        assert len(ends) <= 1
        assert not ends or months[-1] <= ends[0]
        assert not (ends and "converged" in own)


def test_names_of_ones_own_are_told():
    plan = cs.Plan(clusters=[cs.Cluster(name="Keynote", failure_rate=0)], failure_rate=0)
    life = trace_alone(lower(plan), 7, 0)
    assert str(life.events[0]) == "month 1: Keynote launched"
    assert life.clusters == ("Keynote",)


def test_in_words_clusters_are_counted_from_1_and_in_arrays_from_0():
    life = trace_alone(lower(cs.Plan(clusters=[{}, {"name": "Keynote"}, {}], failure_rate=0, every=1)), 7, 0)
    assert life.clusters == ("cluster 1", "Keynote", "cluster 3")
    launched = [(event.words, event.clusters) for event in life.events if event.kind == "launched"]
    assert launched == [("cluster 1 launched", (0,)), ("Keynote launched", (1,)), ("cluster 3 launched", (2,))]
    assert all(np.flatnonzero(life.levels[k])[0] == k for k in range(3))
    assert [line[0] for line in life.summary().clusters] == ["", *life.clusters]


def test_levers_are_told_in_words():
    words = set()
    for preset in ("burnout_prone", "accelerated", "survival_clients"):
        plan = PRESETS[preset]()
        plan = plan.replace(**{"accelerator.odds": 1}) if plan.accelerator else plan
        for number in range(40):
            words |= {event.kind for event in trace_alone(lower(plan), 7, number).events}
    assert words >= {"burnout", "admitted", "let go", "ruin"}


@pytest.mark.parametrize("number", [100, 250, 2**70])
def test_a_life_that_was_not_counted_is_refused_with_those_that_were(number):
    outcome = cs.simulate(cs.Plan(), 100, rng=7) + cs.simulate(cs.Plan(), 50, rng=7, first=200)
    with pytest.raises(ValueError, match=f"trajectory = {number}: this outcome has 0 to 99, 200 to 249"):
        outcome.trace(number)
    assert outcome.trace(200).trajectory == 200


@pytest.mark.parametrize("number", ["4711", 1.5, True, None])
def test_a_number_that_is_none_is_refused(number):
    with pytest.raises(TypeError, match=r"trajectory = .*: must be a whole number"):
        cs.simulate(cs.Plan(), 10, rng=7).trace(number)


def test_the_summary_tells_clusters_events_and_years():
    life = trace_alone(lower(cs.presets.whole_story()), cs.simulate(cs.Plan(), 1, rng=7).tally.key, 11)
    text = repr(life.summary())
    assert text.startswith("Trajectory 11 over 120 months, Key(")
    assert "16  black belt; black month; clusters 2, 3 and 5 converge" in text
    assert "mega 16, legacy 39" in text
    assert max(map(len, text.splitlines())) <= 80
    html = life.summary()._repr_html_()
    assert html.count("<table ") == 3
    assert "emerges as the legacy" in html


def test_markup_in_names_does_no_harm():
    plan = cs.Plan(clusters=[cs.Cluster(name="<b>\x1b[31m", failure_rate=0)])
    summary = trace_alone(lower(plan), 7, 0).summary()
    assert "<b>" not in summary._repr_html_()
    assert "\x1b" not in repr(summary)


def test_a_life_as_a_table():
    life = trace_alone(lower(cs.Plan(horizon=24)), 7, 3)
    table = life.to_pandas()
    assert list(table.columns) == ["cluster", "month", "level", "revenue"]
    assert np.allclose(table.groupby("month")["revenue"].sum(), life.total)


def test_a_plan_that_never_launches_anything_viable_is_told_too():
    life = trace_alone(lower(cs.Plan(failure_rate=1, failed_share=0, horizon=6, revenue=0)), 7, 0)
    assert not life.total.any()
    assert "nothing but clusters" in repr(life.summary())


def test_the_plot_stacks_clusters_up_to_the_total():
    life = trace_alone(lower(cs.presets.whole_story()), 7, 5)
    ax = life.plot()
    launched = [k for k, levels in enumerate(life.levels) if levels.any()]
    living = [k for k in launched if life.revenue[k, -1] > 0]
    assert living != launched
    named = [text.get_text() for text in ax.get_legend().get_texts()]
    assert named == [life.clusters[k] for k in launched[::-1] if k not in living]
    assert {life.clusters[k] for k in living} <= {text.get_text() for text in ax.texts}
    assert any("emerges" in text.get_text() for text in ax.texts) == (life.reached["legacy"] < np.inf)
    tops = ax.collections[-1].get_paths()[0].vertices[:, 1].max()
    assert tops == pytest.approx(life.total.max(), rel=1e-6)
    assert life.plot(ax) is ax
    mpl.pyplot.close(ax.figure)


@pytest.mark.parametrize("horizon", [1, 12, 120, 1200])
def test_a_month_is_drawn_as_wide_as_it_is(horizon):
    life = trace_alone(lower(cs.Plan(horizon=horizon)), 7, 5)
    ax = life.plot()
    corners = ax.collections[0].get_paths()[0].vertices
    first = corners[corners[:, 0] == 0]
    assert first[:, 1].max() == pytest.approx(life.revenue[0, 0])
    assert (corners[:, 0].min(), corners[:, 0].max()) == (0, horizon)
    mpl.pyplot.close(ax.figure)


@pytest.mark.parametrize("horizon", [60, 1200])
def test_what_happened_is_written_side_by_side(horizon):
    life = trace_alone(lower(cs.presets.whole_story().replace(horizon=horizon)), 7, 5)
    ax = life.plot()
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts if text.get_rotation() == 90]
    told = {event.month for event in life.events if not event.everyday}
    assert len(boxes) == len(told) > 3
    assert all(left.x1 <= right.x0 + 2 for left, right in pairwise(sorted(boxes, key=lambda box: box.x0)))
    joined = [line.get_xdata() for line in ax.lines if line.get_label() == "_event"]
    assert [line[0] for line in joined] == sorted(told)
    earned = ax.transData.transform((0, life.total.max()))[1]
    assert min(box.y0 for box in boxes) > earned
    assert max(box.y1 for box in boxes) < ax.figure.bbox.y1
    mpl.pyplot.close(ax.figure)


def test_after_ruin_nothing_is_told():
    outcome = cs.simulate(cs.Plan(finances={"savings": 40_000}), 500, rng=7)
    life = outcome.trace(cs.find(outcome, cs.reached("ruin"), 1)[0])
    month = int(life.reached["ruin"])
    summary = life.summary()
    assert [year[0] for year in summary.years] == ["", *(f"year {k + 1}" for k in range(-(-month // 12)))]
    assert repr(summary).endswith(f"\n\nRuined in month {month}: nothing is told from there on.")
    assert f"Ruined in month {month}: nothing" in summary._repr_html_()
    launched = {k for event in life.events if event.kind == "launched" for k in event.clusters}
    told = {k for k, line in enumerate(summary.clusters[1:]) if line[4] != "not launched"}
    assert 0 < len(told) < 12
    assert told == launched
    survivor = outcome.trace(cs.find(outcome, cs.never("ruin"), 1)[0]).summary()
    assert survivor.ruin is None
    assert len(survivor.years) == 11
    assert "Ruined" not in repr(survivor) + survivor._repr_html_()
