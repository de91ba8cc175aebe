"""The noise as practices live it: what is left of revenue when all else is known.

One cluster that earns the same in every month, but for its noise, tells this noise in its revenue. Of the AR(1) that it
is, the innovations must be standard normal, independent from month to month, from cluster to cluster and from practice
to practice; in squares too, since two of them come from one call of Box and Muller's.
"""

from math import erfc, sqrt

import numpy as np
from scipy import stats

import clustersim as cs
from battery import Result, of_chi_square

VOLATILITY, PERSISTENCE = 0.2, 0.5
CELLS = 64


def steady(place=0, **changes):
    """A plan of which only the cluster at a place earns, from its first month on."""
    clusters = [cs.Cluster(revenue=10_000 if k == place else 0) for k in range(place + 1)]
    fixed = {"failure_rate": 0, "ramp": 1, "volatility": VOLATILITY, "persistence": PERSISTENCE, "every": 1}
    return cs.Plan(clusters=clusters, convergence=None, milestones=cs.Plan.ladder[:1], horizon=40, **fixed | changes)


def innovations(n, *, place=0, first=0, rng=7, persistence=PERSISTENCE, **changes):
    """Innovations of the noise from the month on in which the cluster is launched: (n, months)."""
    revenue = cs.paths(steady(place, **changes), n=n, rng=rng, first=first).revenue[:, place:]
    y = np.log(revenue / 10_000) / VOLATILITY + VOLATILITY / 2
    rest = (y[:, 1:] - persistence * y[:, :-1]) / sqrt(1 - persistence**2)
    return np.concatenate((y[:, :1], rest), axis=1)


def normal(e, name):
    """Whether numbers are standard normal, by cells of equal probability."""
    cells = np.floor(stats.norm.cdf(e) * CELLS).astype(np.int64).clip(0, CELLS - 1)
    counts = np.bincount(cells.ravel(), minlength=CELLS)
    yield Result(f"{name}: normal", of_chi_square(counts, counts.sum() / CELLS))


def unrelated(a, b, name):
    """Whether pairs of standard normals are uncorrelated, as they are and squared."""
    for what, x, y, variance in (("", a, b, 1), (" of squares", a**2 - 1, b**2 - 1, 4)):
        z = float((x * y).sum()) / (variance * sqrt(x.size))
        yield Result(f"{name}: correlation{what}", erfc(abs(z) / sqrt(2)))


def lived(n, first=0, **changes):
    """All tests of the noise of n practices."""
    e, other = (innovations(n, place=place, first=first, **changes) for place in (0, 3))
    for place in range(4):
        yield from normal(e[:, place::4], f"month {place + 1} of four")
    for lag, name in {1: "the next month", **{lag: f"{lag} months later" for lag in (2, 3, 4, 12)}}.items():
        yield from unrelated(e[:, :-lag], e[:, lag:], name)
    for apart, name in {1: "the next practice", **{by: f"{by:,} practices on" for by in (2, 4, 8, 16, 1_024)}}.items():
        yield from unrelated(e[:-apart], e[apart:], name)
    yield from unrelated(e[:, 3:], other, "three clusters on")
    yield from unrelated(e[:-1, 3:], other[1:], "three clusters and a practice on")
    yield from unrelated(e[1:, :-4], e[:-1, 4:], "a practice on, four months before")
