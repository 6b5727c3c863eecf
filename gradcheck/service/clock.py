"""The time, as it is written into the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

__all__ = ["now"]


def now(*, plus: float = 0.0) -> str:
    """Return the time in UTC, so many seconds from now; such texts sort by time."""
    return (datetime.now(UTC) + timedelta(seconds=plus)).isoformat(timespec="microseconds")
