"""The standard normals of a stretch: one call of Philox serves four months."""

import numpy as np

from clustersim.kernel.arithmetic import normal_pair
from clustersim.kernel.jit import inline
from clustersim.kernel.philox import of_lane


@inline
def four_normals(
    first: np.uint64, lane: np.int32, purpose: np.uint32, block: np.uint32, key: np.uint64
) -> tuple[np.float32, np.float32, np.float32, np.float32]:
    """Draw the noise of the trajectory ``first + lane`` in four months, for a cluster or the market."""
    w0, w1, w2, w3 = of_lane(first, lane, purpose, block, key)
    e0, e1 = normal_pair(w0, w1)
    e2, e3 = normal_pair(w2, w3)
    return e0, e1, e2, e3
