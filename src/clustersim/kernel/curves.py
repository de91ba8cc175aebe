"""The ramp curves S: the share of the full level at x = a / R (model 1).

Smoothstep and linear are themselves; the others are (F(x) - F(0)) / (F(1) - F(0)), their constants those of F in
float64, rounded once, and their ends exactly 0 and 1.
"""

import math

import numpy as np

from clustersim.kernel.arithmetic import F, exp, fma
from clustersim.kernel.jit import inline, loop
from clustersim.kernel.lanes import Floats
from clustersim.kernel.layout import CURVES

SMOOTHSTEP, LINEAR, LOGISTIC, GOMPERTZ, BASS = range(len(CURVES))

_LOGISTIC_0 = F(1 / (1 + math.exp(5)))
_LOGISTIC_SCALE = F(1 / (1 / (1 + math.exp(-5)) - 1 / (1 + math.exp(5))))
_GOMPERTZ_0 = F(math.exp(-4))
_GOMPERTZ_SCALE = F(1 / (math.exp(-4 * math.exp(-5)) - math.exp(-4)))
_BASS_RATIO = F(0.38 / 0.03)  # q/p, Bass (1969); meta-analytic means
_BASS_SCALE = F((1 + 0.38 / 0.03 * math.exp(-6)) / (1 - math.exp(-6)))


@inline
def smoothstep(x: np.float32) -> np.float32:
    """3x^2 - 2x^3."""
    return (x * x) * fma(F(-2), x, F(3))


@inline
def _logistic(x: np.float32) -> np.float32:
    return (F(1) / (F(1) + exp(fma(F(-10), x, F(5)))) - _LOGISTIC_0) * _LOGISTIC_SCALE


@inline
def _gompertz(x: np.float32) -> np.float32:
    return (exp(F(-4) * exp(F(-5) * x)) - _GOMPERTZ_0) * _GOMPERTZ_SCALE


@inline
def _bass(x: np.float32) -> np.float32:
    e = exp(F(-6) * x)
    return (F(1) - e) / fma(_BASS_RATIO, e, F(1)) * _BASS_SCALE


@inline
def _ended(x: np.float32, s: np.float32) -> np.float32:
    return F(1) if x >= F(1) else min(max(s, F(0)), F(1))


@loop
def bend(curve: int, x: Floats, first: int, stop: int) -> None:
    """Replace every x in [0, 1] by S(x)."""
    if curve == SMOOTHSTEP:
        _bend_smoothstep(x, first, stop)
    elif curve == LOGISTIC:
        _bend_logistic(x, first, stop)
    elif curve == GOMPERTZ:
        _bend_gompertz(x, first, stop)
    elif curve == BASS:
        _bend_bass(x, first, stop)


@loop
def _bend_smoothstep(x: Floats, first: int, stop: int) -> None:
    for i in range(np.uint64(first), np.uint64(stop)):  # unsigned: no wraparound
        x[i] = smoothstep(x[i])


@loop
def _bend_logistic(x: Floats, first: int, stop: int) -> None:
    for i in range(np.uint64(first), np.uint64(stop)):  # unsigned: no wraparound
        x[i] = _ended(x[i], _logistic(x[i]))


@loop
def _bend_gompertz(x: Floats, first: int, stop: int) -> None:
    for i in range(np.uint64(first), np.uint64(stop)):  # unsigned: no wraparound
        x[i] = _ended(x[i], _gompertz(x[i]))


@loop
def _bend_bass(x: Floats, first: int, stop: int) -> None:
    for i in range(np.uint64(first), np.uint64(stop)):  # unsigned: no wraparound
        x[i] = _ended(x[i], _bass(x[i]))
