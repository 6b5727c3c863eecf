"""The executor for this system. Imports the standard library only, as executors do."""

from __future__ import annotations

import os
import sys

from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.executors.bubblewrap import Bubblewrap
from gradcheck.sandbox.executors.fork import Fork
from gradcheck.sandbox.executors.seatbelt import Seatbelt
from gradcheck.sandbox.executors.spawn import Spawn

__all__ = ["INTERPRETER", "NEEDS_NAMESPACES", "default_executor", "strengthened"]

INTERPRETER = "GRADCHECK_INTERPRETER"
"""The environment variable that names the Python which workers run."""
NEEDS_NAMESPACES = 3


def default_executor(required: int = 0, *, interpreter: str | None = None) -> Executor:
    """Return a new executor: one that forks where that is safe, else one that spawns.

    Its workers are locked in as far as this machine allows without asking; namespaces, which
    take a program of others and some time to start, are made only where they are required.

    Parameters
    ----------
    required : int
        The isolation level below which nothing is judged.
    interpreter : str or None
        The Python that workers run; else what the environment names, else this one.
    """
    python = interpreter or os.environ.get(INTERPRETER) or sys.executable
    if sys.platform != "linux":
        return (Seatbelt if sys.platform == "darwin" else Spawn)(interpreter=python)
    kind = Bubblewrap if required >= NEEDS_NAMESPACES else Fork
    return kind(interpreter=python)


def strengthened(executor: Executor, required: int) -> Executor:
    """Return an executor that is enough for a level: the given one, or another in its place."""
    if sys.platform != "linux" or required < NEEDS_NAMESPACES or isinstance(executor, Bubblewrap):
        return executor
    executor.close()
    return default_executor(required, interpreter=executor.interpreter)
