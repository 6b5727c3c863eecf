"""The student's text as data."""

from __future__ import annotations

__all__ = ["visible"]


def visible(text: str, kept: str = "\n\t") -> str:
    """Return text with control and bidirectional characters escaped, but for those kept."""
    return "".join(c if c in kept or c.isprintable() else f"\\x{ord(c):02x}" for c in text)
