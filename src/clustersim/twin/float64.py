"""Real arithmetic for the twin, as nearly as a float comes to it: float64 and the C library."""

import math

import numpy as np
from numpy.typing import NDArray

WORD = 2.0**32


class Float64:
    """The twin's arithmetic without the kernel's roundings."""

    def number(self, value: float, /) -> float:
        """Return a number of this arithmetic."""
        return float(value)

    def fma(self, a: float, b: float, c: float) -> float:
        """``a * b + c``."""
        return a * b + c

    def log(self, x: float, /) -> float:
        """Natural logarithm."""
        return math.log(x)

    def exp(self, x: float, /) -> float:
        """Exponential function."""
        return math.exp(x)

    def exp2(self, x: float, /) -> float:
        """Two to the power of x."""
        return math.exp2(x)

    def sqrt(self, x: float, /) -> float:
        """Square root."""
        return math.sqrt(x)

    def share_of_ramp(self, age: float, ramp: float) -> float:
        """Age by ramp, at most 1."""
        return min(age / max(ramp, 1e-30), 1.0)

    def uniform(self, word: int) -> float:
        """A number strictly between 0 and 1 from the upper 31 bits of a word."""
        return ((word >> 1) + 0.5) / 2**31

    def sine_and_cosine(self, eighth: float) -> tuple[float, float]:
        """Sine and cosine of an angle in eighths of a turn."""
        angle = eighth * math.pi / 4
        return math.sin(angle), math.cos(angle)

    def quantile(self, table: NDArray[np.float32], word: int) -> float:
        """The same table, read with more digits."""
        upper = word >= 1 << 31
        x = (~word & 0xFFFFFFFF if upper else word) + 0.5
        mantissa, exponent = math.frexp(x)
        cell, within = divmod((mantissa * 2 - 1) * 32, 1)
        start, rise = table[int(cell) + 32 * exponent + (1025 if upper else 0)]
        return float(start) + within * float(rise)

    def normal_quantile(self, probability: float) -> float:
        """Z with P(Z < z) = probability; nearer to 0 or 1 than 1e-10 is not told apart."""
        from scipy.special import ndtri  # noqa: PLC0415  scipy loads when a number is first asked for

        return float(ndtri(min(max(probability, 1e-10), 1 - 1e-10)))

    def normal_of(self, word: int) -> float:
        """The standard normal number that a word draws."""
        from scipy.special import ndtri  # noqa: PLC0415  as above

        return float(ndtri((word + 0.5) / WORD))

    def whole(self, x: float) -> int:
        """The nearest whole number."""
        return round(x)
