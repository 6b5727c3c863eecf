"""Activations: value and backward side by side.

z is what a layer computes before its activation, a = f(z) what it hands on. ``dout`` is the
upstream gradient ∂C/∂a and always has the shape of a; backward returns dz = ∂C/∂z in the shape of
z. All but the softmax (and its logarithm) act entry by entry, so there the chain rule is one
product:

    dz = ∂C/∂a · ∂a/∂z = dout · f'(z)

All quantities are dimensionless. float32, float64, longdouble and complex keep their type, integers
become float64, arguments are never changed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gradcheck_reference.stable import (
    Array,
    as_inexact,
    log1p_exp,
    log_softmax,
    normal_cdf,
    normal_pdf,
    pi_of,
    require_same_shape,
    take_out_largest,
)

__all__ = [
    "gelu",
    "gelu_backward",
    "gelu_tanh",
    "gelu_tanh_backward",
    "identity",
    "identity_backward",
    "leaky_relu",
    "leaky_relu_backward",
    "log_softmax_backward",
    "relu",
    "relu_backward",
    "sigmoid",
    "sigmoid_backward",
    "softmax",
    "softmax_backward",
    "softplus",
    "softplus_backward",
    "tanh",
    "tanh_backward",
]


def _upstream_and_input(dout: npt.ArrayLike, z: npt.ArrayLike) -> tuple[Array, Array]:
    dout, z = as_inexact(dout), as_inexact(z)
    require_same_shape(dout=dout, z=z)
    return dout, z


def identity(z: npt.ArrayLike) -> Array:
    """Return a = z, the activation of a linear layer, as a new array.

    The gradient, dz = dout, is derived in ``identity_backward``. No edges, no kinks.

    Parameters
    ----------
    z : array_like, any shape
        Pre-activations, dimensionless.

    Returns
    -------
    ndarray, shape of z

    Source
    ------
    C. M. Bishop, Pattern Recognition and Machine Learning, Springer, 2006, section 5.1.

    Examples
    --------
    >>> identity([-1.5, 2.0]).tolist()
    [-1.5, 2.0]
    """
    return as_inexact(z).copy()


def identity_backward(dout: npt.ArrayLike, z: npt.ArrayLike) -> Array:
    """Return dz for a = z.

    Derivation
    ----------
    1. ∂a/∂z = 1
    2. dz = dout · 1 = dout

    Parameters
    ----------
    dout : array_like, shape of z
        ∂C/∂a, cost per unit of a.
    z : array_like, any shape
        Pre-activations, dimensionless.

    Returns
    -------
    ndarray, shape of z
        dz, a new array.

    Raises
    ------
    ValueError
        If dout and z differ in shape.

    Source
    ------
    C. M. Bishop, as in ``identity``.

    Examples
    --------
    >>> identity_backward([3.0], [2.0]).tolist()
    [3.0]
    >>> h = 1e-6
    >>> numeric = 3.0 * (identity(2.0 + h) - identity(2.0 - h)) / (2 * h)
    >>> bool(abs(numeric - 3.0) < 1e-9)
    True
    """
    dout, z = _upstream_and_input(dout, z)
    return dout.copy()


def sigmoid(z: npt.ArrayLike) -> Array:
    """Return a = 1 / (1 + e^-z), between 0 and 1.

    Derivation
    ----------
    Of a form in which nothing overflows (the gradient is derived in ``sigmoid_backward``):

    1. z >= 0:  a = 1 / (1 + e^-z)                                        here e^-z <= 1
    2. z < 0:   a = 1 / (1 + e^-z) · e^z / e^z = e^z / (1 + e^z)          here e^z < 1
    3. both:    a = (1 if z >= 0 else e) / (1 + e)                        with e = e^-|z|

    Edges
    -----
    Smooth everywhere; 1 - sigmoid(z) = sigmoid(-z). In float64 it rounds to exactly 1 above
    z = 37, while sigmoid(-37) keeps all its digits.

    Parameters
    ----------
    z : array_like, any shape
        Pre-activations (logits, in nats).

    Returns
    -------
    ndarray, shape of z
        Probabilities, dimensionless.

    Source
    ------
    D. R. Cox, "The regression analysis of binary sequences", Journal of the Royal Statistical
    Society B 20(2), 1958.

    Examples
    --------
    >>> sigmoid([-700.0, 0.0, np.log(3.0), 700.0]).round(12).tolist()
    [0.0, 0.5, 0.75, 1.0]
    """
    z = as_inexact(z)
    is_positive = z.real >= 0
    e = np.exp(np.where(is_positive, -z, z))
    return np.asarray(np.where(is_positive, 1, e) / (1 + e))


def sigmoid_backward(dout: npt.ArrayLike, z: npt.ArrayLike) -> Array:
    """Return dz for a = 1 / (1 + e^-z).

    Derivation
    ----------
    1. a = s^-1                                   with s = 1 + e^-z
    2. ds/dz = -e^-z                              the inner derivative brings a minus
    3. da/ds = -s^-2                              and the outer one another
    4. da/dz = (-s^-2)(-e^-z) = e^-z / (1 + e^-z)²
    5.       = [1 / (1 + e^-z)] · [e^-z / (1 + e^-z)] = a (1 - a)
    6. 1 - a = e^-z / (1 + e^-z) = 1 / (e^z + 1) = sigmoid(-z)
    7. dz = dout · a · (1 - a)

    Step 6 is how 1 - a is computed: where a rounds to 1, a subtraction would give 0.

    Edges
    -----
    The slope is largest at z = 0, where it is 1/4, and falls off as e^-|z|.

    Parameters
    ----------
    dout : array_like, shape of z
        ∂C/∂a, cost per unit of a.
    z : array_like, any shape
        Pre-activations, *not* activations.

    Returns
    -------
    ndarray, shape of z
        dz.

    Raises
    ------
    ValueError
        If dout and z differ in shape.

    Source
    ------
    D. E. Rumelhart, G. E. Hinton, R. J. Williams, "Learning representations by back-propagating
    errors", Nature 323, 1986.

    Examples
    --------
    >>> sigmoid_backward([1.0, 1.0], [0.0, np.log(3.0)]).round(4).tolist()
    [0.25, 0.1875]
    >>> h, z = 1e-6, np.array([-3.0, 0.5])
    >>> numeric = (sigmoid(z + h) - sigmoid(z - h)) / (2 * h)
    >>> bool(np.abs(numeric - sigmoid_backward([1.0, 1.0], z)).max() < 1e-9)
    True
    """
    dout, z = _upstream_and_input(dout, z)
    a = sigmoid(z)
    one_minus_a = sigmoid(-z)
    return np.asarray(dout * a * one_minus_a)


def tanh(z: npt.ArrayLike) -> Array:
    """Return a = (e^z - e^-z) / (e^z + e^-z), between -1 and 1.

    The gradient, dz = dout · (1 - a²), is derived in ``tanh_backward``. Smooth everywhere, odd; in
    float64 it rounds to exactly 1 above z = 19.1.

    Parameters
    ----------
    z : array_like, any shape
        Pre-activations, dimensionless.

    Returns
    -------
    ndarray, shape of z

    Source
    ------
    Y. LeCun, L. Bottou, G. B. Orr, K.-R. Müller, "Efficient BackProp", in Neural Networks: Tricks
    of the Trade, Springer, 1998.

    Examples
    --------
    >>> tanh([-700.0, 0.0, np.log(2.0)]).round(12).tolist()
    [-1.0, 0.0, 0.6]
    """
    return np.asarray(np.tanh(as_inexact(z)))


def tanh_backward(dout: npt.ArrayLike, z: npt.ArrayLike) -> Array:
    """Return dz for a = tanh(z).

    Derivation
    ----------
    1. a = p / q                                  with p = e^z - e^-z and q = e^z + e^-z
    2. dp/dz = q, dq/dz = p
    3. da/dz = (q · q - p · p) / q² = 1 - a²      the quotient rule
    4. q² - p² = 4, so 1 - a² = 4 / (e^z + e^-z)²
    5.        = 4 · 1 / (1 + e^-2z) · 1 / (1 + e^2z) = 4 sigmoid(2z) sigmoid(-2z)
    6. dz = dout · (1 - a²)

    Step 5 is how 1 - a² is computed: a² rounds to 1 long before the slope is 0.

    Edges
    -----
    The slope is 1 at z = 0 and falls off as 4 e^-2|z|; beyond |z| = 373 it underflows to 0 in
    float64.

    Parameters
    ----------
    dout : array_like, shape of z
        ∂C/∂a, cost per unit of a.
    z : array_like, any shape
        Pre-activations, *not* activations.

    Returns
    -------
    ndarray, shape of z
        dz.

    Raises
    ------
    ValueError
        If dout and z differ in shape.

    Source
    ------
    Y. LeCun et al., as in ``tanh``.

    Examples
    --------
    >>> tanh_backward([1.0, 1.0], [0.0, np.log(2.0)]).round(4).tolist()
    [1.0, 0.64]
    >>> h, z = 1e-6, np.array([-3.0, 0.5])
    >>> numeric = (tanh(z + h) - tanh(z - h)) / (2 * h)
    >>> bool(np.abs(numeric - tanh_backward([1.0, 1.0], z)).max() < 1e-9)
    True
    """
    dout, z = _upstream_and_input(dout, z)
    one_minus_a_squared = 4 * sigmoid(2 * z) * sigmoid(-2 * z)
    return np.asarray(dout * one_minus_a_squared)


def relu(z: npt.ArrayLike) -> Array:
    """Return a = max(0, z).

    The gradient, dz = dout · [z > 0], is derived in ``relu_backward``. Continuous everywhere, with
    a kink at z = 0. Not-a-number stays not-a-number.

    Parameters
    ----------
    z : array_like, any shape
        Pre-activations, dimensionless.

    Returns
    -------
    ndarray, shape of z
        Never negative.

    Source
    ------
    V. Nair, G. E. Hinton, "Rectified linear units improve restricted Boltzmann machines",
    International Conference on Machine Learning, 2010.

    Examples
    --------
    >>> relu([-2.0, 0.0, 3.0]).tolist()
    [0.0, 0.0, 3.0]
    """
    z = as_inexact(z)
    return np.where(z.real <= 0, 0, z)


def relu_backward(dout: npt.ArrayLike, z: npt.ArrayLike) -> Array:
    """Return dz for a = max(0, z), with slope 0 at the kink.

    Derivation
    ----------
    1. z > 0:  a = z, so ∂a/∂z = 1
    2. z < 0:  a = 0, so ∂a/∂z = 0
    3. z = 0:  the slope from the left is 0, from the right 1; the convention here is 0
    4. dz = dout · [z > 0]

    Edges
    -----
    At the kink z = 0 there is no derivative; every slope in [0, 1] is a subgradient, and a
    gradient that uses any of them is accepted.

    Parameters
    ----------
    dout : array_like, shape of z
        ∂C/∂a, cost per unit of a.
    z : array_like, any shape
        Pre-activations, dimensionless.

    Returns
    -------
    ndarray, shape of z
        dz.

    Raises
    ------
    ValueError
        If dout and z differ in shape.

    Source
    ------
    V. Nair, G. E. Hinton, as in ``relu``; for the kink, F. H. Clarke, Optimization and Nonsmooth
    Analysis, Wiley, 1983, and D. Bertoin, J. Bolte, S. Gerchinovitz, E. Pauwels, "Numerical
    influence of ReLU'(0) on backpropagation", NeurIPS, 2021.

    Examples
    --------
    >>> relu_backward([5.0, 5.0, 5.0], [-2.0, 0.0, 3.0]).tolist()
    [0.0, 0.0, 5.0]
    >>> h, z = 1e-6, np.array([-2.0, 3.0])
    >>> numeric = 5.0 * (relu(z + h) - relu(z - h)) / (2 * h)
    >>> bool(np.abs(numeric - relu_backward([5.0, 5.0], z)).max() < 1e-8)
    True
    """
    dout, z = _upstream_and_input(dout, z)
    return np.where(z.real > 0, dout, 0)


def leaky_relu(z: npt.ArrayLike, slope: float = 0.01) -> Array:
    """Return a = z where z > 0 and slope · z elsewhere.

    The gradient is derived in ``leaky_relu_backward``. Continuous everywhere, with a kink at z = 0
    unless slope is 1.

    Parameters
    ----------
    z : array_like, any shape
        Pre-activations, dimensionless.
    slope : float
        The slope on the left, dimensionless; usually in [0, 1).

    Returns
    -------
    ndarray, shape of z

    Source
    ------
    A. L. Maas, A. Y. Hannun, A. Y. Ng, "Rectifier nonlinearities improve neural network acoustic
    models", ICML Workshop on Deep Learning for Audio, Speech and Language Processing, 2013.

    Examples
    --------
    >>> leaky_relu([-2.0, 0.0, 3.0], slope=0.1).tolist()
    [-0.2, 0.0, 3.0]
    """
    z = as_inexact(z)
    return np.where(z.real > 0, z, slope * z)


def leaky_relu_backward(dout: npt.ArrayLike, z: npt.ArrayLike, slope: float = 0.01) -> Array:
    """Return dz for the leaky ReLU, with the left slope at the kink.

    Derivation
    ----------
    1. z > 0:  a = z, so ∂a/∂z = 1
    2. z < 0:  a = slope · z, so ∂a/∂z = slope
    3. z = 0:  slope from the left, 1 from the right; the convention here is slope
    4. dz = dout · (1 if z > 0 else slope)

    Edges
    -----
    At the kink z = 0 every value between slope and 1 is accepted.

    Parameters
    ----------
    dout : array_like, shape of z
        ∂C/∂a, cost per unit of a.
    z : array_like, any shape
        Pre-activations, dimensionless.
    slope : float
        The slope on the left, dimensionless.

    Returns
    -------
    ndarray, shape of z
        dz.

    Raises
    ------
    ValueError
        If dout and z differ in shape.

    Source
    ------
    A. L. Maas, A. Y. Hannun, A. Y. Ng, as in ``leaky_relu``.

    Examples
    --------
    >>> leaky_relu_backward([5.0, 5.0], [-2.0, 3.0], slope=0.1).tolist()
    [0.5, 5.0]
    >>> h, z = 1e-6, np.array([-2.0, 3.0])
    >>> numeric = 5.0 * (leaky_relu(z + h, 0.1) - leaky_relu(z - h, 0.1)) / (2 * h)
    >>> bool(np.abs(numeric - leaky_relu_backward([5.0, 5.0], z, 0.1)).max() < 1e-8)
    True
    """
    dout, z = _upstream_and_input(dout, z)
    return np.where(z.real > 0, dout, slope * dout)


def softplus(z: npt.ArrayLike) -> Array:
    """Return a = ln(1 + e^z), a smooth ReLU.

    The value's form is derived in ``stable.log1p_exp``, the gradient, dz = dout · sigmoid(z), in
    ``softplus_backward``. Smooth everywhere; above z = 37 it equals z in float64.

    Parameters
    ----------
    z : array_like, any shape
        Pre-activations, dimensionless.

    Returns
    -------
    ndarray, shape of z
        Never negative.

    Source
    ------
    C. Dugas, Y. Bengio, F. Bélisle, C. Nadeau, R. Garcia, "Incorporating second-order functional
    knowledge for better option pricing", Advances in Neural Information Processing Systems 13,
    2000.

    Examples
    --------
    >>> softplus([-700.0, 0.0, 700.0]).round(4).tolist()
    [0.0, 0.6931, 700.0]
    """
    return log1p_exp(z)


def softplus_backward(dout: npt.ArrayLike, z: npt.ArrayLike) -> Array:
    """Return dz for a = ln(1 + e^z).

    Derivation
    ----------
    1. a = ln(s)                                  with s = 1 + e^z
    2. da/ds = 1/s, ds/dz = e^z
    3. da/dz = e^z / (1 + e^z) = sigmoid(z)
    4. dz = dout · sigmoid(z)

    Edges
    -----
    None: the slope rises smoothly from 0 to 1 and is 1/2 at z = 0.

    Parameters
    ----------
    dout : array_like, shape of z
        ∂C/∂a, cost per unit of a.
    z : array_like, any shape
        Pre-activations, dimensionless.

    Returns
    -------
    ndarray, shape of z
        dz.

    Raises
    ------
    ValueError
        If dout and z differ in shape.

    Source
    ------
    C. Dugas et al., as in ``softplus``.

    Examples
    --------
    >>> softplus_backward([1.0, 1.0], [0.0, np.log(3.0)]).round(4).tolist()
    [0.5, 0.75]
    >>> h, z = 1e-6, np.array([-3.0, 0.5])
    >>> numeric = (softplus(z + h) - softplus(z - h)) / (2 * h)
    >>> bool(np.abs(numeric - softplus_backward([1.0, 1.0], z)).max() < 1e-9)
    True
    """
    dout, z = _upstream_and_input(dout, z)
    return np.asarray(dout * sigmoid(z))


def gelu(z: npt.ArrayLike) -> Array:
    """Return a = z Φ(z), with Φ the distribution function of the standard normal.

    Derivation
    ----------
    Of the usual form (the gradient is derived in ``gelu_backward``):

    1. a = z P(X <= z)                            with X standard normal
    2. P(X <= z) = Φ(z) = (1 + erf(z / sqrt(2))) / 2
    3. a = z/2 · (1 + erf(z / sqrt(2)))

    Step 1 is computed: 1 + erf loses its digits where Φ is nearly 0.

    Edges
    -----
    Smooth everywhere. Tends to z for large z and to 0 for small; lowest, -0.17, at z = -0.75.

    Parameters
    ----------
    z : array_like, any shape
        Pre-activations, dimensionless.

    Returns
    -------
    ndarray, shape of z

    Source
    ------
    D. Hendrycks, K. Gimpel, "Gaussian error linear units (GELUs)", arXiv:1606.08415, 2016.

    Examples
    --------
    >>> gelu([-1.0, 0.0, 1.0]).round(4).tolist()
    [-0.1587, 0.0, 0.8413]
    """
    z = as_inexact(z)
    return np.asarray(z * normal_cdf(z))


def gelu_backward(dout: npt.ArrayLike, z: npt.ArrayLike) -> Array:
    """Return dz for a = z Φ(z).

    Derivation
    ----------
    1. da/dz = Φ(z) + z dΦ/dz                     the product rule
    2. dΦ/dz = φ(z) = e^(-z²/2) / sqrt(2π)        with erf: 1/2 · 2/sqrt(π) e^(-z²/2) · 1/sqrt(2)
    3. dz = dout · (Φ(z) + z φ(z))

    Edges
    -----
    The slope is 1/2 at z = 0, below 0 for z < -0.75, and at most 1.13, at z = sqrt(2).

    Parameters
    ----------
    dout : array_like, shape of z
        ∂C/∂a, cost per unit of a.
    z : array_like, any shape
        Pre-activations, dimensionless.

    Returns
    -------
    ndarray, shape of z
        dz.

    Raises
    ------
    ValueError
        If dout and z differ in shape.

    Source
    ------
    D. Hendrycks, K. Gimpel, as in ``gelu``.

    Examples
    --------
    >>> gelu_backward([1.0, 1.0], [0.0, 1.0]).round(4).tolist()
    [0.5, 1.0833]
    >>> h, z = 1e-6, np.array([-3.0, 0.5])
    >>> numeric = (gelu(z + h) - gelu(z - h)) / (2 * h)
    >>> bool(np.abs(numeric - gelu_backward([1.0, 1.0], z)).max() < 1e-9)
    True
    """
    dout, z = _upstream_and_input(dout, z)
    return np.asarray(dout * (normal_cdf(z) + z * normal_pdf(z)))


CUBIC = 0.044715
"""Of the paper: with it u(z) follows the exact GELU to 5e-4."""


def _gelu_argument(z: Array, root: float | None, cubic: float) -> tuple[Array, Array]:
    """Return u = sqrt(2/π) (z + 0.044715 z³) and du/dz."""
    factor = np.sqrt(z.real.dtype.type(2) / pi_of(z)) if root is None else root
    u = factor * (z + cubic * z * z * z)
    du_dz = factor * (1 + 3 * z * z * cubic)
    return np.asarray(u), np.asarray(du_dz)


def gelu_tanh(z: npt.ArrayLike, root: float | None = None, cubic: float = CUBIC) -> Array:
    """Return a = z/2 · (1 + tanh u) with u = sqrt(2/π) (z + 0.044715 z³).

    Derivation
    ----------
    Of a form that keeps its digits (the gradient is derived in ``gelu_tanh_backward``):

    1. 1 + tanh u = 1 + (e^u - e^-u) / (e^u + e^-u) = 2 e^u / (e^u + e^-u) = 2 sigmoid(2u)
    2. a = z sigmoid(2u)

    Edges
    -----
    Smooth everywhere. Follows ``gelu`` to 5e-4: another function, with another gradient.

    Parameters
    ----------
    z : array_like, any shape
        Pre-activations, dimensionless.
    root, cubic : float, dimensionless
        sqrt(2/π) and 0.044715, or what code has in as many digits as it writes down.

    Returns
    -------
    ndarray, shape of z

    Source
    ------
    D. Hendrycks, K. Gimpel, as in ``gelu``.

    Examples
    --------
    >>> gelu_tanh([-1.0, 0.0, 1.0]).round(4).tolist()
    [-0.1588, 0.0, 0.8412]
    """
    z = as_inexact(z)
    u, _ = _gelu_argument(z, root, cubic)
    return np.asarray(z * sigmoid(2 * u))


def gelu_tanh_backward(
    dout: npt.ArrayLike, z: npt.ArrayLike, root: float | None = None, cubic: float = CUBIC
) -> Array:
    """Return dz for a = z/2 · (1 + tanh u) with u = sqrt(2/π) (z + 0.044715 z³).

    Derivation
    ----------
    1. da/dz = 1/2 · (1 + tanh u) + z/2 · (1 - tanh² u) · du/dz         product and chain rule
    2. du/dz = sqrt(2/π) (1 + 3 · 0.044715 z²)
    3. 1 + tanh u = 2 sigmoid(2u)                 from ``gelu_tanh``
    4. 1 - tanh² u = 4 sigmoid(2u) sigmoid(-2u)   from ``tanh_backward``
    5. da/dz = s + 2 z s sigmoid(-2u) du/dz       with s = sigmoid(2u)
    6. dz = dout · da/dz

    Parameters
    ----------
    dout : array_like, shape of z
        ∂C/∂a, cost per unit of a.
    z : array_like, any shape
        Pre-activations, dimensionless.
    root, cubic : float, dimensionless
        sqrt(2/π) and 0.044715, or what code has in as many digits as it writes down.

    Returns
    -------
    ndarray, shape of z
        dz.

    Raises
    ------
    ValueError
        If dout and z differ in shape.

    Source
    ------
    D. Hendrycks, K. Gimpel, as in ``gelu``.

    Examples
    --------
    >>> gelu_tanh_backward([1.0, 1.0], [0.0, 1.0]).round(4).tolist()
    [0.5, 1.083]
    >>> h, z = 1e-6, np.array([-3.0, 0.5])
    >>> numeric = (gelu_tanh(z + h) - gelu_tanh(z - h)) / (2 * h)
    >>> bool(np.abs(numeric - gelu_tanh_backward([1.0, 1.0], z)).max() < 1e-9)
    True
    """
    dout, z = _upstream_and_input(dout, z)
    u, du_dz = _gelu_argument(z, root, cubic)
    s = sigmoid(2 * u)
    da_dz = s + 2 * z * s * sigmoid(-2 * u) * du_dz
    return np.asarray(dout * da_dz)


def softmax(z: npt.ArrayLike) -> Array:
    """Return s_i = e^(z_i) / Σ_j e^(z_j) over the last axis: each row becomes a distribution.

    Derivation
    ----------
    Of a form in which nothing overflows (the gradient is derived in ``softmax_backward``), with m
    the largest entry of the row:

    1. e^(z_i) = e^m e^(d_i)                      with d = z - m
    2. Σ_j e^(z_j) = e^m (1 + rest)               rest sums e^(d_j) over the entries but m
    3. s_i = e^(d_i) / (1 + rest)                 the same number added to a whole row cancels

    Edges
    -----
    Smooth everywhere. For K = 1 the value is 1 and the gradient 0.

    Parameters
    ----------
    z : array_like, shape (..., K), K >= 1
        Logits, in nats.

    Returns
    -------
    ndarray, shape (..., K)
        Probabilities, dimensionless; rows sum to 1.

    Raises
    ------
    ValueError
        If z has no axis, or K = 0.

    Source
    ------
    J. S. Bridle, "Probabilistic interpretation of feedforward classification network outputs, with
    relationships to statistical pattern recognition", in Neurocomputing, NATO ASI Series F 68,
    Springer, 1990.

    Examples
    --------
    >>> softmax([[0.0, np.log(3.0)], [-700.0, 700.0]]).round(12).tolist()
    [[0.25, 0.75], [0.0, 1.0]]
    """
    _, _, d, rest = take_out_largest(as_inexact(z))
    return np.asarray(np.exp(d) / (1 + rest))


def softmax_backward(dout: npt.ArrayLike, z: npt.ArrayLike) -> Array:
    """Return dz for s = softmax(z) over the last axis.

    Derivation
    ----------
    Write S = Σ_j e^(z_j), so s_i = e^(z_i) / S.

    1. ∂e^(z_i)/∂z_j = [i = j] e^(z_i), ∂S/∂z_j = e^(z_j)
    2. ∂s_i/∂z_j = ([i = j] e^(z_i) S - e^(z_i) e^(z_j)) / S² = s_i ([i = j] - s_j)
    3. dz_j = Σ_i dout_i ∂s_i/∂z_j = dout_j s_j - s_j Σ_i dout_i s_i
    4. dz = s ⊙ (dout - Σ_i s_i dout_i)           the sum is one number a row
    5. dout may be replaced by g = dout - dout_k: a constant c drops out, as Σ_i s_i c = c
    6. dz = s ⊙ (g - Σ_i s_i g_i)

    In step 5 k is the row's largest entry. When s_k is nearly 1, step 4 subtracts two nearly equal
    numbers there and step 6 doesn't. Off-diagonal terms of step 2 are what ``s (1 - s)`` forgets.

    Edges
    -----
    Smooth everywhere; Σ_j dz_j = 0 in each row.

    Parameters
    ----------
    dout : array_like, shape (..., K)
        ∂C/∂s, cost per unit of probability.
    z : array_like, shape (..., K), K >= 1
        Logits, *not* probabilities.

    Returns
    -------
    ndarray, shape (..., K)
        dz.

    Raises
    ------
    ValueError
        If dout and z differ in shape, z has no axis, or K = 0.

    Source
    ------
    J. S. Bridle, as in ``softmax``.

    Examples
    --------
    >>> softmax_backward([1.0, 0.0], [0.0, np.log(3.0)]).round(4).tolist()
    [0.1875, -0.1875]
    >>> z, dout = np.array([1.0, 2.0, 4.0]), np.array([0.3, -0.7, 0.2])
    >>> h = np.array([1e-6, 0.0, 0.0])
    >>> numeric = dout @ (softmax(z + h) - softmax(z - h)) / 2e-6
    >>> bool(abs(numeric - softmax_backward(dout, z)[0]) < 1e-9)
    True
    """
    dout, z = _upstream_and_input(dout, z)
    s = softmax(z)
    k, _, _, _ = take_out_largest(z)
    g = dout - np.take_along_axis(dout, k, axis=-1)
    return np.asarray(s * (g - np.sum(s * g, axis=-1, keepdims=True)))


def log_softmax_backward(dout: npt.ArrayLike, z: npt.ArrayLike) -> Array:
    """Return dz for l = ln softmax(z) over the last axis (see ``log_softmax``).

    Derivation
    ----------
    Write s = softmax(z).

    1. l_i = z_i - ln Σ_j e^(z_j)
    2. ∂l_i/∂z_j = [i = j] - s_j                  from ``log_softmax``
    3. dz_j = Σ_i dout_i ∂l_i/∂z_j = dout_j - s_j Σ_i dout_i
    4. s_j = e^(l_j)

    Step 4 is how s is computed. The sum in step 3 is of the *upstream* gradient, with every class
    in it; with a one-hot dout = -y it is -1, and the familiar dz = s - y is left.

    Edges
    -----
    Smooth everywhere; Σ_j dz_j = 0 in each row.

    Parameters
    ----------
    dout : array_like, shape (..., K)
        ∂C/∂l, cost per nat.
    z : array_like, shape (..., K), K >= 1
        Logits, in nats.

    Returns
    -------
    ndarray, shape (..., K)
        dz.

    Raises
    ------
    ValueError
        If dout and z differ in shape, z has no axis, or K = 0.

    Source
    ------
    C. M. Bishop, Pattern Recognition and Machine Learning, Springer, 2006, section 4.3.4.

    Examples
    --------
    >>> log_softmax_backward([1.0, 0.0], [0.0, np.log(3.0)]).round(4).tolist()
    [0.75, -0.75]
    >>> z, dout = np.array([1.0, 2.0, 4.0]), np.array([0.3, -0.7, 0.2])
    >>> h = np.array([1e-6, 0.0, 0.0])
    >>> numeric = dout @ (log_softmax(z + h) - log_softmax(z - h)) / 2e-6
    >>> bool(abs(numeric - log_softmax_backward(dout, z)[0]) < 1e-9)
    True
    """
    dout, z = _upstream_and_input(dout, z)
    s = np.exp(log_softmax(z))
    return np.asarray(dout - s * np.sum(dout, axis=-1, keepdims=True))
