"""Exponentials and logarithms that neither overflow nor cancel.

The sigmoid family is built from ``exp`` and ``log``, and written as on paper it fails twice:
``exp(710)`` overflows, and ``log(1 + 1e-20)`` is 0. Every function here is an algebraic identity
of the paper form in which

* ``exp`` only ever sees an argument whose real part is at most 0, so it lies in (0, 1];
* "1 + something small" goes through ``log1p``;
* no two nearly equal numbers are subtracted.

All of them are analytic where they are smooth and decide between branches by the *real part*, so a
complex step z + ih passes through them and brings the derivative back in the imaginary part.
float32, float64, longdouble and complex keep their type; integers become float64.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["as_inexact", "log1p", "log1p_exp", "log_sigmoid", "log_softmax", "log_sum_exp",
           "normal_cdf", "normal_pdf"]  # fmt: skip

Array: TypeAlias = npt.NDArray[Any]

SPACING, N_TERMS = 0.625, 16  # e^(-2π²/0.625²) = 1e-22; the terms left out are below e^(-50)


def as_inexact(values: npt.ArrayLike) -> Array:
    """Return values as an array of real or complex floats; integers and booleans become float64.

    Arrays that are inexact already are returned as they are, neither copied nor narrowed.

    Parameters
    ----------
    values : array_like, any shape
        Dimensionless numbers.

    Returns
    -------
    ndarray, shape of values
        float16, float32, float64, longdouble or complex; the type of values where it was one.

    Examples
    --------
    >>> as_inexact([1, 2]).dtype.name, as_inexact(np.float32([1, 2])).dtype.name
    ('float64', 'float32')
    """
    array = np.asarray(values)
    return array if np.issubdtype(array.dtype, np.inexact) else array.astype(np.float64)


def require_same_shape(**arrays: Array) -> None:
    """Raise ValueError, naming both, unless the two arrays have one shape (never broadcast)."""
    (name, first), (other_name, second) = arrays.items()
    if first.shape != second.shape:
        raise ValueError(
            f"{name} and {other_name} must have the same shape, "
            f"not {first.shape} and {second.shape}; nothing is broadcast here"
        )


def log1p(w: npt.ArrayLike) -> Array:
    """Return ln(1 + w), accurate for small w, of real or complex numbers with Re w > -1.

    NumPy's own ``log1p`` of a complex number loses the real part when w is small.

    Derivation
    ----------
    With w = u + iv,

    1. 1 + w  = (1 + u) (1 + it)             with t = v / (1 + u)
    2. ln(1 + w) = ln(1 + u) + ln(1 + it)
    3. ln(1 + it) = 1/2 ln(1 + t²) + i angle  with angle = atan2(v, 1 + u)

    and both real logarithms are the real ``log1p``. The derivative is 1 / (1 + w).

    Edges
    -----
    The slope is infinite at w = -1, which is outside the domain.

    Parameters
    ----------
    w : array_like, any shape
        Dimensionless, real part above -1.

    Returns
    -------
    ndarray, shape of w
        In nats.

    Source
    ------
    W. Kahan, "Branch cuts for complex elementary functions, or much ado about nothing's sign bit",
    in The State of the Art in Numerical Analysis, Oxford University Press, 1987.

    Examples
    --------
    >>> float(log1p(1e-20)), complex(log1p(1e-20 + 0j))
    (1e-20, (1e-20+0j))
    >>> h = 1e-6
    >>> numeric = (log1p(0.5 + h) - log1p(0.5 - h)) / (2 * h)
    >>> bool(abs(numeric - 1 / 1.5) < 1e-9)
    True
    """
    w = as_inexact(w)
    if not np.iscomplexobj(w):
        return np.asarray(np.log1p(w))
    u, v = w.real, w.imag
    t = v / (1 + u)
    angle = np.arctan2(v, 1 + u)
    return np.asarray(np.log1p(u) + np.log1p(t * t) / 2 + 1j * angle)


def log1p_exp(z: npt.ArrayLike) -> Array:
    """Return ln(1 + e^z), the softplus, without overflow and without cancellation.

    Derivation
    ----------
    Of the value: take the larger of 1 and e^z out of the sum.

    1. z > 0:  1 + e^z = e^z (1 + e^-z)   so  ln(1 + e^z) = z + ln(1 + e^-z)
    2. z <= 0:                                ln(1 + e^z) = 0 + ln(1 + e^z)
    3. both:   ln(1 + e^z) = max(z, 0) + ln(1 + e^-|z|)

    Of the slope:

    1. d ln(s) / ds = 1/s                    with s = 1 + e^z
    2. ds / dz = e^z
    3. slope = e^z / (1 + e^z) = 1 / (1 + e^-z) = sigmoid(z)

    Edges
    -----
    Smooth everywhere: the two branches of step 3 are one function. e^-|z| may underflow to 0,
    which is then the right answer to the last bit.

    Parameters
    ----------
    z : array_like, any shape
        Dimensionless.

    Returns
    -------
    ndarray, shape of z
        In nats; never negative.

    Source
    ------
    M. Mächler, "Accurately computing log(1 - exp(-|a|))", vignette of the R package Rmpfr, 2012,
    which treats log(1 + exp(x)) beside its title.

    Examples
    --------
    >>> log1p_exp([-700.0, 0.0, 700.0]).round(4).tolist()
    [0.0, 0.6931, 700.0]
    >>> float(log1p_exp(-50.0)) == float(np.exp(-50.0))
    True
    >>> h = 1e-6
    >>> numeric = (log1p_exp(2.0 + h) - log1p_exp(2.0 - h)) / (2 * h)
    >>> bool(abs(numeric - 1 / (1 + np.exp(-2.0))) < 1e-9)
    True
    """
    z = as_inexact(z)
    is_positive = z.real > 0
    e = np.exp(np.where(is_positive, -z, z))  # e^-|z|, in (0, 1]
    return np.asarray(np.where(is_positive, z, 0) + log1p(e))


def log_sigmoid(z: npt.ArrayLike) -> Array:
    """Return ln sigmoid(z) = ln(1 / (1 + e^-z)), also where sigmoid(z) would round to 0 or 1.

    Derivation
    ----------
    Of the value:

    1. ln(1 / (1 + e^-z)) = -ln(1 + e^-z)
    2. ln sigmoid(z) = -log1p_exp(-z)

    Of the slope:

    1. d/dz [-softplus(-z)] = -softplus'(-z) · (-1)
    2. slope = softplus'(-z) = sigmoid(-z) = 1 - sigmoid(z)

    Edges
    -----
    Smooth everywhere. The other logarithm of the cross-entropy, ln(1 - sigmoid(z)), is
    ``log_sigmoid(-z)``.

    Parameters
    ----------
    z : array_like, any shape
        Logits, in nats.

    Returns
    -------
    ndarray, shape of z
        In nats; never positive.

    Source
    ------
    I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, MIT Press, 2016, sections 3.10 and
    6.2.2.2.

    Examples
    --------
    >>> log_sigmoid([-700.0, 0.0]).round(4).tolist()
    [-700.0, -0.6931]
    >>> h = 1e-6
    >>> numeric = (log_sigmoid(2.0 + h) - log_sigmoid(2.0 - h)) / (2 * h)
    >>> bool(abs(numeric - 1 / (1 + np.exp(2.0))) < 1e-9)
    True
    """
    return -log1p_exp(-as_inexact(z))


def take_out_largest(z: Array) -> tuple[Array, Array, Array, Array]:
    """Split rows at their largest entry m = z_k: return (k, m, d, rest).

    k (..., 1) is the position, m (..., 1) the value, d = z - m (..., K), whose real part is at most
    0, and rest (..., 1) = sum over j ≠ k of e^(d_j), so that  Σ_j e^(z_j) = e^m (1 + rest).
    """
    if z.ndim == 0 or z.shape[-1] == 0:
        raise ValueError(f"z must have a last axis of at least one class, not shape {z.shape}")
    k = np.argmax(z.real, axis=-1, keepdims=True)
    m = np.take_along_axis(z, k, axis=-1)
    d = z - m
    is_other = np.arange(z.shape[-1]) != k
    rest = np.sum(np.where(is_other, np.exp(d), 0), axis=-1, keepdims=True)
    return k, m, d, rest


def log_sum_exp(z: npt.ArrayLike, *, keepdims: bool = False) -> Array:
    """Return ln Σ_j e^(z_j) over the last axis.

    Derivation
    ----------
    Of the value, with m = z_k the largest entry of the row:

    1. Σ_j e^(z_j) = e^m Σ_j e^(z_j - m)
    2. Σ_j e^(z_j - m) = 1 + rest              the 1 is the term j = k, and rest leaves it out
    3. ln Σ_j e^(z_j) = m + ln(1 + rest)

    Of the slope:

    1. d ln(S) / dS = 1/S                      with S = Σ_j e^(z_j)
    2. ∂S / ∂z_i = e^(z_i)
    3. ∂/∂z_i = e^(z_i) / S = softmax(z)_i

    Edges
    -----
    Smooth everywhere, ties included: any of the largest entries may be taken for m.

    Parameters
    ----------
    z : array_like, shape (..., K), K >= 1
        Logits, in nats.
    keepdims : bool
        Keep the summed axis with length 1.

    Returns
    -------
    ndarray, shape (...) or, with keepdims, (..., 1)
        In nats.

    Raises
    ------
    ValueError
        If z has no axis to sum over, or K = 0.

    Source
    ------
    P. Blanchard, D. J. Higham, N. J. Higham, "Accurately computing the log-sum-exp and softmax
    functions", IMA Journal of Numerical Analysis 41(4), 2021.

    Examples
    --------
    >>> float(log_sum_exp([700.0, 700.0]).round(4))
    700.6931
    >>> z, h = np.array([1.0, 2.0, 4.0]), np.array([1e-6, 0.0, 0.0])
    >>> numeric = (log_sum_exp(z + h) - log_sum_exp(z - h)) / 2e-6
    >>> bool(abs(numeric - np.exp(1.0) / np.exp(z).sum()) < 1e-9)
    True
    """
    _, m, _, rest = take_out_largest(as_inexact(z))
    value = m + log1p(rest)
    return np.asarray(value if keepdims else value[..., 0])


def log_softmax(z: npt.ArrayLike) -> Array:
    """Return ln softmax(z) over the last axis, also where a softmax would round to 0 or 1.

    Derivation
    ----------
    Of the value, with m = z_k the largest entry and d = z - m:

    1. softmax(z)_i = e^(z_i) / Σ_j e^(z_j)
    2. ln softmax(z)_i = z_i - ln Σ_j e^(z_j)
    3.                 = z_i - m - ln(1 + rest) = d_i - ln(1 + rest)

    Step 3, not step 2, is computed: for the winner d_k = 0, and -ln(1 + rest) keeps all its digits
    where z_k - log_sum_exp(z) would be 0.

    Of the slope:

    1. ∂z_i / ∂z_j = [i = j]
    2. ∂ log_sum_exp(z) / ∂z_j = softmax(z)_j
    3. ∂ ln softmax(z)_i / ∂z_j = [i = j] - softmax(z)_j

    Edges
    -----
    Smooth everywhere.

    Parameters
    ----------
    z : array_like, shape (..., K), K >= 1
        Logits, in nats.

    Returns
    -------
    ndarray, shape (..., K)
        In nats; never positive.

    Raises
    ------
    ValueError
        If z has no axis to sum over, or K = 0.

    Source
    ------
    P. Blanchard, D. J. Higham, N. J. Higham, as in ``log_sum_exp``.

    Examples
    --------
    >>> log_softmax([0.0, np.log(3.0)]).round(4).tolist()
    [-1.3863, -0.2877]
    >>> float(log_softmax([0.0, 50.0])[1]) == -float(np.exp(-50.0))
    True
    >>> z, h = np.array([1.0, 2.0, 4.0]), np.array([1e-6, 0.0, 0.0])
    >>> numeric = (log_softmax(z + h) - log_softmax(z - h)) / 2e-6
    >>> analytic = np.array([1, 0, 0]) - np.exp(1.0) / np.exp(z).sum()
    >>> bool(np.abs(numeric - analytic).max() < 1e-9)
    True
    """
    _, _, d, rest = take_out_largest(as_inexact(z))
    return np.asarray(d - log1p(rest))


def pi_of(like: Array) -> Any:
    """Return π with the digits of an array's real type."""
    return 4 * np.arctan(like.real.dtype.type(1))


def _exp_of_half_square(x: Array) -> Array:
    """Return e^(-x²/2); the rounding of x², times x²/2, would show in the result.

    With q = x rounded to sixteenths, q² is exact, and x² = q² + (x - q)(x + q).
    """
    sixteenth = 16
    q = np.round(x.real * sixteenth) / sixteenth
    return np.asarray(np.exp(-q * q / 2) * np.exp(-(x - q) * (x + q) / 2))


def normal_pdf(x: npt.ArrayLike) -> Array:
    """Return φ(x) = e^(-x²/2) / sqrt(2π), the density of the standard normal distribution.

    Its slope is -x φ(x). Smooth everywhere, even.

    Parameters
    ----------
    x : array_like, any shape
        Dimensionless.

    Returns
    -------
    ndarray, shape of x
        Probability per unit of x.

    Source
    ------
    C. M. Bishop, Pattern Recognition and Machine Learning, Springer, 2006, section 1.2.4.

    Examples
    --------
    >>> normal_pdf([0.0, 1.0]).round(4).tolist()
    [0.3989, 0.242]
    """
    x = as_inexact(x)
    return np.asarray(_exp_of_half_square(x) / np.sqrt(2 * pi_of(x)))


def normal_cdf(x: npt.ArrayLike) -> Array:
    """Return Φ(x), the integral of φ from -∞ to x: (1 + erf(x / sqrt(2))) / 2.

    NumPy has no erf, and 1 + erf would lose its digits where it is nearly 0.

    Derivation
    ----------
    Of the value, for w = -x > 0 (otherwise Φ(x) = 1 - Φ(-x)):

    1. Φ(-w) = (w / π) e^(-w²/2) ∫ e^(-s²/2) / (s² + w²) ds              over s from 0 to ∞
    2. ∫ ≈ k Σ_n e^(-s_n²/2) / (s_n² + w²)                               with s_n = (n + 1/2) k
    3. what the sum leaves out of Φ is 1 / (1 + e^(2πw/k)), the residue at the pole s = iw,
       as long as the pole is nearer to the real line than 2π/k; the rest is below e^(-2π²/k²)

    Every term is positive, so nothing cancels; at w = 0 the residue alone is 1/2.

    Of the slope: dΦ/dx = φ(x), the integrand at its upper end.

    Parameters
    ----------
    x : array_like, any shape
        Dimensionless.

    Returns
    -------
    ndarray, shape of x
        Probabilities, dimensionless.

    Source
    ------
    F. Matta, A. Reichel, "Uniform computation of the error function and other related functions",
    Mathematics of Computation 25(114), 1971.

    Examples
    --------
    >>> normal_cdf([-1.0, 0.0, 1.0]).round(4).tolist()
    [0.1587, 0.5, 0.8413]
    >>> h = 1e-6
    >>> numeric = (normal_cdf(0.3 + h) - normal_cdf(0.3 - h)) / (2 * h)
    >>> bool(abs(numeric - normal_pdf(0.3)) < 1e-9)
    True
    """
    x = as_inexact(x)
    is_negative = x.real < 0
    w = np.where(is_negative, -x, x)
    pi, k = pi_of(x), SPACING
    total = np.zeros_like(w)
    for n in range(N_TERMS):
        s_squared = w.real.dtype.type(((n + 0.5) * k) ** 2)
        total = total + np.exp(-s_squared / 2) / (s_squared + w * w)
    e = np.exp(-2 * pi / k * w)
    residue = np.where(w.real < 2 * pi / k, e / (1 + e), 0)
    tail = w / pi * _exp_of_half_square(w) * k * total + residue
    return np.asarray(np.where(is_negative, tail, 1 - tail), dtype=x.dtype)
