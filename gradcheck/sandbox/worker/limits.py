"""Limits that the worker puts on itself before it receives any student code."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Mapping

from . import job

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

__all__ = ["apply", "end_with_parent", "ignore_stops", "outlive_parent"]

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PRIVATE = 0o077


def end_with_parent() -> None:
    """Ask the kernel to kill this process when the one that started it dies (Linux)."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def outlive_parent() -> None:
    """Be woken, should this process stand stopped, when the one that started it dies (Linux).

    And let no other process of the same user read or write this one's memory.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            prctl = ctypes.CDLL(None).prctl
            if os.getpid() != 1:  # there bubblewrap is the parent, and has seen to it
                prctl(_PR_SET_PDEATHSIG, signal.SIGCONT, 0, 0, 0)
            prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def ignore_stops() -> None:
    """Leave it to the judge to end this process, whoever started it with whatever mask.

    A stop that is meant for the judge (Ctrl-C, a service manager's SIGTERM) may reach every
    process of its group; it would look like a crash of the student's code. The judge kills.
    """
    stops = {signal.SIGINT, signal.SIGTERM}
    for stop in stops:
        signal.signal(stop, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, stops)


def apply(limits: Mapping[str, int]) -> dict[str, int]:
    """Lower the named limits (``AS``, ``CPU`` ...) and return what is now in force.

    Notes
    -----
    A limit that this system doesn't have or refuses is missing from the answer (or
    stands at its old value): the judge reports what is observed, not what was asked.
    """
    os.umask(_PRIVATE)
    if resource is None:
        return job.apply(limits, job.kernel32())
    observed: dict[str, int] = {}
    for name, value in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}", None)
        if kind is None:
            continue
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (value, value))
        observed[name] = resource.getrlimit(kind)[1]
    return observed
