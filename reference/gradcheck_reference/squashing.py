"""Cheap squashing functions: value and backward side by side.

Both take all reals to a bounded range without an exponential. They act entry by entry;
dz = dout · f'(z), as in ``activations``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gradcheck_reference.stable import Array, as_inexact, require_same_shape

__all__ = ["hard_sigmoid", "hard_sigmoid_backward", "softsign", "softsign_backward"]

MIDDLE = 0.5


def softsign(z: npt.ArrayLike) -> Array:
    """Return a = z / (1 + |z|), between -1 and 1.

    The gradient is derived in ``softsign_backward``. It has a slope everywhere, at z = 0 too;
    only the slope of the slope jumps there.

    Parameters
    ----------
    z : array_like, any shape
        Pre-activations, dimensionless.

    Returns
    -------
    ndarray, shape of z

    Source
    ------
    J. Bergstra, G. Desjardins, P. Lamblin, Y. Bengio, "Quadratic polynomials learn better image
    features", technical report 1337, Université de Montréal, 2009.

    Examples
    --------
    >>> softsign([-3.0, 0.0, 1.0]).tolist()
    [-0.75, 0.0, 0.5]
    """
    z = as_inexact(z)
    return np.asarray(z / _one_plus_size(z))


def _one_plus_size(z: Array) -> Array:
    """Return 1 + |z|, as 1 - z on the left: complex numbers keep their derivative."""
    return np.where(z.real < 0, 1 - z, 1 + z)


def softsign_backward(dout: npt.ArrayLike, z: npt.ArrayLike) -> Array:
    """Return dz for a = z / (1 + |z|).

    Derivation
    ----------
    1. s = 1 + |z|, so ∂s/∂z = 1 for z > 0 and -1 for z < 0
    2. ∂a/∂z = (1 · s - z ∂s/∂z) / s²                       the quotient rule
    3. z ∂s/∂z = |z| on both sides, so the numerator is 1 + |z| - |z| = 1
    4. dz = dout / (1 + |z|)²

    With the value at hand step 4 is dout · (1 - |a|)².

    Edges
    -----
    At z = 0 both sides have the slope 1: no kink.

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
    J. Bergstra et al., as in ``softsign``.

    Examples
    --------
    >>> softsign_backward([1.0, 1.0, 1.0], [-3.0, 0.0, 1.0]).tolist()
    [0.0625, 1.0, 0.25]
    >>> h, z = 1e-6, np.array([-3.0, 1.0])
    >>> numeric = (softsign(z + h) - softsign(z - h)) / (2 * h)
    >>> bool(np.abs(numeric - softsign_backward([1.0, 1.0], z)).max() < 1e-9)
    True
    """
    dout, z = as_inexact(dout), as_inexact(z)
    require_same_shape(dout=dout, z=z)
    s = _one_plus_size(z)
    return np.asarray(dout / (s * s))


def hard_sigmoid(z: npt.ArrayLike, *, slope: float = 0.2) -> Array:
    """Return a = slope · z + 1/2, cut off at 0 and at 1: the sigmoid in three straight pieces.

    The gradient is derived in ``hard_sigmoid_backward``. Kinks at z = ±1/(2 slope): ±2.5 for the
    slope 0.2, ±3 for 1/6.

    Parameters
    ----------
    z : array_like, any shape
        Pre-activations, dimensionless.
    slope : float
        Of the middle piece, above 0; 0.2, 1/6 and 1/2 are in use.

    Returns
    -------
    ndarray, shape of z

    Source
    ------
    M. Courbariaux, Y. Bengio, J.-P. David, "BinaryConnect: training deep neural networks with
    binary weights during propagations", NeurIPS, 2015.

    Examples
    --------
    >>> hard_sigmoid([-3.0, 0.0, 1.0, 4.0]).tolist()
    [0.0, 0.5, 0.7, 1.0]
    """
    z = as_inexact(z)
    middle = slope * z + MIDDLE
    return np.where(middle.real <= 0, 0, np.where(middle.real >= 1, 1, middle))


def hard_sigmoid_backward(dout: npt.ArrayLike, z: npt.ArrayLike, *, slope: float = 0.2) -> Array:
    """Return dz for the hard sigmoid, with slope 0 at both kinks.

    Derivation
    ----------
    1. 0 < slope · z + 1/2 < 1:  a = slope · z + 1/2, so ∂a/∂z = slope
    2. beyond:  a is 0 or 1, so ∂a/∂z = 0
    3. at the two edges one side says slope, the other 0; the convention here is 0
    4. dz = dout · slope · [0 < slope · z + 1/2 < 1]

    Edges
    -----
    At z = ±1/(2 slope) every slope between 0 and ``slope`` is accepted.

    Parameters
    ----------
    dout : array_like, shape of z
        ∂C/∂a, cost per unit of a.
    z : array_like, any shape
        Pre-activations, dimensionless.
    slope : float
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
    M. Courbariaux et al., as in ``hard_sigmoid``.

    Examples
    --------
    >>> hard_sigmoid_backward([5.0, 5.0, 5.0], [-3.0, 1.0, 4.0]).tolist()
    [0.0, 1.0, 0.0]
    >>> h, z = 1e-6, np.array([-3.0, 1.0])
    >>> numeric = 5.0 * (hard_sigmoid(z + h) - hard_sigmoid(z - h)) / (2 * h)
    >>> bool(np.abs(numeric - hard_sigmoid_backward([5.0, 5.0], z)).max() < 1e-8)
    True
    """
    dout, z = as_inexact(dout), as_inexact(z)
    require_same_shape(dout=dout, z=z)
    middle = slope * z.real + MIDDLE
    is_between = (middle > 0) & (middle < 1)
    return np.where(is_between, slope * dout, 0)
