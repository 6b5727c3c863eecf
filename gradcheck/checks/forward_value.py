"""Does forward agree with the reference?"""

from __future__ import annotations

import numpy as np

from gradcheck.checks._agreement import agreement
from gradcheck.checks.base import Case, Check, Inquiry, Observation, unfit
from gradcheck.subject import Call, Subject


class ForwardValue(Check):
    """The value against the reference's, within what rounding explains."""

    id = "forward-value"
    title = "value"
    question = "does forward agree with the reference?"
    order = 20
    needs_reference = True
    after = ("output-shape",)

    def reason_against(self, subject: Subject) -> str | None:
        """Need a forward."""
        return None if subject.has_forward else "no-forward"

    def ask(self, case: Case) -> Inquiry:
        """Compare; where digits may have been lost, compare again at jittered inputs."""
        (answer,) = yield [case.forward]
        expected = case.expected_output
        if answer.fault is not None or unfit(answer.output, expected, ""):
            return []
        component, variant = case.subject.component, case.subject.variant
        magnitude = component.output_magnitude(case.example.inputs, variant)
        epsilon = variant.options.get("epsilon")
        observed = yield from agreement(
            case, np.asarray(answer.output), expected, expected, magnitude,
            lambda moved: Call("forward", moved.inputs),
            lambda reply: reply.output,
            lambda moved: case.subject.show_output(moved.output),
        )  # fmt: skip
        if observed.verdict == "right" and epsilon:
            return [
                Observation(
                    "remark",
                    message=f"{epsilon:g} is added inside the logarithm: the value differs from "
                    "the textbook's by about that much",
                    evidence="epsilon",
                    bound=observed.bound,
                    method="reference",
                )
            ]
        return [observed]


CHECK = ForwardValue()
