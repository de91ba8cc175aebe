"""Numbers as a reader was given them, as floats."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clustersim.plan.errors import shown
from clustersim.plan.number import as_number

Number = float | np.integer | np.floating
"""One number: what is read at it is a float."""

Numbers = Sequence[Any] | NDArray[Any]
"""Several, nested or not: what is read at them is an array of their shape."""


def reals(name: str, values: Any, what: str) -> NDArray[np.float64]:
    """Return numbers as floats, in the shape in which they came; what is too large for one is infinite.

    Raises
    ------
    ValueError
        If there is something else than numbers, or nan.

    Examples
    --------
    >>> reals("k", [1, 10**400], "a number").tolist()
    [1.0, inf]
    >>> reals("q", "half", "a share from 0 to 1")
    Traceback (most recent call last):
    ValueError: q = 'half': must be a share from 0 to 1
    """
    try:
        found = np.asarray(values)
        if found.dtype.kind == "O":  # Python's integers of any size, or anything
            numbers = [as_number(value) for value in found.ravel().tolist()]
            found = np.array([np.nan if n is None else n for n in numbers]).reshape(found.shape)
        if found.dtype.kind in "iuf":
            floats = found.astype(np.float64)
            if not np.isnan(floats).any():
                return floats
    except (TypeError, ValueError):  # of lists of different lengths
        pass
    raise ValueError(f"{name} = {shown(values)}: must be {what}")


def shaped(values: NDArray[np.float64]) -> float | NDArray[np.float64]:
    """Give a float for a number, an array for an array."""
    return values.item() if np.ndim(values) == 0 else values


def as_shares(q: ArrayLike, name: str = "q") -> NDArray[np.float64]:
    """Return shares as floats.

    Raises
    ------
    ValueError
        If one is not between 0 and 1.
    """
    what = "a share from 0 to 1"
    shares = reals(name, q, what)
    if not np.all((shares >= 0) & (shares <= 1)):
        raise ValueError(f"{name} = {shown(q)}: must be {what}")
    return shares
