"""Do values keep the precision of their inputs?"""

from __future__ import annotations

import numpy as np

from gradcheck.checks.base import Case, Check, Inquiry, Observation, as_array
from gradcheck.numerics.compare import is_secretly_narrow
from gradcheck.records.program import Value
from gradcheck.subject import Subject

FLOAT64 = np.dtype(np.float64)


class Dtype(Check):
    """float64 in gives float64 out, and not by way of float32."""

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
        answers = yield calls
        found: list[Observation] = []
        for call, answer in zip(calls, answers, strict=True):
            if answer.fault is not None:
                continue
            values = {"the value": answer.output} if call.kind == "forward" else {
                f"the gradient with respect to {n}": answer.raw.get(n)
                for n in case.subject.variables
            }
            found += [o for what, v in values.items() if (o := _leak(what, v)) is not None]
        if case.subject.is_narrow and any(o.verdict == "wrong" for o in found):
            return [
                Observation("remark", None, "float32 throughout: values carry 7 digits, not 16")
            ]
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
