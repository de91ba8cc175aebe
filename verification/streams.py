"""Random words as the simulation addresses them, and address schemes that are wrong.

A *scheme* turns what a word is for, trajectory, place (a cluster or a purpose) and draw (a draw's number or a block of
months), into the counter of Philox. ``docs/decisions/0001-address-table.md`` has the one that is used; the others are
mistakes that one could make, and the battery must find each.
"""

import numpy as np

from clustersim.kernel.jit import jit
from clustersim.kernel.philox import ACCELERATOR, DRAW, MARKET, PRACTICE, philox

#: Clusters, blocks of four months and draws of the default plan with every lever on.
CLUSTERS, BLOCKS, CLUSTER_DRAWS, PRACTICE_DRAWS = 12, 30, 2, 2

LOW, HALF = np.uint64(0xFFFFFFFF), np.uint64(32)


@jit
def _fill(counters, key, words):
    for i in range(len(counters)):
        w0, w1, w2, w3 = philox(counters[i, 0], counters[i, 1], counters[i, 2], counters[i, 3], key)
        words[i, 0] = w0
        words[i, 1] = w1
        words[i, 2] = w2
        words[i, 3] = w3


def at_counters(counters, key):
    """The words at some counters, (n, 4) each: by the kernel's own function."""
    words = np.empty(counters.shape, np.uint32)
    _fill(np.ascontiguousarray(counters), np.uint64(key), words)
    return words


def of_few_rounds(rounds):
    """Philox as it would be with fewer rounds than ten, in NumPy."""

    def at(counters, key):
        c0, c1, c2, c3 = counters.T.astype(np.uint64)
        k0, k1 = np.uint64(key) & LOW, np.uint64(key) >> HALF
        for _ in range(rounds):
            p0, p1 = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
            c0, c1, c2, c3 = (p1 >> HALF) ^ c1 ^ k0, p1 & LOW, (p0 >> HALF) ^ c3 ^ k1, p0 & LOW
            k0, k1 = (k0 + np.uint64(0x9E3779B9)) & LOW, (k1 + np.uint64(0xBB67AE85)) & LOW
        return np.stack([c0, c1, c2, c3], axis=1).astype(np.uint32)

    return at


def as_addressed(trajectory, place, draw):
    """The scheme of stream v1: (n,) whole numbers each, or one for all, to counters (n, 4)."""
    trajectory = np.asarray(trajectory, np.uint64)
    counters = np.empty((np.broadcast(trajectory, place, draw).size, 4), np.uint32)
    counters[:, 0] = trajectory & LOW
    counters[:, 1] = trajectory >> HALF
    counters[:, 2] = place
    counters[:, 3] = draw
    return counters


def months_run_into_neighbours(trajectory, place, draw):
    """A mistake: the month is added to the trajectory, as if each had a stream that runs on."""
    return as_addressed(trajectory + np.asarray(draw, np.uint64), place, 0)


def clusters_run_into_months(trajectory, place, draw):
    """A mistake: the next cluster begins a block of months later in the same stream."""
    return as_addressed(trajectory, 0, np.asarray(place, np.uint32) + np.asarray(draw, np.uint32))


def clusters_are_forgotten(trajectory, place, draw):
    """A mistake: all clusters of a practice have the same luck."""
    return as_addressed(trajectory, np.where(np.asarray(place) < PRACTICE, 0, place), draw)


def draws_are_months(trajectory, place, draw):
    """A mistake: draw 0 has the address of the first block of months, and so on."""
    return as_addressed(trajectory, place, np.asarray(draw, np.uint32) & np.uint32(0x7FFFFFFF))


def upper_halves_are_forgotten(trajectory, place, draw):
    """A mistake: trajectories are told apart by 32 bits."""
    return as_addressed(np.asarray(trajectory, np.uint64) & LOW, place, draw)


class Stream:
    """A source of words by what they are for: a scheme, a generator and a key."""

    def __init__(self, scheme=as_addressed, generator=at_counters, key=7):
        self._scheme, self._generator, self._key = scheme, generator, key

    def words(self, trajectory, place, draw, key=0):
        """Four words each, (n, 4); ``key`` is added to the stream's own."""
        counters = self._scheme(*np.broadcast_arrays(np.asarray(trajectory, np.uint64), place, draw))
        return self._generator(counters, self._key + key)

    def interleaved(self, first, count):
        """All words that trajectories ``first .. first + count - 1`` may read, in the order in which they live.

        Before the first month the practice's and the clusters' draws; then a block of months after the other, in each
        the market, the accelerator and every cluster: (words,), so many that trajectories follow without a gap.
        """
        places, draws = addresses()
        trajectory = np.repeat(np.arange(first, first + count, dtype=np.uint64), len(places))
        return self.words(trajectory, np.tile(places, count), np.tile(draws, count)).ravel()


def addresses():
    """The places and draws that one trajectory reads, in the order of its life: (446,) each."""
    begin = [(int(PRACTICE), int(DRAW) + d) for d in range(PRACTICE_DRAWS)]
    begin += [(k, int(DRAW) + d) for k in range(CLUSTERS) for d in range(CLUSTER_DRAWS)]
    purposes = [int(MARKET), int(ACCELERATOR), *range(CLUSTERS)]
    life = begin + [(place, block) for block in range(BLOCKS) for place in purposes]
    return tuple(np.array(column, np.uint32) for column in zip(*life, strict=True))
