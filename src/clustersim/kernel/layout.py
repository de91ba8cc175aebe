"""Sizes that those who write tables and those who read counts share with the kernel; nothing is compiled here."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: A quantile table: 32 octaves of min(u, 1 - u), 32 cells each, and the median, on either side.
CELLS_PER_OCTAVE = 32
SIDE = 32 * CELLS_PER_OCTAVE + 1

#: A histogram of revenue: bin 0 is nothing at all, then 64 bins an octave of quanta, the last for the ceiling itself.
BINS_PER_OCTAVE = 64
OCTAVES = 40
BINS = OCTAVES * BINS_PER_OCTAVE + 2

#: Months of most plans are counted in fewer octaves, so that sums over 24 of them fit in 32 bits.
NARROW = 26

#: A histogram of cash: the bins of what is owed, from the most on; nothing at all; the bins of what is there.
CASH_BINS = 2 * BINS - 1

#: Squares of quanta are added in two limbs of this many bits.
LIMB = 20

#: Version of the stream: the address table, the arithmetic and the order of operations that decide every bit.
STREAM = 2

#: Trajectories in one range at most, so that no sum of 64 bits overflows.
LARGEST_RANGE = 1 << 22

#: Ramp curves by number.
CURVES = ("smoothstep", "linear", "logistic", "gompertz", "bass")

#: Rows of ``Tables.cluster``: which quantile table a cluster's draw reads; -1 for none.
REVENUE, RAMP, TRIAL, LIFETIME, FAILURE_RATE = range(5)

#: Entries of ``Tables.practice``: which quantile table a practice's draw reads; -1 for none.
PRACTICE_FAILURE_RATE, CONSOLIDATION, LEGACY_TIME, MEGA_REVENUE = range(4)


class Tables(NamedTuple):
    """A plan as the kernel sees it. ``K`` clusters, ``M`` milestones, ``W`` different windows, ``T`` quantile tables.

    Revenue is counted in *quanta*, a power of two of a dollar. Months are counted from 1.
    """

    clusters: int
    horizon: int
    every: int
    at_once: int  # 0: no limit
    curve: int  # position in CURVES
    megas: int  # 0: no convergence
    trigger: int  # the milestone's position; -1: no convergence
    legacy: int  # 1: one mega emerges as the legacy
    ideas: int  # how many are scored; 0: scores tell nothing
    fit: int  # quantile table of a cluster's mission fit; -1: none
    failed_share: np.float32
    skill: np.float32  # correlation of an idea's score with its fate
    luck: np.float32  # sqrt(1 - skill^2)
    fit_mean: np.float32
    fit_odds: np.float32  # what a fit of 1 more adds to the log-odds of being viable
    odds: np.float32  # what is added to the log-odds of every cluster
    volatility: np.float32  # sigma / log 2, since noise is made as a power of 2; 0: no noise is drawn
    persistence: np.float32  # phi
    innovation: np.float32  # sqrt(1 - phi^2)
    drift: np.float32  # -sigma^2/2 / log 2
    market_volatility: np.float32
    market_persistence: np.float32
    market_innovation: np.float32
    market_drift: np.float32
    quanta: np.float32  # quanta in a dollar
    ceiling: np.float32  # the most quanta of one month
    season: NDArray[np.float32]  # (12,); (0,): none
    thresholds: NDArray[np.int64]  # (M,): the least sum of quanta over the milestone's window
    window: NDArray[np.int32]  # (M,): which of the windows
    windows: NDArray[np.int32]  # (W,): months, ascending
    cluster: NDArray[np.int32]  # (5, K)
    practice: NDArray[np.int32]  # (4,)
    quantiles: NDArray[np.float32]  # (T, 2 * SIDE, 2), see arithmetic.look_up


class Levers(NamedTuple):
    """What changes from month to month: a plan that has any of it is simulated a month at a time.

    Revenue is in quanta, cash in *grains*, of which 2^cash_bits make a quantum; loads in clusters that ramp.
    """

    focus: int  # 1: attention is divided
    mission: int  # 1: energy is spent and restored
    finances: int  # 1: cash is counted
    accelerator: int  # months between applications; 0: none
    burnout_months: int
    admitted_months: int
    cash_bits: int
    savings: int
    living: int  # a month
    fees: int  # a month, from all survival clients
    margin: int  # of revenue: margin * quanta >> margin_shift are grains
    margin_shift: int
    slack: int  # a month: what rounding may lose of cash
    enough: int  # survival clients are let go at this sum of three months' revenue
    cash_shift: int  # cash is told in units of 2^cash_shift quanta
    capacity: np.float32
    switching_cost: np.float32
    focus_upkeep: np.float32
    attention: np.float32  # load of all survival clients
    referral: np.float32  # 0: co-owners speed nothing up
    reach: np.float32  # share of saturation that a dollar a month of levels brings
    recovery: np.float32
    drain: np.float32
    mission_upkeep: np.float32
    burnout_revenue: np.float32
    admission_odds: np.float32
    speed: np.float32


class Records(NamedTuple):
    """What one range of ``n`` trajectories leaves; the caller allocates it, zeroed."""

    reached: NDArray[np.uint16]  # (M + 1, n): month of the first passage, the legacy last; 0: never
    viable: NDArray[np.int32]  # (n,)
    launches: NDArray[np.int32]  # (n,)
    origin: NDArray[np.int32]  # (n,): launch order of the cluster that became the legacy; -1: none
    passages: NDArray[np.int64]  # (M + 1, K + 1, H + 1): how many, by viable clusters and ``reached``
    launched: NDArray[np.int64]  # (K + 1,): how many, by launches
    origins: NDArray[np.int64]  # (K + 1,): how many, by origin, 1 more than above
    revenue: NDArray[np.int64]  # (H, n) in quanta, or (0, n): not wanted
    held: NDArray[np.int64]  # (M, H)
    histogram: NDArray[np.int32]  # (H, BINS)
    moments: NDArray[np.int64]  # (H, 4): see counting.count_revenue


class LeverRecords(NamedTuple):
    """What a range leaves besides where levers are on; what a plan does not have is empty."""

    first: NDArray[np.uint16]  # (3, n): month of the first burnout, of ruin, of the first admission; 0: never
    cash: NDArray[np.int64]  # (H, n) in grains, or (0, n)
    cash_histogram: NDArray[np.int32]  # (H, CASH_BINS)
    cash_moments: NDArray[np.int64]  # (H, 4), in units of 2^cash_shift quanta
    mission: NDArray[np.int64]  # (H, n) in quanta, or (0, n)
    mission_histogram: NDArray[np.int32]  # (H, BINS)
    mission_moments: NDArray[np.int64]  # (H, 4)
    standing: NDArray[np.int32]  # (H, n): viable clusters that are established at the end of the month, or (0, n)
