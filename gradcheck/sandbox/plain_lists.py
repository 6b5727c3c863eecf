"""Submissions without NumPy: their lists of numbers are their arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.records.program import Reply

__all__ = ["in_arrays"]

NO_METHOD = "'numpy.ndarray' object has no attribute"
FOREIGN = "AbsentPackage"
"""Code with matrices of its own: what it needs isn't there, as with a package."""


def in_arrays(reply: Reply) -> Reply:
    """Return the reply with nested lists of numbers as arrays.

    Tuples stay: they are several results.
    """
    fault = reply.fault
    if fault is not None and fault.message.startswith(NO_METHOD):
        return replace(reply, fault=replace(fault, type_name=FOREIGN))
    return replace(reply, values=tuple(_in_arrays(value) for value in reply.values))


def _in_arrays(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _in_arrays(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return tuple(_in_arrays(part) for part in value)
    if not isinstance(value, list):
        return value
    parts = [_in_arrays(part) for part in value]
    shapes = {np.shape(part) if _is_number(part) else None for part in parts}
    if len(shapes) != 1 or None in shapes:
        return parts
    found = np.array(parts)
    return found.astype(np.float64) if found.dtype.kind in "iu" else found


def _is_number(value: Any) -> bool:
    return isinstance(value, np.ndarray | float | int | complex) and not isinstance(value, bool)
