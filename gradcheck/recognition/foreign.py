"""What raises because it was written for other objects than arrays."""

from __future__ import annotations

import difflib
import re

import numpy as np

from gradcheck.records.program import Fault

__all__ = ["is_foreign"]

ON_ARRAY = re.compile(r"'(?:[\w.]*ndarray|numpy\.\w+|float|int)' object has no attribute '(\w+)'")
BUFFER = "'memoryview'"
"""What ``x.data`` of an array is: a tensor's is its array."""
ALIKE = 0.75
ATTRIBUTES = tuple(name for name in dir(np.ndarray) if not name.startswith("_"))


def is_foreign(fault: Fault) -> bool:
    """Return whether code asks what it was handed for what no array has: ``x.requires_grad``.

    A slip in the name of something that arrays have (``x.shpae``) isn't meant.
    """
    if fault.kind != "exception":
        return False
    if fault.type_name in {"AttributeError", "TypeError"} and BUFFER in fault.message:
        return True
    asked = ON_ARRAY.search(fault.message) if fault.type_name == "AttributeError" else None
    return asked is not None and not difflib.get_close_matches(
        asked[1], ATTRIBUTES, n=1, cutoff=ALIKE
    )
