"""What the twin asks of an arithmetic, besides the usual operators on its numbers."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

#: A number of an arithmetic: numpy's float32, whose operators round as the kernel's do, or a float.
Number = Any


class Arithmetic(Protocol):
    """The few operations that the model is made of."""

    def number(self, value: float, /) -> Number:
        """Return a number of this arithmetic."""

    def fma(self, a: Number, b: Number, c: Number) -> Number:
        """``a * b + c``."""

    def log(self, x: Number, /) -> Number:
        """Natural logarithm."""

    def exp(self, x: Number, /) -> Number:
        """Exponential function."""

    def exp2(self, x: Number, /) -> Number:
        """Two to the power of x."""

    def sqrt(self, x: Number, /) -> Number:
        """Square root."""

    def share_of_ramp(self, age: Number, ramp: Number) -> Number:
        """Age by ramp, at most 1."""

    def uniform(self, word: int) -> Number:
        """A number strictly between 0 and 1 from the upper 31 bits of a word."""

    def sine_and_cosine(self, eighth: float) -> tuple[Number, Number]:
        """Sine and cosine of an angle in eighths of a turn, from -1 to 1."""

    def quantile(self, table: NDArray[np.float32], word: int) -> Number:
        """What a word draws from a quantile table: decision 0003."""

    def normal_quantile(self, probability: Number) -> Number:
        """Z with P(Z < z) = probability; nearer to 0 or 1 than 1e-10 is not told apart."""

    def normal_of(self, word: int) -> Number:
        """The standard normal number that a word draws."""

    def whole(self, x: Number) -> int:
        """The nearest whole number."""
