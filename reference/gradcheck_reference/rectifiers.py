"""Rectifiers with a smooth left side: value and backward side by side.

Like the ReLU these are nearly z for large z and nearly constant for small z, but they approach
the left side gradually. All act entry by entry; dz = dout · f'(z), as in ``activations``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gradcheck_reference.activations import sigmoid
from gradcheck_reference.stable import Array, as_inexact, require_same_shape

__all__ = ["elu", "elu_backward", "selu", "selu_backward", "silu", "silu_backward"]

SELU_ALPHA = 1.6732632423543772
"""With it and the scale, numbers of mean 0 and variance 1 keep both on the way through."""
SELU_SCALE = 1.0507009873554805


def elu(z: npt.ArrayLike, *, alpha: float = 1.0) -> Array:
    """Return a = z where z > 0 and alpha (e^z - 1) elsewhere.

    The gradient is derived in ``elu_backward``. Continuous everywhere; tends to -alpha on the left.

    Parameters
    ----------
    z : array_like, any shape
        Pre-activations, dimensionless.
    alpha : float
        How far the left side goes down, dimensionless; above 0.

    Returns
    -------
    ndarray, shape of z

    Source
    ------
    D.-A. Clevert, T. Unterthiner, S. Hochreiter, "Fast and accurate deep network learning by
    exponential linear units (ELUs)", International Conference on Learning Representations, 2016.

    Examples
    --------
    >>> elu([-1.0, 0.0, 2.0], alpha=2.0).round(4).tolist()
    [-1.2642, 0.0, 2.0]
    """
    z = as_inexact(z)
    is_right = z.real > 0
    left = np.where(is_right, 0, z)  # keeps e^z from overflowing where it isn't used
    return np.where(is_right, z, alpha * np.expm1(left))


def elu_backward(dout: npt.ArrayLike, z: npt.ArrayLike, *, alpha: float = 1.0) -> Array:
    """Return dz for the ELU, with the left slope at z = 0.

    Derivation
    ----------
    1. z > 0:  a = z, so ∂a/∂z = 1
    2. z < 0:  a = alpha (e^z - 1), so ∂a/∂z = alpha e^z            the 1 is constant and goes
    3. z = 0:  alpha from the left, 1 from the right; the convention here is alpha
    4. dz = dout · (1 if z > 0 else alpha e^z)

    With the value at hand step 2 is a + alpha.

    Edges
    -----
    For alpha = 1 there is no kink at z = 0: both slopes are 1. For any other every slope between
    alpha and 1 is accepted there.

    Parameters
    ----------
    dout : array_like, shape of z
        ∂C/∂a, cost per unit of a.
    z : array_like, any shape
        Pre-activations, dimensionless.
    alpha : float
        The same as in the value.

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
    D.-A. Clevert et al., as in ``elu``.

    Examples
    --------
    >>> elu_backward([5.0, 5.0], [-1.0, 2.0], alpha=2.0).round(4).tolist()
    [3.6788, 5.0]
    >>> h, z = 1e-6, np.array([-1.0, 2.0])
    >>> numeric = 5.0 * (elu(z + h, alpha=2.0) - elu(z - h, alpha=2.0)) / (2 * h)
    >>> bool(np.abs(numeric - elu_backward([5.0, 5.0], z, alpha=2.0)).max() < 1e-8)
    True
    """
    dout, z = as_inexact(dout), as_inexact(z)
    require_same_shape(dout=dout, z=z)
    is_right = z.real > 0
    left = np.where(is_right, 0, z)
    return np.where(is_right, dout, dout * (alpha * np.exp(left)))


def selu(z: npt.ArrayLike, *, alpha: float = SELU_ALPHA, scale: float = SELU_SCALE) -> Array:
    """Return a = scale · z where z > 0 and scale · alpha (e^z - 1) elsewhere: a scaled ELU.

    The gradient is derived in ``selu_backward``. The two constants are no free choice: with these
    a layer of independent inputs of mean 0 and variance 1 has outputs of mean 0 and variance 1.

    Parameters
    ----------
    z : array_like, any shape
        Pre-activations, dimensionless.
    alpha, scale : float
        1.6732632423543772 and 1.0507009873554805, or as many of their digits as somebody keeps.

    Returns
    -------
    ndarray, shape of z

    Source
    ------
    G. Klambauer, T. Unterthiner, A. Mayr, S. Hochreiter, "Self-normalizing neural networks",
    NeurIPS, 2017.

    Examples
    --------
    >>> selu([-1.0, 0.0, 2.0]).round(4).tolist()
    [-1.1113, 0.0, 2.1014]
    """
    return np.asarray(scale * elu(z, alpha=alpha))


def selu_backward(
    dout: npt.ArrayLike, z: npt.ArrayLike, *, alpha: float = SELU_ALPHA, scale: float = SELU_SCALE
) -> Array:
    """Return dz for the SELU, with the left slope at z = 0.

    Derivation
    ----------
    1. a = scale · elu(z), so ∂a/∂z = scale · ∂elu/∂z
    2. z > 0:  ∂a/∂z = scale
    3. z < 0:  ∂a/∂z = scale · alpha e^z
    4. dz = dout · scale · (1 if z > 0 else alpha e^z)

    Edges
    -----
    At z = 0 the slope is scale · alpha = 1.7581 from the left and scale = 1.0507 from the right;
    everything between is accepted.

    Parameters
    ----------
    dout : array_like, shape of z
        ∂C/∂a, cost per unit of a.
    z : array_like, any shape
        Pre-activations, dimensionless.
    alpha, scale : float
        The same as in the value.

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
    G. Klambauer et al., as in ``selu``.

    Examples
    --------
    >>> selu_backward([1.0, 1.0], [-1.0, 2.0]).round(4).tolist()
    [0.6468, 1.0507]
    >>> h, z = 1e-6, np.array([-1.0, 2.0])
    >>> numeric = (selu(z + h) - selu(z - h)) / (2 * h)
    >>> bool(np.abs(numeric - selu_backward([1.0, 1.0], z)).max() < 1e-8)
    True
    """
    return np.asarray(scale * elu_backward(dout, z, alpha=alpha))


def silu(z: npt.ArrayLike, *, beta: float = 1.0) -> Array:
    """Return a = z σ(beta z), with σ the sigmoid: the SiLU, with beta also called Swish.

    The gradient is derived in ``silu_backward``. Smooth everywhere; lowest, -0.278, at z = -1.278
    for beta = 1. Tends to z for large z and to 0 for small.

    Parameters
    ----------
    z : array_like, any shape
        Pre-activations, dimensionless.
    beta : float
        1 is the SiLU; the larger, the nearer to the ReLU.

    Returns
    -------
    ndarray, shape of z

    Source
    ------
    S. Elfwing, E. Uchibe, K. Doya, "Sigmoid-weighted linear units for neural network function
    approximation in reinforcement learning", Neural Networks 107, 2018; with beta, P. Ramachandran,
    B. Zoph, Q. V. Le, "Searching for activation functions", arXiv:1710.05941, 2017.

    Examples
    --------
    >>> silu([-1.0, 0.0, 2.0]).round(4).tolist()
    [-0.2689, 0.0, 1.7616]
    """
    z = as_inexact(z)
    return np.asarray(z * sigmoid(beta * z))


def silu_backward(dout: npt.ArrayLike, z: npt.ArrayLike, *, beta: float = 1.0) -> Array:
    """Return dz for a = z σ(beta z).

    Derivation
    ----------
    1. s = σ(beta z), so ∂s/∂z = beta s (1 - s)             the chain rule through beta z
    2. a = z s, so ∂a/∂z = s + z ∂s/∂z                      the product rule: two terms
    3. dz = dout · (s + beta z s (1 - s))

    With the value at hand step 3 is dout · (beta a + s (1 - beta a)).

    Edges
    -----
    The slope is 1/2 at z = 0, below 0 for beta z < -1.278, and at most 1.0998.

    Parameters
    ----------
    dout : array_like, shape of z
        ∂C/∂a, cost per unit of a.
    z : array_like, any shape
        Pre-activations, dimensionless.
    beta : float
        The same as in the value.

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
    S. Elfwing et al. and P. Ramachandran et al., as in ``silu``.

    Examples
    --------
    >>> silu_backward([1.0, 1.0], [0.0, 2.0]).round(4).tolist()
    [0.5, 1.0908]
    >>> h, z = 1e-6, np.array([-3.0, 0.5])
    >>> numeric = (silu(z + h) - silu(z - h)) / (2 * h)
    >>> bool(np.abs(numeric - silu_backward([1.0, 1.0], z)).max() < 1e-9)
    True
    """
    dout, z = as_inexact(dout), as_inexact(z)
    require_same_shape(dout=dout, z=z)
    s, rest = sigmoid(beta * z), sigmoid(-beta * z)  # rest = 1 - s, with all its digits
    return np.asarray(dout * (s + beta * z * s * rest))
