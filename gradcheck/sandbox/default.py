"""The executor for this system. Imports the standard library only, as executors do."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping

from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.executors.bubblewrap import Bubblewrap
from gradcheck.sandbox.executors.fork import Fork
from gradcheck.sandbox.executors.gvisor import Gvisor
from gradcheck.sandbox.executors.job_object import JobObject
from gradcheck.sandbox.executors.seatbelt import Seatbelt
from gradcheck.sandbox.executors.spawn import Spawn

__all__ = ["INTERPRETER", "NEEDS_GUEST", "NEEDS_NAMESPACES", "default_executor", "strengthened"]

INTERPRETER = "GRADCHECK_INTERPRETER"
"""The environment variable that names the Python which workers run."""
NEEDS_NAMESPACES, NEEDS_GUEST = 3, 4
ELSEWHERE: Mapping[str, Callable[..., Executor]] = {"darwin": Seatbelt, "win32": JobObject}
"""What isn't Linux, by Python's name of it."""


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
        return ELSEWHERE.get(sys.platform, Spawn)(interpreter=python)
    return _kind(required)(interpreter=python)


def strengthened(executor: Executor, required: int) -> Executor:
    """Return an executor that is enough for a level: the given one, or another in its place."""
    if sys.platform != "linux" or required < NEEDS_NAMESPACES:
        return executor
    if isinstance(executor, _kind(required)):
        return executor
    executor.close()
    return default_executor(required, interpreter=executor.interpreter)


def _kind(required: int) -> type[Fork] | type[Bubblewrap] | type[Gvisor]:
    """Return the kind of executor on Linux that gives a level, or the most of it."""
    if required >= NEEDS_GUEST:
        return Gvisor
    return Bubblewrap if required >= NEEDS_NAMESPACES else Fork
