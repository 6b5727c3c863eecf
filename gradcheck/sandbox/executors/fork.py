"""Forks each worker from a nursery, a process that has imported NumPy once.

A fork costs a twentieth of a fresh interpreter with NumPy. The nursery is the worker's own
program (:mod:`gradcheck.sandbox.worker`): it holds no secret, and the forked worker differs
from a fresh one in nothing that a submission could rely on. Linux only: elsewhere libraries
don't survive a fork.
"""

from __future__ import annotations

from gradcheck.sandbox.executors._forking import Forking

__all__ = ["EXECUTOR", "Fork"]


class Fork(Forking):
    """The executor that forks workers from one nursery."""


EXECUTOR = Fork
