"""Derivatives and values that owe nothing to the reference: what its tests compare with.

* ``complex_step``: Im f(x + ih) / h, exact to rounding for code that carries complex numbers.
* ``extended_differences``: central differences in long double, extrapolated (Richardson).
* ``exact`` and the functions below it: paper formulas in ``decimal`` with 700 digits, where neither
  overflow nor cancellation matters.
* ``correlated``, ``pooled``: convolution and pooling number by number, as one would by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Context, Decimal, localcontext
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

DIGITS = 700  # 1 + e^-1400 needs 610 of them, and some must be left
FAR, N_SERIES, N_FRACTION = 8, 400, 120  # 30 digits of the normal tail on either side of 8
HALF = Decimal(1) / 2
CUBIC = Decimal.from_float(0.044715)  # the float that it is
HAS_EXTENDED = np.finfo(np.longdouble).eps < np.finfo(np.float64).eps

COMPLEX_STEP = 1e-30  # its square is far below eps, its product with 1e-200 still a normal number
FIRST_STEP = 2.0**-9  # below the distance to any kink or pole that the tests allow
N_LEVELS = 4


def complex_step(cost: Callable[[Array], Any], at: Array) -> Array:
    """Return the gradient of a real scalar function of an array, entry by entry."""
    gradient = np.empty(at.shape)
    for index in np.ndindex(at.shape):
        moved = at.astype(np.complex128)
        moved[index] += 1j * COMPLEX_STEP
        value = cost(moved)
        assert np.iscomplexobj(value), "the imaginary part was dropped on the way"
        gradient[index] = value.imag / COMPLEX_STEP
    return gradient


def extended_differences(cost: Callable[[Array], Any], at: Array) -> Array:
    """Return the gradient by central differences in long double, extrapolated to step 0."""
    gradient = np.empty(at.shape, np.longdouble)
    for index in np.ndindex(at.shape):
        row: list[Any] = []
        for level in range(N_LEVELS):
            step = np.longdouble(FIRST_STEP) / 2**level
            above, below = at.astype(np.longdouble), at.astype(np.longdouble)
            above[index] += step
            below[index] -= step
            better = (cost(above) - cost(below)) / (above[index] - below[index])
            for order, worse in enumerate(row):
                row[order] = better
                better = better + (better - worse) / (4 ** (order + 1) - 1)
            row.append(better)
        gradient[index] = row[-1]
    return gradient


def with_digits(function: Callable[..., Any]) -> Callable[..., Any]:
    """Run function with enough digits and an exponent range without end."""

    def run(*arguments: Any) -> Any:
        with localcontext(Context(prec=DIGITS)):
            return function(*arguments)

    return run


@with_digits
def exact(number: Any) -> Decimal:
    """Return a float of any width as the decimal number that it is."""
    numerator, denominator = number.as_integer_ratio()
    return Decimal(numerator) / Decimal(denominator)


@with_digits
def sigmoid(z: Decimal) -> Decimal:
    return 1 / (1 + (-z).exp())


@with_digits
def sigmoid_slope(z: Decimal) -> Decimal:
    return (-z).exp() / (1 + (-z).exp()) ** 2


@with_digits
def tanh(z: Decimal) -> Decimal:
    return (z.exp() - (-z).exp()) / (z.exp() + (-z).exp())


@with_digits
def tanh_slope(z: Decimal) -> Decimal:
    return 4 / (z.exp() + (-z).exp()) ** 2


@with_digits
def softplus(z: Decimal) -> Decimal:
    return (1 + z.exp()).ln()


@with_digits
def log_sigmoid(z: Decimal) -> Decimal:
    return (1 / (1 + (-z).exp())).ln()


@with_digits
def bce_of_logit(z: Decimal, y: Decimal) -> Decimal:
    q = 1 / (1 + (-z).exp())
    return -(y * q.ln() + (1 - y) * (1 - q).ln())


@with_digits
def bce_of_logit_slope(z: Decimal, y: Decimal) -> Decimal:
    return 1 / (1 + (-z).exp()) - y


@with_digits
def bce(q: Decimal, y: Decimal) -> Decimal:
    return -(y * q.ln() + (1 - y) * (1 - q).ln())


@with_digits
def bce_slope(q: Decimal, y: Decimal) -> Decimal:
    return -y / q + (1 - y) / (1 - q)


PI = Decimal(
    "3.14159265358979323846264338327950288419716939937510"
    "58209749445923078164062862089986280348253421170679"
)


@with_digits
def normal_pdf(x: Decimal) -> Decimal:
    return (-x * x / 2).exp() / (2 * PI).sqrt()


@with_digits
def normal_cdf(x: Decimal) -> Decimal:
    """1/2 + φ(x) (x + x³/3 + x⁵/15 + …) near 0, else a continued fraction."""
    w, density = abs(x), normal_pdf(x)
    if w > FAR:
        fraction = w
        for k in range(N_FRACTION, 0, -1):
            fraction = w + k / fraction
        tail = density / fraction
    else:
        term = total = w
        for odd in range(3, N_SERIES, 2):
            term = term * w * w / odd
            total += term
        tail = HALF - density * total
    return tail if x < 0 else 1 - tail


@with_digits
def gelu(z: Decimal) -> Decimal:
    return z * normal_cdf(z)


@with_digits
def gelu_slope(z: Decimal) -> Decimal:
    return normal_cdf(z) + z * normal_pdf(z)


@with_digits
def _gelu_argument(z: Decimal) -> Decimal:
    return (2 / PI).sqrt() * (z + CUBIC * z**3)


@with_digits
def gelu_tanh(z: Decimal) -> Decimal:
    return z * sigmoid(2 * _gelu_argument(z))


@with_digits
def gelu_tanh_slope(z: Decimal) -> Decimal:
    u = _gelu_argument(z)
    slope = (2 / PI).sqrt() * (1 + 3 * CUBIC * z**2)
    return sigmoid(2 * u) + 2 * z * sigmoid_slope(2 * u) * slope


@with_digits
def softmax(row: Sequence[Decimal]) -> list[Decimal]:
    total = sum(z.exp() for z in row)
    return [z.exp() / total for z in row]


@with_digits
def log_sum_exp(row: Sequence[Decimal]) -> Decimal:
    return Decimal(sum(z.exp() for z in row)).ln()


@with_digits
def dot(first: Sequence[Decimal], second: Sequence[Decimal]) -> Decimal:
    return Decimal(sum(a * b for a, b in zip(first, second, strict=True)))


@with_digits
def normalised(row: Sequence[Decimal], eps: Decimal) -> list[Decimal]:
    mean = sum(row) / len(row)
    variance = sum((x - mean) ** 2 for x in row) / len(row)
    return [(x - mean) / (variance + eps).sqrt() for x in row]


@with_digits
def difference(first: Decimal, second: Decimal) -> Decimal:
    return first - second


def places(shape: tuple[int, ...], window: tuple[int, int], stride: int) -> list[tuple[int, int]]:
    """Return the upper left corner of every window that fits into (..., H, W), row by row."""
    height, width = shape[-2:]
    return [
        (top, left)
        for top in range(0, height, stride)
        for left in range(0, width, stride)
        if top + window[0] <= height and left + window[1] <= width
    ]


def correlated(x: Array, W: Array, b: Array, stride: int, padding: int) -> dict[Any, Any]:
    """Return conv2d's outputs by (n, f, place), number by number; outside the image is 0."""
    n_examples, n_channels, height, width = x.shape
    framed = (height + 2 * padding, width + 2 * padding)
    corners = places(framed, W.shape[2:], stride)
    found: dict[Any, Any] = {}
    for n in range(n_examples):
        for f in range(len(W)):
            for place, (top, left) in enumerate(corners):
                total = b[f]
                for channel, p, q in np.ndindex(n_channels, *W.shape[2:]):
                    row, column = top + p - padding, left + q - padding
                    if 0 <= row < height and 0 <= column < width:
                        total = total + x[n, channel, row, column] * W[f, channel, p, q]
                found[n, f, place] = total
    return found


def pooled(x: Array, window: int, stride: int, of: Callable[[list[Any]], Any]) -> dict[Any, Any]:
    """Return what ``of`` says of the numbers of each window, by (n, c, place)."""
    return {
        (n, channel, place): of(
            [x[n, channel, top + p, left + q] for p in range(window) for q in range(window)]
        )
        for n in range(x.shape[0])
        for channel in range(x.shape[1])
        for place, (top, left) in enumerate(places(x.shape, (window, window), stride))
    }


def assert_ulps(actual: Any, expected: Decimal, ulps: float, *, about: object) -> None:
    """Assert |actual - expected| <= ulps · eps · |expected|, give or take an underflow."""
    info = np.finfo(np.asarray(actual).real.dtype)
    assert np.isfinite(actual), f"{about}: {actual} is not finite"
    error = abs(difference(exact(actual.real), expected))
    allowed = abs(expected) * Decimal(ulps) * exact(info.eps) + exact(info.tiny)
    assert error <= allowed, (
        f"{about}: expected {expected:.20e}, actual {actual!r}, "
        f"{error / (abs(expected) * exact(info.eps)):.1f} ulps"
    )


def assert_close(actual: Any, expected: Any, scale: Any, *, about: object) -> None:
    """Assert equal shapes and |actual - expected| <= 1e-13 · scale everywhere."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape, f"{about}: {actual.shape} for {expected.shape}"
    error = np.max(np.abs(actual - expected), initial=0.0)
    assert error <= 1e-13 * scale, (
        f"{about}: expected {expected}, actual {actual}, error {error:.2e} at scale {scale:.2e}"
    )
