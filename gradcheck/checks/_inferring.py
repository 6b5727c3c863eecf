"""What the checks of a layer's other mode share: finding out which of its modes is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gradcheck.checks.base import Case, Observation, as_array
from gradcheck.component import Array
from gradcheck.records.program import Value
from gradcheck.subject import Answer, Subject

__all__ = ["arrays_in", "differ", "output_of", "raised", "reason_against_mode"]

NO_TEST_MODE = "no-test-mode"
"""Why nothing can be asked: nothing in the code says how it is told to infer."""
DIFFERENT, DIFFERENT_NARROW = 1e-6, 1e-3
"""Part of the values' size from which two of them aren't the same number any more."""


def reason_against_mode(subject: Subject, kind: str) -> str | None:
    """Return why the test mode of a kind of layer can't be asked for, as checks do."""
    if subject.component.mode_kind != kind or not subject.has_forward:
        return ""
    return None if subject.modes else NO_TEST_MODE


def output_of(case: Case, answer: Answer) -> Array | None:
    """Return a value in canonical form, or None if it is none."""
    value = None if answer.fault is not None else as_array(answer.output)
    if value is None or not np.all(np.isfinite(value)):
        return None
    try:
        found = np.asarray(case.subject.layout.of_output.restore(value), dtype=np.float64)
    except (ValueError, IndexError):
        return None
    return found if found.shape == case.example.output.shape else None


def differ(case: Case, a: Array, b: Array) -> bool:
    """Return whether two values are different numbers, beyond all rounding."""
    part = DIFFERENT_NARROW if case.subject.is_narrow else DIFFERENT
    size = float(max(np.max(np.abs(a), initial=0.0), np.max(np.abs(b), initial=0.0)))
    return bool(np.any(np.abs(a - b) > part * size))


def raised(case: Case, answers: Sequence[Answer]) -> list[Observation]:
    """Return the exception of a mode that can mean nothing else, if the code doesn't refuse it."""
    for mode, answer in zip(case.subject.modes, answers, strict=True):
        fault = answer.fault
        if mode.is_sure and fault is not None and fault.kind == "exception":
            if fault.is_refusal:
                return []
            return [Observation("wrong", None, f"in test ({mode.title})", fault=fault,
                                phase="forward", evidence="test-raises")]  # fmt: skip
    return []


def arrays_in(held: Value) -> dict[str, Array]:
    """Return the arrays that an object or a dict holds, also one level into dicts."""
    found: dict[str, Array] = {}
    for name, value in (held if isinstance(held, Mapping) else {}).items():
        inner = value.items() if isinstance(value, Mapping) else [("", value)]
        for key, entry in inner:
            if isinstance(entry, np.ndarray) and entry.dtype.kind == "f":
                found[f"{name}.{key}"] = entry
    return found
