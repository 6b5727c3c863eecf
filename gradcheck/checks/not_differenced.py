"""Is the gradient a formula, not differences of the value?"""

from __future__ import annotations

import numpy as np

from gradcheck.checks._moves import Differenced, differenced
from gradcheck.checks.base import Case, Check, Inquiry, Observation, as_array
from gradcheck.records.program import Value
from gradcheck.subject import Answer, Call, Subject

DIFFERENCED = "differenced"
"""Evidence of it, for the diagnosis."""
ADVICE = "a numeric derivative tests a chain rule, it doesn't replace one"


class NotDifferenced(Check):
    """A remark where backward evaluates the value beside the input.

    Two things tell: the calls of its own functions that backward makes, and the gradient in
    the copy whose numbers carry a slope in their imaginary part. Real numbers have no
    imaginary part there, so that a gradient that is read off one is 0.
    """

    id = "not-differenced"
    title = "a formula, not differences"
    question = "is the gradient written down, not computed from differences of the value?"
    order = 95
    regimes = ("ordinary",)
    most_examples = 1

    def reason_against(self, subject: Subject) -> str | None:
        """Only of gradients; a step of an optimiser looks ahead on purpose."""
        is_gradient = bool(subject.variables) and not subject.updated
        return None if is_gradient and subject.component.kind != "step" else ""

    def ask(self, case: Case) -> Inquiry:
        """Watch one backward, and see what another copy gives."""
        example = case.example
        watched = Call("backward", example.inputs, example.upstream, is_traced=True)
        carried = Call("backward", example.inputs, example.upstream, system="complex")
        plain, traced, other = yield [case.backward, watched, carried]
        if plain.fault is not None:
            return []
        inputs = list(case.shown({n: example.inputs[n] for n in example.gradients}).values())
        found = differenced(traced.trace, inputs) if traced.fault is None else None
        if found is not None:
            details = {"function": found.function, "count": found.count}
            return [Observation("remark", None, _told(found), evidence=DIFFERENCED,
                                details=details)]  # fmt: skip
        if other.fault is None and _has_vanished(plain, other):
            message = f"the gradient is read off an imaginary part (complex step); {ADVICE}"
            return [Observation("remark", None, message, evidence=DIFFERENCED)]
        return [Observation("right")]


def _told(found: Differenced) -> str:
    where = f"moved by {found.step:.1g}"
    if found.is_imaginary:
        where += " along the imaginary axis (complex step)"
    return f"backward calls {found.function} {_times(found.count)}, at inputs {where}; {ADVICE}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _has_vanished(plain: Answer, other: Answer) -> bool:
    """Return whether every gradient is 0 in the other copy, and none is here."""
    return bool(plain.gradients) and all(
        _is_something(value) and _is_nothing(other.gradients.get(name))
        for name, value in plain.gradients.items()
    )


def _is_something(value: Value) -> bool:
    array = as_array(value)
    return array is not None and bool(np.any(array))


def _is_nothing(value: Value) -> bool:
    if isinstance(value, bool) or not isinstance(value, np.ndarray | float | complex):
        return False
    return not np.any(np.asarray(value))


CHECK = NotDifferenced()
