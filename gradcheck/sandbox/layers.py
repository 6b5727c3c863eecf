"""The layers that a worker puts on itself, by name. Imports nothing, as executors need it."""

from __future__ import annotations

__all__ = ["ALL_LAYERS", "LANDLOCK", "LIMITS", "ONLY_LIMITS", "PRIVILEGES", "SECCOMP"]

LIMITS = "limits"
PRIVILEGES = "privileges"
LANDLOCK = "landlock"
SECCOMP = "seccomp"

ALL_LAYERS = (LIMITS, PRIVILEGES, LANDLOCK, SECCOMP)
"""What is put in force wherever the machine has it."""
ONLY_LIMITS = (LIMITS,)
"""Level 1, to see what it can't keep out."""
