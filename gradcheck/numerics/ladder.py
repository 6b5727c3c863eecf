"""The derivative of a black box along a direction, by the most exact way that it supports.

Three rungs, tried in order:

1. **Complex step.** The box is evaluated once at ``x + i h v`` by code that carries complex
   numbers; ``imag / h`` is the derivative to the last digits, whatever h: nothing is
   subtracted. The real part must be what the plain box gives, and a difference in float64 to
   either side must agree, entry by entry: code that loses the imaginary part, or that behaves
   well only when it sees complex numbers, shows there. At a kink the step follows the branch
   that the plain box takes, and must lie between the two sides.
2. **Long double.** Differences of 80-bit evaluations, where the platform has them, under the
   same two conditions.
3. **Richardson.** Differences in float64, extrapolated; see
   :mod:`gradcheck.numerics.derivative`.

Each gives ``(value, bound, method, evaluations)``. Source of the first: W. Squire and
G. Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review 40
(1998).
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from gradcheck.numerics.compare import precision
from gradcheck.numerics.derivative import LARGEST, Derivative, estimate, steps

__all__ = [
    "COMPLEX_STEP",
    "EXTENDED",
    "HAS_EXTENDED",
    "OVERFLOWS",
    "Climb",
    "Point",
    "Probe",
    "System",
    "climb",
    "extended",
    "tangent",
]  # fmt: skip

Array = npt.NDArray[Any]
System = Literal["float64", "complex", "longdouble"]

OVERFLOWS = "the derivative overflows"
COMPLEX_STEP = 2.0**-100
"""A power of two, so that it scales exactly; so small that its square is nothing."""
CROSS = 1e-4
"""Step of the cross-check, as a part of the largest step that stays in the domain."""
NEARER = 1e-2
"""Where the cross-check looks again, as a part of its first step."""
AGREEMENT = 1e-3
"""A lost imaginary part is an error of the derivative's own size, not of a thousandth."""
NOISE = 2.0**7
"""Units of rounding that correct evaluations of the same formula may be apart."""
EXTENDED = np.dtype(np.longdouble)
HAS_EXTENDED = float(np.finfo(EXTENDED).eps) < float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Probe:
    """One evaluation that is wanted: of the box at ``x + step * v``, in a number system."""

    system: System
    step: complex


@dataclass(frozen=True, eq=False)
class Point:
    """Where the derivative is wanted.

    Parameters
    ----------
    output : numpy.ndarray
        What the plain box gives there, of any shape.
    upstream : numpy.ndarray
        Of the output's shape: the derivative of ``sum(upstream * output)`` is wanted.
    magnitude : float
        Natural size of the output's terms, for its rounding errors.
    largest : float
        How far the input may be moved along the direction.
    inputs : float
        Size of the input's entries.
    has_carriers : bool
        Whether the box can be evaluated in other number systems.
    """

    output: Array
    upstream: Array
    magnitude: float
    largest: float = LARGEST
    inputs: float = 0.0
    has_carriers: bool = True

    @cached_property
    def epsilon(self) -> float:
        """Machine precision of the box's own arithmetic."""
        return float(np.finfo(precision(self.output)).eps)

    @cached_property
    def size(self) -> float:
        """The output's own size, or that of its terms where it is larger."""
        return max(self.magnitude, float(np.max(np.abs(_finite(self.output)), initial=0.0)))


Climb = Generator[Sequence[Probe], Sequence["Array | None"], Derivative]
"""Yields probes, is sent their values (None where there is none), returns the derivative."""


def climb(point: Point) -> Climb:
    """Find the derivative at a point by the first rung that holds.

    Yields
    ------
    sequence of Probe
        To be answered by as many arrays.
    """
    t = CROSS * point.largest
    crossing = (Probe("float64", t), Probe("float64", -t))
    asked, reasons = 0, []
    if point.has_carriers:
        carried, *crossed = yield (Probe("complex", 1j * COMPLEX_STEP), *crossing)
        asked += 3
        sides = _sides(point, crossed, t)
        found, reason = tangent(point, carried)
        if found is not None:
            if sides is None or not sides.confirm(found):
                # a curve that bends within that step isn't told from a lost imaginary part;
                # within a much smaller one it is
                near = t * NEARER
                again = yield (Probe("float64", near), Probe("float64", -near))
                asked += 2
                sides = _sides(point, again, near)
            if sides is not None:
                derivative = replace(_projected(point, found, asked), has_kink=sides.has_kink)
                if sides.confirm(found):
                    return derivative
                if sides.has_kink:  # several at once: no side is the branch's
                    return replace(derivative, bound=np.inf, reason="kinks at the input")
            reason = "the complex step disagrees with a difference in float64"
        reasons.append(reason)
        if HAS_EXTENDED and point.epsilon < float(np.finfo(np.float32).eps):
            ts = steps(point.largest)
            values = yield tuple(Probe("longdouble", s) for s in ts)
            asked += len(ts)
            extended = _extended(point, values, sides)
            if extended is not None:
                return replace(extended, evaluations=asked, reason="; ".join(reasons))
    ts = steps(point.largest)
    values = yield tuple(Probe("float64", s) for s in ts)
    asked += len(ts)
    derivative = _differences(point, values, point.epsilon)
    return replace(derivative, evaluations=asked, reason="; ".join(reasons))


def tangent(point: Point, carried: Array | None) -> tuple[Array | None, str]:
    """Return the derivative of every output entry from a complex evaluation.

    Returns
    -------
    numpy.ndarray or None
        None where the evaluation can't be trusted.
    str
        Why.
    """
    if carried is None:
        return None, "the code doesn't carry complex numbers"
    if carried.shape != point.output.shape:
        return None, "with complex numbers the output has another shape"
    if carried.dtype.kind != "c":
        if not np.array_equal(carried, point.output):
            return None, "with complex numbers the value is another one"
        return np.zeros(point.output.shape), ""  # nothing depends on this input
    found = np.asarray(carried.imag / COMPLEX_STEP)
    if not np.all(np.isfinite(found)):
        return None, OVERFLOWS
    if not _is_same(point, carried.real):
        return None, "with complex numbers the value is another one"
    return found, ""


def _is_same(point: Point, values: Array) -> bool:
    """Return whether another evaluation of the box gives its plain value, but for rounding."""
    with np.errstate(all="ignore"):
        difference = np.abs(np.asarray(values, dtype=np.float64) - point.output)
    alike = ~np.isfinite(point.output) & ~np.isfinite(np.asarray(values, dtype=np.float64))
    worst = float(np.max(np.where(alike, 0.0, difference), initial=0.0))
    return worst <= NOISE * point.epsilon * point.size


def _finite(values: Array) -> Array:
    return np.where(np.isfinite(values), values, 0.0)


@dataclass(frozen=True, eq=False)
class _Sides:
    """Differences in float64 to either side, all finite, and how far off they may be."""

    after: Array
    before: Array
    noise: float

    @property
    def size(self) -> float:
        """The largest of them."""
        both = (np.max(np.abs(side), initial=0.0) for side in (self.after, self.before))
        return float(max(both))

    def confirm(self, exact: Array) -> bool:
        """Return whether a derivative lies between the two sides, entry by entry."""
        slack = AGREEMENT * max(self.size, float(np.max(np.abs(exact), initial=0.0))) + self.noise
        low, high = np.minimum(self.after, self.before), np.maximum(self.after, self.before)
        return bool(np.all((exact >= low - slack) & (exact <= high + slack)))

    @property
    def has_kink(self) -> bool:
        """Whether the sides differ by more than curvature and noise explain."""
        gap = np.abs(self.after - self.before)
        return bool(np.any(gap > AGREEMENT * self.size + 2 * self.noise))


def _sides(point: Point, pair: Sequence[Array | None], t: float) -> _Sides | None:
    """Return the differences of every output entry to both sides, or None without values."""
    after, before = pair
    if after is None or before is None:
        return None
    if after.shape != point.output.shape or before.shape != after.shape:
        return None
    with np.errstate(all="ignore"):
        right = np.asarray((after - point.output) / t, dtype=np.float64)
        left = np.asarray((point.output - before) / t, dtype=np.float64)
    if not (np.all(np.isfinite(right)) and np.all(np.isfinite(left))):
        return None
    return _Sides(right, left, NOISE * point.epsilon * point.size / t)


def _projected(point: Point, found: Array, asked: int) -> Derivative:
    terms = np.asarray(point.upstream, dtype=np.float64) * found
    value = float(np.sum(terms))
    # what adding up can cost; how well the box's own formula is conditioned, its user knows
    bound = float(np.finfo(np.float64).eps) * float(np.sqrt(np.sum(terms**2)) + abs(value))
    return Derivative(value, bound, "complex-step", asked)


def _extended(
    point: Point, values: Sequence[Array | None], sides: _Sides | None
) -> Derivative | None:
    """Return the derivative from long doubles, or None if they aren't, or lose digits."""
    found = extended(point, values)
    if found is None or sides is None:
        return None
    terms = point.upstream * (sides.after + sides.before) / 2
    size = float(np.sqrt(np.sum(terms**2))) + abs(found.value)
    noise = sides.noise * float(np.sum(np.abs(point.upstream)))
    slack = AGREEMENT * size + noise
    # a bound wider than that would excuse whatever the copy in long doubles answers
    if found.bound > slack or abs(float(np.sum(terms)) - found.value) > slack + found.bound:
        return None
    return found


def extended(point: Point, values: Sequence[Array | None]) -> Derivative | None:
    """Return the derivative from values in long doubles at :func:`steps`, or None."""
    kept = [v for v in values if v is not None and v.dtype == EXTENDED]
    if len(kept) < len(values):
        return None
    found = _differences(point, kept, float(np.finfo(EXTENDED).eps))
    return replace(found, method="long-double") if np.isfinite(found.bound) else None


def _differences(point: Point, values: Sequence[Array | None], epsilon: float) -> Derivative:
    sums, magnitude = [], point.magnitude
    for value in values:
        if value is None or value.shape != point.output.shape or value.dtype.kind not in "fiu":
            sums.append(np.longdouble(np.nan))
            continue
        with np.errstate(all="ignore"):
            terms = value * point.upstream
            sums.append(np.sum(terms, dtype=EXTENDED))
            size = float(np.sum(np.abs(terms)))
        magnitude = max(magnitude, size if np.isfinite(size) else 0.0)
    center = float(np.real(np.sum(point.output * point.upstream)))
    return estimate(sums, magnitude, point.largest, epsilon, point.inputs, center)
