"""Quantile tables: the mean within 1e-4 and the standard deviation within 1e-3, whatever the distribution."""

import time

import numpy as np
import pytest
from scipy import stats

from clustersim.kernel.layout import SIDE
from clustersim.plan import quantile_table as module
from clustersim.plan.errors import PlanError
from clustersim.plan.parameter import Distribution, lognormal
from clustersim.plan.quantile_table import mean_and_deviation, nodes, quantile_table
from clustersim.plan.recognise import parameter

TWENTY = {
    "default revenue": stats.lognorm(0.2936, scale=9578),
    "default ramp": stats.lognorm(0.5, scale=6),
    "wide lognormal": stats.lognorm(1.0, scale=6),
    "uniform": stats.uniform(3, 6),
    "beta": stats.beta(4.5, 4.5),
    "U-shaped beta": stats.beta(0.5, 0.5),
    "skewed beta": stats.beta(0.7, 6),
    "gamma": stats.gamma(2, scale=3),
    "gamma with a pole": stats.gamma(0.4, scale=3),
    "exponential": stats.expon(scale=6),
    "Weibull": stats.weibull_min(3, scale=67.2),
    "early Weibull": stats.weibull_min(0.7, scale=6),
    "triangular": stats.triang(0.3, loc=3, scale=6),
    "Pareto": stats.pareto(6.0, scale=5),
    "log-logistic": stats.fisk(6.0, scale=6),
    "inverse gamma": stats.invgamma(6.0, scale=30),
    "half-normal": stats.halfnorm(scale=4),
    "Rayleigh": stats.rayleigh(scale=4),
    "inverse Gaussian": stats.invgauss(0.5, scale=12),
    "generalised gamma": stats.gengamma(2.0, 1.5, scale=4),
}


@pytest.mark.parametrize("distribution", TWENTY.values(), ids=TWENTY)
def test_a_table_keeps_mean_and_deviation(distribution):
    mean, deviation = mean_and_deviation(quantile_table(parameter(distribution)))
    assert mean == pytest.approx(distribution.mean(), rel=1e-4)
    assert deviation == pytest.approx(distribution.std(), rel=1e-3)


def test_a_uniform_grid_of_as_many_cells_would_not_do():
    """The negative control: 1 024 equal cells make the default ramp's standard deviation far too large."""
    ramp = stats.lognorm(0.5, scale=6)
    u = (np.arange(1025)) / 1024
    u[0], u[-1] = 2.0**-33, 1 - 2.0**-33
    start, rise = ramp.ppf(u[:-1]), np.diff(ramp.ppf(u))
    mean = (start + rise / 2).mean()
    deviation = np.sqrt(((start - mean) ** 2 + (start - mean) * rise + rise**2 / 3).mean())
    assert deviation > 1.1 * ramp.std()


def test_quantiles_that_scipy_cannot_compute_are_refused():
    """In the far tails scipy gives nan for these; the kernel must never see it."""
    with pytest.raises(PlanError, match="has no quantiles that scipy can compute"):
        quantile_table(parameter(stats.ncx2(0.02, 1, scale=10_000)))


def test_a_number_is_drawn_exactly():
    table = quantile_table(10_000)
    assert (table[:, 0] == 10_000).all()
    assert (table[:, 1] == 0).all()


def test_a_scale_is_taken_before_anything_is_rounded():
    ramp = parameter(stats.lognorm(0.5, scale=6))
    start = quantile_table(ramp, 1.3)[:, 0].reshape(2, SIDE)
    assert np.array_equal(start, (1.3 * np.array([ramp.ppf(nodes()), ramp.isf(nodes())])).astype(np.float32))
    assert not np.array_equal(start, np.float32(1.3) * quantile_table(ramp)[:, 0].reshape(2, SIDE))
    assert np.array_equal(quantile_table(ramp, 2.0), 2 * quantile_table(ramp))
    assert np.array_equal(quantile_table(ramp, 1.0), quantile_table(ramp))
    assert (quantile_table(10_000, 1.1)[:, 0] == np.float32(11_000.000000000002)).all()


def test_cells_join_without_a_gap():
    table = quantile_table(parameter(stats.lognorm(0.5, scale=6))).astype(float).reshape(2, SIDE, 2)
    ends = table[:, :-1, 0] + table[:, :-1, 1]
    np.testing.assert_allclose(ends, table[:, 1:, 0], rtol=1e-7)
    assert table[0, -1, 0] == pytest.approx(table[1, -1, 0], rel=1e-7)  # the two sides meet at the median


def test_nodes_are_octaves_of_32_cells_down_to_the_smallest_uniform():
    u = nodes()
    assert u[0] == 2.0**-33
    assert u[-1] == 0.5
    assert (u[32:] == 2 * u[:-32]).all()


def test_what_scipy_would_take_too_long_for_is_refused_beforehand(monkeypatch):
    slow = Distribution.of("studentized_range", k=3, df=10)
    monkeypatch.setattr(module, "PATIENCE", 1.0)
    begin = time.process_time()
    with pytest.raises(PlanError, match=r"takes scipy about \d+ minutes to compute, with these parameters"):
        quantile_table(slow)
    assert time.process_time() - begin < 10
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    assert quantile_table(lognormal(median=6, sigma=0.5)).shape == quantile_table(3.0).shape  # ours are never slow
