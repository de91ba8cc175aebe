"""The experiments on differences, small: ``python benchmarks/pairing.py`` is the large one."""

import importlib.util
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "benchmarks" / "pairing.py"
RUNS, FIGURES = 60, 9


@pytest.fixture(scope="module")
def experiment():
    spec = importlib.util.spec_from_file_location("pairing_experiment", SOURCE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_every_figure_is_tried(experiment):
    assert len(experiment.FIGURES) == FIGURES


@pytest.mark.parametrize("number", range(FIGURES))
def test_intervals_of_differences_hold_the_exact_ones(experiment, number):
    figure = experiment.FIGURES[number]
    found = experiment.coverage(figure, RUNS)
    assert found.enough, f"{figure.name}: {found.inside} of {found.runs}"


@pytest.mark.parametrize("name", ["same fates, month 15", "other fates, month 36", "revenue of year 2"])
def test_intervals_of_half_the_width_do_not(experiment, name):
    figure = next(figure for figure in experiment.FIGURES if figure.name == name)
    assert not experiment.coverage(figure, RUNS, shrunk=0.4).enough


def test_common_luck_saves_what_a_comparison_says(experiment):
    """Five standard errors of the ratio that is seen: one in a million true ones would be refused."""
    found = experiment.saving({"every": 2}, 120, RUNS)
    assert abs(found.seen - found.told) < 5 * found.error
    assert found.told > 5
    assert experiment.saving({"clusters": 14}, 24, 5).told == float("inf")
