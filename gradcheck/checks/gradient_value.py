"""Is it the reference's gradient?"""

from __future__ import annotations

from functools import partial

import numpy as np

from gradcheck.checks._agreement import agreement
from gradcheck.checks.base import Case, Check, Inquiry, Observation, unfit
from gradcheck.component import Array
from gradcheck.examples import Example
from gradcheck.numerics.compare import compare, precision
from gradcheck.records.program import Value
from gradcheck.subject import Answer, Call, Subject


class GradientValue(Check):
    """The gradient against the reference's, entry by entry, in every regime but kinks."""

    id = "gradient-value"
    title = "gradient with respect to {}"
    question = "is it the reference's gradient?"
    order = 40
    needs_reference = True
    after = ("gradient-shape",)
    is_per_variable = True

    def reason_against(self, subject: Subject) -> str | None:
        """Need a backward."""
        return None if subject.variables else "no-backward"

    def ask(self, case: Case) -> Inquiry:
        """Compare every variable's gradient."""
        (answer,) = yield [case.backward]
        if answer.fault is not None:
            return []
        found = []
        low, high = case.example.interval
        is_smooth = all(np.array_equal(low[n], high[n]) for n in low)
        for name in case.subject.variables:
            value = answer.gradients.get(name)
            if not is_smooth or unfit(value, case.subject.show(name, low[name]), ""):
                continue
            if self._agrees_otherwise(case, name, np.asarray(value)):
                found.append(Observation("right", name, method="reference"))
                continue
            expected = case.subject.show(name, low[name])
            observed = yield from agreement(
                case, np.asarray(value), expected, expected, case.example.magnitude[name],
                lambda moved: Call("backward", moved.inputs, moved.upstream),
                partial(_gradient, name), partial(_shown, case, name), name,
            )  # fmt: skip
            found.append(observed)
        return found

    @staticmethod
    def _agrees_otherwise(case: Case, name: str, actual: Array) -> bool:
        """Return whether it is another accepted gradient (that of the student's own cost)."""
        dtype = precision(actual, is_narrow=case.subject.is_narrow)
        magnitude = case.example.magnitude[name]
        for other in case.example.accepted[1:]:
            shown = case.subject.show(name, other[name])
            if compare(actual, shown, shown, magnitude, dtype).verdict == "right":
                return True
        return False


def _gradient(name: str, answer: Answer) -> Value:
    return answer.gradients.get(name)


def _shown(case: Case, name: str, moved: Example) -> Array:
    return case.subject.show(name, moved.gradients[name])


CHECK = GradientValue()
