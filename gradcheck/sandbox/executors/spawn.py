"""Starts each worker as a fresh interpreter: works wherever CPython does on POSIX."""

from __future__ import annotations

from gradcheck.sandbox.executors._spawning import Spawning

__all__ = ["EXECUTOR", "Spawn"]


class Spawn(Spawning):
    """The executor that starts ``python -I <worker folder>``."""


EXECUTOR = Spawn
