"""What the checks without derivatives share: comparing a student's values with each other."""

from __future__ import annotations

import numpy as np

from gradcheck.checks.base import Case, Observation, as_array
from gradcheck.component import Array
from gradcheck.numerics.compare import ROUNDING, precision
from gradcheck.subject import Answer

__all__ = ["natural_size", "related"]

SLACK = 4.0
"""Sums over a batch add up a few more roundings than one call."""
UNKNOWN = 1e-6
"""Part of the values that cancellation may cost where no reference knows the terms' size; what
isn't linear is off by much more."""


SPARE = 1e-6
"""Part of the largest gradient that is left of others of no effect (the bias of keys)."""


def natural_size(case: Case, answer: Answer) -> float:
    """Return what a difference between two answers is nothing beside, where terms cancel."""
    gradients = [a for v in answer.gradients.values() if (a := as_array(v)) is not None]
    with np.errstate(all="ignore"):
        sizes = [float(np.max(np.abs(g), initial=0.0)) for g in gradients]
    largest = max((s for s in sizes if np.isfinite(s)), default=0.0)
    return SPARE * max(largest, *case.example.magnitude.values(), 0.0)


def related(
    case: Case, name: str | None, actual: Array, expected: Array, magnitude: float, message: str,
    evidence: str = "relation",
) -> Observation:  # fmt: skip
    """Compare two values that a correct implementation relates, both the student's own."""
    dtype = precision(actual, expected, is_narrow=case.subject.is_narrow)
    with np.errstate(all="ignore"):
        size = float(np.max(np.abs(np.where(np.isfinite(expected), expected, 0.0)), initial=0.0))
        bound = SLACK * float(np.finfo(dtype).eps) * ROUNDING[dtype] * max(size, magnitude)
        if not case.subject.component.has_reference:
            bound = max(bound, UNKNOWN * size)
        difference = np.abs(np.asarray(actual, dtype=np.float64) - expected)
    both_bad = ~np.isfinite(np.asarray(actual)) & ~np.isfinite(np.asarray(expected))
    difference = np.where(both_bad, 0.0, difference)
    if np.all(difference <= bound):
        return Observation("right", name, bound=bound, method="relation")
    return Observation("wrong", name, message, expected=np.asarray(expected), actual=actual,
                       bound=bound, method="relation", evidence=evidence)  # fmt: skip
