"""The limit: the normals that a simulation cannot do without, and nothing else."""

import numpy as np

from clustersim.kernel.arithmetic import normal_pair
from clustersim.kernel.jit import jit
from clustersim.kernel.philox import of_lane

#: Normals that a trajectory of the default plan needs: a cluster-month alive, or a mega-month, takes one. The scalar C
#: program draws 436 of them a trajectory.
NORMALS = 440


@jit
def draw_normals(key, trajectories, out):
    """Philox and the normal alone, by lanes and four months a call as in the kernel, into an array that stays near."""
    lanes = out.shape[1]
    for block in range(trajectories * NORMALS // (4 * lanes)):
        for i in range(lanes):
            w0, w1, w2, w3 = of_lane(np.uint64(0), np.int32(i), np.uint32(0), np.uint32(block), key)
            out[0, i], out[1, i] = normal_pair(w0, w1)
            out[2, i], out[3, i] = normal_pair(w2, w3)
