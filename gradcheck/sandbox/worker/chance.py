"""Random numbers that begin anew with every program, whatever generator they are drawn from."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["Chance"]

MOST_GENERATORS = 1000
DRAWING = ("random", "statistics")
"""Who names neither module can't draw from a global random state."""


class Chance:
    """Seeds Python's and NumPy's own generators, and those that a submission makes.

    ``np.random.default_rng()`` and ``RandomState()`` without a seed get one that depends on how
    many were made before it in the same program; a generator that a file makes when it is loaded
    is put back, before each program, to where the loading left it.
    """

    def __init__(self) -> None:
        self._made_by = np.random.default_rng
        self._states_made_by = np.random.RandomState
        self._seeders = np.random.seed, random.seed
        self._seed = self._count = 0
        self._is_loading = False
        self._may_draw = True
        self._kept: list[Any] = []
        self._states: list[Any] = []

    def begin(self, seed: int, sources: Sequence[str]) -> None:
        """Stand in for ``np.random.default_rng``; what follows is the loading of the sources."""
        self._seed, self._is_loading = seed, True
        self._may_draw = any(word in source for source in sources for word in DRAWING)
        np.random.default_rng = self.default_rng
        np.random.RandomState = _seeding(self, self._states_made_by)  # type: ignore[misc]
        self.reset()

    def loaded(self) -> None:
        """Keep what the generators that were made are at now."""
        self._is_loading = False
        self._states = [_state_of(generator) for generator in self._kept]

    def reset(self) -> None:
        """Put all generators back to where they were."""
        self._count = 0
        if self._may_draw:
            for seed in self._seeders:
                seed(self._seed)
        for generator, state in zip(self._kept, self._states, strict=False):
            if isinstance(generator, self._states_made_by):
                generator.set_state(state)
            else:
                generator.bit_generator.state = state

    def default_rng(self, seed: Any = None) -> Any:
        """Return a new generator."""
        generator = self._made_by(self.seed(seed))
        self.keep(generator)
        return generator

    def seed(self, seed: Any) -> Any:
        """Return the seed of a new generator: what it is told, or one of ours."""
        if seed is not None:
            return seed
        self._count += 1
        return [self._seed, self._count]

    def keep(self, generator: Any) -> None:
        """Remember a generator that is made while the file is loaded."""
        if self._is_loading and len(self._kept) < MOST_GENERATORS:
            self._kept.append(generator)


def _state_of(generator: Any) -> Any:
    if hasattr(generator, "get_state"):
        return generator.get_state()
    return generator.bit_generator.state


def _seeding(chance: Chance, original: Any) -> Any:
    """Return a ``RandomState`` that is never seeded by the clock; the original ones are such."""

    class Kind(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, original)

    class RandomState(original, metaclass=Kind):  # type: ignore[misc]
        def __init__(self, seed: Any = None) -> None:
            super().__init__(chance.seed(seed))
            chance.keep(self)

    return RandomState
