"""A distribution as the kernel knows it: a table of quantiles.

A draw addresses the table by the octave and the first five bits of the mantissa of ``min(u, 1 - u)``: 32 cells an
octave, 32 octaves a side, so that either tail is as finely resolved as the middle. Inside a cell the quantile function
is taken as linear. A uniform grid of as many cells would make the default ramp's standard deviation 22 % too large.
"""

import math
from time import thread_time

import numpy as np
from numpy.typing import NDArray

from clustersim.kernel.layout import CELLS_PER_OCTAVE, SIDE
from clustersim.plan.errors import PlanError
from clustersim.plan.families import OURS
from clustersim.plan.parameter import Distribution

#: Seconds of computing that a distribution's table may take: the slowest families of scipy's would take minutes.
PATIENCE = 60.0

_LARGEST = float(np.finfo(np.float32).max) / 4


def quantile_table(parameter: float | Distribution, scale: float = 1.0) -> NDArray[np.float32]:
    """Tabulate a parameter.

    Parameters
    ----------
    parameter
        A number gives a table of that number: it is drawn exactly.
    scale
        By how much its values are multiplied.

    Raises
    ------
    PlanError
        If its quantiles cannot be computed, or not within a minute.

    Returns
    -------
    (2 * SIDE, 2) float32
        A cell's first value and its rise over the cell, for u up to the median by u, then for u above it by 1 - u.

    Examples
    --------
    >>> from clustersim.plan.parameter import uniform
    >>> table = quantile_table(uniform(3, 9))
    >>> float(table[0, 0]), float(table[SIDE - 1, 0])  # the lowest, u = 2^-33, and the median
    (3.0, 6.0)
    """
    if not isinstance(parameter, Distribution):
        return _cells(np.full(SIDE, parameter * scale), np.full(SIDE, parameter * scale))
    u = nodes()
    if parameter.name not in OURS:
        _refuse_the_slow(parameter, u)
    lower, upper = parameter.ppf(u), parameter.isf(u)
    if np.isnan(lower).any() or np.isnan(upper).any():
        raise PlanError.one(
            parameter,
            "has no quantiles that scipy can compute, with these parameters: take others, or another distribution",
        )
    return _cells(lower * scale, upper * scale)


def _refuse_the_slow(parameter: Distribution, u: NDArray[np.float64]) -> None:
    """Try a few quantiles, and refuse a distribution of which scipy would take too long to compute all."""
    some = u[:: SIDE // 8]
    begin = thread_time()
    parameter.ppf(some)
    seconds = (thread_time() - begin) * 2 * SIDE / len(some)
    if seconds > PATIENCE:
        raise PlanError.one(
            parameter,
            f"takes scipy about {math.ceil(seconds / 60)} minutes to compute, with these parameters: take others, or "
            "another distribution",
        )


def nodes() -> NDArray[np.float64]:
    """Where the cells of a side begin: min(u, 1 - u), from 2^-33 to 1/2."""
    octave, cell = np.divmod(np.arange(SIDE), CELLS_PER_OCTAVE)
    return np.asarray(np.ldexp(1 + cell / CELLS_PER_OCTAVE, octave - 33), np.float64)


def _cells(lower: NDArray[np.float64], upper: NDArray[np.float64]) -> NDArray[np.float32]:
    sides = np.clip([lower, upper], -_LARGEST, _LARGEST).astype(np.float32)
    rises = np.diff(sides.astype(np.float64), axis=1, append=sides[:, -1:].astype(np.float64))
    return np.stack([sides, rises.astype(np.float32)], axis=-1).reshape(2 * SIDE, 2)


def mean_and_deviation(table: NDArray[np.float32]) -> tuple[float, float]:
    """Mean and standard deviation of what a table draws, in closed form: how its error is measured.

    >>> from clustersim.plan.parameter import uniform
    >>> mean, deviation = mean_and_deviation(quantile_table(uniform(3, 9)))
    >>> round(mean, 6), round(deviation, 6)
    (6.0, 1.732051)
    """
    start, rise = table.astype(np.float64).reshape(2, SIDE, 2).transpose(2, 0, 1)
    u = nodes()
    weight = np.diff(u, append=u[-1])
    weight[0] += u[0]  # below the first cell nothing is lower
    mean = float((weight * (start + rise / 2)).sum())
    square = float((weight * ((start - mean) ** 2 + (start - mean) * rise + rise**2 / 3)).sum())
    return mean, square**0.5
