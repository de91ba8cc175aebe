"""What is drawn, not how it looks: each line, band and bar against the numbers that the library tells."""

import subprocess
import sys
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt

import clustersim as cs
from clustersim.outcome.tables import QUANTILES
from clustersim.present.plots import ground
from pages import contrast

MONTHS = np.arange(1, 121)


def line(ax, label):
    (found,) = [line for line in ax.lines if line.get_label() == label]
    return found


def band(ax, label):
    """The lower and upper edges of a band: its outline goes along one and back along the other."""
    (found,) = [shape for shape in ax.collections if shape.get_label() == label]
    x, y = found.get_paths()[0].vertices.T
    edges = np.array([[y[x == month].min(), y[x == month].max()] for month in np.unique(x)])
    return edges.T


def test_who_names_a_milestone_where_axes_go_is_told_how_it_is_drawn(outcome):
    with pytest.raises(
        TypeError, match=r"must be two of matplotlib's axes.*outcome\['black belt'\]\.plot\(\) draws that"
    ):
        outcome.plot("black belt")
    with pytest.raises(TypeError, match=r"axes to draw on, or nothing$"):
        outcome.plot("blackbelt")


def test_the_fans_bands_are_the_tables_percentiles(outcome):
    ax = cs.plots.fan(outcome)
    low, quarter, median, three_quarters, high = outcome.to_xarray()["revenue"].to_numpy()
    assert np.array_equal(band(ax, "90 % of practices"), [low, high])
    assert np.array_equal(band(ax, "half of them"), [quarter, three_quarters])
    assert np.array_equal(line(ax, "median").get_data(), [MONTHS, median])
    assert not np.array_equal(line(ax, "median").get_ydata(), outcome.revenue.mean())


def test_the_fan_names_its_quantiles_where_they_end(outcome):
    texts = [text.get_text() for text in cs.plots.fan(outcome).texts]
    assert texts == ["5 %", "25 %", "median", "75 %", "95 %"]
    assert QUANTILES == (0.05, 0.25, 0.5, 0.75, 0.95)


@pytest.mark.parametrize("preset", [cs.presets.converging_clusters, cs.presets.whole_story])
def test_single_practices_are_the_first_of_the_run(preset):
    plan = preset()
    outcome = cs.simulate(plan, n=50, rng=3, first=20)
    ax = cs.plots.fan(outcome, samples=3)
    drawn = [line.get_ydata() for line in ax.lines if line.get_label() == "one practice"]
    assert np.array_equal(drawn, cs.paths(plan, n=3, rng=3, first=20).revenue)


def test_no_more_practices_are_drawn_than_were_simulated():
    ax = cs.plots.fan(cs.simulate(cs.Plan(), n=2, rng=3), samples=5)
    assert len([line for line in ax.lines if line.get_label() == "one practice"]) == 2


@pytest.mark.parametrize(("samples", "error"), [(-1, ValueError), (2.5, TypeError), (True, TypeError)])
def test_a_number_of_practices_is_a_whole_number(outcome, samples, error):
    with pytest.raises(error, match="samples"):
        cs.plots.fan(outcome, samples=samples)
    before = plt.get_fignums()
    with pytest.raises(error, match="samples"):
        outcome.plot(samples=samples)
    assert plt.get_fignums() == before


@pytest.mark.parametrize("name", ["revenue", "mission_revenue", "cash"])
def test_each_amount_draws_itself(whole, name):
    fan = getattr(whole, name)
    ax = fan.plot()
    assert np.array_equal(band(ax, "90 % of practices"), fan.quantile([0.05, 0.95]))
    assert ax.get_ylim()[0] <= min(fan.quantile(0.05).min(), 0)


def test_milestones_are_curves_of_what_has_been_reached(whole):
    ax = cs.plots.milestones(whole)
    for event in whole.events:
        months, shares = line(ax, event.name).get_data()
        assert np.array_equal(months, np.arange(121))
        assert np.array_equal(shares[1:], 100 * event.cdf(MONTHS))
        assert shares[0] == 0
    names = [text.get_text() for text in ax.texts]
    assert set(names) > {event.name for event in whole.events}


def test_the_milestone_that_matters_has_its_band_and_its_share(outcome):
    ax = cs.plots.milestones(outcome)
    assert np.array_equal(band(ax, "_band"), 100 * np.array(outcome["black belt"].cdf_band()))
    share = outcome["black belt"].cdf(36)
    assert line(ax, "_mark").get_xydata().tolist() == [[36, 100 * share]]
    assert f"{100 * share:.1f} % by year 3" in [text.get_text() for text in ax.texts]


def test_a_first_passage_draws_itself(outcome):
    belt = outcome["black belt"]
    ax = belt.plot(confidence_level=0.8)
    assert np.array_equal(band(ax, "_band"), 100 * np.array(belt.cdf_band(confidence_level=0.8)))
    assert np.array_equal(line(ax, "black belt").get_ydata()[1:], 100 * belt.cdf(MONTHS))
    assert f"50 % by month {belt.median():.0f}" in [text.get_text() for text in ax.texts]


def test_quarters_of_practices_in_one_month_are_told_once():
    million = cs.simulate(cs.Plan(revenue=2_000_000), n=50, rng=7)["million"]
    assert million.ppf(0.25) == million.ppf(0.75) == 12
    assert [text.get_text() for text in million.plot().texts] == ["75 % by month 12"]


def test_what_nobody_reaches_is_said():
    never = cs.simulate(cs.Plan(failure_rate=1), n=50, rng=7)["black belt"]
    assert [text.get_text() for text in never.plot().texts] == ["0 % by year 10"]


def test_a_single_month_is_as_long_as_the_axis():
    outcome = cs.simulate(cs.Plan(horizon=1), n=50, rng=7)
    ax = cs.plots.fan(outcome, samples=1)
    median = float(outcome.revenue.quantile(0.5)[0])
    assert line(ax, "median").get_xydata().tolist() == [[0, median], [1, median]]
    assert line(ax, "one practice").get_xdata().tolist() == [0, 1]
    assert band(ax, "half of them")[:, 0].tolist() == outcome.revenue.quantile([0.25, 0.75])[:, 0].tolist()


def test_titles_fit_whatever_the_names():
    name = "W" * 60
    plan = cs.Plan(convergence=None, milestones=[cs.Milestone(name=name, revenue=20_000)])
    ax = cs.simulate(plan, n=50, rng=7)[name].plot()
    ax.figure.canvas.draw()
    assert ax.get_title(loc="left").endswith("…: reached by then")


def test_the_funnel_counts_what_is_left(whole):
    ax = cs.plots.funnel(whole)
    names = [text.get_text() for text in ax.get_yticklabels()]
    assert names == ["ideas", "chosen", "launched", "viable,\nlaunched or not", "mega-clusters", "legacy"]
    launched, viable = whole.launches.mean(), whole.viable.mean()
    most = 3 * whole["black belt"].cdf(120)
    widths = [bar.get_width() for bar in ax.patches]
    assert widths == [40, 12, launched, viable, most, whole.legacy.cdf(120)]
    assert "at most" in " ".join(text.get_text() for text in ax.texts)


def test_the_funnels_spans_hold_nine_practices_of_ten(outcome):
    low, high = line(cs.plots.funnel(outcome), "launched").get_xdata()
    launches = outcome.launches
    assert launches.cdf(low - 1) < 0.05 <= launches.cdf(low)
    assert launches.cdf(high - 1) < 0.95 <= launches.cdf(high)


def test_the_funnel_of_a_plan_that_never_converges_ends_with_its_clusters():
    ax = cs.plots.funnel(cs.simulate(cs.Plan(convergence=None), n=200, rng=7))
    assert [text.get_text() for text in ax.get_yticklabels()][-1].startswith("viable")


def test_where_the_legacy_came_from(outcome):
    bars = cs.plots.origin(outcome).patches
    assert [bar.get_height() for bar in bars] == (100 * outcome.legacy.origin).tolist()
    assert bars[0].get_facecolor() != bars[1].get_facecolor()


def test_clusters_with_names_stand_under_their_bars():
    plan = cs.Plan(clusters=[cs.Cluster(name="Keynote $5 to $9"), cs.Cluster()], convergence=cs.Convergence(megas=1))
    plan = plan.replace(milestones=[cs.Milestone(name="black belt", revenue=100)])
    ax = cs.plots.origin(cs.simulate(plan, n=500, rng=7))
    assert [text.get_text() for text in ax.get_xticklabels()] == ["Keynote $5 to $9", "no. 2"]
    ax.figure.canvas.draw()


def test_both_pictures_come_side_by_side(outcome):
    earned, reached = outcome.plot()
    assert earned.figure is reached.figure
    assert len([line for line in earned.lines if line.get_label() == "one practice"]) == 2
    assert line(reached, "black belt").get_xdata()[-1] == 120


def test_what_is_given_is_drawn_on(outcome):
    _, (left, right) = plt.subplots(1, 2)
    before = plt.get_fignums()
    assert outcome.plot([left, right]) == (left, right)
    for draw in (cs.plots.fan, cs.plots.milestones, cs.plots.funnel, cs.plots.origin):
        assert draw(outcome, ax=left) is left
    assert outcome.revenue.plot(ax=left) is left
    assert outcome.legacy.plot(ax=left) is left
    assert plt.get_fignums() == before


@pytest.mark.parametrize(("axes", "error"), [(1, ValueError), (3, ValueError), (None, TypeError)])
def test_a_glance_takes_two_axes(outcome, axes, error):
    _, grid = plt.subplots(1, 3)
    with pytest.raises(error, match="two"):
        outcome.plot(grid[0] if axes is None else grid[:axes])


def test_the_programs_own_settings_stay_as_they_are(outcome):
    before = mpl.rcParams.copy()
    outcome.plot()
    assert mpl.rcParams == before


@pytest.mark.parametrize("horizon", [1, 6, 18, 24, 60, 1_200])
def test_months_are_read_as_years_where_there_are_two_of_them(horizon):
    ax = cs.plots.fan(cs.simulate(cs.Plan(horizon=horizon), n=50, rng=7))
    assert ax.get_xlabel() == ("year" if horizon >= 24 else "month")
    ax.figure.canvas.draw()
    inside = [tick.get_text() for tick in ax.get_xticklabels() if 0 <= tick.get_position()[0] <= horizon]
    last = horizon / 12 if horizon >= 24 else horizon
    assert 2 <= len(inside) <= 7
    assert float(inside[-1]) <= last < float(inside[-1]) + float(inside[1])


def test_amounts_are_read_as_dollars(outcome):
    ax = cs.plots.fan(outcome)
    ax.figure.canvas.draw()
    assert {"$0", "$50k", "$100k"} <= {text.get_text() for text in ax.get_yticklabels()}


@pytest.mark.parametrize("name", ["$x_1$ to $10k$", "_hidden", "\x1b[31mred", "黒帯", "x" * 80, "<b>&amp;"])
def test_any_label_can_be_drawn(name, tmp_path):
    plan = cs.Plan(convergence=None, milestones=[cs.Milestone(name=name, revenue=20_000)])
    outcome = cs.simulate(plan, n=100, rng=7)
    with pytest.warns(UserWarning, match="Glyph") if name == "黒帯" else plt.rc_context():
        for number, axes in enumerate((outcome.plot()[1], outcome[name].plot())):
            axes.figure.savefig(tmp_path / f"{number}.png")
    shown = ground.labelled(name)
    assert shown in [text.get_text() for text in outcome.plot()[1].texts]
    assert len(shown) <= ground.LONGEST_NAME
    assert "\x1b" not in shown


def test_names_beside_lines_never_overlap(whole):
    ax = cs.plots.milestones(whole)
    ax.figure.canvas.draw()
    names = {event.name for event in whole.events}
    boxes = sorted((t.get_window_extent() for t in ax.texts if t.get_text() in names), key=lambda box: box.y0)
    assert len(boxes) == len(names)
    assert all(low.y1 <= high.y0 + 2 for low, high in pairwise(boxes))


def test_colours_are_told_apart_in_grey():
    """What meets in one picture differs in lightness, or in dashes besides: see `passages`."""
    assert contrast(ground.INK, ground.PAPER) > 7
    assert contrast(ground.GREY, ground.PAPER) > 4.5
    assert contrast(ground.BLUE, ground.SKY) > 2
    assert contrast(ground.VERMILION, ground.SKY) > 1.5
    assert contrast("#D55E00", "#D66000") < 1.1  # so that the measure itself can tell


def test_without_matplotlib_it_says_what_to_install():
    code = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "import clustersim as cs\n"
        "outcome = cs.simulate(cs.Plan(), n=10, rng=7)\n"
        "for draw in (outcome.plot, outcome.revenue.plot, outcome['black belt'].plot):\n"
        "    try: draw()\n"
        "    except ImportError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)  # noqa: S603
    assert done.stdout.splitlines() == ['pictures need matplotlib: pip install "clustersim[plots]"'] * 3


def test_pictures_load_matplotlib_only_when_they_are_drawn():
    code = "import sys, clustersim as cs; cs.plots.fan; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)  # noqa: S603
    assert done.stdout == "False\n"
