"""Do values keep the precision of their inputs, and are they the same ones in another?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from gradcheck.checks._relations import natural_size
from gradcheck.checks.base import Case, Check, Inquiry, Observation, as_array
from gradcheck.component import Array
from gradcheck.numerics.compare import is_secretly_narrow
from gradcheck.records.program import Value
from gradcheck.subject import Answer, Call, Subject

FLOAT64 = np.dtype(np.float64)
APART = 0.05
"""Part of its size by which a value of float32 inputs may differ: digits may be lost, not all."""
COARSE = 1e3
"""How much more of what cancels float32 leaves."""
NUDGE, STEADY = 2.0**-18, 0.2
"""Lost digits are others at inputs that are nudged by this part; another formula stays."""


class Dtype(Check):
    """float64 in gives float64 out, and not by way of float32; float32 gives nearly the same."""

    id = "dtype"
    title = "precision"
    question = "is float64 kept, in name and in truth?"
    order = 90
    after = ("output-shape", "gradient-shape")
    regimes = ("ordinary",)
    most_examples = 1

    def reason_against(self, subject: Subject) -> str | None:
        """Every subject has a precision."""
        return None

    def ask(self, case: Case) -> Inquiry:
        """Look at the types and the mantissas of the values for float64 inputs."""
        calls = []
        if case.subject.has_forward:
            calls.append(case.forward)
        if case.subject.variables:
            calls.append(case.backward)
        narrow, nudged = (
            [replace(c, inputs=_narrowed(c.inputs, by), upstream=_narrow(c.upstream))
             for c in calls]
            for by in (1.0, 1.0 + NUDGE)
        )  # fmt: skip
        every = yield [*calls, *narrow, *nudged]
        answers = every[: len(calls)]
        narrowed = [every[k + len(calls) :: len(calls)] for k in range(len(calls))]
        found: list[Observation] = []
        for call, answer in zip(calls, answers, strict=True):
            if answer.fault is not None:
                continue
            values = {"the value": answer.output} if call.kind == "forward" else {
                f"the gradient with respect to {n}": answer.raw.get(n)
                for n in case.subject.variables
            }
            found += [o for what, v in values.items() if (o := _leak(what, v)) is not None]
        if not case.subject.component.is_random:
            found += [o for pair in zip(calls, answers, narrowed, strict=True)
                      for o in _otherwise(case, *pair)]  # fmt: skip
        if case.subject.is_narrow and any(o.verdict == "wrong" for o in found):
            return [
                Observation("remark", None, "float32 throughout: values carry 7 digits, not 16")
            ]
        return found


def _narrow(value: Array | None) -> Array | None:
    is_real = value is not None and value.dtype.kind == "f"
    return value.astype(np.float32) if is_real and value is not None else value


def _narrowed(inputs: Mapping[str, Array], by: float) -> dict[str, Array]:
    """Return the inputs with real ones in float32, but for a factor."""
    found = {name: _narrow(value * by if value.dtype.kind == "f" else value)
             for name, value in inputs.items()}  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}


def _otherwise(
    case: Case, call: Call, answer: Answer, narrowed: Sequence[Answer]
) -> list[Observation]:
    """Return what is another value, not only one of fewer digits, where inputs are float32."""
    every = (answer, *narrowed)
    if any(a.fault is not None for a in every):
        return []
    told = {"the value": [a.output for a in every]} if call.kind == "forward" else {
        f"the gradient with respect to {n}": [a.gradients.get(n) for a in every]
        for n in case.subject.variables
    }  # fmt: skip
    found = []
    for what, values in told.items():
        arrays = [a for v in values if (a := as_array(v)) is not None and np.all(np.isfinite(a))]
        if len(arrays) < len(every) or len({a.shape for a in arrays}) > 1:
            continue
        wide, other, again = (np.asarray(a, dtype=np.float64) for a in arrays)
        scale = max(COARSE * natural_size(case, answer), float(np.max(np.abs(wide), initial=0.0)))
        apart = float(np.max(np.abs(wide - other), initial=0.0))
        is_steady = bool(np.all(np.abs(other - again) <= STEADY * apart))
        if apart > APART * scale and is_steady:
            message = f"{what} is another one where the inputs are float32"
            found.append(Observation("wrong", None, message, expected=wide, actual=other,
                                     evidence="keyed"))  # fmt: skip
    return found


def _leak(what: str, value: Value) -> Observation | None:
    """Return what is wrong with the precision of one value."""
    array = as_array(value)
    if array is None:
        return None
    if array.dtype.kind == "f" and array.dtype.itemsize < FLOAT64.itemsize:
        message = f"{what} is {array.dtype} although all inputs are float64"
    elif is_secretly_narrow(array):
        message = f"{what} is float64 in name, but every entry is a float32 number: a cast inside"
    else:
        return Observation("right")
    return Observation("wrong", None, message, actual=value, evidence="narrow")


CHECK = Dtype()
