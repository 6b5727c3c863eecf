"""Arrays as data for a report: finite or null, and capped."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gradcheck.records.report import NumberArray

__all__ = ["number_array"]

MOST_ENTRIES = 256


def number_array(value: npt.ArrayLike) -> NumberArray:
    """Return an array as data.

    Entries that aren't finite become null and the note says what they were; of more than
    256 entries only the first are kept.
    """
    array = np.asarray(value)
    kept = array if array.size <= MOST_ENTRIES else array.reshape(-1)[:MOST_ENTRIES]
    notes = []
    if array.size > MOST_ENTRIES:
        notes.append(f"the first {MOST_ENTRIES} of {array.size} entries")
    if array.dtype.kind == "f":
        for name, mask in (
            ("NaN", np.isnan(kept)),
            ("+infinity", np.isposinf(kept)),
            ("-infinity", np.isneginf(kept)),
        ):
            if mask.any():
                notes.append(f"null stands for {name}")
        data = _nulled(kept.astype(np.float64).tolist())
    elif array.dtype.kind in "iub":
        data = kept.tolist()
    else:
        data = None
        notes.append(f"entries of dtype {array.dtype} aren't shown")
    note = "; ".join(notes) or None
    return NumberArray(shape=array.shape, dtype=str(array.dtype), data=data, note=note)


def _nulled(data: Any) -> Any:
    if isinstance(data, list):
        return [_nulled(entry) for entry in data]
    return data if np.isfinite(data) else None
