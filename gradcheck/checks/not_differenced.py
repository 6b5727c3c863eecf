"""Is the gradient a formula, not differences of the value?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from gradcheck.checks._moves import Differenced, differenced
from gradcheck.checks.base import Case, Check, Inquiry, Observation, as_array
from gradcheck.component import Array
from gradcheck.numerics.quantised import are_differences, slopes_of
from gradcheck.records.program import Value
from gradcheck.subject import Answer, Call, Subject

DIFFERENCED = "differenced"
"""Evidence of it, for the diagnosis."""
ADVICE = "a numeric derivative tests a chain rule, it doesn't replace one"


INEXACT = 1e-12
"""Differences that are this good are a remark; others are wrong, and no lost digits excuse them."""
DIGITS = "large-batch"
"""The regime whose many entries tell by their digits, without a call, that they are differences."""


class NotDifferenced(Check):
    """A numeric derivative is wrong where it isn't exact, a remark where it is.

    Three things tell: the calls of functions that backward makes, its own and in the copy
    NumPy's, at inputs moved a little; slopes that are whole numbers of the value's last digits;
    and the gradient in the copy whose numbers carry a slope in their imaginary part. Real numbers
    have no imaginary part there, so that a gradient that is read off one is 0.
    """

    id = "not-differenced"
    title = "a formula, not differences"
    question = "is the gradient written down, not computed from differences of the value?"
    order = 95
    after = ("gradient-shape",)
    regimes = ("ordinary", DIGITS)

    def reason_against(self, subject: Subject) -> str | None:
        """Only of gradients; a step of an optimiser looks ahead on purpose."""
        is_gradient = bool(subject.variables) and not subject.updated
        return None if is_gradient and subject.component.kind != "step" else ""

    def selected(self, cases: Sequence[Case]) -> Sequence[Case]:
        """Return one case of each regime."""
        first = {c.example.regime: c for c in reversed(super().selected(cases))}
        return list(first.values())

    def ask(self, case: Case) -> Inquiry:
        """Watch one backward, and see what another copy gives; or look at the digits."""
        if case.example.regime == DIGITS:
            return (yield from self._by_digits(case))
        example = case.example
        watched = Call("backward", example.inputs, example.upstream, is_traced=True)
        carried = replace(watched, system="complex")
        calls = [case.backward, watched, carried]
        if case.subject.keeps_state:  # what forward has computed may be all that backward returns
            before = Call("forward", example.inputs, is_traced=True)
            calls += [before, replace(before, system="complex")]
        plain, traced, other, *forwards = yield calls
        if plain.fault is not None:
            return []
        names = [v.name for v in example.component.differentiable(example.variant)]
        inputs = list(case.shown({n: example.inputs[n] for n in names}).values())
        seen = (a.trace for a in (traced, other, *forwards) if a.fault is None)
        found = next((f for t in seen if (f := differenced(t, inputs)) is not None), None)
        if found is not None:
            details = {"function": found.function, "count": found.count}
            return [_observed(case, plain, _told(found), details)]
        if other.fault is None and _has_vanished(plain, other):
            return [_observed(case, plain, "the gradient is read off an imaginary part "
                              "(complex step)")]  # fmt: skip
        return [Observation("right")]

    @staticmethod
    def _by_digits(case: Case) -> Inquiry:
        """Look for slopes that count last digits; exact ones (1, or 0) prove nothing."""
        if not case.subject.has_forward or case.subject.is_narrow:
            return []
        forward, backward = yield [case.forward, case.backward]
        value = as_array(forward.output)
        if forward.fault is not None or backward.fault is not None or value is None:
            return []
        upstream = np.asarray(case.subject.show_output(case.example.upstream))
        for name in case.subject.variables:
            gradient = as_array(backward.gradients.get(name))
            if gradient is None or not _error(case, name, gradient) > INEXACT:
                continue
            slopes = slopes_of(gradient, value, upstream)
            if slopes is not None and are_differences(
                slopes, np.ravel(np.broadcast_to(value, gradient.shape))
            ):
                return [_observed(case, backward, "the gradient is a difference of two values, "
                                  "divided by a step")]  # fmt: skip
        return []


def _observed(
    case: Case, answer: Answer, message: str, details: Mapping[str, object] | None = None
) -> Observation:
    """Return wrong for differences that are off, else a remark."""
    arrays = {n: as_array(answer.gradients.get(n)) for n in case.subject.variables}
    off = max((_error(case, n, a) for n, a in arrays.items() if a is not None), default=0.0)
    is_wrong = off > INEXACT and not case.subject.is_narrow
    tail = f"; it is off by up to {off:.1g} of its size" if is_wrong else ""
    return Observation("wrong" if is_wrong else "remark", None, f"{message}{tail}; {ADVICE}",
                       evidence=DIFFERENCED, details=details or {})  # fmt: skip


def _error(case: Case, name: str, actual: Array) -> float:
    """Return how far off a gradient is, as a part of its size; 0 where no reference knows."""
    if not case.example.component.has_reference:
        return 0.0
    expected = case.subject.show(name, case.example.gradients[name])
    if actual.shape != expected.shape:
        return 0.0
    with np.errstate(all="ignore"):
        off = float(np.max(np.abs(actual - expected), initial=0.0))
        scale = float(np.max(np.abs(expected), initial=0.0))
    return off / scale if scale and np.isfinite(off) else 0.0


def _told(found: Differenced) -> str:
    where = f"moved by {found.step:.1g}"
    if found.is_imaginary:
        where += " along the imaginary axis (complex step)"
    return f"it calls {found.function} {_times(found.count)}, at inputs {where}"


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
