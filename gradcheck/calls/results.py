"""What a call gave, taken apart and put together: plain functions of values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gradcheck.component import Array
from gradcheck.records.program import Value

__all__ = ["Path", "at_path", "by_jacobian", "lone", "scaled", "stacked"]

Path = tuple[str | int, ...]
"""A slot, then the keys that lead into its value."""


def at_path(values: Mapping[str, Value], path: Path) -> Value:
    """Return what stands at a path, or None where it leads nowhere."""
    value: Any = values.get(str(path[0]))
    for key in path[1:]:
        if isinstance(value, Mapping):
            value = value.get(str(key))
        elif isinstance(value, tuple | list) and isinstance(key, int):
            value = value[key] if -len(value) <= key < len(value) else None
        else:
            return None
    return value  # type: ignore[no-any-return]


def scaled(value: Value, factor: int) -> Value:
    """Return a number or an array times a factor; anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, np.ndarray | float | int):
        return value
    return value * factor


def lone(value: Value) -> tuple[Value, tuple[int, ...]]:
    """Return an array of one entry as a number, with the shape of the box that it was in.

    Only where a number is expected: summing a column's rows leaves such a box.
    """
    is_boxed = isinstance(value, np.ndarray) and value.ndim and value.size == 1
    if not is_boxed or not isinstance(value, np.ndarray):
        return value, ()
    return value.reshape(()), value.shape


def stacked(value: Value) -> Value:
    """Return nested lists of results of one shape as one array; anything else as it is."""
    if not isinstance(value, tuple | list):
        return value
    parts = [stacked(part) for part in value]
    arrays = [np.asarray(p) for p in parts
              if isinstance(p, np.ndarray | float | int) and not isinstance(p, bool)]  # fmt: skip
    if len(arrays) < len(parts) or len({a.shape for a in arrays}) != 1:
        return value
    return np.stack(arrays)


def by_jacobian(upstream: Array, value: Array) -> Array | None:
    """Return upstream times a Jacobian, where a local derivative has the shape of one.

    A vector's is (D, D), with d out[i] / d x[j] in row i; a batch of rows' is (N, D, D).
    """
    if upstream.ndim and value.shape == upstream.shape * 2:
        return np.asarray(np.tensordot(upstream, value, upstream.ndim))
    if upstream.ndim == 2 and value.shape == (*upstream.shape, upstream.shape[1]):
        return np.asarray(np.einsum("nd,nde->ne", upstream, value))
    return None
