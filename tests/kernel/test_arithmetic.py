"""The kernel's own arithmetic: its error over the whole range, and the same bits as the twin's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from clustersim.kernel import arithmetic
from clustersim.kernel.curves import bend
from clustersim.kernel.jit import jit
from clustersim.kernel.layout import CURVES, SIDE
from clustersim.plan.parameter import lognormal
from clustersim.plan.quantile_table import quantile_table
from clustersim.twin.float32 import Float32
from compiled import called

words = st.integers(0, 2**32 - 1)
TWIN = Float32()


@jit
def every_log(x, out):
    for i in range(x.size):
        out[i] = arithmetic.log(x[i])


@jit
def every_exp(x, out):
    for i in range(x.size):
        out[i] = arithmetic.exp(x[i])


@jit
def every_exp2(x, out):
    for i in range(x.size):
        out[i] = arithmetic.exp2(x[i])


@jit
def every_normal(first, out):
    for i in range(out.shape[1]):
        out[0, i], out[1, i] = arithmetic.normal_pair(first[0, i], first[1, i])


@jit
def every_tail(t, out):
    for i in range(t.size):
        out[i] = arithmetic.tail_quantile(t[i])


@jit
def fused(a, b, c):
    return arithmetic.fma(a, b, c)


@jit
def squeezed(row, kept):
    there = 0
    for here in range(0, row.size, 16):
        arithmetic.squeeze(row, here, there, kept[here // 16])
        for j in range(16):
            there += (kept[here // 16] >> np.uint32(j)) & 1
    return there


@jit
def log_of(x):
    return arithmetic.log(x)


@jit
def exp_of(x):
    return arithmetic.exp(x)


@jit
def exp2_of(x):
    return arithmetic.exp2(x)


@jit
def normals_of(w0, w1):
    return arithmetic.normal_pair(w0, w1)


@jit
def quantile_of(probability):
    return arithmetic.normal_quantile(probability)


@jit
def normal_from(word):
    return arithmetic.normal_of(word)


@jit
def drawn(table, word):
    return arithmetic.look_up(table, word)


@jit
def whole_months(x):
    return arithmetic.rounded_up(x)


def floats(first, last, step=1):
    """All float32 from one to another (every ``step``-th), in a few arrays."""
    low, high = (int(np.float32(x).view(np.int32)) for x in (first, last))
    for begin in range(low, high + 1, step << 22):
        bits = np.arange(begin, min(begin + (step << 22), high + 1), step, dtype=np.int64)
        yield bits.astype(np.int32).view(np.float32)


def ulps(value, truth):
    """Error in units of the last place of the true value."""
    return np.abs(value - truth) / np.spacing(np.abs(truth).astype(np.float32)).astype(float)


def test_log_is_good_to_a_unit_or_so_over_all_normal_floats():
    """Measured over every 31st float: 1.2 units in the last place at most."""
    worst = 0.0
    for x in floats(np.finfo(np.float32).tiny, np.finfo(np.float32).max, 31):
        out = np.empty_like(x)
        every_log(x, out)
        truth = np.log(x.astype(float))
        error = np.where(truth == 0, np.abs(out), ulps(out, np.where(truth == 0, 1, truth)))
        worst = max(worst, error.max())
    assert worst < 1.3


def test_exp_is_good_to_a_unit_or_so_from_minus_87_to_88():
    """Measured over every 31st float: 1.3 units in the last place at most; clamped beyond."""
    worst = 0.0
    for low, high in ((1e-30, 88.0), (-1e-30, -87.0)):
        for x in floats(low, high, 31):
            out = np.empty_like(x)
            every_exp(x, out)
            worst = max(worst, ulps(out, np.exp(x.astype(float))).max())
    assert worst < 1.4
    beyond = np.array([-200, 200, 0], np.float32)
    out = np.empty_like(beyond)
    every_exp(beyond, out)
    np.testing.assert_allclose(out, [np.exp(-87.0), np.exp(88.0), 1], rtol=2e-7)


def test_powers_of_two_are_good_to_two_units_from_minus_126_to_127():
    """Measured over every 31st float: 2.1 units in the last place at most; exact of whole numbers, clamped beyond."""
    worst = 0.0
    for low, high in ((1e-30, 127.0), (-1e-30, -126.0)):
        for x in floats(low, high, 31):
            out = np.empty_like(x)
            every_exp2(x, out)
            worst = max(worst, ulps(out, np.exp2(x.astype(float))).max())
    assert worst < 2.1
    whole = np.arange(-126, 128).astype(np.float32)
    out = np.empty_like(whole)
    every_exp2(whole, out)
    assert np.array_equal(out, np.ldexp(np.float32(1), whole.astype(int)))


def test_normals_have_the_normal_distribution():
    """Kolmogorov-Smirnov and four moments of 4 million, at a false-alarm rate of 1e-6; a wrong normal fails."""
    source = np.random.default_rng(5).integers(0, 2**32, (2, 1 << 21), dtype=np.uint32)
    out = np.empty((2, 1 << 21), np.float32)
    every_normal(source, out)
    x = out.ravel().astype(float)
    assert stats.kstest(x, "norm").pvalue > 1e-6
    assert stats.kstest(x * 1.005, "norm").pvalue < 1e-6  # the test's power
    root = np.sqrt(x.size)
    for power, mean, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert abs((x**power).mean() - mean) < 5 * np.sqrt(variance) / root
    assert abs((out[0].astype(float) * out[1]).mean()) < 5 / np.sqrt(x.size / 2)


def test_the_normal_reaches_into_its_tails():
    """The smallest uniform is 2^-32, which is 6.66 standard deviations out; nothing is infinite or not a number."""
    corners = np.array([[0, 0, 2**32 - 1, 2**32 - 1, 1, 2**31], [0, 2**31, 0, 2**32 - 1, 2**30, 2**29]], np.uint32)
    out = np.empty(corners.shape, np.float32)
    every_normal(corners, out)
    assert np.isfinite(out).all()
    assert np.abs(out[:, 0]).max() == pytest.approx(np.sqrt(2 * np.log(2.0**32)), rel=1e-6)


THINNEST = np.float32(1e-10)


def tails(first, last, step=1):
    """Tails and their quantiles."""
    for t in floats(first, last, step):
        out = np.empty_like(t)
        every_tail(t, out)
        yield t, out


def test_a_tails_quantile_is_good_to_three_units_or_so_from_the_thinnest_to_the_middle():
    """Measured over every 31st float: 3.0e-7 relatively beyond 0.1, 1.7e-8 below; another t is told apart."""
    relative = absolute = other = 0.0
    for t, z in tails(THINNEST, 0.5, 31):
        truth = -special.ndtri(t.astype(float))
        error, far = np.abs(z - truth), truth > 0.1
        relative = max(relative, (error / truth)[far].max())
        absolute = max(absolute, error[~far].max(initial=0))
        other = max(other, np.abs(z / -special.ndtri(t.astype(float) * 1.00001) - 1)[far].max())
    assert relative < 3.2e-7 < other
    assert absolute < 2e-8


def test_a_tails_quantile_falls_but_for_its_last_bits():
    """Every float around the middle, the seam of the two polynomials, and some octaves: no step up beyond 2 units."""
    seam = (1 - np.sqrt(1 - np.exp(-5.0))) / 2
    for t in (THINNEST, 1e-7, seam, 0.01, 0.1, 0.25, 0.4999):
        for _, z in tails(t, min(t * 1.02, 0.5)):
            assert (np.diff(z) <= 2 * np.spacing(z[1:])).all()


def test_the_normal_quantile_is_odd_and_ends_at_the_thinnest_tail():
    assert quantile_of(np.float32(0.5)) == 0
    assert quantile_of(np.float32(0.25)) == -quantile_of(np.float32(0.75))
    for p, end in ((0.0, THINNEST), (1e-12, THINNEST), (1.0, 1 - 1e-10)):
        assert quantile_of(np.float32(p)) == pytest.approx(special.ndtri(float(end)), rel=1e-6)
    assert normal_from(np.uint32(2**31 - 1)) == 0
    for word in (0, 1, 2**20, 2**30, 2**31 - 2**10):
        assert normal_from(np.uint32(word)) == -normal_from(np.uint32(2**32 - 1 - word))
        assert normal_from(np.uint32(word)) == pytest.approx(special.ndtri((word + 0.5) / 2**32), rel=1e-6, abs=1e-7)


finite = st.floats(width=32, min_value=-(2.0**40), max_value=2.0**40, allow_subnormal=False).map(np.float32)


@given(st.lists(st.integers(0, (1 << 16) - 1), max_size=6), st.sampled_from([np.int32, np.float32]))
def test_a_row_is_squeezed_in_order_and_what_lies_beyond_is_of_the_row(kept, kind):
    row = np.arange(16 * len(kept)).astype(kind)
    wanted = [place for place in range(row.size) if kept[place // 16] >> place % 16 & 1]
    assert squeezed(row, np.array(kept, np.uint32)) == len(wanted)
    assert row[: len(wanted)].tolist() == wanted
    assert set(row.tolist()) <= set(range(16 * len(kept)))


@given(finite, finite, finite)
def test_the_twins_fused_multiply_add_is_the_hardwares(a, b, c):
    assert np.float32(fused(a, b, c)).view(np.int32) == np.float32(TWIN.fma(a, b, c)).view(np.int32)


@given(st.floats(2.0**-40, 2.0**40, width=32).map(np.float32), st.floats(-130, 130, width=32).map(np.float32))
def test_the_twins_log_and_powers_have_the_kernels_bits(positive, x):
    assert np.float32(log_of(positive)) == TWIN.log(positive)
    assert np.float32(exp_of(x)) == TWIN.exp(x)
    within = np.clip(x, np.float32(-126), np.float32(127))
    assert np.float32(exp2_of(within)) == TWIN.exp2(within)


@given(st.floats(0, 1, width=32).map(np.float32), words)
def test_the_twins_normal_quantiles_have_the_kernels_bits(probability, word):
    assert np.float32(quantile_of(probability)) == TWIN.normal_quantile(probability)
    assert np.float32(normal_from(np.uint32(word))) == TWIN.normal_of(word)


@given(words)
def test_the_twins_look_up_has_the_kernels_bits(word):
    table = quantile_table(lognormal(median=6, sigma=0.5))
    assert np.float32(drawn(table, np.uint32(word))) == TWIN.quantile(table, word)


@given(words)
def test_a_look_up_is_the_quantile_function(word):
    """Within what a straight line in a cell of 1/32 octave can do: 1e-4 of the ramp's quantile."""
    ramp = lognormal(median=6, sigma=0.5)
    u = (word + 0.5) / 2**32
    truth = 6 * np.exp(0.5 * special.ndtri(u))
    assert drawn(quantile_table(ramp), np.uint32(word)) == pytest.approx(truth, rel=2e-4)


def test_a_look_up_is_monotone_and_ends_where_the_table_ends():
    table = quantile_table(lognormal(median=6, sigma=0.5))
    around = np.concatenate([[2**i - 1, 2**i, 2**i + 1] for i in range(1, 32)])
    ladder = np.unique(np.concatenate([around, 2**32 - around, [0, 2**32 - 1]])).astype(np.uint32)
    values = [drawn(table, word) for word in ladder]
    assert values == sorted(values)
    assert values[0] == table[0, 0]
    assert values[-1] == table[SIDE, 0]


@given(st.floats(0, 1e9, width=32).map(np.float32))
def test_whole_months_are_rounded_up_at_least_one_and_never_past_a_million(x):
    assert whole_months(x) == min(max(np.ceil(x), 1), 2**20)


@pytest.mark.parametrize("curve", range(len(CURVES)), ids=CURVES)
def test_a_ramp_curve_rises_from_0_to_1_as_its_formula_says(curve):
    x = np.linspace(0, 1, 4097).astype(np.float32)
    bent = x.copy()
    called(bend)(curve, bent, 0, x.size)
    wide = x.astype(float)
    logistic = 1 / (1 + np.exp(-10 * (wide - 0.5)))
    gompertz = np.exp(-4 * np.exp(-5 * wide))
    bass = (1 - np.exp(-6 * wide)) / (1 + 0.38 / 0.03 * np.exp(-6 * wide))
    raw = [3 * wide**2 - 2 * wide**3, wide, logistic, gompertz, bass][curve]
    np.testing.assert_allclose(bent, (raw - raw[0]) / (raw[-1] - raw[0]), atol=3e-7)
    assert bent[0] == 0
    assert bent[-1] == 1
    assert (np.diff(bent) >= -1e-7).all()
