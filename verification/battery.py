"""A battery of tests for randomness, of words where the simulation reads them.

Every test gives a p-value: the probability that a truly random source would be as far from what is expected, or
farther, on either side. A source fails if any p-value of a battery of m is below ``FALSE_ALARM / m``: so a truly random
one fails once in a million batteries.
"""

from dataclasses import dataclass
from itertools import combinations
from math import erfc, sqrt

import numpy as np
from scipy import stats

from clustersim.kernel.philox import ACCELERATOR, DRAW, MARKET, PRACTICE
from streams import BLOCKS, CLUSTERS, addresses

FALSE_ALARM = 1e-6

#: Words at a time.
CHUNK = 1 << 19


@dataclass(frozen=True)
class Result:
    """One test's p-value."""

    name: str
    p: float


def two_sided(below, above):
    """A p-value from the probabilities of at most so much, and of at least so much."""
    return float(min(1.0, 2 * min(below, above)))


def of_chi_square(counts, expected, fitted=0):
    """Pearson's test, for too far from what is expected and for too near."""
    counts, expected = np.ravel(counts), np.broadcast_to(expected, np.shape(counts)).ravel()
    # A cell with an empty row or column has 0 where 0 is expected.
    statistic = float(((counts - expected) ** 2 / np.maximum(expected, 1e-300)).sum())
    chi2 = stats.chi2(len(counts) - 1 - fitted)
    return two_sided(chi2.cdf(statistic), chi2.sf(statistic))


def of_independence(table):
    """Pearson's test of a table, given its margins."""
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    return of_chi_square(table, np.outer(rows, columns) / table.sum(), fitted=len(rows) + len(columns) - 2)


def of_poisson(count, mean):
    number = stats.poisson(mean)
    return two_sided(number.cdf(count), number.sf(count - 1))


# Neighbours: two words whose addresses differ by one step


class Pairs:
    """Counts of pairs of words, from which it is told whether one knows anything of the other.

    Four tests: the correlation of the two as uniform numbers; how many of their 32 bits agree; and whether their four
    highest bits are independent, and their four lowest. None minds that a word is first in one pair and second in
    another: products of neighbours in a chain are uncorrelated, their differences independent, and of the tables the
    margins are taken out (I. J. Good, The serial test for sampling numbers, 1953).
    """

    def __init__(self):
        self.n, self.product = 0, 0.0
        self.agree = np.zeros(33, np.int64)
        self.high, self.low = np.zeros(256, np.int64), np.zeros(256, np.int64)

    def add(self, a, b):
        """Count pairs of words: (n,) each."""
        u, v = (word.astype(np.float64) / 2.0**32 + (2.0**-33 - 0.5) for word in (a, b))
        self.n += len(a)
        self.product += float(u @ v)
        self.agree += np.bincount(np.bitwise_count(a ^ b), minlength=33)
        self.high += np.bincount((a >> 28) << 4 | b >> 28, minlength=256)
        self.low += np.bincount((a & 15) << 4 | b & 15, minlength=256)

    def tests(self, name):
        # A product of two independent uniforms about 0 has the variance 1/144.
        z = 12 * self.product / sqrt(self.n)
        bits = stats.binom(32, 0.5).pmf(np.arange(33)) * self.n
        middle = slice(6, 27)  # beyond, fewer than 5 in a million agree: they are one cell on either side
        expected = [bits[:6].sum(), *bits[middle], bits[27:].sum()]
        agree = [self.agree[:6].sum(), *self.agree[middle], self.agree[27:].sum()]
        yield Result(f"{name}: correlation", erfc(abs(z) / sqrt(2)))
        yield Result(f"{name}: bits that agree", of_chi_square(agree, expected))
        yield Result(f"{name}: highest bits", of_independence(self.high.reshape(16, 16)))
        yield Result(f"{name}: lowest bits", of_independence(self.low.reshape(16, 16)))


def _every(places, draws):
    """All pairs of a place and a draw, flattened."""
    grid = np.meshgrid(np.array(places, np.uint32), np.array(draws, np.uint32), indexing="ij")
    return tuple(axis.ravel() for axis in grid)


_CLUSTER_BLOCKS = _every(range(CLUSTERS - 1), range(BLOCKS - 1))
_ONCE = [int(DRAW) + number for number in range(2)]
_PURPOSES = [int(PRACTICE), int(MARKET), int(ACCELERATOR)]

#: By name: the addresses of the first of two words, and the step to the second: trajectory, place, draw, key.
STEPS = {
    "the next trajectory": (_CLUSTER_BLOCKS, (1, 0, 0, 0)),
    "the next block of lanes": (_CLUSTER_BLOCKS, (1_024, 0, 0, 0)),
    "2^32 trajectories on": (_CLUSTER_BLOCKS, (1 << 32, 0, 0, 0)),
    "the next cluster": (_CLUSTER_BLOCKS, (0, 1, 0, 0)),
    "the next four months": (_CLUSTER_BLOCKS, (0, 0, 1, 0)),
    "the next year": (_every(range(CLUSTERS), range(BLOCKS - 3)), (0, 0, 3, 0)),
    "the next draw": (_every([*range(CLUSTERS), _PURPOSES[0]], _ONCE[:1]), (0, 0, 1, 0)),
    "the draw of the next cluster": (_every(range(CLUSTERS - 1), _ONCE), (0, 1, 0, 0)),
    "a draw and the month of its number": (_every(range(CLUSTERS), range(2)), (0, 0, 1 << 31, 0)),
    "the first cluster and the practice": (_every([0], _ONCE), (0, 1 << 31, 0, 0)),
    "the next purpose": (_every(_PURPOSES[:2], range(BLOCKS)), (0, 1, 0, 0)),
    "the second cluster and the market": (_every([1], range(BLOCKS)), (0, 1 << 31, 0, 0)),
    "the next trajectory, four months before": (_every(range(CLUSTERS), range(1, BLOCKS)), (1, 0, -1, 0)),
    "the next trajectory, the cluster before": (_every(range(1, CLUSTERS), range(BLOCKS)), (1, -1, 0, 0)),
    "the next cluster, four months before": (_every(range(CLUSTERS - 1), range(1, BLOCKS)), (0, 1, -1, 0)),
    "the next key": (_CLUSTER_BLOCKS, (0, 0, 0, 1)),
    "the next key, the trajectory before": (_CLUSTER_BLOCKS, (-1, 0, 0, 1)),
    "the key of the upper half's next": (_CLUSTER_BLOCKS, (0, 0, 0, 1 << 32)),
}


def neighbours(stream, size):
    """Tests of words one step apart, about ``size`` pairs a step; and of the words of one call."""
    for name, ((places, draws), (trajectories, place, draw, key)) in STEPS.items():
        pairs, first = Pairs(), 1  # so that there is one before
        count = max(CHUNK // (4 * len(places)), 1)
        while pairs.n < size:
            t = np.repeat(np.arange(first, first + count, dtype=np.int64), len(places))
            k, d = np.tile(places.astype(np.int64), count), np.tile(draws.astype(np.int64), count)
            there = (np.uint32((k + place) & 0xFFFFFFFF), np.uint32((d + draw) & 0xFFFFFFFF))
            a = stream.words(t.astype(np.uint64), np.uint32(k), np.uint32(d))
            b = stream.words((t + trajectories).astype(np.uint64), *there, key=key)
            pairs.add(a.ravel(), b.ravel())
            first += count
        yield from pairs.tests(name)
    yield from _within_calls(stream, size)


def _within_calls(stream, size):
    places = list(combinations(range(4), 2))
    pairs, first, step = [Pairs() for _ in places], 0, max(CHUNK // (4 * len(addresses()[0])), 1)
    while pairs[0].n < size:
        words = stream.interleaved(first, step).reshape(-1, 4)
        for (i, j), counts in zip(places, pairs, strict=True):
            counts.add(words[:, i], words[:, j])
        first += step
    for (i, j), counts in zip(places, pairs, strict=True):
        yield from counts.tests(f"words {i} and {j} of a call")


# The interleaved stream: all words of a trajectory, and then those of the next


class Sequence:
    """Counts of a sequence of words: bytes by place, words and spacings that come twice, ranks of matrices."""

    def __init__(self):
        self.bytes = np.zeros((16, 256), np.int64)
        self.ranks = np.zeros(4, np.int64)
        self.repeated, self.repetitions = 0, 0.0
        self.spacings, self.years = 0, 0

    def add(self, words):
        values = words.view(np.uint8).reshape(-1, 16).astype(np.int64) + 256 * np.arange(16)
        self.bytes += np.bincount(values.ravel(), minlength=16 * 256).reshape(16, 256)
        self.ranks += ranks(words)
        self.repeated += len(words) - len(np.unique(words))
        self.repetitions += expected_repetitions(len(words))
        found, years = repeated_spacings(words)
        self.spacings, self.years = self.spacings + found, self.years + years

    def tests(self):
        totals = self.bytes.sum(axis=1)
        for place, counts in enumerate(self.bytes):
            yield Result(f"bytes by their place: {place}", of_chi_square(counts, totals[place] / 256))
        ones = self.bytes @ (np.arange(256)[:, None] >> np.arange(8) & 1)  # by place and bit
        yield Result("ones in each of 128 bits", of_normals((2 * ones - totals[:, None]) / np.sqrt(totals)[:, None]))
        yield Result("words that come twice in half a million", of_poisson(self.repeated, self.repetitions))
        yield Result("rank of 32 words as a matrix of bits", of_chi_square(self.ranks, RANKS * self.ranks.sum()))
        yield Result("spacings of 4,096 birthdays that come twice", of_poisson(self.spacings, SPACINGS * self.years))


def sequence(stream, size):
    """Tests of ``size`` words of the interleaved stream, or a little more."""
    step = max(CHUNK // (4 * len(addresses()[0])), 1)
    counts, done, first = Sequence(), 0, 0
    while done < size:
        words = stream.interleaved(first, step)
        counts.add(words)
        done, first = done + len(words), first + step
    yield from counts.tests()


def of_normals(z):
    """Whether some numbers are standard normal, by the sum of their squares."""
    chi2, statistic = stats.chi2(np.size(z)), float((z**2).sum())
    return two_sided(chi2.cdf(statistic), chi2.sf(statistic))


def expected_repetitions(n, values=2.0**32):
    """How many of n words are expected to be one of those before: n less the number of different ones."""
    return n + values * np.expm1(n * np.log1p(-1 / values))


def probability_of_rank(rank, size=32):
    """How often a random square matrix of bits has some rank (Marsaglia and Tsay 1985)."""
    i = np.arange(rank)
    return 2.0 ** -((size - rank) ** 2) * np.prod((1 - 2.0 ** (i - size)) ** 2 / (1 - 2.0 ** (i - rank)))


#: Probabilities of the ranks 29 or less, 30, 31, 32.
RANKS = np.array([1 - sum(map(probability_of_rank, (30, 31, 32))), *map(probability_of_rank, (30, 31, 32))])


def ranks(words):
    """How many matrices of 32 words each have the rank 29 or less, 30, 31, 32."""
    count = len(words) // 32
    rows, every = words[: count * 32].reshape(count, 32).copy(), np.arange(count)
    free = np.ones((count, 32), bool)  # rows that are no pivot yet
    for bit in range(32):
        has = free & (rows >> np.uint32(bit) & 1).astype(bool)
        pivot, some = has.argmax(axis=1), has.any(axis=1)
        free[every[some], pivot[some]] = has[every, pivot] = False
        rows ^= np.where(has, rows[every, pivot][:, None], 0).astype(np.uint32)
    return np.bincount(np.maximum(3 - free.sum(axis=1), 0), minlength=4)


#: Birthdays in a year of 2^32 days (Marsaglia).
BIRTHDAYS, DAYS = 4_096, 2.0**32

#: How many of a year's spacings are expected to be one of the others: pairs, less what triples count too often.
SPACINGS = BIRTHDAYS * (BIRTHDAYS - 1) * (BIRTHDAYS - 2) / 4 / DAYS - BIRTHDAYS**5 / 18 / DAYS**2


def repeated_spacings(words):
    """How many spacings of birthdays are one of the others of their year, and of how many years."""
    years = len(words) // BIRTHDAYS
    days = np.sort(words[: years * BIRTHDAYS].reshape(years, BIRTHDAYS), axis=1)
    spacings = np.sort(np.diff(days, axis=1), axis=1)
    return int((np.diff(spacings, axis=1) == 0).sum()), years


def failures(tests):
    """Those of a whole battery's tests that fail."""
    tests = list(tests)
    return [test for test in tests if test.p < FALSE_ALARM / len(tests)]


def battery(stream, size):
    """Everything, about ``size`` words or pairs a test."""
    return [*neighbours(stream, size), *sequence(stream, size)]
