"""A cost that forgives large errors: value and backward side by side."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gradcheck_reference.costs import (
    OF_ENTRIES,
    Cost,
    divisor_of,
    prediction_and_target,
    reduced,
)
from gradcheck_reference.stable import Array

__all__ = ["huber", "huber_backward"]


def huber(
    prediction: npt.ArrayLike, target: npt.ArrayLike, *, delta: float = 1.0, reduction: str = "mean"
) -> Cost:
    """Return C = Σ L / divisor, with L = e²/2 where |e| <= delta and delta (|e| - delta/2) beyond.

    e is prediction - target. The gradient is derived in ``huber_backward``. Value and slope meet at
    |e| = delta, so there is no kink; only the slope of the slope jumps.

    Parameters
    ----------
    prediction : array_like, any shape, axis 0 = examples
        o, in the unit of the target.
    target : array_like, shape of prediction
        y, in its own unit.
    delta : float
        Where the parabola turns into a line, above 0, in the unit of the target.
    reduction : str
        "mean", "batch-mean", "sum" or "none".

    Returns
    -------
    scalar, or array of the shape of prediction for "none"
        In the square of the target's unit.

    Raises
    ------
    ValueError
        If the shapes differ, nothing is there, or the reduction is unknown.

    Source
    ------
    P. J. Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35,
    1964.

    Examples
    --------
    >>> float(huber([0.5, 5.0], [0.0, 2.0], reduction="sum"))
    2.625
    """
    prediction, target = prediction_and_target(prediction, target)
    e = prediction - target
    size = np.where(e.real < 0, -e, e)
    is_small = size.real <= delta
    loss = np.where(is_small, e * e / 2, delta * (size - delta / 2))
    return reduced(loss, reduction, OF_ENTRIES)


def huber_backward(
    prediction: npt.ArrayLike, target: npt.ArrayLike, *, delta: float = 1.0, reduction: str = "mean"
) -> Array:
    """Return d_prediction for the Huber cost.

    Derivation
    ----------
    1. e = prediction - target, so ∂e/∂prediction = 1
    2. |e| <= delta:  L = e²/2, so ∂L/∂e = e
    3. |e| > delta:   L = delta (|e| - delta/2), so ∂L/∂e = delta sign(e)
    4. both:  ∂L/∂e = e, cut off at -delta and delta
    5. d_prediction = ∂L/∂e / divisor

    Edges
    -----
    At |e| = delta both pieces have the slope delta sign(e): no kink.

    Parameters
    ----------
    prediction : array_like, any shape, axis 0 = examples
        o, in the unit of the target.
    target : array_like, shape of prediction
        y, in its own unit.
    delta : float
        The same as in the value.
    reduction : str
        "mean", "batch-mean", "sum" or "none".

    Returns
    -------
    ndarray, shape of prediction
        ∂C/∂o, in the unit of the target.

    Raises
    ------
    ValueError
        If the shapes differ, nothing is there, or the reduction is unknown.

    Source
    ------
    P. J. Huber, as in ``huber``.

    Examples
    --------
    >>> huber_backward([0.5, 5.0, -5.0], [0.0, 2.0, 2.0], reduction="sum").tolist()
    [0.5, 1.0, -1.0]
    >>> o, y, h = np.array([0.5, 5.0]), np.array([0.0, 2.0]), np.array([1e-6, 0.0])
    >>> numeric = (huber(o + h, y) - huber(o - h, y)) / 2e-6
    >>> bool(abs(numeric - 0.25) < 1e-9)
    True
    """
    prediction, target = prediction_and_target(prediction, target)
    divisor = divisor_of(reduction, prediction.shape, OF_ENTRIES)
    e = prediction - target
    is_small = np.abs(e.real) <= delta
    d_loss = np.where(is_small, e, delta * np.sign(e.real).astype(e.dtype))
    return np.asarray(d_loss / divisor)
