"""The derivative of a black box along a direction, with an honest error bound.

Central differences at steps that shrink by a constant ratio are extrapolated to step 0
(Richardson): with D(h) = f'(0) + c2 h^2 + c4 h^4 + ..., three eliminations leave an error of
order h^8. Each window of four steps gives one extrapolation; windows with a kink inside
disagree with their neighbours, windows of too small steps drown in rounding noise, and
the one that agrees best with both its neighbours is taken. Its own estimate of the error is
that disagreement plus the noise of its smallest step; the bound is ``SAFETY`` times that.

Source: L. F. Richardson, "The approximate arithmetical solution by finite differences",
Phil. Trans. R. Soc. A 210 (1911); the choice of a window is in the spirit of numdifftools.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Derivative", "estimate", "steps"]

LEVELS = 15
RATIO = 2.0
LARGEST = 0.1
SAFETY = 3.0
"""How many times its own estimate the true error may be: calibrated in the tests."""
NOISE = 4.0
"""Units of rounding that an evaluation may be off."""
CONTRADICTION = 4.0
"""Units of their noise that windows of smaller steps may be off and not contradict."""
SIDES = 4.0
"""How much more the noise of the means of both sides is amplified than that of differences."""


@dataclass(frozen=True)
class Derivative:
    """A directional derivative: ``abs(value - truth) <= bound``.

    ``bound`` is infinite where nothing could be told (NaN, or kinks everywhere);
    ``reason`` says why no better method was used, ``has_kink`` that the two sides differ.
    """

    value: float
    bound: float
    method: str
    evaluations: int
    reason: str = ""
    has_kink: bool = False


def steps(largest: float = LARGEST) -> tuple[float, ...]:
    """Return the steps t at which the function is wanted: ``+h, -h`` of each level."""
    sizes = [largest / RATIO**level for level in range(LEVELS)]
    return tuple(sign * h for h in sizes for sign in (1.0, -1.0))


def estimate(
    values: Sequence[float | np.longdouble], magnitude: float, largest: float = LARGEST,
    epsilon: float = float(np.finfo(np.float64).eps), inputs: float = 0.0,
    center: float | None = None,
) -> Derivative:  # fmt: skip
    """Return the derivative at t = 0 from values at :func:`steps`.

    Parameters
    ----------
    values : sequence of float
        The function at ``steps(largest)``, in that order.
    magnitude : float
        Natural size of the terms that the function sums, for its rounding noise.
    epsilon : float
        Machine precision of the arithmetic that the values come from.
    inputs : float
        Size of the inputs: they are rounded when they are moved, which costs the values
        that much times the derivative. Beside a pole it is most of the noise.
    center : float or None
        The function at 0, where it is known: steps that jump over a pole show there.
    """
    pairs = np.asarray(values, dtype=np.longdouble).reshape(LEVELS, 2)
    sizes = largest / RATIO ** np.arange(LEVELS)
    with np.errstate(all="ignore"):
        central = (pairs[:, 0] - pairs[:, 1]) / (2 * sizes)
        table = central
        for order in (2, 4, 6):
            table = _eliminated(table, RATIO**order)
        rough = float(np.nanmedian(np.abs(central))) if np.any(np.isfinite(central)) else 0.0
        noise = NOISE * epsilon * (magnitude + inputs * rough) / sizes[3:]
        # a kink at the point is even in t, so that central differences don't see it: there
        # the mean of both sides grows like |t|, not like t^2
        means = pairs.sum(axis=1) / 2
        sloped = (means[:-1] - means[1:]) / (sizes[:-1] - sizes[1:])
        jump = np.abs(_eliminated(_eliminated(sloped, RATIO), RATIO**3))
        jump = np.maximum(jump - SIDES * noise, 0.0)
        beside = np.abs(np.diff(table))
        apart = np.maximum(np.append(beside, np.inf), np.insert(beside, 0, np.inf))
        errors = apart + noise + jump + _contradicted(table, noise)
        if center is not None:
            middle = _eliminated(_eliminated(means, RATIO**2), RATIO**4)[1:]
            own = NOISE * float(np.finfo(np.float64).eps) * magnitude
            off = np.abs(middle - center) - SIDES * (noise * sizes[3:] + own)
            errors += np.maximum(off, 0.0) / sizes[3:]
    errors = np.where(np.isfinite(errors), errors, np.inf)
    best = int(np.argmin(errors))
    bound = float(SAFETY * errors[best] + np.finfo(np.float64).tiny)
    return Derivative(float(table[best]), bound, "richardson", len(values))


def _contradicted(
    table: npt.NDArray[np.longdouble], noise: npt.NDArray[np.longdouble]
) -> npt.NDArray[np.longdouble]:
    """Return by how much windows of smaller steps disagree beyond their noise.

    Large steps can agree with each other because all of them step over what happens nearer.
    """
    gaps = np.abs(table[None, :] - table[:, None]) - CONTRADICTION * noise[None, :]
    gaps[np.tril_indices(len(table))] = 0.0
    gaps = np.where(np.isfinite(gaps), np.maximum(gaps, 0.0), 0.0)
    worst: npt.NDArray[np.longdouble] = gaps.max(axis=1)
    return worst


def _eliminated(
    table: npt.NDArray[np.longdouble], factor: float
) -> npt.NDArray[np.longdouble]:
    """Return the next column of the Richardson table."""
    result: npt.NDArray[np.longdouble] = (factor * table[1:] - table[:-1]) / (factor - 1.0)
    return result
