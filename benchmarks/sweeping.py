"""What a sweep costs beside one run of as many practices: ``python benchmarks/sweeping.py [POINTS] [N]``.

200 points of 100 000 practices if nothing is said; interleaved, so that what disturbs the machine disturbs both.
"""

import sys
from time import perf_counter

import numpy as np

import clustersim as cs

ROUNDS = 3


def timed(function):
    """Seconds that a call takes."""
    began = perf_counter()
    function()
    return perf_counter() - began


def main():
    points, n = (int(text) for text in (*sys.argv[1:3], "200", "100000")[:2]) if len(sys.argv) > 2 else (200, 100_000)
    rates = np.linspace(0.49, 0.51, points)  # points that are alike, so that only the sweep itself makes a difference
    cs.simulate(cs.Plan(), n=10_000, rng=1)
    swept = [timed(lambda: cs.sweep(cs.Plan(), {"failure_rate": rates}, n, rng=7))]
    at_once = [timed(lambda: cs.simulate(cs.Plan(), points * n, rng=7))]
    for _ in range(ROUNDS - 1):
        swept.append(timed(lambda: cs.sweep(cs.Plan(), {"failure_rate": rates}, n, rng=7)))
        at_once.append(timed(lambda: cs.simulate(cs.Plan(), points * n, rng=7)))
    print(f"{points} points of {n:,} practices: {min(swept):.1f} s, {points * n / min(swept):,.0f} practices a second")
    print(f"one run of as many: {min(at_once):.1f} s; the sweep takes {min(swept) / min(at_once):.2f} times as long")


if __name__ == "__main__":
    main()
