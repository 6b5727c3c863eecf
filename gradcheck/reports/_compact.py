"""Arrays in as few characters as a reader needs: ``[.9 .2 .6]``."""

from __future__ import annotations

import math
from typing import Any

from gradcheck.records.report import NumberArray

__all__ = ["compact"]

DIGITS = 4
MOST_IN_ROW = 6
MOST_ROWS = 4


def compact(array: NumberArray) -> str:
    """Return an array in short: four digits, no leading zero, long ones cut."""
    if array.data is None:
        return f"array of shape {array.shape} and dtype {array.dtype}"
    return _short(array.data, array.note or "")


def _short(data: Any, note: str) -> str:
    if not isinstance(data, list):
        return _number(data, note)
    is_matrix = bool(data) and isinstance(data[0], list)
    most = MOST_ROWS if is_matrix else MOST_IN_ROW
    parts = [_short(entry, note) for entry in data[:most]]
    return "[" + " ".join([*parts, "…"] if len(data) > most else parts) + "]"


def _number(value: float | int | bool | None, note: str) -> str:
    if value is None:
        return "inf" if "infinity" in note and "NaN" not in note else "nan"
    if isinstance(value, bool | int) or (value == int(value) and abs(value) < 10**DIGITS):
        return str(int(value))
    if not math.isfinite(value):
        return str(value)
    text = f"{value:.{DIGITS}g}"
    if text.startswith("0."):
        return text[1:]
    return "-" + text[2:] if text.startswith("-0.") else text
