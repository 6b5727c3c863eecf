"""Slopes that are whole numbers of last digits: what a difference of two floats leaves.

``f(x + h)`` and ``f(x - h)`` are floats, so that their difference is a whole number of units in
the last place of f, and the slope times the step is. A formula's value isn't, times any round
step.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["are_differences", "slopes_of"]

Array = npt.NDArray[Any]
PARTS = (1.0, 2.0, 12.0)
"""Of a step, by which one-sided, central and five-point differences divide."""
EPSILON = 2.0**-52
STEPS = (
    *(w * 10.0**e for e in range(-9, -1) for w in PARTS),
    *(w * 2.0**-e for e in range(7, 41) for w in (1.0, 3.0)),
    *(w * EPSILON ** (1 / root) for root in (3, 4, 5) for w in PARTS),
)
"""The steps that people take: powers of ten and of two, roots of what a float resolves."""
WHOLE = 0.002
ROUNDING = 1e-15
"""Of a count, relatively: the division and two products."""
FEWEST = 6
"""Distinct counts; that so many are whole by chance happens once in a million times."""
SHORT = 2.0**24
"""Slopes of no more bits (1, 3/4, what was float32) are whole in any unit: they tell nothing."""
NOTHING = 2.0**-20
"""Of the last of those bits: taking an upstream gradient out rounds a little."""
SMALLEST, LARGEST = 2.0**6, 2.0**44
"""Below are too few counts to tell, beyond the rounding hides whether they are whole."""


def are_differences(slopes: Array, values: Array) -> bool:
    """Return whether slopes are differences of float64 values, divided by a round step.

    Parameters
    ----------
    slopes : numpy.ndarray
        Derivatives.
    values : numpy.ndarray
        What they are derivatives of, of the same shape or a scalar.

    Examples
    --------
    >>> z = np.linspace(-2.0, 2.0, 20)
    >>> are_differences((np.tanh(z + 1e-6) - np.tanh(z - 1e-6)) / 2e-6, np.tanh(z))
    True
    >>> are_differences(1 - np.tanh(z) ** 2, np.tanh(z))
    False
    >>> are_differences(np.ones(20), np.linspace(-2.0, 2.0, 20))
    False
    """
    with np.errstate(all="ignore"):
        # half a unit: to the other side of a power of 2 they are half as large
        units = np.broadcast_to(np.spacing(np.abs(np.asarray(values, dtype=np.float64))) / 2,
                                np.shape(slopes))  # fmt: skip
        digits = np.frexp(slopes)[0] * SHORT
        is_there = np.isfinite(slopes) & np.isfinite(units) & (units > 0)
        is_there &= np.abs(digits - np.round(digits)) > NOTHING
        per_unit = slopes[is_there] / units[is_there]
        return any(_are_whole(np.abs(per_unit * step)) for step in STEPS)


def _are_whole(counts: Array) -> bool:
    told = counts[(counts >= SMALLEST) & (counts <= LARGEST)]
    is_whole = np.abs(told - np.round(told)) <= np.maximum(WHOLE, ROUNDING * told)
    return bool(np.all(is_whole)) and np.unique(np.round(told)).size >= FEWEST


def slopes_of(gradient: Array, value: Array, upstream: Array) -> Array | None:
    """Return a gradient without the upstream gradient, flat, or None where it can't be taken out.

    Parameters
    ----------
    value : numpy.ndarray
        A scalar, or of the gradient's shape: an elementwise function's.
    """
    if np.ndim(value) == 0:
        return np.ravel(gradient)
    if not np.shape(value) == np.shape(gradient) == np.shape(upstream):
        return None
    with np.errstate(all="ignore"):
        return np.ravel(np.asarray(gradient / upstream))
