"""Where a component's inputs get their values from.

A component says *what* it needs (reals, probabilities, labels ...) and a
:class:`Source` decides *which* values: :class:`RandomSource` draws full-precision
values of a regime for the battery, :class:`PlainSource` lets Hypothesis draw short
decimals one by one, so that a counterexample shrinks to numbers that one can check
by hand.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis.strategies import DrawFn

from gradcheck.strategies._bits import pick
from gradcheck.strategies.recipe import TIES

__all__ = ["PlainSource", "RandomSource", "Source"]

Array = npt.NDArray[Any]

MIN_MAGNITUDE = 1e-2
"""Reals of the ordinary regimes keep this distance from 0, where kinks live."""
NEAR_ZERO = 1e-9
TIE = 0.5
"""The one of the two magnitudes that isn't 1, where many values are equal."""
SATURATED = (4.0, 15.0)
FAR_AWAY = (16.0, 300.0)
PROBABILITY_MARGIN = 0.05
SATURATED_MARGIN = (-6.0, -2.0)
"""Powers of ten: probabilities from 1e-6 to 1e-2 away from 0 or 1."""
PLAIN_REALS = (1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 0.3, -0.3, 0.7, -0.7, 1.2, -1.2, 3.0, -3.0)
PLAIN_PROBABILITIES = (0.5, 0.2, 0.9, 0.6, 0.3, 0.8, 0.1)


class Source(ABC):
    """Values for a component's inputs, in one regime."""

    regime: str

    @abstractmethod
    def reals(self, shape: tuple[int, ...], scale: float = 1.0) -> Array:
        """Return float64 values of any sign of order ``scale``."""

    @abstractmethod
    def probabilities(self, shape: tuple[int, ...]) -> Array:
        """Return float64 values inside (0, 1)."""

    @abstractmethod
    def integers(self, shape: tuple[int, ...], high: int) -> Array:
        """Return int64 values in ``range(high)``; each occurs where there is room for it."""

    def real(self, scale: float = 1.0) -> Array:
        """Return one real as a 0-d array."""
        return self.reals((1,), scale).reshape(())

    def binary(self, shape: tuple[int, ...]) -> Array:
        """Return float64 labels 0.0 and 1.0, both where there is room for both."""
        return self.integers(shape, 2).astype(np.float64)


class RandomSource(Source):
    """Full-precision values of a regime from a seeded generator."""

    def __init__(self, rng: np.random.Generator, regime: str) -> None:
        self._rng = rng
        self.regime = regime

    def reals(self, shape: tuple[int, ...], scale: float = 1.0) -> Array:
        """Return values of the regime; see the constants of the module."""
        rng = self._rng
        size = rng.standard_normal(shape)
        sign = np.where(size < 0, -1.0, 1.0)
        if self.regime == "saturated":
            return sign * rng.uniform(*SATURATED, shape) * min(scale, 1.0)
        if self.regime == "far":
            return sign * FAR_AWAY[0] * (FAR_AWAY[1] / FAR_AWAY[0]) ** rng.random(shape)
        size = sign * np.maximum(np.abs(size) * scale, MIN_MAGNITUDE)
        if self.regime == "negative":
            return -np.abs(size)
        if self.regime == "repeated-rows" and size.ndim and len(size) > 1:
            size[-1] = size[0]
            return size
        if self.regime == TIES:
            return sign * np.where(np.abs(size) > 1.0, 1.0, TIE)
        if self.regime in {"near-zero", "kink"}:
            tiny = NEAR_ZERO if self.regime == "near-zero" else 0.0
            mask = rng.random(shape) < 0.5  # half of the entries
            if mask.size:
                mask.flat[0] = True
            return np.where(mask, sign * tiny + 0.0, size)
        return size

    def probabilities(self, shape: tuple[int, ...]) -> Array:
        """Return values inside (0, 1), close to the ends when saturated."""
        rng = self._rng
        if self.regime == "saturated":
            margin = 10.0 ** rng.uniform(*SATURATED_MARGIN, shape)
            return np.where(rng.random(shape) < 0.5, margin, 1.0 - margin)
        return rng.uniform(PROBABILITY_MARGIN, 1.0 - PROBABILITY_MARGIN, shape)

    def integers(self, shape: tuple[int, ...], high: int) -> Array:
        """Return a shuffled round-robin of the classes; with repeated rows the last is missing."""
        count = int(np.prod(shape))
        if self.regime == "repeated-rows" and high > 1:
            high -= 1
        values = (np.arange(count) + int(self._rng.integers(high))) % high
        self._rng.shuffle(values)
        return values.reshape(shape).astype(np.int64)


class PlainSource(Source):
    """Short decimals drawn element by element, so that Hypothesis can shrink each."""

    regime = "plain"

    def __init__(self, draw: DrawFn) -> None:
        self._draw = draw

    def _fill(self, shape: tuple[int, ...], values: tuple[float, ...]) -> Array:
        count = int(np.prod(shape))
        drawn = [values[pick(self._draw, len(values))] for _ in range(count)]
        return np.array(drawn, dtype=np.float64).reshape(shape)

    def reals(self, shape: tuple[int, ...], scale: float = 1.0) -> Array:
        """Return values of a short list without 0 (kinks have a regime of their own)."""
        return self._fill(shape, PLAIN_REALS)

    def probabilities(self, shape: tuple[int, ...]) -> Array:
        """Return probabilities of one decimal."""
        return self._fill(shape, PLAIN_PROBABILITIES)

    def integers(self, shape: tuple[int, ...], high: int) -> Array:
        """Return any integers of the range."""
        return self._fill(shape, tuple(float(k) for k in range(high))).astype(np.int64)
