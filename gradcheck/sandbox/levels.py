"""Which isolation level was observed; never what was merely asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gradcheck.records.levels import LEVEL_NAMES
from gradcheck.records.report import Isolation

__all__ = ["observed_isolation"]

LIMITS = "rlimits"


def observed_isolation(hello: Mapping[str, Any], required: int) -> Isolation:
    """Return the level that the worker's facts, read before the source arrived, show.

    Parameters
    ----------
    hello : Mapping
        What the worker observed of itself; empty if it never started.
    required : int
        The level that the assignment or the caller demands.
    """
    limits = hello.get(LIMITS)
    has_limits = isinstance(limits, Mapping) and bool(limits)
    level = 1 if has_limits else 0
    mechanisms: dict[str, Any] = {"process": bool(hello)}
    if isinstance(limits, Mapping):
        mechanisms[LIMITS] = {str(k): v for k, v in limits.items()}
    missing = tuple(
        f"level {needed} ({LEVEL_NAMES[needed]}) isn't offered by this version"
        for needed in range(level + 1, required + 1)
    )
    return Isolation(
        level=level,
        name=LEVEL_NAMES[level],
        required=required,
        mechanisms=mechanisms,
        missing=missing,
    )
