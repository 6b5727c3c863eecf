"""Where the gradients of a layer's inputs and weights are, after its backward."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from gradcheck.calls.locating import attribute_paths, gradient_paths
from gradcheck.calls.naming import normalised
from gradcheck.calls.results import Path
from gradcheck.component import Array
from gradcheck.own._objects import Node, Weight, slope_beside
from gradcheck.records.program import Value

__all__ = ["RECORD", "array_of", "located", "returned"]

RECORD = "recorded"
"""The slot of what an optimizer was given."""
Inputs = Mapping[str, Array]


def located(
    values: Mapping[str, Value], data: Sequence[str], nodes: Sequence[Node],
    weights: Sequence[Weight], inputs: Inputs,
) -> dict[str, Path]:  # fmt: skip
    """Return where gradients are: beside the weights, handed to an optimizer, or returned."""
    paths: dict[str, Path] = {}
    for node in nodes:
        own = [w.variable for w in weights if w.owner == node.slot]
        if own:
            paths |= attribute_paths(values[node.slot], (node.slot,), own)
    beside = {w.name: slope_beside(values[w.owner], w) for w in weights if w.owner in values}
    paths |= {n: p for n, p in beside.items() if p is not None}
    paths |= dict(_recorded(values.get(RECORD), weights, inputs))
    return paths | returned(values["g"], data, weights, inputs)


def _recorded(
    record: Value, weights: Sequence[Weight], inputs: Inputs
) -> Iterator[tuple[str, Path]]:
    """Yield where gradients are that an optimizer was given together with their weights."""
    for place, call in enumerate(record if isinstance(record, tuple | list) else ()):
        parts = list(call) if isinstance(call, tuple | list) else []
        for weight in weights:
            own = [k for k, part in enumerate(parts) if np.array_equal(part, inputs[weight.name])]
            others = [k for k, part in enumerate(parts) if k not in own
                      and isinstance(part, np.ndarray) and part.shape == weight.shape]  # fmt: skip
            if len(own) == len(others) == 1:
                yield weight.name, (RECORD, place, others[0])


def returned(
    value: Value, data: Sequence[str], weights: Sequence[Weight], inputs: Inputs
) -> dict[str, Path]:
    """Return where the inputs' gradients are, and those that come by name in a dict beside it."""
    if isinstance(value, Mapping):
        return _by_letters(value, ("g",), weights)
    if not isinstance(value, tuple | list):
        return {data[0]: ("g",)} if isinstance(value, np.ndarray) else {}
    found: dict[str, Path] = {n: ("g", k) for k, n in enumerate(data) if k < len(value)}
    for place, part in enumerate(value):
        if isinstance(part, Mapping):
            known = {normalised(str(k)) for k in part}
            named = [w.variable for w in weights
                     if known & {w.full, f"d{w.full}", f"grad{w.full}"}]  # fmt: skip
            full = [replace(v, aliases=(normalised(v.name),)) for v in named]
            found |= _by_letters(part, ("g", place), weights)
            found |= gradient_paths(part, ("g", place), full, ()) if full else {}
    return found


def _by_letters(
    grads: Mapping[str, Value], raw: Path, weights: Sequence[Weight]
) -> dict[str, Path]:
    """Return the keys that have the letters of one weight's name only, among those of its shape.

    ``W_q`` is that of ``attention.Wq.W``. A weight that two keys may mean isn't judged.
    """
    meant: dict[str, list[Path]] = {}
    for key, value in grads.items():
        letters = Counter(normalised(str(key)))
        alike = [w.name for w in weights if w.shape == np.shape(array_of(value))
                 and (letters <= Counter(w.full) or Counter(w.full) <= letters)]  # fmt: skip
        if len(alike) == 1:
            meant.setdefault(alike[0], []).append((*raw, str(key)))
    return {name: paths[0] for name, paths in meant.items() if len(paths) == 1}


def array_of(value: Value) -> Array:
    """Return a value as an array: not a number for what is none."""
    return np.asarray(value if isinstance(value, np.ndarray) else np.nan)
