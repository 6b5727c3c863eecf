"""How close a returned value is to what the reference says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gradcheck.component import Array
from gradcheck.numerics.compare import precision
from gradcheck.records.program import Value

__all__ = ["EXACT", "FACTOR", "FAILED", "PLAIN_FACTOR", "RAN", "SHAPED", "is_narrow",
           "probe_sizes", "score"]  # fmt: skip

PROBE_SIZES = {"N": 11, "D": 13, "M": 17, "K": 7, "H1": 19, "H2": 5, "H3": 23,
               "C": 3, "F": 5, "R": 2, "OH": 4, "OW": 7, "V": 29, "T": 3, "S": 5}  # fmt: skip
"""Pairwise distinct within a component, and nothing that anybody hard-codes; those of images
are small, since work is their product."""
OTHER_SIZES = (31, 37, 41, 43)
"""Of sizes that an assignment's reference names otherwise."""
FIT = 1e-10
"""Relative agreement that counts as the same formula; a small epsilon inside a log is none."""
NARROW_FIT = 1e-4
LOG_FIT = 1e-3
"""An epsilon inside a logarithm is told apart later, on an example where it shows."""
EXACT, PLAIN_FACTOR, FACTOR, SHAPED, RAN, FAILED = 3.0, 2.6, 2.5, 2.0, 1.0, 0.0
FIRST = 3
SIMPLE = frozenset({0.5, 1.0, 2.0})
"""Factors that no size explains: a reading that needs only these is the likelier one."""


def score(actual: Value, expected: Array, *, has_logarithm: bool = False) -> float:
    """Return how close a returned value is to an expected array."""
    if actual is None or isinstance(actual, bool):
        return FAILED
    if not isinstance(actual, np.ndarray | float | int):
        return RAN / 2
    found = np.asarray(actual)
    if found.shape != np.shape(expected) or found.dtype.kind not in "fiu":
        return RAN
    scale = float(np.max(np.abs(expected), initial=0.0)) or 1.0
    tolerance = NARROW_FIT if is_narrow(found) else LOG_FIT if has_logarithm else FIT
    if _differs_at_once(found, expected, tolerance * scale, FIT * scale):
        return SHAPED if np.all(np.isfinite(found)) else (RAN + SHAPED) / 2
    with np.errstate(all="ignore"):
        if np.all(np.abs(found - expected) <= tolerance * scale):
            return EXACT
        mask = np.abs(expected) > FIT * scale
        ratios = found[mask] / expected[mask]
        is_nothing = np.all(np.abs(found[~mask]) <= FIT * max(scale, np.max(np.abs(found))))
        is_constant = bool(ratios.size and is_nothing) and np.all(
            np.abs(ratios - ratios[0]) <= FIT * abs(ratios[0])
        )
    if is_constant and _is_usual(float(ratios[0])):
        is_simple = any(abs(abs(ratios[0]) - factor) <= FIT for factor in SIMPLE)
        return PLAIN_FACTOR if is_simple else FACTOR
    return SHAPED if np.all(np.isfinite(found)) else (RAN + SHAPED) / 2


def _differs_at_once(
    found: np.ndarray[Any, Any], expected: Array, tolerance: float, nothing: float
) -> bool:
    """Return whether the first entries tell that neither all agree nor one factor is missing.

    Most of what is tried is told so, without a look at the whole.
    """
    first, wanted = found.ravel()[:FIRST].tolist(), np.ravel(expected)[:FIRST].tolist()
    pairs = list(zip(first, wanted, strict=True))
    ratios = [f / e for f, e in pairs if abs(e) > nothing]
    is_one_factor = all(abs(r - ratios[0]) <= FIT * abs(ratios[0]) for r in ratios)
    return not is_one_factor and any(abs(f - e) > tolerance for f, e in pairs)


def is_narrow(value: Value) -> bool:
    """Return whether a value comes in float32, in name or in truth."""
    if isinstance(value, bool) or not isinstance(value, np.ndarray | float):
        return False
    array = np.asarray(value)
    return array.dtype.kind == "f" and precision(array) == np.float32


def _is_usual(ratio: float) -> bool:
    """Return whether a ratio is one that a forgotten factor gives."""
    sizes = {1.0, 2.0, *(float(s) for s in PROBE_SIZES.values())}
    size = abs(ratio)
    return any(abs(size - s) <= FIT * s or abs(size * s - 1.0) <= FIT for s in sizes)


def probe_sizes(names: Sequence[str]) -> dict[str, int]:
    """Return a size for each name, pairwise distinct."""
    others = iter(OTHER_SIZES)
    return {name: PROBE_SIZES.get(name) or next(others) for name in names}
