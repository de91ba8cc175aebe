"""The default plan in vectorised float64 NumPy, in blocks of trajectories.

``python benchmarks/peers/vectorised.py`` prints trajectories a second by the size of the blocks.
"""

import time
from math import gamma

import numpy as np

CLUSTERS, HORIZON, BINS, NEVER = 12, 120, 1024, 10**6
LEVELS = (1e4, 2e4, 3e4, 4e4, 6e4, 6e4, 6e4, 1e6 / 12)
WINDOWS = (3, 3, 3, 3, 3, 1, 12, 12)

BLOCK = 4_000


def ramp(x):
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


def simulate(n, rng):
    """First passages by milestone (the legacy last), and the histogram of revenue by month."""
    log_variance = np.log(1.09)
    doomed = rng.random((CLUSTERS, n)) < 0.5
    price = np.exp(np.log(10_000) - log_variance / 2 + np.sqrt(log_variance) * rng.standard_normal((CLUSTERS, n)))
    price *= np.where(doomed, 0.25, 1)
    months = 6 * np.exp(0.5 * rng.standard_normal((CLUSTERS, n)))
    trial = np.where(doomed, np.ceil(3 + 6 * rng.random((CLUSTERS, n))), 1e9)
    aim = 20_000 + 30_000 * rng.random((3, n))
    consolidation = 18 * np.exp(0.3 * rng.standard_normal(n))
    waiting = np.maximum(1, np.ceil(60 / gamma(4 / 3) * (-np.log(rng.random(n))) ** (1 / 3)))
    y, level = np.zeros((CLUSTERS, n)), np.zeros((CLUSTERS, n))
    base, target, lead = np.zeros((3, n)), np.zeros((3, n)), np.zeros((3, n), int)
    converged = np.full(n, NEVER)
    revenue, histogram = np.empty((HORIZON, n)), np.zeros((HORIZON, BINS), np.int64)
    hit = np.full((9, n), HORIZON + 1)
    launch = 3 * np.arange(CLUSTERS)[:, None]
    for t in range(1, HORIZON + 1):
        k = min(CLUSTERS, (t + 2) // 3)
        merged = converged < t
        e, age = rng.standard_normal((k, n)), t - launch[:k]
        y[:k] = 0.5 * y[:k] + 0.8660254 * e
        if t == launch[k - 1, 0] + 1:
            y[k - 1] = e[k - 1]
        level[:k] = price[:k] * ramp(age / months[:k]) * ((age <= trial[:k]) & ~merged)
        noise = np.exp(0.2 * y - 0.02)
        total = np.einsum("kn,kn->n", level[:k], noise[:k])
        if merged.any():
            grown = base + (target - base) * ramp((t - converged) / consolidation)
            total += np.where(merged, (grown * np.take_along_axis(noise, lead, 0)).sum(0), 0)
        revenue[t - 1] = total
        histogram[t - 1] = np.bincount(np.minimum((total * (BINS / 4e5)).astype(int), BINS - 1), minlength=BINS)
        averages = {w: revenue[t - w : t].sum(0) / w if t >= w else 0 * total for w in (3, 12)} | {1: total}
        for m in range(8):
            hit[m][(averages[WINDOWS[m]] >= LEVELS[m]) & (hit[m] > HORIZON)] = t
        new = hit[4] == t
        if new.any():
            live = np.where((t - launch) < trial, level, -1.0)[:, new]
            live[k:] = -1
            order = np.argsort(-live, axis=0, kind="stable")[:3]
            top = np.take_along_axis(live, order, 0)
            there = top >= 0
            rest = np.where(live >= 0, live, 0).sum(0) - np.where(there, top, 0).sum(0)
            start = np.where(there, top + rest / np.maximum(1, there.sum(0)), 0)
            base[:, new], lead[:, new] = start, order
            target[:, new] = np.where(there, np.maximum(aim[:, new], start), 0)
            converged[new] = t
        hit[8][(converged < t) & (t - converged >= waiting) & (hit[8] > HORIZON)] = t
    return hit, histogram


def simulate_in_blocks(n, rng, block=BLOCK):
    """As many trajectories, a block at a time."""
    for first in range(0, n, block):
        simulate(min(block, n - first), rng)


def main():
    rng = np.random.default_rng(1)
    for block in (500, 1_000, 2_000, 4_000):
        begin = time.perf_counter()
        simulate_in_blocks(20_000, rng, block)
        print(f"blocks of {block}: {20_000 / (time.perf_counter() - begin):.0f} trajectories a second")


if __name__ == "__main__":
    main()
