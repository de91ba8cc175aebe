"""Numbers as users give them, and as they are shown."""

import math
from numbers import Real
from typing import Any

import numpy as np


def single(value: Any) -> Any:
    """Return what an array without axes holds, and anything else as it is.

    >>> single(np.array(3)).item(), single(3)
    (3, 3)
    """
    return value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value


def as_number(value: Any) -> float | None:
    """Return a number as a float, None for what is no number; True is none, and -0 is 0.

    >>> from fractions import Fraction
    >>> as_number(np.float32(0.5)), as_number(Fraction(1, 2)), as_number("0.5"), as_number(True)
    (0.5, 0.5, None, None)
    """
    value = single(value)
    if isinstance(value, bool) or not isinstance(value, Real):  # numpy's bool is none
        return None
    try:
        return float(value) + 0.0
    except OverflowError:
        return -math.inf if value < 0 else math.inf


def compact(value: float) -> str:
    """Write a float in Python so that it reads back the same, whole numbers without a point.

    >>> compact(6.0), compact(0.5)
    ('6', '0.5')
    """
    if math.isinf(value):
        return f'float("{value}")'
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
