"""Finds the wrong entries of a gradient from exact derivatives along few directions.

With the exact derivative along any direction v at hand, the error e = actual - true of a
gradient can be asked for linearly: <e, v> costs one evaluation. One wrong entry shows
itself: with signs r and indices i, <e, r i> / <e, r> *is* its index. Several are found by
group testing: a group whose signed sum of errors is nothing holds none (but for chance: the
signs have random magnitudes), another is halved, and its second half is what the first leaves
of the whole; k of n cost about k log2(n / k) evaluations.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Located", "Search", "locate"]

Array = npt.NDArray[Any]
MOST = 32
"""Wrong entries that are searched for one by one; more is a pattern, not a list."""
NEARLY = 0.05
"""How far a ratio may be from an index: rounding moves it less, two errors mostly more."""
REST = 1e-4
"""What the guessed entry may leave of the whole error."""
LOW, HIGH = 0.5, 1.5


@dataclass(frozen=True)
class Located:
    """A wrong entry.

    Parameters
    ----------
    index : int
        In the flattened gradient.
    expected, actual : float
        The true derivative, and what the gradient says.
    """

    index: int
    expected: float
    actual: float


Search = Generator[Sequence[Array], Sequence[float], "list[Located] | None"]
"""Yields directions (flat), is sent the true derivatives along them, returns the wrong ones."""


def locate(gradient: Array, noise: float, rng: np.random.Generator) -> Search:
    """Find the entries of a gradient that are wrong.

    Parameters
    ----------
    gradient : numpy.ndarray
        Flat: what is claimed.
    noise : float
        Errors of an entry up to this size are none.

    Yields
    ------
    sequence of numpy.ndarray
        Directions, of the gradient's shape.

    Returns
    -------
    list of Located or None
        None if more than :data:`MOST` are wrong, or nothing can be told.
    """
    count = gradient.size
    signs = rng.uniform(LOW, HIGH, count) * np.where(rng.random(count) < LOW, -1.0, 1.0)
    whole, weighted = yield from _errors(gradient, [signs, signs * np.arange(count)])
    if abs(whole) > noise and np.isfinite(weighted):
        guess = weighted / whole
        index = round(guess)
        if 0 <= index < count and abs(guess - index) <= NEARLY:
            (error,) = yield from _errors(gradient, [_single(count, index)])
            if abs(error * signs[index] - whole) <= max(noise, REST * abs(whole)):
                return [_located(gradient, index, error)]
    return (yield from _halved(gradient, signs, whole, noise))


def _errors(
    gradient: Array, directions: Sequence[Array]
) -> Generator[Sequence[Array], Sequence[float], list[float]]:
    """Return the gradient's error along each direction."""
    true = yield directions
    return [float(np.sum(gradient * v) - d) for v, d in zip(directions, true, strict=True)]


def _single(count: int, index: int) -> Array:
    direction = np.zeros(count)
    direction[index] = 1.0
    return direction


def _located(gradient: Array, index: int, error: float) -> Located:
    actual = float(gradient[index])
    return Located(index, actual - error, actual)


def _halved(gradient: Array, signs: Array, whole: float, noise: float) -> Search:
    """Halve the groups that hold an error until each holds one entry."""
    groups = [(0, gradient.size, whole)] if abs(whole) > noise else []
    found: list[Located] = []
    while groups:
        wide = [g for g in groups if g[1] - g[0] > 1]
        found += [
            _located(gradient, start, error / signs[start])
            for start, stop, error in groups
            if stop - start == 1
        ]
        if len(found) + len(wide) > MOST:
            return None
        directions = []
        for start, stop, _ in wide:
            direction = np.zeros(gradient.size)
            direction[start : (start + stop) // 2] = signs[start : (start + stop) // 2]
            directions.append(direction)
        if not directions:
            break
        errors = yield from _errors(gradient, directions)
        groups = []
        for (start, stop, error), first in zip(wide, errors, strict=True):
            middle = (start + stop) // 2
            halves = ((start, middle, first), (middle, stop, error - first))
            groups += [h for h in halves if not abs(h[2]) <= noise]
    return sorted(found, key=lambda one: one.index)
