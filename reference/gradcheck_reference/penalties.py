"""Penalties on the size of weights: value and backward side by side.

A penalty is added to a cost, so its gradient is added to the cost's. strength is λ.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gradcheck_reference.costs import Scalar
from gradcheck_reference.stable import Array, as_inexact

__all__ = ["l1_penalty", "l1_penalty_backward", "l2_penalty", "l2_penalty_backward"]


def l1_penalty(W: npt.ArrayLike, *, strength: float = 0.01) -> Scalar:
    """Return C = λ Σ |w|.

    The gradient is derived in ``l1_penalty_backward``. A kink wherever a weight is 0.

    Parameters
    ----------
    W : array_like, any shape
        Weights.
    strength : float
        λ, cost per unit of weight.

    Returns
    -------
    scalar

    Source
    ------
    R. Tibshirani, "Regression shrinkage and selection via the lasso", Journal of the Royal
    Statistical Society B 58, 1996.

    Examples
    --------
    >>> float(l1_penalty([[1.0, -2.0], [0.0, 0.5]], strength=0.5))
    1.75
    """
    W = as_inexact(W)
    cost: Scalar = strength * np.sum(np.where(W.real < 0, -W, W))
    return cost


def l1_penalty_backward(W: npt.ArrayLike, *, strength: float = 0.01) -> Array:
    """Return dW for C = λ Σ |w|.

    Derivation
    ----------
    1. |w| = w for w > 0 and -w for w < 0, so ∂|w|/∂w = sign(w)
    2. dW = λ sign(W)

    Edges
    -----
    At w = 0 every slope in [-λ, λ] is right; here it is 0.

    Parameters
    ----------
    W : array_like, any shape
        Weights.
    strength : float
        λ, the same as in the value.

    Returns
    -------
    ndarray, shape of W
        dW.

    Source
    ------
    R. Tibshirani, as in ``l1_penalty``.

    Examples
    --------
    >>> l1_penalty_backward([[1.0, -2.0], [0.0, 0.5]], strength=0.5).tolist()
    [[0.5, -0.5], [0.0, 0.5]]
    >>> W, h = np.array([1.0, -2.0]), np.array([0.0, 1e-6])
    >>> numeric = (l1_penalty(W + h) - l1_penalty(W - h)) / 2e-6
    >>> bool(abs(numeric - (-0.01)) < 1e-10)
    True
    """
    W = as_inexact(W)
    return np.asarray(strength * np.sign(W.real), dtype=W.dtype)


def l2_penalty(W: npt.ArrayLike, *, strength: float = 0.01) -> Scalar:
    """Return C = λ Σ w².

    The gradient is derived in ``l2_penalty_backward``. Those who write λ/2 Σ w² have half the
    strength and a gradient without the 2. Smooth everywhere.

    Parameters
    ----------
    W : array_like, any shape
        Weights.
    strength : float
        λ, cost per square of a weight.

    Returns
    -------
    scalar

    Source
    ------
    A. E. Hoerl, R. W. Kennard, "Ridge regression: biased estimation for nonorthogonal problems",
    Technometrics 12, 1970.

    Examples
    --------
    >>> float(l2_penalty([[1.0, -2.0], [0.0, 0.5]], strength=0.5))
    2.625
    """
    W = as_inexact(W)
    cost: Scalar = strength * np.sum(W * W)
    return cost


def l2_penalty_backward(W: npt.ArrayLike, *, strength: float = 0.01) -> Array:
    """Return dW for C = λ Σ w².

    Derivation
    ----------
    1. ∂w²/∂w = 2 w
    2. dW = 2 λ W

    Parameters
    ----------
    W : array_like, any shape
        Weights.
    strength : float
        λ, the same as in the value.

    Returns
    -------
    ndarray, shape of W
        dW.

    Source
    ------
    A. E. Hoerl, R. W. Kennard, as in ``l2_penalty``.

    Examples
    --------
    >>> l2_penalty_backward([[1.0, -2.0], [0.0, 0.5]], strength=0.5).tolist()
    [[1.0, -2.0], [0.0, 0.5]]
    >>> W, h = np.array([1.0, -2.0]), np.array([0.0, 1e-6])
    >>> numeric = (l2_penalty(W + h) - l2_penalty(W - h)) / 2e-6
    >>> bool(abs(numeric - (-0.04)) < 1e-9)
    True
    """
    W = as_inexact(W)
    return np.asarray(2 * strength * W)
