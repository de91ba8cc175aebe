"""What a cluster earns at each age, without noise: the model's sections 3.1 to 3.5 for a single cluster."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustersim.kernel.layout import CURVES, FAILURE_RATE, LIFETIME, RAMP, REVENUE, TRIAL, Tables
from clustersim.viability import is_constant, mean_rate

Floats = NDArray[np.float64]
Table = NDArray[np.float32]


def curve(name: str, x: Floats) -> Floats:
    """S, the share of the full level at x = age / ramp, 1 beyond the end (model 1).

    >>> curve("smoothstep", np.array([0.25, 0.5, 2])).tolist()
    [0.15625, 0.5, 1.0]
    """
    x = np.minimum(x, 1.0)
    if name == "linear":
        return x
    if name == "smoothstep":
        return x * x * (3 - 2 * x)
    at_x, at_0, at_1 = (_unstretched(name, np.asarray(at, np.float64)) for at in (x, 0.0, 1.0))
    return np.where(x >= 1, 1.0, (at_x - at_0) / (at_1 - at_0))


def _unstretched(name: str, x: Floats) -> Floats:
    """F, of which S is (F(x) - F(0)) / (F(1) - F(0)); Bass (1969) with q/p = 0.38 / 0.03."""
    if name == "logistic":
        return np.asarray(1 / (1 + np.exp(-10 * (x - 0.5))))
    if name == "gompertz":
        return np.asarray(np.exp(-4 * np.exp(-5 * x)))
    return np.asarray((1 - np.exp(-6 * x)) / (1 + 0.38 / 0.03 * np.exp(-6 * x)))


@dataclass(frozen=True, kw_only=True)
class Offering:
    """One cluster's quantile tables, and what is certain about it.

    Attributes
    ----------
    own_rate
        Its own probability of being doomed; None if it shares the practice's.
    can_fail, can_succeed
        Whether it can be doomed, and viable.
    revenue, ramp, trial, lifetime
        Quantile tables; no lifetime: None.
    """

    own_rate: float | None
    can_fail: bool
    can_succeed: bool
    revenue: Table
    ramp: Table
    trial: Table
    lifetime: Table | None

    @property
    def fixed(self) -> bool:
        """Whether its level is a number, and its ramp, and its lifetime if it has one."""
        drawn = (self.revenue, self.ramp) if self.lifetime is None else (self.revenue, self.ramp, self.lifetime)
        return all(map(is_constant, drawn))

    def earnings(self, tables: Tables, *, viable: bool) -> Floats:
        """Tell what a fixed cluster earns at the ages of 1, 2, ... months: (horizon,), in dollars."""
        age = np.arange(1, tables.horizon + 1)
        ramp = number(self.ramp)
        level = number(self.revenue) * (1.0 if viable else float(tables.failed_share))
        return np.where(age <= self.months(viable=viable), level * curve(CURVES[tables.curve], age / ramp), 0.0)

    def months(self, *, viable: bool) -> float:
        """Tell for how many months a fixed cluster is live."""
        until = math.inf if viable else _whole(number(self.trial))
        if self.lifetime is not None:
            until = min(until, self.ramping + _whole(number(self.lifetime)))
        return until

    @property
    def ramping(self) -> int:
        """Tell for how many months a fixed cluster ramps, if it lives."""
        return _whole(number(self.ramp))


def offerings(tables: Tables) -> tuple[Offering, ...]:
    """Tell the clusters, in launch order."""
    practice = tables.quantiles[tables.practice[0]]
    return tuple(_offering(tables, column, practice) for column in tables.cluster.T)


def _offering(tables: Tables, column: NDArray[np.int32], practice: Table) -> Offering:
    shared = column[FAILURE_RATE] < 0
    rate = practice if shared else tables.quantiles[column[FAILURE_RATE]]
    mean = mean_rate(rate)
    return Offering(
        own_rate=None if shared else mean,
        can_fail=mean > 0,
        can_succeed=mean < 1,
        revenue=tables.quantiles[column[REVENUE]],
        ramp=tables.quantiles[column[RAMP]],
        trial=tables.quantiles[column[TRIAL]],
        lifetime=tables.quantiles[column[LIFETIME]] if column[LIFETIME] >= 0 else None,
    )


def number(table: Table) -> float:
    """Tell the number of which a table is, or the lowest that it draws."""
    return float(table[0, 0])


def _whole(months: float) -> int:
    """Round months up, to at least 1."""
    return max(math.ceil(months), 1)
