"""Limits as data, the child's clock, and the deadlines of one reply."""

from __future__ import annotations

import math
import os
import sys
from dataclasses import dataclass

from gradcheck.records.budgets import Budgets

__all__ = ["Deadlines", "Expiry", "cpu_seconds", "process_limits"]

FILE_BYTES = 2**20
"""Of one file that the child writes; its folder is removed anyway."""
OPEN_FILES = 64
"""NumPy's own imports keep a handful open; a submission has no reason for more."""
CPU_SLACK = 5.0
"""Seconds between our deadlines and the kernel's own: start-up, and the time to react."""
IDLE_SHARE = 0.01
"""Below this share of a core a worker counts as asleep or blocked."""
LITTLE_SHARE = 0.5
"""With less than this share of its CPU budget used at a wall-clock backstop, the machine
may be to blame: the program deserves another try."""
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def process_limits(budgets: Budgets) -> dict[str, int]:
    """Return the limits that the worker puts on itself, by their ``RLIMIT_`` names."""
    cpu = math.ceil(budgets.import_cpu + budgets.submission_cpu + CPU_SLACK)
    limits = {
        "AS": budgets.memory_bytes,
        "CORE": 0,
        "CPU": cpu,
        "FSIZE": FILE_BYTES,
        "NOFILE": OPEN_FILES,
    }
    if sys.platform == "linux":
        limits["NPROC"] = 0  # neither processes nor threads; the kernel exempts root
    elif sys.platform == "win32":
        limits["NPROC"] = 1  # processes, itself among them
    return limits


def cpu_seconds(pid: int) -> float | None:
    """Return the CPU time of a process and its collected children; None where unknown.

    Read from outside, so that the process has no say in it. Linux only; elsewhere the
    wall-clock backstops alone hold.
    """
    try:
        with open(f"/proc/{pid}/stat", "rb", buffering=0) as file:
            # The command's name may hold anything, also ")": fields start after the last.
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    first = 11  # utime, stime, cutime, cstime are fields 14 to 17, the state is field 3
    return sum(map(int, fields[first : first + 4])) / _TICKS


@dataclass(frozen=True)
class Expiry:
    """Which deadline passed, and whether another try is due."""

    type_name: str
    message: str
    is_retryable: bool = False


class Deadlines:
    """The deadlines of one reply; they hold for the whole of it.

    Parameters
    ----------
    cpu : float
        Budget of CPU seconds.
    budgets : Budgets
        Gives the wall-clock backstops.
    now : float
        The monotonic clock when the worker may have begun.
    """

    def __init__(self, cpu: float, *, budgets: Budgets, now: float) -> None:
        self._cpu = cpu
        self._wall = cpu * budgets.wall_factor
        self._blocked = budgets.blocked_wall
        self._began = now
        self._first: float | None = None
        self._active_at = now
        self._active_cpu = 0.0

    def check(self, now: float, cpu: float | None) -> Expiry | None:
        """Return the deadline that has passed, if any.

        Parameters
        ----------
        now : float
            The monotonic clock.
        cpu : float or None
            The child's CPU clock; None where it can't be read. The first reading is
            taken as the start: at most one tick late.
        """
        wall = now - self._began
        if cpu is None:
            return self._wall_expiry(True) if wall > self._wall else None
        if self._first is None:
            self._first = self._active_cpu = cpu
        used = cpu - self._first
        if used > self._cpu:
            return Expiry("cpu-time", f"used more than {self._cpu:g} s of CPU time")
        if wall > self._wall:
            return self._wall_expiry(used < LITTLE_SHARE * self._cpu)
        if cpu - self._active_cpu > IDLE_SHARE * (now - self._active_at):
            self._active_at, self._active_cpu = now, cpu
        elif now - self._active_at > self._blocked:
            message = f"was asleep or blocked for {self._blocked:g} s"
            return Expiry("blocked", message, is_retryable=True)
        return None

    def _wall_expiry(self, is_retryable: bool) -> Expiry:
        return Expiry("wall-clock", f"took more than {self._wall:g} s", is_retryable)
