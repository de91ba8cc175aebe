"""How many clusters are viable under two plans in one trajectory: the exact joint distribution, from lowered tables.

A cluster's fate is one word against a failure rate, and a random rate one word in its quantile table: the same words
under either plan. So a cluster that is viable under the higher rate is so under the lower one, and given the practice's
word clusters are independent of each other. What is left is to add clusters up, and to integrate over that word.
"""

from functools import lru_cache
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from clustersim.kernel.layout import FAILURE_RATE, PRACTICE_FAILURE_RATE, Tables
from clustersim.program import Program
from clustersim.viability import Floats, cells, is_constant, mean_rate, segments, stratum_weights

Table = NDArray[np.float32]

#: Pairs of numbers of viable clusters that are integrated over the practice's failure rate, at most: a second's work.
_MOST_PAIRS = 1_024

#: Four nodes stand for a part of a word's range in which no rate rises by more than a 4 K-th: to 1e-14.
_PARTS = 4

#: Nodes that are held at a time: a few megabytes.
_AT_ONCE = 512


@lru_cache(maxsize=64)
def joint_weights(one: Program, other: Program) -> Floats | None:
    """Tell how probable each two numbers of viable clusters are in one trajectory under two plans, if it is known.

    Returns
    -------
    (K + 1, L + 1) or None
        P(k viable under the one plan and l under the other); None where the distribution of either is not known, or
        where a failure rate that practices share is random and there are more than a thousand such pairs.

    Examples
    --------
    >>> from clustersim.plan.plan import Plan
    >>> from clustersim.program import lower
    >>> joint_weights(lower(Plan(clusters=1)), lower(Plan(clusters=1, failure_rate=0.25)))
    array([[0.25, 0.25],
           [0.  , 0.5 ]])
    """
    weights = stratum_weights(one)
    if weights is None or stratum_weights(other) is None:
        return None
    ours, theirs = (_rates(program.tables) for program in (one, other))
    if len(ours) == len(theirs) and all(map(_alike, ours, theirs)):
        return np.diag(weights)
    weight, shared = _practices(ours, theirs)
    if len(weight) > 1 and (len(ours) + 1) * (len(theirs) + 1) > _MOST_PAIRS:
        return None
    clusters = [_doomed(a, b, shared) for a, b in zip_longest(ours, theirs)]
    joint: Floats = np.zeros((len(ours) + 1, len(theirs) + 1))
    for begin in range(0, len(weight), _AT_ONCE):
        some = slice(begin, begin + _AT_ONCE)
        joint += np.einsum("n,nkl", weight[some], _added([[p[some] for p in fate] for fate in clusters]))
    return joint


class _Rate:
    """A cluster's failure rate: the practice's, or one of its own."""

    def __init__(self, tables: Tables, own: int) -> None:
        self.own = own >= 0
        self.table: Table = tables.quantiles[own if self.own else tables.practice[PRACTICE_FAILURE_RATE]]
        self.constant = is_constant(self.table)
        self.mean = mean_rate(self.table)


def _rates(tables: Tables) -> list[_Rate]:
    return [_Rate(tables, own) for own in tables.cluster[FAILURE_RATE].tolist()]


def _alike(one: _Rate, other: _Rate) -> bool:
    """Tell whether two rates are the same number whatever the words."""
    apart = one.own != other.own and not one.constant
    return not apart and np.array_equal(one.table, other.table)


def _practices(ours: list[_Rate], theirs: list[_Rate]) -> tuple[Floats, Floats]:
    """Choose practices' words that stand for all of them, and tell the failure rates that they share.

    Returns
    -------
    weight : (N,)
        What each stands for.
    rates : (2, N)
        Under either plan; anything where no cluster reads it.
    """
    weight, ends = np.ones(1), np.zeros((2, 2, 1))
    for plan, rates in enumerate((ours, theirs)):
        shared = [rate for rate in rates if not rate.own]
        if not shared:
            continue
        if shared[0].constant:
            ends[plan] = shared[0].mean
        else:
            weight, drawn = segments(shared[0].table)
            ends = np.broadcast_to(ends, (2, 2, len(weight))).copy() if ends.shape[2] == 1 else ends
            ends[plan] = drawn
    same, place = np.unique(ends.reshape(4, -1), axis=1, return_inverse=True)
    weight, ends = np.bincount(place.ravel(), weight).astype(np.float64), same.reshape(2, 2, -1)
    if len(weight) == 1:
        return np.ones(1), ends[:, 0]
    # Where one rate overtakes another, the rate that decides has a kink.
    weight, ends = _cut(weight, ends, ends[0] - ends[1])
    for number in sorted({rate.mean for rate in (*ours, *theirs) if rate.own and rate.constant}):
        for plan in range(2):
            weight, ends = _cut(weight, ends, ends[plan] - number)
    return _nodes(weight, ends, max(len(ours), len(theirs)))


def _cut(weight: Floats, ends: Floats, difference: Floats) -> tuple[Floats, Floats]:
    """Cut straight lines (2, 2, C) in two where a difference (2, C) of what they draw passes 0."""
    passes = difference[0] * difference[1] < 0
    at = difference[0, passes] / (difference[0, passes] - difference[1, passes])
    start, stop = ends[:, 0, passes], ends[:, 1, passes]
    middle = start + at * (stop - start)
    pieces = ends[:, :, ~passes], np.stack([start, middle], axis=1), np.stack([middle, stop], axis=1)
    weights = weight[~passes], weight[passes] * at, weight[passes] * (1 - at)
    return np.concatenate(weights), np.concatenate(pieces, axis=2)


def _nodes(weight: Floats, ends: Floats, clusters: int) -> tuple[Floats, Floats]:
    """Choose nodes on straight lines, by Gauss and Legendre's rule: four on each part, which are short."""
    start, rise = ends[:, 0], ends[:, 1] - ends[:, 0]
    parts = np.maximum(np.ceil(_PARTS * clusters * np.abs(rise).max(axis=0)), 1).astype(int)
    line = np.repeat(np.arange(len(weight)), parts)
    number = np.arange(len(line)) - np.repeat(np.cumsum(parts) - parts, parts)
    x, w = np.polynomial.legendre.leggauss(4)
    at = (number[:, None] + (x + 1) / 2) / parts[line, None]
    rates = start[:, line, None] + rise[:, line, None] * at
    return ((weight / parts)[line, None] * w / 2).ravel(), rates.reshape(2, -1)


def _doomed(one: _Rate | None, other: _Rate | None, shared: Floats) -> list[Floats]:
    """Tell how probably a cluster is doomed on the one plan, the other, and both; nan where a plan lacks it: (N,)."""
    alone = [_rate(rate, of) for rate, of in zip((one, other), shared, strict=True)]
    if one is None or other is None:
        both = np.full(shared.shape[1], np.nan)
    elif one.own and other.own:
        both = np.full(shared.shape[1], _smaller(one, other))
    elif one.own and not one.constant:
        both = _capped(one.table, alone[1])
    elif other.own and not other.constant:
        both = _capped(other.table, alone[0])
    else:
        both = np.minimum(*alone)
    return [*alone, np.clip(both, alone[0] + alone[1] - 1, np.minimum(*alone))]  # whatever the last digits


def _rate(rate: _Rate | None, shared: Floats) -> Floats:
    if rate is not None and not rate.own:
        return shared
    return np.full(len(shared), np.nan if rate is None else rate.mean)


def _smaller(one: _Rate, other: _Rate) -> float:
    """Tell the mean of the smaller of two rates that are drawn from one word."""
    if one.constant and other.constant:
        return min(one.mean, other.mean)
    weight, ours = segments(one.table)
    ends = np.stack([ours, segments(other.table)[1]])
    weight, ends = _cut(weight, ends, ends[0] - ends[1])
    return float(weight @ ends.mean(axis=1).min(axis=0))


def _capped(table: Table, most: Floats) -> Floats:
    """Tell the mean of what a table draws or a cap (N,), whichever is less."""
    weight, low, high = cells(table)
    order = np.argsort(low + high)
    weight, low, high = weight[order], low[order], high[order]
    below = np.concatenate([[0.0], np.cumsum(weight * (low + high) / 2)])
    above = np.concatenate([np.cumsum(weight[::-1])[::-1], [0.0]])
    first = np.searchsorted(high, most, side="right")  # of those that reach beyond the cap
    last = np.minimum(first, len(weight) - 1)
    start, width = low[last], np.maximum(high[last] - low[last], 1e-300)
    within = np.clip(most - start, 0, width)
    cut = (first < len(weight)) * weight[last] * (np.minimum(start, most) + within - within**2 / (2 * width))
    return np.asarray(below[first] + cut + above[np.minimum(first + 1, len(weight))] * most)


def _added(fates: list[list[Floats]]) -> Floats:
    """Add up clusters that are independent: to the probabilities of two numbers viable, (N, K + 1, L + 1)."""
    joint: Floats = np.ones((len(fates[0][0]), 1, 1))
    for fate in fates:
        mine, its, both = (p[:, None, None] for p in fate)
        ours, theirs = not np.isnan(mine[0, 0, 0]), not np.isnan(its[0, 0, 0])
        _, rows, columns = joint.shape
        grown: Floats = np.zeros((len(joint), rows + ours, columns + theirs))
        if ours and theirs:
            grown[:, :rows, :columns] += both * joint
            grown[:, 1:, :columns] += (its - both) * joint
            grown[:, :rows, 1:] += (mine - both) * joint
            grown[:, 1:, 1:] += (1 - mine - its + both) * joint
        else:
            doomed = mine if ours else its
            grown[:, :rows, :columns] += doomed * joint
            grown[:, int(ours) :, int(theirs) :] += (1 - doomed) * joint
        joint = grown
    return joint
