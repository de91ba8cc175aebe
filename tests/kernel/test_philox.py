"""Philox against its authors' vectors, and against a second implementation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from randomgen import Philox

from clustersim.kernel import philox as kernel
from clustersim.twin.philox import words as twins
from compiled import called

philox = called(kernel.philox)
words = st.integers(0, 2**32 - 1)

# Random123's kat_vectors, philox4x32-10: counter, key, result
VECTORS = [
    (
        (0, 0, 0, 0),
        (0, 0),
        (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8),
    ),
    (
        (0xFFFFFFFF,) * 4,
        (0xFFFFFFFF,) * 2,
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


def ours(counter, key):
    return philox(*(np.uint32(word) for word in counter), np.uint64(key[0] | key[1] << 32))


@pytest.mark.parametrize(("counter", "key", "result"), VECTORS)
def test_known_answers(counter, key, result):
    assert ours(counter, key) == result


@given(st.tuples(words, words, words, words), st.tuples(words, words))
def test_randomgen_agrees(counter, key):
    number = sum(word << 32 * i for i, word in enumerate(counter))
    # randomgen steps the counter before it draws.
    witness = Philox(key=key[0] | key[1] << 32, counter=(number - 1) % 2**128, number=4, width=32)
    assert ours(counter, key) == tuple(int(word) for word in witness.random_raw(4))


@given(st.tuples(words, words, words, words), st.tuples(words, words))
def test_the_twin_draws_the_same_words(counter, key):
    trajectory = counter[0] | counter[1] << 32
    assert twins(trajectory, *counter[2:], key[0] | key[1] << 32) == [int(word) for word in ours(counter, key)]
