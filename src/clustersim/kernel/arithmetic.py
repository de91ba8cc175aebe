"""Float32 arithmetic that gives the same bits on every processor, and vectorises.

Only ``+ - * / sqrt``, comparisons, bit operations and an explicit fused multiply-add: no libm, no contraction, no
ceil or floor, and every float is clamped before it becomes an integer. The polynomials come from
``benchmarks/polynomials.py``; what they leave in error is measured over the whole range in
``tests/kernel/test_arithmetic.py``.
"""

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from clustersim.kernel.jit import inline
from clustersim.kernel.layout import SIDE

F = np.float32
I = np.int32  # noqa: E741  beside F
U = np.uint32

_SQRT_HALF_BITS = I(0x3F3504F3)
_ONE_BITS = I(0x3F800000)
_MANTISSA = I(0x007FFFFF)
_LN2_HIGH, _LN2_LOW = F(0.693359375), F(-2.12194440e-4)
_LOG2_E = F(1 / math.log(2))
_EXP_LOW, _EXP_HIGH = F(-87.0), F(88.0)
_ROUND = F(1.5 * 2**23)  # adding and subtracting it rounds to the nearest integer
_ROUND_BITS = I(0x4B400000)
_QUARTER = F(math.pi / 4 * 2.0**-31)
_UNIT = F(2.0**-31)
_WORD = F(2.0**-32)
_THINNEST_TAIL = F(1e-10)
_MOST_MONTHS = F(2.0**20)
_NEARLY = F(1 - 2.0**-20)
#: What a running sum of about 1 may be off by, and yet be what it would be in exact arithmetic.
TIE = F(2.0**-20)
_CELL_BITS = I(18)
_CELL_MASK = I((1 << 18) - 1)
_FIRST_CELL = I(126 << 5)  # x = 0.5, the smallest


@intrinsic  # type: ignore[untyped-decorator]  # numba is untyped
def fma(typingctx: Any, a: Any, b: Any, c: Any) -> Any:  # noqa: ARG001  numba's protocol
    """``a * b + c``, rounded once."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kind = context.get_value_type(signature.return_type)
        function = builder.module.declare_intrinsic("llvm.fma", [kind], ir.FunctionType(kind, [kind] * 3))
        return builder.call(function, args)

    return types.float32(types.float32, types.float32, types.float32), generate


@intrinsic  # type: ignore[untyped-decorator]  # numba is untyped
def bits(typingctx: Any, value: Any) -> Any:  # noqa: ARG001  numba's protocol
    """The pattern of a float32 as an int32: a scalar ``.view()`` would keep LLVM from vectorising."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ARG001  numba's protocol
        return builder.bitcast(args[0], ir.IntType(32))

    return types.int32(types.float32), generate


@intrinsic  # type: ignore[untyped-decorator]  # numba is untyped
def pattern(typingctx: Any, value: Any) -> Any:  # noqa: ARG001  numba's protocol
    """The float32 of a pattern: the inverse of ``bits``."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ARG001  numba's protocol
        return builder.bitcast(args[0], ir.FloatType())

    return types.float32(types.int32), generate


@intrinsic  # type: ignore[untyped-decorator]  # numba is untyped
def add_four(typingctx: Any, total: Any, there: Any, part: Any, here: Any) -> Any:  # noqa: ARG001  numba's protocol
    """Add four floats of ``part``, from ``here`` on, to those of ``total`` from ``there`` on.

    One vector each. LLVM makes four scalars of a loop of four at a place that it does not know: 1.10 ns where this
    takes 0.36 (numba leaves its vectoriser of straight code off; NUMBA_SLP_VECTORIZE would turn it on for everything).
    Indices are not checked, not even under NUMBA_BOUNDSCHECK.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        target = _four(context, builder, signature, args, 0)
        more = builder.load(_four(context, builder, signature, args, 2), align=4)
        builder.store(builder.fadd(builder.load(target, align=4), more), target, align=4)
        return context.get_dummy_value()

    return types.void(total, types.int64, part, types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]  # numba is untyped
def put_four(typingctx: Any, total: Any, there: Any, part: Any, here: Any) -> Any:  # noqa: ARG001  numba's protocol
    """Put four floats of ``part``, from ``here`` on, in place of ``total``'s from ``there`` on: as ``add_four``."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        builder.store(
            builder.load(_four(context, builder, signature, args, 2), align=4),
            _four(context, builder, signature, args, 0),
            align=4,
        )
        return context.get_dummy_value()

    return types.void(total, types.int64, part, types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]  # numba is untyped
def squeeze(typingctx: Any, row: Any, here: Any, there: Any, kept: Any) -> Any:  # noqa: ARG001  numba's protocol
    """Move those of 16 numbers of ``row``, from ``here`` on, that ``kept`` has a bit for to ``there`` and following.

    ``there`` is at most ``here``. Of the 16 numbers from ``there`` on, others are written over with any of the row's.
    One instruction where a processor has it, and a good many otherwise. Indices are not checked, not even under
    NUMBA_BOUNDSCHECK.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, value=args[0]).data
        kind, flags = ir.VectorType(ir.IntType(32), 16), ir.VectorType(ir.IntType(1), 16)
        source, target = (builder.bitcast(builder.gep(data, [i]), kind.as_pointer()) for i in args[1:3])
        function = builder.module.declare_intrinsic(
            "llvm.experimental.vector.compress.v16i32", (), ir.FunctionType(kind, [kind, flags, kind])
        )
        mask = builder.bitcast(builder.trunc(args[3], ir.IntType(16)), flags)
        numbers = builder.load(source, align=4)
        builder.store(builder.call(function, [numbers, mask, numbers]), target, align=4)
        return context.get_dummy_value()

    return types.void(row, types.int64, types.int64, types.uint32), generate


def _four(context: Any, builder: Any, signature: Any, args: Any, i: int) -> Any:
    """Tell where the four floats are that argument ``i`` and its index point to."""
    data = context.make_array(signature.args[i])(context, builder, value=args[i]).data
    return builder.bitcast(builder.gep(data, [args[i + 1]]), ir.VectorType(ir.FloatType(), 4).as_pointer())


@inline
def log(x: np.float32) -> np.float32:
    """Natural logarithm of a normal positive float."""
    shifted = I(bits(x) - _SQRT_HALF_BITS)
    exponent = F(shifted >> I(23))
    f = pattern(I((shifted & _MANTISSA) + _SQRT_HALF_BITS)) - F(1)
    p = fma(F(0.08700434863567352), f, F(-0.14267486333847046))
    p = fma(p, f, F(0.14914768934249878))
    p = fma(p, f, F(-0.1657758504152298))
    p = fma(p, f, F(0.19963063299655914))
    p = fma(p, f, F(-0.2500133812427521))
    p = fma(p, f, F(0.3333390951156616))
    square = f * f
    p = fma(exponent, _LN2_LOW, p * (square * f))
    p = fma(F(-0.5), square, p)
    return fma(exponent, _LN2_HIGH, p + f)


@inline
def exp(x: np.float32) -> np.float32:
    """Exponential, of x clamped to [-87, 88]."""
    x = min(max(x, _EXP_LOW), _EXP_HIGH)
    rounded = fma(x, _LOG2_E, _ROUND)
    n = rounded - _ROUND
    f = fma(n, -_LN2_LOW, fma(n, -_LN2_HIGH, x))
    p = fma(F(0.001381459878757596), f, F(0.008368716575205326))
    p = fma(p, f, F(0.04166838899254799))
    p = fma(p, f, F(0.1666652113199234))
    p = fma(p, f, F(0.4999999403953552))
    p = fma(p, f * f, f) + F(1)
    return pattern(I(bits(p) + ((bits(rounded) - _ROUND_BITS) << I(23))))


@inline
def exp2(x: np.float32) -> np.float32:
    """Two to the power of an x in [-126, 127], which is not checked: what noise is made of.

    A third cheaper than ``exp``. No noise is beyond: its normals would have to be 19 standard deviations out at the
    largest volatility that a plan may have, and 30 on a plan that earns anything, whose months are cut at 9.5.
    """
    rounded = x + _ROUND
    f = x - (rounded - _ROUND)
    p = fma(F(0.001326472731307149), f, F(0.009671512991189957))
    p = fma(p, f, F(0.05550733581185341))
    p = fma(p, f, F(0.24022242426872253))
    p = fma(p, f, F(0.6931470036506653))
    return pattern(I(bits(fma(p, f, F(1))) + ((bits(rounded) - _ROUND_BITS) << I(23))))


@inline
def rounded_up(months: np.float32) -> np.int32:
    """Whole months from a float >= 0: rounded up, at least 1, at most 2^20."""
    clamped = min(max(months, F(1)), _MOST_MONTHS)
    whole = I(clamped)
    return I(whole + (I(1) if F(whole) < clamped else I(0)))


@inline
def slightly_more(x: np.float32) -> np.float32:
    """The next larger float of a positive one: so that ``a * (1 / R)`` is at least 1 whenever a is at least R."""
    return pattern(I(bits(x) + I(1)))


@inline
def nearly(x: np.float32) -> np.float32:
    """All of x but a 2^20th part: what a running sum of float32 is asked for, so that it may be met exactly."""
    return x * _NEARLY


@inline
def unit(word: np.uint32) -> np.float32:
    """Uniform on (0, 1] from the upper 31 bits of a word."""
    return (F(I(word >> U(1))) + F(0.5)) * _UNIT


@inline
def normal_pair(w0: np.uint32, w1: np.uint32) -> tuple[np.float32, np.float32]:
    """Two independent standard normals from two words, by Box and Muller (1958).

    The radius comes from the first word. Of the second, 30 bits are an angle within 45 degrees of an axis, one bit
    chooses the axis and one its direction: so short polynomials do for sine and cosine.
    """
    radius = F(math.sqrt(F(-2) * log(unit(w0))))
    a = F(I(w1 << U(2))) * _QUARTER
    square = a * a
    s = fma(F(-0.00019515282474458218), square, F(0.00833216030150652))
    s = fma(s, square, F(-0.16666655242443085))
    s = fma(s, square * a, a)
    c = fma(F(-0.0013591853203251958), square, F(0.041655778884887695))
    c = fma(c, square, F(-0.4999988377094269))
    c = fma(c, square, F(1))
    along = radius * pattern(I(bits(c) ^ I(w1 & U(0x80000000))))
    across = radius * s
    if w1 & U(0x40000000):
        return across, along
    return along, across


@inline
def tail_quantile(t: np.float32) -> np.float32:
    """The z >= 0 that a standard normal exceeds with probability t, from 1e-10 to 0.5.

    The form is Giles' for the inverse error function (GPU Computing Gems, 2011): 1 - 2t times a polynomial in
    w = -log(4 t (1 - t)), beyond a z of about 2.9 in its root.
    """
    w = -log(F(4) * (t * (F(1) - t)))
    x = w - F(2.5)
    middle = fma(F(-1.243237335302183e-08), x, F(3.285589045276538e-08))
    middle = fma(middle, x, F(6.592640602320898e-07))
    middle = fma(middle, x, F(-4.89700369143975e-06))
    middle = fma(middle, x, F(-7.019229997240473e-06))
    middle = fma(middle, x, F(0.00030878567486070096))
    middle = fma(middle, x, F(-0.0017716445727273822))
    middle = fma(middle, x, F(-0.005907717160880566))
    middle = fma(middle, x, F(0.34880203008651733))
    middle = fma(middle, x, F(2.1233134269714355))
    x = F(math.sqrt(w)) - F(3)
    tail = fma(F(6.191257853060961e-05), x, F(-0.00024825535365380347))
    tail = fma(tail, x, F(-1.6728294212953188e-05))
    tail = fma(tail, x, F(0.001853333436883986))
    tail = fma(tail, x, F(-0.005073536187410355))
    tail = fma(tail, x, F(0.008148937486112118))
    tail = fma(tail, x, F(-0.010811303742229939))
    tail = fma(tail, x, F(0.013342008925974369))
    tail = fma(tail, x, F(1.4165830612182617))
    tail = fma(tail, x, F(4.006434440612793))
    return fma(F(-2), t, F(1)) * (middle if w < F(5) else tail)


@inline
def normal_quantile(probability: np.float32) -> np.float32:
    """The z that a standard normal stays below with this probability; nearer to 0 or 1 than 1e-10 is not told apart."""
    z = tail_quantile(max(min(probability, F(1) - probability), _THINNEST_TAIL))
    return -z if probability < F(0.5) else z


@inline
def normal_of(word: np.uint32) -> np.float32:
    """A standard normal that rises with the word, as finely resolved in either tail as in the middle."""
    upper = word >= U(0x80000000)
    z = tail_quantile((F(I(~word if upper else word)) + F(0.5)) * _WORD)
    return z if upper else -z


@inline
def look_up(table: Any, word: np.uint32) -> np.float32:
    """Draw from a quantile table, shape (2 * SIDE, 2): the value at a cell's start, and its rise over the cell.

    The cell is found from the octave and the first five bits of the mantissa of min(u, 1 - u), so that either tail is
    as finely resolved as the middle; inside a cell the quantile function is linear.
    """
    upper = word >= U(0x80000000)
    x = F(I(~word if upper else word)) + F(0.5)
    pattern_of_x = bits(x)
    cell = I(pattern_of_x >> _CELL_BITS) - _FIRST_CELL
    if upper:
        cell += I(SIDE)
    within = pattern(I(((pattern_of_x & _CELL_MASK) << I(5)) | _ONE_BITS)) - F(1)
    return fma(within, table[cell, 1], table[cell, 0])
