"""Does the same call give the same bytes?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gradcheck.checks.base import Case, Check, Inquiry, Observation, as_array
from gradcheck.records.program import Value
from gradcheck.subject import Call, Subject

TWICE = 2
LAST_BITS = 1e-12


class Repeatable(Check):
    """The second call of a process gives what the first gave."""

    id = "repeatable"
    title = "same call, same answer"
    question = "does the same call give the same bytes?"
    order = 81
    regimes = ("ordinary",)
    most_examples = 1

    def reason_against(self, subject: Subject) -> str | None:
        """Every subject can be called twice, but what draws random numbers draws others then."""
        return "" if subject.component.is_random else None

    def ask(self, case: Case) -> Inquiry:
        """Call once, and twice in a row."""
        calls: list[Call] = []
        if case.subject.has_forward:
            calls += [case.forward, replace(case.forward, repeats=TWICE)]
        if case.subject.variables and not case.subject.updated:  # its next call is the next step
            calls += [case.backward, replace(case.backward, repeats=TWICE)]
        answers = list((yield calls))
        found = []
        while answers:
            once, twice = answers.pop(0), answers.pop(0)
            if once.fault is not None:
                continue
            if twice.fault is not None:
                found.append(
                    Observation("wrong", None, "the second call in a row fails",
                                fault=twice.fault, phase=twice.phase, evidence="repeat")
                )  # fmt: skip
                continue
            pairs: list[tuple[str, Value, Value]] = [("the value", once.output, twice.output)]
            pairs += [
                (f"the gradient with respect to {n}", once.gradients.get(n), twice.gradients.get(n))
                for n in case.subject.variables
            ]
            found += [o for what, a, b in pairs if (o := _compared(what, a, b)) is not None]
        return found


def _compared(what: str, first: Value, second: Value) -> Observation | None:
    a, b = as_array(first), as_array(second)
    if a is None or b is None:
        return None
    if a.shape != b.shape:
        return Observation("wrong", None, f"{what} has another shape when the call is repeated",
                           expected=a, actual=b, evidence="repeat")  # fmt: skip
    if a.tobytes() == b.tobytes():
        return Observation("right")
    with np.errstate(all="ignore"):
        scale = float(np.max(np.abs(a), initial=0.0))
        if np.all(np.abs(a - b) <= LAST_BITS * scale):
            return Observation("remark", None, f"{what} differs in its last digits when repeated")
        if np.allclose(b, 2 * a, rtol=LAST_BITS, atol=0.0):
            return Observation(
                "remark", None,
                f"{what} is added up over calls: fine if your trainer resets it between them",
            )  # fmt: skip
    return Observation("wrong", None, f"{what} is another one when the call is repeated",
                       expected=a, actual=b, evidence="repeat")  # fmt: skip


CHECK = Repeatable()
