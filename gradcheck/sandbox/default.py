"""The executor for this system. Imports the standard library only, as executors do."""

from __future__ import annotations

import sys

from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.executors.fork import Fork
from gradcheck.sandbox.executors.spawn import Spawn

__all__ = ["default_executor"]


def default_executor() -> Executor:
    """Return a new executor: one that forks where that is safe, else one that spawns."""
    return Fork() if sys.platform == "linux" else Spawn()
