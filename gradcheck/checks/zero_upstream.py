"""Does a zero upstream gradient give zero gradients?"""

from __future__ import annotations

import numpy as np

from gradcheck.checks.base import Case, Check, Inquiry, Observation
from gradcheck.subject import Call, Subject


class ZeroUpstream(Check):
    """backward(0) = 0 exactly."""

    id = "zero-upstream"
    title = "zero upstream gradient"
    question = "does a zero upstream gradient give zero gradients?"
    order = 61
    after = ("gradient-shape",)
    regimes = ("ordinary", "negative")
    most_examples = 2

    def reason_against(self, subject: Subject) -> str | None:
        """Only where the student's code takes an upstream gradient."""
        if not subject.variables:
            return ""
        is_cost = subject.component.is_scalar(subject.variant)
        return None if subject.upstream == "argument" and not is_cost else ""

    def ask(self, case: Case) -> Inquiry:
        """Call backward with zeros."""
        zero = np.zeros_like(case.example.upstream)
        (answer,) = yield [Call("backward", case.example.inputs, zero)]
        if answer.fault is not None:
            return []
        found = []
        for name in case.subject.variables:
            gradient = case.canonical(name, answer.gradients.get(name))
            if gradient is None:
                continue
            if np.all(gradient == 0):
                found.append(Observation("right"))
            else:
                found.append(
                    Observation(
                        "wrong", None,
                        f"with an upstream gradient of zeros the gradient with respect to {name} "
                        "isn't zero",
                        expected=np.zeros_like(gradient), actual=gradient, evidence="relation",
                    )
                )  # fmt: skip
        return found


CHECK = ZeroUpstream()
