"""Does the same call give the same bytes, and a late one what an early one gave?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gradcheck.checks._agreement import jittered_examples
from gradcheck.checks._relations import natural_size
from gradcheck.checks.base import Case, Check, Inquiry, Observation, as_array
from gradcheck.records.program import Value
from gradcheck.subject import Call, Subject

TWICE = 2
LAST_BITS, LAST_NARROW_BITS = 1e-12, 1e-5
"""Of float64, and of float32: a sum in another order differs in them."""
LATE, LATE_AND_LARGE = 60, 20
"""Calls before the late one, and as many where each is more work: of images, of sequences."""
ONCE = "it refuses a second call in a row: fine if your trainer makes one for each forward"
APART = 1e-4
"""Part of its size by which a late answer at inputs moved by 1e-9 may differ from an early one."""


class Repeatable(Check):
    """The second call of a process gives what the first gave, and so does the last of many.

    What counts its calls, and is right for the first of them, is asked once more when it has been
    called often: at fresh values, which nothing that was kept by value answers.
    """

    id = "repeatable"
    title = "same call, same answer"
    question = "does the same call give the same bytes?"
    order = 81
    regimes = ("ordinary", "batch-of-one")
    most_examples = 2

    def reason_against(self, subject: Subject) -> str | None:
        """Every subject can be called twice, but what draws random numbers draws others then."""
        return "" if subject.component.is_random else None

    def ask(self, case: Case) -> Inquiry:
        """Call once, and twice in a row; or, with few entries, often."""
        if case.example.regime == "batch-of-one":
            return (yield from _late(case))
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
            if twice.fault is not None and twice.fault.is_refusal:
                found.append(Observation("remark", None, ONCE))
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
            digits = LAST_NARROW_BITS if case.subject.is_narrow else LAST_BITS
            compared = (_compared(what, a, b, digits) for what, a, b in pairs)
            found += [o for o in compared if o is not None]
        return found


def _compared(what: str, first: Value, second: Value, digits: float) -> Observation | None:
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
        if np.all(np.abs(a - b) <= digits * scale):
            return Observation("remark", None, f"{what} differs in its last digits when repeated")
        if np.allclose(b, 2 * a, rtol=digits, atol=0.0):
            return Observation(
                "remark", None,
                f"{what} is added up over calls: fine if your trainer resets it between them",
            )  # fmt: skip
    return Observation("wrong", None, f"{what} is another one when the call is repeated",
                       expected=a, actual=b, evidence="repeat")  # fmt: skip


def _late(case: Case) -> Inquiry:
    """Call often, then at values that are new."""
    subject = case.subject
    count = LATE_AND_LARGE if case.example.component.choices else LATE
    has_gradients = bool(subject.variables) and not subject.updated
    early = [case.forward] if subject.has_forward else []
    often = [replace(c, before=((c.inputs, None),) * count) for c in early]
    if has_gradients:
        early.append(case.backward)
        often.append(replace(case.backward, repeats=count))
    first = yield early
    yield often
    moved = jittered_examples(case.example)[0]
    last = yield [replace(c, inputs=moved.inputs) for c in early]
    found: list[Observation] = []
    for call, one, other in zip(early, first, last, strict=True):
        if one.fault is not None:
            continue
        if other.fault is not None:
            message = f"after {count} calls it fails"
            found.append(Observation("wrong", None, message, fault=other.fault,
                                     phase=other.phase, evidence="late"))  # fmt: skip
            continue
        pairs = [("the value", one.output, other.output)] if call.kind == "forward" else [
            (f"the gradient with respect to {n}", one.gradients.get(n), other.gradients.get(n))
            for n in subject.variables
        ]  # fmt: skip
        floor = natural_size(case, one)
        found += [o for what, a, b in pairs if (o := _later(what, count, a, b, floor)) is not None]
    return found


def _later(
    what: str, count: int, early: Value, late: Value, floor: float
) -> Observation | None:
    a, b = as_array(early), as_array(late)
    if a is None or b is None or not np.all(np.isfinite(a)):
        return None
    with np.errstate(all="ignore"):
        scale = max(floor, float(np.max(np.abs(a), initial=0.0)))
        if a.shape == b.shape and np.all(np.abs(a - b) <= APART * scale):
            return Observation("right")
    return Observation("wrong", None, f"{what} is another one after {count} calls",
                       expected=a, actual=b, evidence="late")  # fmt: skip


CHECK = Repeatable()
