"""The words that the simulation reads are random, where it reads them; a wrong address would be seen.

Fixed keys. A battery of m tests fails if one p-value is below 1e-6 / m: of truly random words once in a million. The
larger one is ``python verification randomness``.
"""

import numpy as np
import pytest

import battery
import clustersim as cs
import noise
import streams
from battery import failures
from streams import Stream

SIZE = 200_000
PRACTICES = 10_000


def names(failed):
    return {result.name.split(":")[0] for result in failed}


@pytest.mark.parametrize("key", [0, 7, 2**64 - 2**33])
def test_words_are_random_where_they_are_read(key):
    results = battery.battery(Stream(key=key), SIZE)
    assert len(results) == len({result.name for result in results}) == 116
    assert failures(results) == []


MISTAKES = {
    streams.months_run_into_neighbours: "the next trajectory, four months before",
    streams.clusters_run_into_months: "the next cluster, four months before",
    streams.clusters_are_forgotten: "the next cluster",
    streams.draws_are_months: "a draw and the month of its number",
    streams.upper_halves_are_forgotten: "2^32 trajectories on",
}


@pytest.mark.parametrize(("scheme", "seen"), MISTAKES.items(), ids=[scheme.__name__ for scheme in MISTAKES])
def test_a_mistake_in_the_addresses_is_seen(scheme, seen):
    assert seen in names(failures(battery.battery(Stream(scheme=scheme), SIZE)))


@pytest.mark.parametrize("rounds", [3, 4, 5])
def test_half_of_philox_is_seen(rounds):
    """It takes all kinds of tests, and most of the steps."""
    failed = failures(battery.battery(Stream(generator=streams.of_few_rounds(rounds)), SIZE))
    assert {"the next trajectory", "the next four months", "2^32 trajectories on"} <= names(failed)


def test_all_of_it_is_the_kernel_s():
    counters = np.random.default_rng(1).integers(0, 2**32, (1_000, 4), dtype=np.uint32)
    for key in (0, 2**64 - 1):
        assert np.array_equal(streams.of_few_rounds(10)(counters, key), streams.at_counters(counters, key))


class Spoiled:
    """Words that are random but for what is done to them, which may hang on whether the trajectory is even."""

    def __init__(self, spoil):
        self.spoil = spoil

    def words(self, trajectory, place, draw, key=0):
        words = Stream().words(trajectory, place, draw, key)
        return self.spoil(words, (np.asarray(trajectory)[:, None] % 2 == 0).astype(np.uint32))

    def interleaved(self, first, count):
        return Stream().interleaved(first, count)


SPOILED = {
    "correlation": lambda words, even: words // 8 * 7 + even * np.uint32(2**29 - 1),
    "bits that agree": lambda words, _: words & ~np.uint32(2**15),
    "highest bits": lambda words, even: words & ~(even << 28),
    "lowest bits": lambda words, even: words & ~even,
}


@pytest.mark.parametrize(("kind", "spoil"), SPOILED.items(), ids=SPOILED)
def test_each_kind_of_test_of_neighbours_sees_something(kind, spoil):
    failed = failures(battery.neighbours(Spoiled(spoil), SIZE))
    assert f"the next trajectory: {kind}" in {result.name for result in failed}


def of_sequence(words):
    counts = battery.Sequence()
    counts.add(words)
    return {result.name for result in failures(counts.tests())}


def test_each_kind_of_test_of_a_sequence_sees_something():
    words = Stream().interleaved(0, 300)
    assert of_sequence(words) == set()
    repeated = words.copy()
    repeated[:200] = repeated[200:400]
    assert "words that come twice in half a million" in of_sequence(repeated)
    linear = words.copy()
    linear[31::32] = linear[30::32] ^ linear[29::32]
    assert of_sequence(linear) == {"rank of 32 words as a matrix of bits"}
    evenly = (words[:1] + np.arange(len(words), dtype=np.uint64) * 104_729).astype(np.uint32)
    assert "spacings of 4,096 birthdays that come twice" in of_sequence(evenly)
    biased = words | (np.arange(len(words)) % 64 == 0).astype(np.uint32)
    assert {"bytes by their place: 0", "ones in each of 128 bits"} <= of_sequence(biased)


def test_ranks_have_the_probabilities_of_the_literature():
    assert battery.RANKS.tolist() == pytest.approx([0.0052854502, 0.1283502644, 0.5775761902, 0.2887880952], abs=1e-10)
    identity = (np.uint32(1) << np.arange(32, dtype=np.uint32)).astype(np.uint32)
    assert battery.ranks(np.concatenate([identity, identity[[*range(31), 0]], 0 * identity])).tolist() == [1, 0, 1, 1]


# As it is lived


def test_noise_is_normal_and_independent_of_months_clusters_and_practices():
    assert failures(noise.lived(PRACTICES)) == []


@pytest.mark.parametrize(
    ("other", "seen"),
    [
        ({"persistence": 0.48}, "the next month"),
        ({"volatility": 0.21}, "month 1 of four"),
        ({"market": cs.Market(volatility=0.05)}, "three clusters on"),
    ],
)
def test_a_slightly_other_noise_is_seen(other, seen):
    assert seen in names(failures(noise.lived(PRACTICES, **other)))
