"""Is what a cost hands out for its targets the derivative of its value?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradcheck.checks.base import Case, Check, Inquiry, Observation
from gradcheck.component import Array
from gradcheck.subject import Answer, Call, Subject

STEP = 2.0**-10
AGREE = 1e-5
"""Part of the gradient's size; differences of two steps are good to 1e-9."""
MOST_ENTRIES = 64


class TargetGradient(Check):
    """Beside d_prediction stands d_target: judged by the code's own value.

    Only what is the derivative, or minus it, is taken for it: anything else that stands there (the
    error, say) may mean something else.
    """

    id = "target-gradient"
    title = "gradient with respect to the target"
    question = "is what stands beside the prediction's gradient that of the target?"
    order = 52
    after = ("gradient-shape",)
    regimes = ("ordinary",)
    most_examples = 1

    def reason_against(self, subject: Subject) -> str | None:
        """Only of costs that hand out two gradients."""
        return None if subject.beside and subject.has_forward and not subject.is_narrow else ""

    def ask(self, case: Case) -> Inquiry:
        """Move each entry of the target to both sides, by two steps."""
        name = case.subject.beside[0]
        inputs = case.example.inputs
        target = inputs[name]
        (answer,) = yield [case.backward]
        given = case.canonical(name, answer.gradients.get(name)) if answer.fault is None else None
        if given is None or target.dtype.kind != "f" or target.size > MOST_ENTRIES:
            return []
        units = np.eye(target.size).reshape(target.size, *target.shape)
        steps = (STEP, -STEP, STEP / 2, -STEP / 2)
        answers = yield [
            Call("forward", {**inputs, name: target + step * unit})
            for unit in units for step in steps
        ]  # fmt: skip
        expected = _derivative(case, answers, target.shape)
        return [] if expected is None else _judged(case, name, given, expected)


def _derivative(case: Case, answers: Sequence[Answer], shape: tuple[int, ...]) -> Array | None:
    """Return the derivative of <upstream, value>, or None where there is none."""
    upstream = np.asarray(case.subject.show_output(case.example.upstream))
    values = [a.numbers for a in answers]
    costs = [float(np.sum(upstream * v)) for v in values if v is not None]
    if len(costs) < len(values) or not np.all(np.isfinite(costs)):
        return None
    far, near = (
        np.array([(costs[k] - costs[k + 1]) / (2 * step) for k in range(start, len(costs), 4)])
        for start, step in ((0, STEP), (2, STEP / 2))
    )
    found = (4 * near - far) / 3
    is_smooth = np.all(np.abs(near - far) <= AGREE * max(1.0, float(np.max(np.abs(found)))))
    return found.reshape(shape) if is_smooth else None


def _judged(case: Case, name: str, given: Array, expected: Array) -> list[Observation]:
    scale = float(np.max(np.abs(expected), initial=0.0))
    if not scale or not np.all(np.isfinite(given)):
        return []
    if np.all(np.abs(given - expected) <= AGREE * scale):
        return [Observation("right", None, method="differences")]
    if not np.all(np.abs(given + expected) <= AGREE * scale):
        return []
    return [Observation(
        "wrong", None, f"what stands for the gradient with respect to the {name} is minus the "
        "derivative of the cost", expected=np.asarray(case.subject.show(name, expected)),
        actual=np.asarray(case.subject.show(name, given)), method="differences",
        evidence="target",
    )]  # fmt: skip


CHECK = TargetGradient()
