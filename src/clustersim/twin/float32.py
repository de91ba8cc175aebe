"""The kernel's arithmetic for the twin, spelled out in scalars: float32, fused multiply-add, and its polynomials.

Sums, products, quotients and comparisons are written with the usual operators: those of numpy's float32 scalars round
to float32, as the kernel's do.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustersim.twin.arithmetic import Number


class Float32:
    """The kernel's arithmetic, which it must give bit for bit."""

    def number(self, value: float, /) -> Number:
        """Return a number of this arithmetic."""
        return np.float32(value)

    def fma(self, a: Number, b: Number, c: Number) -> Number:
        """``a * b + c``, rounded once: the product is exact in float64, and a tie is settled by the sum's error."""
        product = float(a) * float(b)
        total = product + float(c)
        rounded = np.float32(total)
        back = total - product
        error = (product - (total - back)) + (float(c) - back)
        if error and total != float(rounded):
            neighbour = np.nextafter(rounded, np.float32(math.copysign(math.inf, total - float(rounded))))
            if (float(rounded) + float(neighbour)) / 2 == total:
                return max(rounded, neighbour) if error > 0 else min(rounded, neighbour)
        return rounded

    def polynomial(self, x: Number, *coefficients: float) -> Number:
        """Horner's rule; the highest power's coefficient first."""
        value: Any = np.float32(coefficients[0])
        for coefficient in coefficients[1:]:
            value = self.fma(value, x, np.float32(coefficient))
        return value

    def log(self, x: Number, /) -> Number:
        """Natural logarithm of a number above 0."""
        shifted = int(x.view(np.int32)) - 0x3F3504F3
        exponent = np.float32(shifted >> 23)
        f = np.int32((shifted & 0x7FFFFF) + 0x3F3504F3).view(np.float32) - np.float32(1)
        p = self.polynomial(
            f,
            0.08700434863567352,
            -0.14267486333847046,
            0.14914768934249878,
            -0.1657758504152298,
            0.19963063299655914,
            -0.2500133812427521,
            0.3333390951156616,
        )
        p = self.fma(exponent, np.float32(-2.12194440e-4), p * (f * f * f))
        p = self.fma(np.float32(-0.5), f * f, p)
        return self.fma(exponent, np.float32(0.693359375), p + f)

    def exp(self, x: Number, /) -> Number:
        """Exponential function, of what is between -87 and 88."""
        x = min(max(x, np.float32(-87)), np.float32(88))
        magic = np.float32(1.5 * 2**23)
        n = self.fma(x, np.float32(1 / math.log(2)), magic) - magic
        f = self.fma(n, np.float32(2.12194440e-4), self.fma(n, np.float32(-0.693359375), x))
        p = self.polynomial(
            f,
            0.001381459878757596,
            0.008368716575205326,
            0.04166838899254799,
            0.1666652113199234,
            0.4999999403953552,
        )
        return np.float32(np.ldexp(self.fma(p, f * f, f) + np.float32(1), int(n)))

    def exp2(self, x: Number, /) -> Number:
        """Two to the power of what is between -126 and 127."""
        magic = np.float32(1.5 * 2**23)
        n = (x + magic) - magic
        p = self.polynomial(
            x - n,
            0.001326472731307149,
            0.009671512991189957,
            0.05550733581185341,
            0.24022242426872253,
            0.6931470036506653,
            1.0,
        )
        return np.float32(np.ldexp(p, int(n)))

    def share_of_ramp(self, age: Number, ramp: Number) -> Number:
        """Times the reciprocal's next larger float, so that it is 1 whenever the age is at least the ramp."""
        pace = np.nextafter(np.float32(1) / max(ramp, np.float32(1e-30)), np.float32(np.inf))
        return min(age * pace, np.float32(1))

    def uniform(self, word: int) -> Number:
        """A number strictly between 0 and 1 from the upper 31 bits of a word."""
        return (np.float32(word >> 1) + np.float32(0.5)) * np.float32(2.0**-31)

    def sine_and_cosine(self, eighth: float) -> tuple[Number, Number]:
        """Sine and cosine of an angle in eighths of a turn, from -1 to 1."""
        a = np.float32(eighth * 2.0**31) * np.float32(math.pi / 4 * 2.0**-31)
        square = a * a
        s = self.polynomial(square, -0.00019515282474458218, 0.00833216030150652, -0.16666655242443085)
        c = self.polynomial(square, -0.0013591853203251958, 0.041655778884887695, -0.4999988377094269, 1.0)
        return self.fma(s, square * a, a), c

    def quantile(self, table: NDArray[np.float32], word: int) -> Number:
        """What a word draws from a quantile table: decision 0003."""
        upper = word >= 1 << 31
        x = np.float32(~word & 0xFFFFFFFF if upper else word) + np.float32(0.5)
        bits = int(x.view(np.int32))
        start, rise = table[(bits >> 18) - (126 << 5) + (1025 if upper else 0)]
        within = np.int32((bits & 0x3FFFF) << 5 | 0x3F800000).view(np.float32) - np.float32(1)
        return self.fma(within, rise, start)

    def tail_quantile(self, t: Number) -> Number:
        """Z >= 0 with P(Z > z) = t."""
        w = -self.log(np.float32(4) * (t * (np.float32(1) - t)))
        if w < np.float32(5):
            p = self.polynomial(
                w - np.float32(2.5),
                -1.243237335302183e-08,
                3.285589045276538e-08,
                6.592640602320898e-07,
                -4.89700369143975e-06,
                -7.019229997240473e-06,
                0.00030878567486070096,
                -0.0017716445727273822,
                -0.005907717160880566,
                0.34880203008651733,
                2.1233134269714355,
            )
        else:
            p = self.polynomial(
                np.sqrt(w) - np.float32(3),
                6.191257853060961e-05,
                -0.00024825535365380347,
                -1.6728294212953188e-05,
                0.001853333436883986,
                -0.005073536187410355,
                0.008148937486112118,
                -0.010811303742229939,
                0.013342008925974369,
                1.4165830612182617,
                4.006434440612793,
            )
        return self.fma(np.float32(-2), t, np.float32(1)) * p

    def normal_quantile(self, probability: Number) -> Number:
        """Z with P(Z < z) = probability; nearer to 0 or 1 than 1e-10 is not told apart."""
        z = self.tail_quantile(max(min(probability, np.float32(1) - probability), np.float32(1e-10)))
        return -z if probability < np.float32(0.5) else z

    def normal_of(self, word: int) -> Number:
        """The standard normal number that a word draws."""
        upper = word >= 1 << 31
        x = np.float32(~word & 0xFFFFFFFF if upper else word)
        z = self.tail_quantile((x + np.float32(0.5)) * np.float32(2.0**-32))
        return z if upper else -z

    def sqrt(self, x: Number, /) -> Number:
        """Square root."""
        return np.sqrt(x)

    def whole(self, x: Number) -> int:
        """The nearest whole number, an even one if two are."""
        return int(np.rint(x))
