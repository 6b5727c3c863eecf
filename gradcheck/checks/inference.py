"""Does dropout drop nothing in test, and keep the size of what it gives?"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from gradcheck.checks._inferring import differ, output_of, raised, reason_against_mode
from gradcheck.checks.base import Case, Check, Inquiry, Observation
from gradcheck.component import Array
from gradcheck.subject import Call, Subject

LEAST = 0.5
"""Entries are at least as large: what is 0 was dropped."""
ROWS = 97
ONE = 1e-9
ONE_NARROW = 1e-5
FAR = 7.0
"""Standard deviations by which the part of entries that is kept is never off by chance."""


@dataclass(frozen=True)
class _Scales:
    """By what a kept entry is multiplied in training and in test; how many are kept."""

    train: float
    test: float
    kept: float
    count: int


class Inference(Check):
    """What is divided by keep in training isn't scaled in test; what isn't, is times keep."""

    id = "inference"
    title = "test mode"
    question = "in test, is nothing dropped, and does the factor agree with that of training?"
    order = 25
    after = ("output-shape",)
    regimes = ("ordinary",)
    most_examples = 1

    def reason_against(self, subject: Subject) -> str | None:
        """Only for a layer with a mask, where something may tell it that it isn't trained."""
        return reason_against_mode(subject, "mask")

    def ask(self, case: Case) -> Inquiry:
        """Compare what an entry is multiplied by in training and in test."""
        if "N" in case.subject.layout.sizes:
            return []
        shape = (ROWS, case.example.sizes["D"])
        rng = case.example.rng(3)
        x = np.where(rng.random(shape) < LEAST, -1.0, 1.0) * rng.uniform(LEAST, 2.0, shape)
        example = case.example.with_inputs({"x": x})
        moved = Case(example, case.subject)
        modes = case.subject.modes
        calls = [Call("forward", example.inputs, mode=k) for k in range(len(modes))]
        trained, *others = yield [Call("forward", example.inputs), *calls]
        training = output_of(moved, trained)
        if training is None or np.all(training != 0.0):
            return []  # nothing is dropped: what is to be compared?
        known = [output_of(moved, answer) for answer in others]
        for value in known:
            if value is not None and np.all(value != 0.0):
                return [self._judged(moved, x, training, value)]
        dropping = [m.title for m, v in zip(modes, known, strict=True)
                    if v is not None and m.is_sure and differ(moved, v, x)]  # fmt: skip
        if not dropping:
            return raised(moved, others) if all(v is None for v in known) else []
        return [Observation("wrong", None, f"in test ({dropping[0]}) it still drops entries",
                            phase="forward", evidence="still-dropping")]  # fmt: skip

    @staticmethod
    def _judged(case: Case, x: Array, training: Array, test: Array) -> Observation:
        is_kept = training != 0.0
        factors = training[is_kept] / x[is_kept]
        one = ONE_NARROW if case.subject.is_narrow else ONE
        scales = _Scales(float(np.median(factors)), float(np.median(test / x)),
                         float(np.mean(is_kept)), x.size)  # fmt: skip
        if np.any(np.abs(factors - scales.train) > one * scales.train):
            return Observation("undecided", None, "entries are kept with several factors")
        if np.any(np.abs(test / x - scales.test) > one * max(abs(scales.test), one)):
            return Observation(
                "wrong", None, "in test its value isn't x, nor a multiple of it", expected=x,
                actual=test, phase="forward", evidence="test-value",
            )  # fmt: skip
        return _compared(scales, one)


def _compared(scales: _Scales, one: float) -> Observation:
    """Judge the factor of test beside that of training."""
    message = ""
    evidence, details = "test-factor", {"train": scales.train, "test": scales.test}
    is_scaled = abs(scales.train - 1.0) > one
    if is_scaled and abs(scales.test - 1.0) > one:
        message = (
            f"in training kept entries are multiplied by {scales.train:.4g}, which keeps their "
            f"mean; in test they must stay as they are, but are multiplied by {scales.test:.4g}"
        )
    elif not is_scaled and abs(scales.test - 1.0) <= one:
        return Observation(
            "remark", None,
            "entries are neither divided by keep in training nor multiplied by it in test: right "
            "only where the next layer's weights are scaled", evidence=evidence, details=details,
        )  # fmt: skip
    elif not is_scaled:
        deviation = sqrt(max(scales.kept * (1.0 - scales.kept), 1.0 / scales.count) / scales.count)
        if abs(scales.test - scales.kept) > FAR * deviation:
            message = (
                f"in test entries are multiplied by {scales.test:.4g}, but in training "
                f"{100 * scales.kept:.0f} % of them are kept"
            )
    if message:
        return Observation("wrong", None, message, phase="forward", evidence=evidence,
                           details=details)  # fmt: skip
    return Observation("right", None, method=f"test: {scales.test:.4g} times x")


CHECK = Inference()
