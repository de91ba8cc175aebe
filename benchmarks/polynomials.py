"""How the coefficients in ``clustersim/kernel/arithmetic.py`` were found: ``python benchmarks/polynomials.py``.

Each function is written as exact leading terms plus a remainder, or as an exact factor times one, and the remainder's
polynomial is fitted at many Chebyshev points with weights, iterated (Lawson's algorithm) towards the smallest largest
relative error. Printed: the coefficients, lowest power first, rounded to float32, and the largest relative error in
exact arithmetic.
"""

import numpy as np
from scipy import special


def lawson(points, target, weight, degree, rounds=300):
    """Weighted least squares, reweighted by the error until it is level: a minimax fit good to a few per cent."""
    basis = np.vander(points, degree + 1, increasing=True)
    importance = np.ones_like(points)
    for _ in range(rounds):
        scale = np.sqrt(importance) * weight
        coefficients = np.linalg.lstsq(basis * scale[:, None], target * scale, rcond=None)[0]
        error = np.abs((basis @ coefficients - target) * weight)
        importance *= error
        importance /= importance.sum()
        importance = np.maximum(importance, 1e-30)
    return coefficients


def show(name, points, target, weight, degree):
    coefficients = np.float32(lawson(points, target, weight, degree))
    error = np.abs((np.polynomial.polynomial.polyval(points, coefficients.astype(float)) - target) * weight).max()
    print(f"{name}: degree {degree}, largest relative error {error:.2e} = 2^{np.log2(error):.1f}")
    print("    " + ", ".join(repr(float(c)) for c in coefficients))


def stretched(w):
    """The normal quantile of a tail t, over 1 - 2t, as a function of w = -log(4 t (1 - t))."""
    middle = np.sqrt(-np.expm1(-w))  # 1 - 2t
    tail = np.exp(-w) / (2 * (1 + middle))
    return np.where(middle < 0.5, np.sqrt(2) * special.erfinv(middle), -special.ndtri(tail)) / middle


def main():
    nodes = np.cos(np.pi * (np.arange(4000) + 0.5) / 4000)

    # log(1 + f) = f - f^2/2 + f^3 P(f), sqrt(1/2) <= 1 + f < sqrt(2)
    low, high = np.sqrt(0.5) - 1, np.sqrt(2) - 1
    f = (high + low) / 2 + (high - low) / 2 * nodes
    f = f[np.abs(f) > 1e-3]
    for degree in (5, 6, 7):
        show("log", f, (np.log1p(f) - f + f**2 / 2) / f**3, f**3 / np.log1p(f), degree)

    # exp(f) = 1 + f + f^2 P(f), |f| <= log(2)/2
    f = np.log(2) / 2 * 1.0001 * nodes
    f = f[np.abs(f) > 1e-3]
    for degree in (3, 4):
        show("exp", f, (np.expm1(f) - f) / f**2, f**2 / np.exp(f), degree)

    # 2^f = 1 + f P(f), |f| <= 1/2
    f = nodes / 2
    f = f[np.abs(f) > 1e-3]
    for degree in (4, 5):
        show("exp2", f, np.expm1(f * np.log(2)) / f, f / np.exp2(f), degree)

    # sin(a) = a + a^3 P(a^2), cos(a) = 1 + a^2 P(a^2), |a| <= pi/4
    a = np.pi / 4 * nodes
    a = a[a > 1e-2]
    for degree in (1, 2):
        show("sin", a**2, (np.sin(a) - a) / a**3, a**3 / np.sin(a), degree)
    for degree in (2, 3):
        show("cos", a**2, (np.cos(a) - 1) / a**2, a**2 / np.cos(a), degree)

    # z(t) = (1 - 2t) P(w - 2.5) for w < 5, (1 - 2t) P(sqrt(w) - 3) beyond, to t = 1e-10
    w = 2.5 + 2.5 * nodes
    low, high = np.sqrt(5), np.sqrt(-np.log(4e-10))
    root = (high + low) / 2 + (high - low) / 2 * nodes
    for degree in (8, 9):
        show("quantile, middle", w - 2.5, stretched(w), 1 / stretched(w), degree)
        show("quantile, tail", root - 3, stretched(root**2), 1 / stretched(root**2), degree)


if __name__ == "__main__":
    main()
