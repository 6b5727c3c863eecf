"""Do values keep the precision of their inputs?"""

from __future__ import annotations

import numpy as np

from gradcheck.checks.base import Case, Check, Inquiry, Observation, as_array
from gradcheck.numerics.compare import is_secretly_narrow
from gradcheck.records.program import Value
from gradcheck.subject import Call, Subject

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
        """Look at the values for float64 inputs, then at the types for float32 inputs."""
        calls = []
        if case.subject.has_forward:
            calls.append(case.forward)
        if case.subject.variables:
            calls.append(case.backward)
        example = case.example
        single = {
            n: v.astype(np.float32) if v.dtype == FLOAT64 else v for n, v in example.inputs.items()
        }
        upstream = example.upstream.astype(np.float32)
        narrow = [Call(c.kind, single, upstream if c.upstream is not None else None) for c in calls]
        answers = yield [*calls, *narrow]
        found: list[Observation] = []
        forward_is_narrow = False
        for call, answer in zip(calls, answers, strict=False):
            if answer.fault is not None:
                continue
            values = {"the value": answer.output} if call.kind == "forward" else {
                f"the gradient with respect to {n}": answer.raw.get(n)
                for n in case.subject.variables
            }
            observed = [o for what, v in values.items() if (o := _leak(what, v)) is not None]
            if call.kind == "forward":
                forward_is_narrow = any(o.verdict == "wrong" for o in observed)
            found += observed
        wrong = [o for o in found if o.verdict == "wrong"]
        if forward_is_narrow and (len(wrong) == len(found) or not case.subject.variables):
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
    elif array.dtype.kind in "iu" and isinstance(value, np.ndarray) and array.size > 1:
        message = f"{what} is {array.dtype}: decimals are cut off"
    else:
        return Observation("right")
    return Observation("wrong", None, message, actual=value, evidence="narrow")


CHECK = Dtype()
