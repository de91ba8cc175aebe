"""The coverage experiment, small: ``python benchmarks/intervals.py`` is the large one."""

import importlib.util
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "benchmarks" / "intervals.py"
RUNS = 100


@pytest.fixture(scope="module")
def experiment():
    spec = importlib.util.spec_from_file_location("intervals_experiment", SOURCE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.mark.parametrize("figure", [0, 1, 2])
@pytest.mark.parametrize("method", ["plain", "post-stratified"])
@pytest.mark.parametrize("stopped", [False, True], ids=["fixed", "stopped"])
def test_intervals_hold_the_exact_answer(experiment, figure, method, stopped):
    figure = experiment.FIGURES[figure]
    estimate, _ = experiment.run(figure, method, seed=1)
    assert estimate.method == ("Clopper-Pearson" if method == "plain" else method)
    found = experiment.coverage(figure, method, stopped=stopped, runs=RUNS)
    assert found.inside + found.above + found.below == RUNS
    assert found.enough
    assert 0.7 < found.n / experiment.N < 1.4


def test_intervals_of_half_the_width_do_not(experiment):
    for figure in experiment.FIGURES[:2]:
        for stopped in (False, True):
            assert not experiment.coverage(figure, "post-stratified", stopped=stopped, runs=RUNS, shrunk=0.5).enough


def test_post_stratified_intervals_are_narrower(experiment):
    for figure, most in zip(experiment.FIGURES, (0.5, 0.7, 0.95), strict=True):
        plain, stratified = (experiment.run(figure, method, seed=1)[0] for method in experiment.METHODS)
        assert stratified.high - stratified.low < most * (plain.high - plain.low)
