"""Pictures are drawn where nobody looks, and none is left open."""

import sys

import pytest

import clustersim as cs


@pytest.fixture(autouse=True)
def no_figure_is_left_open(monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture(scope="session")
def outcome():
    return cs.simulate(cs.Plan(), n=2_000, rng=7)


@pytest.fixture(scope="session")
def whole():
    """Every lever on."""
    return cs.simulate(cs.presets.whole_story(), n=2_000, rng=7)
