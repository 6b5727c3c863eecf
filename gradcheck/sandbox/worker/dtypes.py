"""The number types that travel, under names that mean the same on both sides."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["DTYPES", "tag_of"]


def _travelling() -> dict[str, np.dtype[Any]]:
    names = ["bool", "float16", "float32", "float64", "complex64", "complex128"]
    names += [f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)]
    dtypes: dict[str, np.dtype[Any]] = {name: np.dtype(name).newbyteorder("<") for name in names}
    extended = np.dtype(np.longdouble)
    # Where a long double is a double (Windows, some ARM) the tag float64 says it all.
    if extended.itemsize > dtypes["float64"].itemsize:
        dtypes[f"longdouble{extended.itemsize}"] = extended
    return dtypes


DTYPES = _travelling()
_TAGS = {(dtype.kind, dtype.itemsize): tag for tag, dtype in DTYPES.items()}


def tag_of(dtype: np.dtype[Any]) -> str | None:
    """Return the name under which arrays of this dtype travel, or None."""
    return _TAGS.get((dtype.kind, dtype.itemsize))
