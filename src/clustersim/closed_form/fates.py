"""First passages by enumeration: every combination of fates, when nothing else is left to chance.

With levels, ramps and lives fixed and no noise, fates decide everything. There are ``2^K`` of them; each is lived
through once and weighted by its probability.
"""

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from clustersim.closed_form.clusters import Offering
from clustersim.kernel.layout import Tables
from clustersim.viability import with_shared

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Clusters whose fate is open, at most: a million combinations.
MOST = 20

#: Combinations at a time.
_CHUNK = 1 << 13

#: Levels are float32 in the simulator: a sum nearer to its threshold than this share could fall on either side of it.
#: Half of what thresholds are lowered by, so that sums which reach a level by design are clear of it.
RESOLUTION = 2.0**-21


@dataclass(frozen=True, kw_only=True, eq=False)
class Enumerated:
    """Chances by month, lowest and highest possible: (M, 2, H + 1) each, of having reached and of being there."""

    combinations: int
    reached: Floats
    held: Floats


def open_fates(tables: Tables, clusters: tuple[Offering, ...]) -> list[int]:
    """Tell which clusters' fates matter and are not certain."""
    return [
        k
        for k, cluster in enumerate(clusters)
        if cluster.can_fail and cluster.can_succeed and 1 + k * tables.every <= tables.horizon
    ]


def enumerated(tables: Tables, clusters: tuple[Offering, ...]) -> Enumerated:
    """Live through all fates of clusters whose levels are fixed."""
    places = open_fates(tables, clusters)
    shape = (len(tables.thresholds), 2, tables.horizon + 1)
    first, held = np.zeros(shape), np.zeros(shape)
    for begin in range(0, 1 << len(places), _CHUNK):
        number = np.arange(begin, min(begin + _CHUNK, 1 << len(places)))
        viable = np.tile([cluster.can_succeed for cluster in clusters], (len(number), 1))
        viable[:, places] = number[:, None] >> np.arange(len(places)) & 1
        chance = _chance(tables, clusters, places, viable)
        revenue = _revenue(tables, clusters, viable)
        quanta = np.minimum(revenue * float(tables.quanta), float(tables.ceiling))
        total = np.concatenate((np.zeros((len(number), 1)), np.cumsum(quanta, axis=1)), axis=1)
        for m in range(len(tables.thresholds)):
            for side, at_level in enumerate(_at_level(tables, m, total)):
                held[m, side, 1:] += chance @ at_level
                month = np.where(at_level.any(axis=1), at_level.argmax(axis=1) + 1, 0)
                first[m, side] += np.bincount(month, weights=chance, minlength=tables.horizon + 1)
    first[:, :, 0] = 0
    return Enumerated(
        combinations=1 << len(places), reached=np.minimum(np.cumsum(first, axis=2), 1), held=np.minimum(held, 1)
    )


def _chance(tables: Tables, clusters: tuple[Offering, ...], places: list[int], viable: Flags) -> Floats:
    """Tell how probable combinations of fates are."""
    shared = [k for k in places if clusters[k].own_rate is None]
    number = with_shared(tables, len(shared))
    each = number / [comb(len(shared), j) for j in range(len(shared) + 1)]
    chance = each[viable[:, shared].sum(axis=1)]
    for k in places:
        rate = clusters[k].own_rate
        if rate is not None:
            chance = chance * np.where(viable[:, k], 1 - rate, rate)
    return np.asarray(chance)


def _revenue(tables: Tables, clusters: tuple[Offering, ...], viable: Flags) -> Floats:
    """Tell what practices earn in every month, in dollars: (combinations, H)."""
    earned = np.array([[cluster.earnings(tables, viable=fate) for cluster in clusters] for fate in (False, True)])
    if tables.at_once:
        revenue = np.zeros((len(viable), tables.horizon))
        for k, start in enumerate(starts(tables, clusters, viable)):
            age = np.arange(1, tables.horizon + 1) - start[:, None]
            place = np.maximum(age, 0)
            by_age = np.where(viable[:, k, None], earned[1, k, place], earned[0, k, place])
            revenue += np.where(age >= 0, by_age, 0.0)
    else:
        for k in range(len(clusters)):  # launch months are the same for all
            shift = min(k * tables.every, tables.horizon)
            earned[:, k] = np.concatenate((np.zeros((2, shift)), earned[:, k, : tables.horizon - shift]), axis=1)
        revenue = viable @ earned[1] + ~viable @ earned[0]
    if tables.season.size:
        revenue = revenue * np.resize(tables.season.astype(np.float64), tables.horizon)
    return np.asarray(revenue)


def starts(tables: Tables, clusters: tuple[Offering, ...], viable: Flags) -> Floats:
    """Tell when clusters are launched while fewer than ``at_once`` are ramping (model 3.1): (K, combinations)."""
    limit = min(tables.at_once, len(clusters)) or len(clusters)
    never = 2 * tables.horizon + 1
    start = np.ones(len(viable), np.int64)
    ends = np.zeros((0, len(viable)), np.int64)  # the latest months of ramping
    launched = []
    for k, cluster in enumerate(clusters):
        if k >= limit:
            start = np.maximum(start, np.sort(ends, axis=0)[-limit] + 1)
        start = np.where(start > tables.horizon, never, start)
        launched.append(start)
        ramping = [min(cluster.ramping, cluster.months(viable=fate)) for fate in (False, True)]
        ends = np.concatenate((ends, [start + np.where(viable[:, k], ramping[1], ramping[0]).astype(np.int64) - 1]))
        start = np.minimum(start + tables.every, never)
    return np.array(launched)


def _at_level(tables: Tables, m: int, total: Floats) -> tuple[Flags, Flags]:
    """Tell where averages are at a milestone's level, for certain and possibly: (combinations, H) each."""
    window, threshold = int(tables.windows[tables.window[m]]), float(tables.thresholds[m])
    sums = np.full((total.shape[0], tables.horizon), -1.0)
    if window <= tables.horizon:
        sums[:, window - 1 :] = total[:, window:] - total[:, :-window]
    if threshold <= 0:
        return sums >= 0, sums >= 0
    # Each month is rounded to a whole quantum: what is beyond the last whole sum below the threshold is at it.
    margin = window / 2 + RESOLUTION * threshold
    surely = sums > threshold - 1 + margin
    possibly = sums >= threshold - margin
    return surely, possibly
