"""Arrays of a block: apart from each other, zero, and where a vector finds them at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clustersim as cs
from clustersim.kernel import lanes, lives
from clustersim.kernel.arena import LINE, PAGE, Arena
from clustersim.program import lower

shapes = st.integers(0, 5_000) | st.tuples(st.integers(0, 9), st.integers(0, 700))
kinds = st.sampled_from([np.float32, np.int32, np.int64])


@given(st.lists(st.tuples(shapes, kinds), max_size=20), st.integers(0, 1 << 20))
@settings(max_examples=50)
def test_arrays_are_zero_aligned_and_apart(asked, size):
    arena = Arena(size)
    arrays = [arena.zeros(*each) for each in asked]
    for i, ((shape, kind), array) in enumerate(zip(asked, arrays, strict=True)):
        assert (array.shape, array.dtype) == (np.zeros(shape, kind).shape, kind)
        assert array.size == 0 or array.ctypes.data % LINE == 0
        assert array.flags.c_contiguous
        assert array.flags.writeable
        assert not array.any()
        array[...] = i + 1
    for i, array in enumerate(arrays):
        assert (array == i + 1).all()


def test_ones_are_ones():
    assert Arena(100).ones((2, 3), np.float32).tolist() == [[1, 1, 1]] * 2


@pytest.mark.parametrize("workspace", [lanes.workspace, lives.workspace])
def test_a_block_lies_on_large_pages_and_a_small_one_takes_none(workspace):
    tables = lower(cs.Plan(mission={}, focus={})).tables
    arrays = [array for part in workspace(tables, 100_000) for array in part]
    first, last = arrays[0], max(arrays, key=lambda array: array.ctypes.data)
    assert first.ctypes.data % PAGE == 0
    assert last.ctypes.data + last.nbytes <= first.ctypes.data + 3 * PAGE
    for array in arrays:
        assert array.ctypes.data % LINE == 0
        assert array.shape[-1] * array.itemsize % LINE == 0 or array.ndim == 1 or array.shape[-1] == tables.clusters
    few = [array for part in workspace(tables, 10) for array in part]
    assert max(array.base.nbytes for array in few) < 1 << 18
