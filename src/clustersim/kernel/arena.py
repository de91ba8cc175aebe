"""Memory for a block's state: arrays side by side, each beginning on a cache line, all in one large page.

A vector of 64 bytes that lies across two cache lines is two loads, and a loop over a dozen arrays of four kilobytes a
page needs more of them than a core remembers: 3 to 4 % of a trajectory's time.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Bytes of a cache line, or a multiple.
LINE = 64

#: Bytes of a large page. Linux gives them to whoever asks, as numpy does for arrays of 4 MB and more.
PAGE = 1 << 21
_ASKED_FOR = 1 << 22

#: Less than this is not worth a large page.
_SMALL = 1 << 18


class Arena:
    """Hands out arrays of zeros.

    Parameters
    ----------
    size
        About how many bytes will be asked for; more is another piece of memory.

    Examples
    --------
    >>> arena = Arena(1_000)
    >>> one, other = arena.zeros((3, 5), np.float32), arena.zeros(7, np.int64)
    >>> one.shape, other.dtype, one.ctypes.data % LINE, other.ctypes.data % LINE
    ((3, 5), dtype('int64'), 0, 0)
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._left = np.zeros(0, np.uint8)

    def zeros(self, shape: int | tuple[int, ...], kind: type) -> NDArray[Any]:
        """Return an array of zeros."""
        size = math.prod((shape,) if isinstance(shape, int) else shape) * np.dtype(kind).itemsize
        room = -(-size // LINE) * LINE
        if room > self._left.size:
            self._left = _aligned(max(room, self._size))
        array, self._left = self._left[:size], self._left[room:]
        return array.view(kind).reshape(shape)

    def ones(self, shape: int | tuple[int, ...], kind: type) -> NDArray[Any]:
        """Return an array of ones."""
        array = self.zeros(shape, kind)
        array.fill(1)
        return array


def _aligned(size: int) -> NDArray[np.uint8]:
    """Return so many bytes or more, beginning on a cache line; if they are many, on a large page."""
    boundary = LINE if size < _SMALL else PAGE
    size = -(-size // boundary) * boundary
    memory = np.zeros(size + boundary if size < _SMALL else max(size + boundary, _ASKED_FOR), np.uint8)
    begin = -memory.ctypes.data % boundary
    return memory[begin : begin + size]
