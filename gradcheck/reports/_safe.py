"""A report whose texts are fit for any format: visible, and of bounded length.

Formats that other programs read start from this; then only their own syntax is left to mind.
"""

from __future__ import annotations

import math
from typing import Any, TypeVar

from gradcheck.records.base import Record
from gradcheck.records.text import visible

__all__ = ["MOST_TEXT", "clipped", "safe"]

MOST_TEXT = 4096
"""Characters of one text: the contract's cap of a message."""
MOST_ENTRIES = 2048
"""Of one list; a submission has some dozens of checks, a check some findings."""
CUT = " … (cut)"
R = TypeVar("R", bound=Record)


def clipped(text: str, most: int) -> str:
    """Return at most so many characters, marked if some are left out."""
    return text if len(text) <= most else text[: max(0, most - len(CUT))] + CUT


def safe(record: R) -> R:
    """Return a copy of a record in which every text is visible and short.

    Control and bidirectional characters, lone surrogates and whatever else has no shape of
    its own are escaped (newlines and tabs stay), so that the result can be written as UTF-8
    and as XML. Numbers that aren't finite become null.
    """
    names = type(record).model_fields
    return record.model_copy(update={name: _safe(getattr(record, name)) for name in names})


def _safe(value: Any) -> Any:
    if isinstance(value, str):
        # cut first: escaping makes up to ten characters of one
        return clipped(visible(clipped(value, MOST_TEXT)), MOST_TEXT)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Record):
        return safe(value)
    if isinstance(value, list | tuple):
        return type(value)(_safe(entry) for entry in value[:MOST_ENTRIES])
    if isinstance(value, dict):
        return {_safe(key): _safe(entry) for key, entry in list(value.items())[:MOST_ENTRIES]}
    return value
