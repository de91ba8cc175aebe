"""First passages by convolution on a grid, when levels or ramps are random and revenue never falls.

A practice whose revenue never falls has reached a level by a month exactly if it is there in that month: and then
revenue is a sum of independent parts, given the practice's failure rate. Each part is rounded to a grid, once downwards
and once upwards, and convolved: the truth lies between the two.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustersim.closed_form.clusters import Offering, curve
from clustersim.closed_form.fates import RESOLUTION
from clustersim.kernel.layout import CURVES, RAMP, REVENUE, Tables
from clustersim.viability import cells, is_constant

Floats = NDArray[np.float64]

#: Clusters that have been launched, at most.
MOST = 60

#: Cells of the grid times clusters, about; and cells at most, fewer where ramps are random, each of which takes longer.
_ROOM, _FINEST, _COARSE, _COARSEST = 1 << 17, 1 << 15, 1 << 12, 1 << 11

#: Steps in which the share of the full level is rounded where ramps are random.
_STEPS = 256

#: What rounding adds up to in the transforms, at most.
_NOISE = 1e-12

#: A part of revenue: the level's table, the ramp's, months of age in the milestone's month, and a factor.
_Part = tuple[int, int, int, float]


@dataclass(frozen=True, eq=False)
class Law:
    """The distribution that a quantile table draws from: probabilities of its cells, in ascending order."""

    weight: Floats
    low: Floats
    high: Floats

    def below(self, x: Floats, *, strictly: bool) -> Floats:
        """P(X < x) or P(X <= x)."""
        before = np.concatenate(([0.0], np.cumsum(self.weight)))
        whole = np.searchsorted(self.high, x, side="left" if strictly else "right")
        at = np.minimum(whole, len(self.weight) - 1)
        inside = (x - self.low[at]) / np.where(self.high[at] > self.low[at], self.high[at] - self.low[at], 1.0)
        return np.asarray(before[whole] + np.where(whole == at, self.weight[at] * np.clip(inside, 0, 1), 0.0))


def law(table: NDArray[np.float32]) -> Law:
    """Tell the distribution of a table."""
    if is_constant(table):
        x = np.array([float(table[0, 0])])
        return Law(np.ones(1), x, x)
    weight, low, high = cells(table, most=np.inf)
    order = np.argsort(low, kind="stable")
    return Law(weight[order], np.maximum.accumulate(low[order]), np.maximum.accumulate(high[order]))


class Grid:
    """Bounds for first passages of one milestone."""

    def __init__(self, tables: Tables, clusters: tuple[Offering, ...], starts: list[int], milestone: int) -> None:
        self._tables, self._clusters = tables, clusters
        self._starts = [start for start in starts if start <= tables.horizon]
        self._window = int(tables.windows[tables.window[milestone]])
        self._threshold = float(tables.thresholds[milestone])
        self._laws = [law(table) for table in tables.quantiles]
        self._random_ramps = any(not is_constant(cluster.ramp) for cluster in clusters)
        finest = _COARSE if self._random_ramps else _FINEST
        self.cells = min(max(_ROOM // max(len(self._starts), 1), _COARSEST), finest)
        self._longest = [float(cluster.ramp.astype(np.float64).sum(axis=1).max()) for cluster in clusters]
        self._part = lru_cache(maxsize=4096)(self._find_part)
        self._found = dict[Any, float]()

    def bounds(self, months: NDArray[np.intp]) -> Floats:
        """Tell the lowest and the highest that P(reached by the month) can be: (2, number of months)."""
        return np.array([self._month(month) for month in months.tolist()]).reshape(-1, 2).T

    def _month(self, month: int) -> tuple[float, float]:
        if month < self._window:
            return 0.0, 0.0
        if self._threshold <= 0:
            return 1.0, 1.0
        low, high = (self._beyond(month, side) for side in (0, 1))
        return max(low - _NOISE, 0.0), min(high + _NOISE, 1.0)

    def _beyond(self, month: int, side: int) -> float:
        """P(revenue, rounded downwards or upwards, is at the level), mixed over the practice's failure rate."""
        shared, own = Counter[tuple[_Part, _Part]](), Counter[tuple[_Part, _Part, float]]()
        for k, start in enumerate(self._starts):
            if start <= month:
                cluster, parts = self._clusters[k], self._parts(k, month - start + 1)
                if cluster.own_rate is None:
                    shared[parts] += 1
                else:
                    own[(*parts, cluster.own_rate)] += 1
        key = frozenset(shared.items()), frozenset(own.items()), side
        if key not in self._found:  # once all are established, months are alike
            self._found[key] = self._convolved(shared, own, side)
        return self._found[key]

    def _convolved(
        self, shared: Mapping[tuple[_Part, _Part], int], own: Mapping[tuple[_Part, _Part, float], int], side: int
    ) -> float:
        size = max((sum(shared.values()) + sum(own.values())) * self.cells, 2)
        certain = np.ones(size // 2 + 1, np.complex128)
        for (viable, doomed, rate), times in own.items():
            mixed = (1 - rate) * self._part(viable, side) + rate * self._part(doomed, side)
            certain *= np.fft.rfft(mixed, size) ** times
        spectra = [
            (np.fft.rfft(self._part(viable, side), size), np.fft.rfft(self._part(doomed, side), size), times)
            for (viable, doomed), times in shared.items()
        ]
        below = 0.0
        for rate, weight in zip(*nodes(self._tables, sum(shared.values())), strict=True):
            product = certain.copy()
            for if_viable, if_doomed, times in spectra:
                product *= ((1 - rate) * if_viable + rate * if_doomed) ** times
            below += weight * float(np.fft.irfft(product, size)[: self.cells].sum())
        return 1 - below

    def _parts(self, k: int, age: int) -> tuple[_Part, _Part]:
        """Tell what a cluster adds if it is viable, and if it is doomed."""
        age = min(age, int(self._longest[k]) + self._window + 1)  # from then on nothing changes
        revenue, ramp = int(self._tables.cluster[REVENUE, k]), int(self._tables.cluster[RAMP, k])
        return (revenue, ramp, age, 1.0), (revenue, ramp, age, float(self._tables.failed_share))

    def _find_part(self, part: _Part, side: int) -> Floats:
        """Tell the probabilities of 0, 1, ... cells of the grid, rounded downwards (side 0) or upwards (side 1)."""
        revenue, ramp, age, factor = part
        # What rounding to quanta and to float32 could change is added to the width of the cells.
        slack = RESOLUTION + self._window / self._threshold
        width = self._threshold / float(self._tables.quanta) / self.cells * (1 + (slack if side == 0 else -slack))
        cell = np.arange(self.cells) + (1 if side == 0 else 0)
        below = np.zeros(self.cells)
        for weight, share in zip(*self._shares(ramp, age, side), strict=True):
            if share * factor > 0:
                level = cell * width / (share * factor)
                below += weight * self._laws[revenue].below(level, strictly=side == 0)
            else:
                below += weight
        return np.diff(below, prepend=0.0)

    def _shares(self, ramp: int, age: int, side: int) -> tuple[Floats, Floats]:
        """Tell how many months of full revenue the window holds, and with what probability: bounds on a random ramp."""
        ages = np.maximum(np.arange(age - self._window + 1, age + 1), 0)
        law = self._laws[ramp]
        # A longer ramp brings less: its cell's end is the lower bound.
        end = np.maximum(law.high if side == 0 else law.low, 1e-30)
        shape = CURVES[self._tables.curve]
        share = curve(shape, ages[:, None] / end).sum(axis=0)
        step = share * (_STEPS / self._window)
        step = np.floor(step) if side == 0 else np.ceil(step)
        rounded, place = np.unique(step, return_inverse=True)
        exact = np.full(len(rounded), np.inf if side == 0 else 0.0)
        (np.minimum if side == 0 else np.maximum).at(exact, place, share)
        return np.bincount(place, weights=law.weight).astype(np.float64), exact


def nodes(tables: Tables, clusters: int) -> tuple[Floats, Floats]:
    """Tell failure rates and weights that integrate any polynomial of degree ``clusters`` over the practice's rate.

    Gauss's rule of the table's own distribution, by the Lanczos process.

    References
    ----------
    G. H. Golub and J. H. Welsch, Calculation of Gauss quadrature rules, Mathematics of Computation 23 (1969).
    """
    table = tables.quantiles[tables.practice[0]]
    if is_constant(table) or clusters == 0:
        return np.array([min(max(float(table[0, 0]), 0.0), 1.0)]), np.ones(1)
    count = clusters // 2 + 1
    weight, low, high = cells(table)
    x, w = np.polynomial.legendre.leggauss(count)
    at = (low[:, None] + (high - low)[:, None] * (x + 1) / 2).ravel()
    mass = (weight[:, None] * w / 2).ravel()
    basis = [np.sqrt(mass / mass.sum())]
    diagonal, beside = [], list[float]()
    for _ in range(count):
        diagonal.append(float(basis[-1] @ (at * basis[-1])))
        rest = at * basis[-1]
        for _twice in range(2):  # in floats, once is not orthogonal
            for vector in basis:
                rest = rest - (vector @ rest) * vector
        norm = float(np.sqrt(rest @ rest))
        if norm < 1e-14:
            break
        beside.append(norm)
        basis.append(rest / norm)
    size = len(diagonal)
    jacobi = np.diag(diagonal) + np.diag(beside[: size - 1], 1) + np.diag(beside[: size - 1], -1)
    rates, vectors = np.linalg.eigh(jacobi)
    return np.clip(rates, 0, 1), vectors[0] ** 2
