"""From plan to Program: what the user says, lowered once to plain arrays."""

import hashlib
import math
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustersim.dynamics import levers_of
from clustersim.kernel.layout import BINS, CASH_BINS, CURVES, NARROW, STREAM, Levers, Tables
from clustersim.plan.errors import PlanError
from clustersim.plan.levers import Network
from clustersim.plan.parameter import Distribution
from clustersim.plan.plan import Legacy, Plan
from clustersim.plan.quantile_table import mean_and_deviation, quantile_table
from clustersim.quanta import count_in_quanta, noise, threshold

#: Without challengers nothing is different.
_NO_NETWORK = Network(challengers=0, success_odds=1)

#: Events that there are by virtue of a lever, in the order in which they are counted.
BROUGHT = {"burnout": "mission", "ruin": "finances", "admission": "accelerator"}

#: Noise is made as a power of 2.
_LOG_2 = math.log(2)

#: Bytes of one tally at most.
_LARGEST_TALLY = 1 << 28


@dataclass(frozen=True, kw_only=True, eq=False)
class Program:
    """A plan as arrays, and a digest of them.

    Attributes
    ----------
    plan
        What was lowered.
    tables
        What the kernel reads.
    levers
        What it reads besides if anything changes from month to month; else None.
    digest
        SHA-256 of the stream's version, the tables and the levers, in hexadecimal: equal digests give equal bits.
    """

    plan: Plan
    tables: Tables
    levers: Levers | None = None
    digest: str = field(init=False)
    stream: int = STREAM

    def __post_init__(self) -> None:
        digest = hashlib.sha256(f"clustersim stream {self.stream}".encode())
        levers = {} if self.levers is None else self.levers._asdict()
        for name, value in (self.tables._asdict() | levers).items():
            array = np.asarray(value)
            if isinstance(value, np.ndarray):
                value.flags.writeable = False  # what is shared is not changed, and the kernel is compiled for it
            digest.update(f"{name} {array.dtype.str} {array.shape}".encode() + array.tobytes())
        object.__setattr__(self, "digest", digest.hexdigest())

    def __reduce__(self) -> tuple[Any, ...]:
        # Unpickled arrays forget that they are read-only.
        return _restore, (self.plan, tuple(self.tables), None if self.levers is None else tuple(self.levers))

    @property
    def clusters(self) -> int:
        """How many clusters are tried at most."""
        return self.tables.clusters

    @property
    def horizon(self) -> int:
        """Months simulated."""
        return self.tables.horizon

    @property
    def milestones(self) -> tuple[str, ...]:
        """Names of the milestones, in the plan's order."""
        return tuple(milestone.name for milestone in self.plan.milestones)

    @property
    def events(self) -> tuple[str, ...]:
        """Whatever has a first passage: the milestones, the legacy, and what the levers bring."""
        return (*self.milestones, "legacy", *_brought(self.plan))

    @property
    def fast(self) -> bool:
        """Whether the fast kernel can simulate it: nothing changes from month to month, and 32 bits are enough."""
        return self.levers is None and int(self.tables.ceiling) <= 1 << NARROW

    @property
    def tally_bytes(self) -> int:
        """Bytes that the counts of this plan take, however many trajectories."""
        return _tally_bytes(self.plan)

    @property
    def quantum(self) -> float:
        """Dollars in a quantum: a power of two."""
        return 1 / float(self.tables.quanta)

    @property
    def grain(self) -> float:
        """Dollars in a grain, which cash is counted in: a small part of a quantum."""
        return self.quantum * 2.0 ** -(self.levers.cash_bits if self.levers else 0)

    @property
    def cash_unit(self) -> float:
        """Dollars in a unit that cash is told in: a quantum, or a power of two of them."""
        return self.quantum * 2.0 ** (self.levers.cash_shift if self.levers else 0)


def _brought(plan: Plan) -> tuple[str, ...]:
    """Tell which events there are by virtue of the levers."""
    return tuple(event for event, lever in BROUGHT.items() if getattr(plan, lever) is not None)


def _restore(plan: Plan, tables: tuple[Any, ...], levers: tuple[Any, ...] | None) -> Program:
    return Program(plan=plan, tables=Tables(*tables), levers=None if levers is None else Levers(*levers))


def lower(plan: Plan) -> Program:
    """Lower a plan to what the kernel reads.

    Raises
    ------
    PlanError
        If its revenue is spread so widely that the milestones drown in the rounding, or its counts would not fit in
        memory.

    Examples
    --------
    >>> lower(Plan()).horizon
    120
    """
    program = _lower(plan)
    # An equal plan may have been lowered before, its distributions spelled in other words.
    return program if program.plan is plan else replace(program, plan=plan)


@lru_cache(maxsize=64)
def _lower(plan: Plan) -> Program:
    _refuse_the_oversized(plan)
    shelf = _Shelf()
    portfolio, network = plan.portfolio, plan.network or _NO_NETWORK
    cluster = np.array(
        [
            [shelf.place(_or(c.revenue, plan.revenue), 1 + network.upside * network.challengers) for c in portfolio],
            [shelf.place(_or(c.ramp, plan.ramp), 1 + network.drag * network.challengers) for c in portfolio],
            [shelf.place(_or(c.trial, plan.trial)) for c in portfolio],
            [shelf.place(plan.lifetime) for _ in portfolio],
            [shelf.place(c.failure_rate) for c in portfolio],
        ],
        np.int32,
    )
    convergence, legacy = plan.convergence, plan.legacy if plan.convergence is not None else None
    practice = np.array(
        [
            shelf.place(plan.failure_rate),
            shelf.place(convergence.months if convergence else None),
            shelf.place(_legacy_time(legacy) if legacy else None),
            shelf.place(convergence.revenue if convergence else None),
        ],
        np.int32,
    )
    fit = shelf.place(plan.mission.fit if plan.mission else None)
    quantiles = shelf.tables()
    quanta, octaves = count_in_quanta(plan, quantiles, cluster[0], practice[3])
    skill = plan.ideas.skill if plan.ideas else 0.0
    volatility = noise(plan)
    windows = sorted({milestone.window for milestone in plan.milestones})
    market_volatility = plan.market.volatility if plan.market else 0.0
    market_persistence = plan.market.persistence if plan.market else 0.0
    tables = Tables(
        clusters=len(portfolio),
        horizon=plan.horizon,
        every=plan.every,
        at_once=plan.at_once or 0,
        curve=CURVES.index(plan.ramp_curve),
        megas=convergence.megas if convergence else 0,
        trigger=[m.name for m in plan.milestones].index(convergence.trigger) if convergence else -1,
        legacy=int(legacy is not None),
        ideas=plan.ideas.count if plan.ideas and skill > 0 else 0,
        fit=fit,
        failed_share=np.float32(plan.failed_share),
        skill=np.float32(skill),
        luck=np.float32(math.sqrt(1 - skill**2)),
        fit_mean=np.float32(_mean(plan.mission.fit, quantiles[fit]) if plan.mission else 0),
        fit_odds=np.float32(math.log(plan.mission.success_odds) if plan.mission else 0),
        odds=np.float32(network.challengers * math.log(network.success_odds) + 0.0),  # no -0
        volatility=np.float32(volatility / _LOG_2),
        persistence=np.float32(plan.persistence),
        innovation=np.float32(math.sqrt(1 - plan.persistence**2)),
        drift=np.float32(-(volatility**2) / 2 / _LOG_2),
        market_volatility=np.float32(market_volatility / _LOG_2),
        market_persistence=np.float32(market_persistence),
        market_innovation=np.float32(math.sqrt(1 - market_persistence**2)),
        market_drift=np.float32(-(market_volatility**2) / 2 / _LOG_2),
        quanta=np.float32(quanta),
        ceiling=np.float32(2.0**octaves),
        season=np.array(plan.seasonality or (), np.float32),
        thresholds=np.array([threshold(m.revenue, m.window, quanta) for m in plan.milestones], np.int64),
        window=np.array([windows.index(m.window) for m in plan.milestones], np.int32),
        windows=np.array(windows, np.int32),
        cluster=cluster,
        practice=practice,
        quantiles=quantiles,
    )
    return Program(plan=plan, tables=tables, levers=levers_of(plan, quanta, octaves))


class _Shelf:
    """Every different parameter's table once, in the order in which they were first placed."""

    def __init__(self) -> None:
        self._places: dict[tuple[float | Distribution, float], int] = {}

    def place(self, parameter: float | Distribution | None, scale: float = 1.0) -> int:
        if parameter is None:
            return -1
        return self._places.setdefault((parameter, scale), len(self._places))

    def tables(self) -> NDArray[np.float32]:
        return np.stack([quantile_table(parameter, scale) for parameter, scale in self._places])


def _or(own: float | Distribution | None, plans: float | Distribution) -> float | Distribution:
    return plans if own is None else own


def _mean(parameter: float | Distribution, table: NDArray[np.float32]) -> float:
    """Tell the mean of what is drawn, of a number the number itself."""
    return mean_and_deviation(table)[0] if isinstance(parameter, Distribution) else parameter


def _legacy_time(legacy: Legacy) -> Distribution:
    scale = legacy.mean_months / math.gamma(1 + 1 / legacy.shape)
    return Distribution.of("weibull_min", c=legacy.shape, scale=scale)


def _tally_bytes(plan: Plan) -> int:
    """Tell what first passages, and the bins of revenue, cash and mission revenue, take."""
    events = len(plan.milestones) + 1 + len(_brought(plan))
    bins = BINS * (1 + (plan.mission is not None)) + CASH_BINS * (plan.finances is not None)
    return 8 * (events * (len(plan.portfolio) + 1) * (plan.horizon + 1) + bins * plan.horizon)


def _refuse_the_oversized(plan: Plan) -> None:
    clusters = len(plan.portfolio)
    size = _tally_bytes(plan)
    if size > _LARGEST_TALLY:
        raise PlanError.one(
            plan.clusters if isinstance(plan.clusters, int) else clusters,
            f"with {len(plan.milestones)} milestones over {plan.horizon} months makes counts of {size / 1e6:,.0f} MB, "
            f"more than the {_LARGEST_TALLY / 1e6:,.0f} MB allowed: take fewer of them",
            path="clusters",
        )
