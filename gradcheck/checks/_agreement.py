"""Comparison with the reference, with a second look where digits may have been lost."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

import numpy as np

from gradcheck.checks.base import Case, Observation, as_array
from gradcheck.component import Array
from gradcheck.examples import Example
from gradcheck.numerics.compare import Comparison, compare, is_noise, jitters, precision
from gradcheck.numerics.patterns import apart, described, entry, is_plural
from gradcheck.records.program import Value
from gradcheck.subject import Answer, Call

__all__ = ["agreement", "jittered_examples"]


def jittered_examples(example: Example) -> list[Example]:
    """Return the example with its real inputs moved by a relative 1e-9, several times.

    Targets, labels, indices and the variables of one value (0 and 1) keep theirs.
    """
    variables = example.component.variables(example.variant)
    moved = {v.name for v in variables if v.role != "target"}
    return [example.with_inputs(inputs) for inputs in jitters(example.inputs, moved)]


def agreement(
    case: Case, actual: Array, low: Array, high: Array, magnitude: float,
    call: Callable[[Example], Call], value: Callable[[Answer], Value],
    expected: Callable[[Example], Array], variable: str | None = None,
) -> Generator[Sequence[Call], Sequence[Answer], Observation]:  # fmt: skip
    """Compare with [low, high]; a suspicious difference is looked at again.

    Parameters
    ----------
    call, value, expected : callable
        How to evaluate a jittered example, what to take of the answer, and the
        reference's value of it.
    """
    dtype = precision(actual, is_narrow=case.subject.is_narrow)
    with np.errstate(all="ignore"):
        actual = np.asarray(actual, dtype=np.float64)
    comparison = compare(actual, low, high, magnitude, dtype)
    right = Observation("right", variable, bound=comparison.bound, method="reference")
    if comparison.verdict == "right":
        return right
    if comparison.verdict == "suspect":
        moved = jittered_examples(case.example)
        answers = yield [call(m) for m in moved]
        found = [as_array(value(a)) if a.fault is None else None for a in answers]
        differences = [
            f - e
            for f, e in zip(found, (expected(m) for m in moved), strict=True)
            if f is not None and f.shape == e.shape
        ]
        if len(differences) == len(moved) and is_noise(differences):
            return Observation("right", variable, bound=comparison.worst, method="reference")
    return Observation(
        "wrong", variable, message=_message(actual, low, comparison), expected=low,
        actual=actual, bound=comparison.bound, method="reference", evidence="value",
    )  # fmt: skip


def _message(actual: Array, expected: Array, comparison: Comparison) -> str:
    bad = int(np.sum(~np.isfinite(actual)))
    if bad and np.all(np.isfinite(expected)):
        kinds = "NaN" if np.any(np.isnan(actual)) else "infinity"
        return f"it is {kinds}" if actual.size == 1 else f"{kinds} in {_share(bad, actual.size)}"
    wrong = comparison.excess > comparison.bound
    which = described(wrong)
    where = f"{which} {'are' if is_plural(which) else 'is'} wrong: "
    worst = tuple(np.argwhere(comparison.excess == comparison.worst)[0])
    told = ""
    if not np.all(wrong):
        is_, must = apart(float(actual[worst]), float(expected[worst]) + 0.0)
        told = f" (at {entry(worst)}: {is_}, must be {must})"
    size = _size(expected)
    beside = f"values of size {size:.3g}" if size else "0"
    return (
        f"{where if wrong.size > 1 else ''}off by up to {comparison.worst:.3g} from {beside}"
        f"{told}; rounding explains {comparison.bound:.1g}"
    )


def _share(bad: int, size: int) -> str:
    return f"all {size} entries" if bad == size else f"{bad} of {size} entries"


def _size(expected: Array) -> float:
    return float(np.max(np.abs(expected), initial=0.0))
