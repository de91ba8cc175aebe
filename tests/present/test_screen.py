import io
import re
from types import SimpleNamespace

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console

import clustersim as cs
from clustersim.analysis.assess import beside
from clustersim.outcome.notation import percent
from clustersim.plan.plan import Milestone, Plan
from clustersim.plan.presets import PRESETS
from clustersim.present import areas
from clustersim.present.chart import ASCII, BLOCKS, chart
from clustersim.present.screen import show
from clustersim.present.terminal import terminal
from clustersim.present.words import period, verdict
from tallies import made_up


def shown(outcome, width=80, assessed=(), **more):
    console = Console(file=io.StringIO(), width=width, highlight=False, markup=False, emoji=False, **more)
    show(console, outcome, "seed 7", assessed=assessed)
    return console.file.getvalue()


@pytest.fixture(scope="module")
def outcome():
    return made_up(Plan(), 300)


@pytest.mark.parametrize("width", [20, 40, 60, 79, 80, 100, 200])
def test_no_line_is_wider_than_the_terminal(outcome, width):
    lines = shown(outcome, width).splitlines()
    assert max(map(cell_len, lines)) <= min(width, 128)
    words = [line for line in lines if not set(line) & {"▒", "░", "┴", "┤"} and not line.startswith("   year")]
    assert max(map(cell_len, words)) <= min(width, 90), "the words keep to the table's width"


def test_a_terminal_of_24_lines_shows_all_of_it(outcome):
    text = shown(outcome, 80, height=24, force_terminal=True)
    assert len(text.splitlines()) <= 24
    assert "after three years" in text


@pytest.mark.parametrize(("width", "height"), [(80, 24), (40, 24), (80, 50), (40, 50)])
def test_levers_have_rows_of_their_own_and_still_fit(width, height):
    outcome = made_up(PRESETS["whole_story"](), 300)
    text = shown(outcome, width, height=height, force_terminal=True, color_system=None)
    lines = text.splitlines()
    assert len(lines) < height
    assert max(cell_len(line) for line in lines) <= width
    starts = [line.split()[0] for line in lines if line.strip()]
    assert starts.index("burnout") < starts.index("ruin") < starts.index("admission")
    assert ("revenue" in text) == (height == 50)  # the fan goes first
    assert ("Levers:" in text) == ((width, height) != (40, 24))  # and then the plan's words
    assert ("95 % intervals: at most 5.8 either way\n" in text) == (width == 40)
    told = " ".join(text.split())
    assert re.search(r"after three years; \d+ % have burnt out and \d+ % have been ruined\.$", told)


def test_a_wide_screen_has_intervals_and_a_narrow_one_their_width(outcome):
    line = next(line for line in shown(outcome).splitlines() if line.startswith("black belt"))
    assert line.count("(") == 3
    narrow = shown(outcome, 40)
    widest = max(max(c.high - c.value, c.value - c.low) for event in outcome.summary().passages for c in event.chances)
    assert f"95 % intervals: at most {100 * widest:.1f} either way" in narrow
    for text in (shown(outcome), narrow):
        assert ">120: beyond the horizon; intervals: simulation noise, not doubt about the plan" in text.replace(
            "\n", " "
        )
    assert "(" not in next(line for line in narrow.splitlines() if line.startswith("black belt"))


@pytest.mark.parametrize("width", [47, 60, 80, 100])
def test_what_is_still_there_in_the_end_stands_last(outcome, width):
    belt = outcome["black belt"]
    lines = shown(outcome, width).splitlines()
    line = next(line for line in lines if line.startswith(("black belt", "black b…")))
    assert line.endswith(f"  {percent(belt.held(120).value)}")
    assert percent(belt.cdf(36)) in line
    titles = [line for line in lines if line.endswith(("held in", " year 10"))]
    assert len(titles) == 2
    legacy = next(line for line in lines if line.startswith("legacy "))
    assert len(legacy) == len(line) - 10, "it is no level, and has nothing there"
    assert ("25%" in titles[1]) == (width == 100)


@pytest.mark.parametrize(("width", "left"), [(37, 3), (36, 2), (30, 2), (28, 1), (21, 1), (16, 1)])
def test_what_a_very_narrow_screen_has_not_room_for_is_left_out_whole(outcome, width, left):
    """A figure that is cut off would be another figure."""
    figures = [[*row[:left], row[-1]] for row in rows(outcome, 40)]
    assert rows(outcome, width) == figures
    text = " ".join(shown(outcome, width).splitlines())
    assert f"a wider window has also {', '.join(['year 5', 'year 10'][left - 1 :])}" in text or left == 3


def rows(outcome, width):
    """The figures in the table of chances, line by line."""
    lines = shown(outcome, width).splitlines()
    first = next(number for number, line in enumerate(lines) if " by" in line[-14:])
    return [re.findall(r"[<>]?\d[\d.]*", line) for line in lines[first + 1 : first + 10]]


@pytest.mark.parametrize("width", [20, 40, 80, 120])
def test_goals_fit_any_width_and_keep_their_chance(width):
    outcome = cs.simulate(cs.presets.ideal_clients(), 300, rng=7)
    goals = beside(outcome)
    lines = shown(outcome, width, assessed=goals).splitlines()
    assert max(map(cell_len, lines)) <= width
    at = next(number for number, line in enumerate(lines) if line.startswith("goals met in time"))
    at += 1 + (width == 20)  # where the title takes two
    for line, one in zip(lines[at:], goals, strict=False):
        assert percent(one.attainable.value) in line


def test_colours_are_for_terminals_and_can_be_forbidden(outcome, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b" not in shown(outcome)
    assert "\x1b[34m" in shown(outcome, force_terminal=True, color_system="standard")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[34m" not in shown(outcome, force_terminal=True, color_system="standard")
    monkeypatch.setenv("FORCE_COLOR", "1")
    console = terminal(io.StringIO())
    show(console, outcome, "seed 7")
    assert console.is_terminal
    assert "\x1b" not in console.file.getvalue()


def test_an_encoding_without_blocks_gets_ascii(outcome):
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="strict")
    show(Console(file=file, width=80, highlight=False), outcome, "seed 7")
    file.flush()
    assert "##" in file.buffer.getvalue().decode("ascii")


def test_long_names_are_cut_and_wide_ones_aligned():
    names = ("x" * 50, "黒帯", "belt")
    plan = Plan(convergence=None, milestones=[Milestone(name=name, revenue=20_000) for name in names])
    lines = shown(made_up(plan, 50)).splitlines()
    rows = [line for line in lines if line.startswith(("xxx", "黒", "belt"))][:3]
    assert len({cell_len(row) for row in rows}) == 1
    assert "…" in rows[0]


@pytest.mark.parametrize("ink", [BLOCKS, ASCII])
@pytest.mark.parametrize("horizon", [1, 5, 12, 30, 120, 1200])
def test_a_chart_has_its_size_and_a_median_in_every_column(ink, horizon):
    fan = made_up(Plan(clusters=2, horizon=horizon), 20).revenue
    lines = [line.plain for line in chart(fan, 60, 6, ink)]
    assert len(lines) == 6 + 3
    assert max(map(len, lines)) <= 60
    assert all(any(line[8 + column : 9 + column] in [*ink.median] for line in lines[1:-2]) for column in range(52))


def test_a_chart_shows_the_bands_where_they_are():
    fan = made_up(Plan(), 2_000).revenue
    lines = [line.plain for line in chart(fan, 60, 8, BLOCKS)]
    top = 140_000
    assert "$140k" in lines[1]
    for column in (20, 40, 51):
        month = int((column + 0.5) * 120 / 52)
        low, median, high = fan.quantile([0.05, 0.5, 0.95])[:, month] / top * 8
        drawn = [line[8 + column : 9 + column] for line in lines[8:0:-1]]
        assert drawn[int(median)] in BLOCKS.median
        for row, sign in enumerate(drawn):
            if sign == BLOCKS.wide:
                assert low <= row + 0.5 <= high


def ground(line, column):
    """The background and the sign in a column of a fan that is drawn in areas."""
    style = " ".join(str(span.style) for span in line.spans if span.start <= 8 + column < span.end)
    return line.plain[8 + column : 9 + column] or " ", style


@pytest.mark.parametrize(("width", "height"), [(40, 8), (60, 12), (128, 12)])
def test_areas_of_colour_are_where_the_bands_are(width, height):
    fan = made_up(Plan(), 2_000).revenue
    lines = chart(fan, width, height, BLOCKS, coloured=True)[height:0:-1]
    across = width - 8
    medians = 0
    for column in range(across):
        month = int((column + 0.5) * 120 / across)
        low, quarter, median, three, high = fan.quantile([0.05, 0.25, 0.5, 0.75, 0.95])[:, month] / 140_000 * height
        for row, line in enumerate(lines):
            sign, style = ground(line, column)
            if int(median) == row:
                medians += sign in "▁━▔"
                continue
            whole = sign == " " and style.removeprefix("on ")
            inside = [edge for edge in (low, quarter, three, high) if row - 0.1 < edge < row + 1.1]
            if not inside:  # an edge is drawn to an eighth, or to a half from below
                expected = areas.NARROW if quarter < row < three else areas.WIDE if low < row < high else ""
                assert whole == expected or sign == "━"
    assert medians == across


@pytest.mark.parametrize(
    ("edges", "sign", "style"),
    [
        ((0, 0.2, 0.3, 0.4, 1.5), "▄", f"{areas.WIDE}"),
        ((0, 0.2, 0.3, 1.75, 4), "▆", f"{areas.NARROW} on {areas.WIDE}"),
        ((1.5, 2.2, 2.3, 3, 4), "▀", areas.WIDE),
        ((1.05, 2.2, 2.3, 3, 4), " ", f"on {areas.WIDE}"),
        ((1.9, 2.2, 2.3, 3, 4), "▔", areas.WIDE),
        ((0, 0.2, 1.4, 2, 3), "━", f"bold bright_white on {areas.NARROW}"),
        ((0, 0, 0.1, 0.2, 0.3), " ", ""),
    ],
)
def test_an_edge_has_the_sign_that_is_as_high(edges, sign, style):
    assert areas.area(np.array(edges, dtype=float), edges[2], 1) == (sign, style)


def test_areas_are_for_terminals_that_have_the_colours(outcome, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    drawn = {
        system: shown(outcome, force_terminal=True, height=50, color_system=system)
        for system in ("truecolor", "256", "standard", None)
    }
    assert ["▒" in text for text in drawn.values()] == [False, False, True, True]
    assert re.search("48;(5;32|2;0;135;215)m", drawn["256"])  # rich keeps the codes that it made first
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="strict")
    show(Console(file=file, width=80, highlight=False, force_terminal=True, color_system="256"), outcome, "seed 7")
    file.flush()
    assert "::" in file.buffer.getvalue().decode("ascii")


def test_what_all_earn_is_drawn_though_it_is_as_high_as_the_top():
    fan = SimpleNamespace(horizon=24, quantile=lambda shares: np.full((len(shares), 24), 10_000.0))
    for coloured in (False, True):
        lines = [line.plain for line in chart(fan, 60, 8, BLOCKS, coloured=coloured)]
        assert lines[1].lstrip().startswith("$10k")
        assert lines[1].endswith("▔")


def test_a_high_terminal_has_a_higher_fan(outcome):
    rows = {height: shown(outcome, 80, height=height, force_terminal=True).count("\n") for height in (24, 34, 50)}
    assert rows[24] < rows[34] < rows[50] < 40


def test_the_sentence_fits_the_plan(outcome):
    share = f"{100 * outcome['black belt'].cdf(36):.0f} % of practices on this plan"
    assert verdict(outcome) == f"{share} have reached black belt after three years."
    short = made_up(Plan(horizon=18, convergence=None), 50)
    assert verdict(short).endswith("reached black belt after 18 months.")
    never = Plan(convergence=None, horizon=1, milestones=[Milestone(name="moon", revenue=1e7, window=1)])
    assert verdict(made_up(never, 50)) == "No practice on this plan has reached moon after 1 month."
    assert period(24) == "two years"
