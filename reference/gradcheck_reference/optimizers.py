"""Steps: from parameters and gradients to new parameters."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gradcheck_reference.stable import Array, as_inexact, require_same_shape

__all__ = ["gradient_descent"]


def gradient_descent(
    parameter: npt.ArrayLike, gradient: npt.ArrayLike, *, learning_rate: float
) -> Array:
    """Return parameter - learning_rate · gradient, as a new array.

    Derivation
    ----------
    Why the minus, and why the step must be small:

    1. C(p + s) = C(p) + ⟨g, s⟩ + O(|s|²)         Taylor, with g = ∂C/∂p
    2. ⟨g, s⟩ >= -|g| |s|                         Cauchy-Schwarz, equal for s along -g
    3. s = -η g, so C(p + s) = C(p) - η |g|² + O(η²)
    4. new parameter = p - η g

    The step's own derivatives are 1 with respect to the parameter and -η with respect to the
    gradient.

    Edges
    -----
    All parameters of a model step at once, from gradients taken at the *old* values. A step that is
    too long may raise the cost.

    Parameters
    ----------
    parameter : array_like, any shape
        p.
    gradient : array_like, shape of parameter
        g = ∂C/∂p, cost per unit of p.
    learning_rate : float
        η, in units of p² per cost.

    Returns
    -------
    ndarray, shape of parameter
        The new parameter; the argument keeps its value.

    Raises
    ------
    ValueError
        If parameter and gradient differ in shape.

    Source
    ------
    A. Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées", Comptes
    rendus de l'Académie des sciences 25, 1847.

    Examples
    --------
    >>> gradient_descent([1.0, 2.0], [10.0, -20.0], learning_rate=0.1).tolist()
    [0.0, 4.0]

    The drop of C(p) = p² from p = 3, where g = 6, is η |g|² for a small η:

    >>> new = gradient_descent(3.0, 6.0, learning_rate=1e-6)
    >>> bool(abs((3.0**2 - new**2) / 1e-6 - 36.0) < 1e-3)
    True
    """
    parameter, gradient = as_inexact(parameter), as_inexact(gradient)
    require_same_shape(parameter=parameter, gradient=gradient)
    return np.asarray(parameter - learning_rate * gradient)
