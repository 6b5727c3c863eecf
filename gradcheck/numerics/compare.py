"""Comparison within bounds: right, wrong, or to be looked at again.

Both sides carry rounding errors that scale with the natural size of the terms that were
added up, not with the result. A difference below ``ROUNDING`` units of that size is
rounding. One above, but small, may still be: code that is right can lose digits (1 - a
at a ≈ 1). Whether it is noise or a systematic error shows when the inputs are jittered
by a relative 1e-9: noise changes its sign and size at random, a wrong formula doesn't.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

__all__ = [
    "JITTERS",
    "Comparison",
    "compare",
    "is_noise",
    "is_secretly_narrow",
    "jittered",
    "jitters",
    "precision",
]

Array = npt.NDArray[Any]
Verdict = Literal["right", "wrong", "suspect"]

ROUNDING = {np.dtype(np.float64): 2.0**10, np.dtype(np.float32): 2.0**7}
"""Units of machine precision that correct code may be off, relative to the natural size."""
SUSPECT = 1e-5
"""Differences below this part of the natural size may be lost digits."""
JITTERS = 8
JITTER = 1e-9
NOISE_RATIO = 5.0
"""A systematic error has a mean of many times its spread; noise has one far below."""
WORST_ENTRIES = 3
FEW = 64
SHORT_BITS = 12
"""Values of up to so many bits are no evidence; one of more bits that is a float32 number
is one by chance in 2^28."""


@dataclass(frozen=True)
class Comparison:
    """How an array compares with an accepted interval.

    Parameters
    ----------
    verdict : {"right", "wrong", "suspect"}
    excess : numpy.ndarray
        How far each entry lies outside the interval (NaN counts as infinitely far).
    bound : float
        What rounding can explain.
    """

    verdict: Verdict
    excess: Array
    bound: float

    @property
    def worst(self) -> float:
        """The largest distance to the interval."""
        return float(np.max(self.excess, initial=0.0))


def precision(*arrays: Array, is_narrow: bool = False) -> np.dtype[Any]:
    """Return the narrowest float type that the arrays' values need, float64 or float32.

    Values that are all representable in float32 count as float32, whatever the dtype;
    ``is_narrow`` says that it is known beforehand.
    """
    if is_narrow:
        return np.dtype(np.float32)
    for array in arrays:
        if array.dtype.kind == "f" and array.dtype.itemsize < np.dtype(np.float64).itemsize:
            return np.dtype(np.float32)
        if is_secretly_narrow(array):
            return np.dtype(np.float32)
    return np.dtype(np.float64)


def is_secretly_narrow(array: Array) -> bool:
    """Return whether float64 values went through float32 somewhere.

    Short binary fractions (0, 1, 0.5, 0.375 ...) are no evidence.
    """
    if array.dtype != np.float64:
        return False
    with np.errstate(all="ignore"):
        first = array.reshape(-1)[:FEW]
        if np.any((first.astype(np.float32) != first) & np.isfinite(first)):
            return False  # the usual case, told without a look at all of a large array
    finite = array[np.isfinite(array)]
    mantissa, _ = np.frexp(finite)
    telling = finite[mantissa * 2**SHORT_BITS % 1 != 0]
    with np.errstate(all="ignore"):
        return telling.size > 0 and bool(np.all(telling.astype(np.float32) == telling))


def compare(
    actual: Array, low: Array, high: Array, magnitude: float, dtype: np.dtype[Any]
) -> Comparison:
    """Compare an array with the interval [low, high], entry by entry.

    Parameters
    ----------
    actual, low, high : numpy.ndarray
        Of one shape.
    magnitude : float
        Natural size of the terms, for the rounding errors.
    dtype : numpy.dtype
        Precision of the arithmetic (see :func:`precision`).
    """
    epsilon = float(np.finfo(dtype).eps) * ROUNDING[dtype]
    size = np.maximum(np.abs(low), np.abs(high))
    finite = np.where(np.isfinite(size), size, 0.0)
    scale = max(magnitude, float(np.max(finite, initial=0.0)))
    bound = epsilon * scale
    with np.errstate(all="ignore"):
        excess = np.maximum(np.maximum(low - actual, actual - high), 0.0)
        same = (actual == low) | (actual == high)  # infinities of the same sign
    excess = np.where(same, 0.0, np.where(np.isfinite(excess), excess, np.inf)).astype(np.float64)
    worst = float(np.max(excess, initial=0.0))
    if worst <= bound:
        return Comparison("right", excess, bound)
    suspect = dtype == np.float64 and worst <= SUSPECT * scale
    return Comparison("suspect" if suspect else "wrong", excess, bound)


def jittered(value: Array, index: int) -> Array:
    """Return a real array moved by a relative 1e-9, differently for each index."""
    rng = np.random.Generator(np.random.Philox(index))
    moved: Array = value * (1.0 + JITTER * rng.uniform(-1.0, 1.0, np.shape(value)))
    return moved


def jitters(inputs: Mapping[str, Array], moved: Collection[str]) -> list[dict[str, Array]]:
    """Return the inputs at each of the places a little apart; only reals can be moved."""
    return [
        {
            name: jittered(value, JITTERS * k + place)
            if name in moved and value.dtype.kind == "f" else value
            for place, (name, value) in enumerate(inputs.items())
        }
        for k in range(JITTERS)
    ]  # fmt: skip


def is_noise(differences: Sequence[Array]) -> bool:
    """Return whether differences at jittered inputs are rounding noise.

    Parameters
    ----------
    differences : sequence of numpy.ndarray
        ``actual - expected`` at each jittered input, all of one shape.
    """
    table = np.stack([np.asarray(d, dtype=np.float64) for d in differences])
    if not np.all(np.isfinite(table)):
        return False
    mean, spread = np.abs(table.mean(axis=0)), table.std(axis=0)
    worst = np.argsort(-np.abs(table).max(axis=0).reshape(-1))[:WORST_ENTRIES]
    ratio = mean.reshape(-1)[worst] / np.maximum(spread.reshape(-1)[worst], np.finfo(float).tiny)
    return bool(np.all(ratio < NOISE_RATIO))
