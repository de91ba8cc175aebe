"""What is drawn of comparisons, sweeps, solutions and sensitivities, against the numbers that they tell."""

import numpy as np
import pytest
from scipy import stats

import clustersim as cs

SHORT = cs.Plan(horizon=40)
N = 500


@pytest.fixture(scope="module")
def comparison():
    return cs.compare({"steady": SHORT, "rush": SHORT.replace(every=1), "slow": SHORT.replace(every=5)}, n=N, rng=7)


@pytest.fixture(scope="module")
def swept():
    grid = {"failure_rate": [0.3, 0.5, 0.7], "focus.capacity": [1, 3], "ramp_curve": ["linear", "smoothstep"]}
    return cs.sweep(SHORT, grid, n=N, rng=7)


def line(ax, label):
    (found,) = [line for line in ax.lines if line.get_label() == label]
    return found


def test_differences_have_their_intervals(comparison):
    ax = comparison.plot()
    for place, name in enumerate(("rush", "slow")):
        told = [comparison.probability("black belt", month, of=name) for month in range(1, 41)]
        assert line(ax, name).get_ydata().tolist() == [100 * d.value for d in told]
        x, y = ax.collections[place].get_paths()[0].vertices.T
        assert y[x == 36].min() == 100 * told[35].low
        assert y[x == 36].max() == 100 * told[35].high
    assert [text.get_text() for text in ax.get_yticklabels() if text.get_position()[1] == 0] == ["0"]


def test_plans_have_a_curve_each_told_apart_without_colours(comparison):
    ax = cs.plots.plans(comparison.outcomes, "black belt")
    curves = [line(ax, name) for name in comparison.names]
    for name, curve in zip(comparison.names, curves, strict=True):
        assert curve.get_ydata().tolist() == (100 * comparison.outcomes[name]["black belt"].cdf(range(41))).tolist()
    assert len({(curve.get_linestyle(), curve.get_color()) for curve in curves}) == 3
    assert {text.get_text() for text in ax.texts} == set(comparison.names)


def test_medians_are_the_tables_percentiles(comparison):
    ax = cs.plots.medians(comparison.outcomes)
    for name in comparison.names:
        assert np.array_equal(line(ax, name).get_ydata(), comparison.outcomes[name].revenue.quantile(0.5))


def test_more_plans_than_colours_can_be_drawn():
    outcomes = {f"plan {k}": cs.simulate(SHORT.replace(every=k), n=50, rng=7) for k in range(1, 11)}
    assert len(cs.plots.plans(outcomes, "white belt").texts) == 10


def test_a_sweep_has_a_line_for_each_value(swept):
    ax = swept.sweep.plot(by=36, ramp_curve="linear")
    shares = swept["probability"].sel(milestone="black belt", month=36, ramp_curve="linear")
    for capacity in (1, 3):
        assert np.array_equal(line(ax, str(capacity)).get_ydata(), 100 * shares.sel({"focus.capacity": capacity}))
    assert ax.get_xlabel() == "failure_rate"


def test_words_stand_side_by_side_on_an_axis(swept):
    shares = swept["probability"].sel(milestone="black belt", month=36, failure_rate=0.5)
    ax = cs.plots.lines(shares.transpose("ramp_curve", "focus.capacity"), "black belt")
    assert [text.get_text() for text in ax.get_xticklabels()] == ["linear", "smoothstep"]


def test_a_map_has_a_place_for_each_point(swept):
    ax = swept.sweep.plot(by=36, kind="map", ramp_curve="linear")
    shares = swept["probability"].sel(milestone="black belt", month=36, ramp_curve="linear")
    assert np.array_equal(ax.images[0].get_array(), 100 * shares.to_numpy())
    written = [text.get_text() for text in ax.texts]
    assert written == [f"{100 * share:.0f}" for share in shares.to_numpy().ravel()]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("focus.capacity", "failure_rate")
    colours = ax.images[0].cmap(np.linspace(0, 1, 9))[:, :3] @ [0.2126, 0.7152, 0.0722]
    assert np.all(np.diff(colours) < 0)  # in grey too, higher is darker


def test_a_map_takes_two_axes(swept):
    line_alone = swept.sel(ramp_curve="linear", failure_rate=0.5, drop=True)
    with pytest.raises(ValueError, match="takes two axes, and there are 1"):
        line_alone.sweep.plot(by=36, kind="map")
    with pytest.raises(ValueError, match="must be 'lines' or 'map'"):
        swept.sweep.plot(by=36, kind="pie")


def test_a_solution_marks_its_answer_among_what_was_seen():
    found = cs.solve(SHORT, "every", "black belt", 36, 0.3, N, rng=7)
    ax = found.plot()
    assert line(ax, "answer").get_xydata().tolist() == [[found.value, 100 * found.estimate.value]]
    assert line(ax, "wanted").get_ydata() == [30, 30]
    seen = ax.containers[0][0]
    assert seen.get_xdata().tolist() == list(found.seen)
    assert seen.get_ydata().tolist() == [100 * estimate.value for estimate in found.seen.values()]
    assert f"every = {found.value:g}" in [text.get_text() for text in ax.texts]


def test_a_tornado_has_the_largest_swing_on_top():
    ranges = {"volatility": stats.uniform(0.1, 0.2), "failure_rate": stats.uniform(0.3, 0.4)}
    found = cs.sensitivity(SHORT, ranges, "black belt", by=36)
    ax = found.plot()
    assert [label.get_text() for label in ax.get_yticklabels()] == ["volatility", "failure_rate"]
    widths = [bar.get_width() for bar in ax.patches]
    rising = found.tornado()[::-1]
    told = [100 * e.at_low.value for e in rising] + [100 * e.at_high.value for e in rising]
    assert widths == pytest.approx(told, abs=1e-9)
    assert {bar.get_x() for bar in ax.patches} == {100 * found.base.value}


def test_neither_end_of_a_field_hides_the_other():
    found = cs.sensitivity(SHORT, {"every": (4, 6), "failure_rate": (0.3, 0.7)}, "black belt", by=36, n=N, rng=7)
    assert found["every"].at_low.value * found["every"].at_high.value > 0  # later than planned at either end
    ax = found.plot()
    rows = [tick.get_text() for tick in ax.get_yticklabels()]
    heights = {round(bar.get_y() + bar.get_height() / 2, 9): round(bar.get_height(), 9) for bar in ax.patches}
    assert heights[rows.index("every") + 0.15] == heights[rows.index("every") - 0.15] == 0.3
    assert heights[rows.index("failure_rate")] == 0.6
    assert "as planned" in ax.get_legend().get_texts()[0].get_text()


def test_large_numbers_are_written_out():
    swept = cs.sweep(SHORT, {"finances.savings": [10_000, 40_000]}, n=50, rng=7)
    ax = swept.sweep.plot(milestone="ruin", by=36)
    ax.figure.canvas.draw()
    assert {"10,000", "40,000"} <= {tick.get_text() for tick in ax.get_xticklabels()}
    assert ax.get_title(loc="left") == "ruin by year 3"


def test_a_map_of_many_places_tells_what_its_shades_mean():
    swept = cs.sweep(SHORT, {"failure_rate": np.linspace(0, 1, 13), "every": range(1, 11)}, n=20, rng=7)
    ax = swept.sweep.plot(by=36, kind="map")
    assert not ax.texts
    (bar,) = [axes for axes in ax.figure.axes if axes is not ax]
    bar.figure.canvas.draw()
    assert [tick.get_text() for tick in bar.get_yticklabels()][::5] == ["0 %", "100 %"]
