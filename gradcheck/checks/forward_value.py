"""Does forward agree with the reference?"""

from __future__ import annotations

import numpy as np

from gradcheck.checks._agreement import agreement
from gradcheck.checks.base import EPSILON, Case, Check, Inquiry, Observation, unfit
from gradcheck.constants import ADDED, FIRST, SECOND, inside_logarithms
from gradcheck.strategies.recipe import LONG, TIES
from gradcheck.subject import Call, Subject


class ForwardValue(Check):
    """The value against the reference's, within what rounding explains."""

    id = "forward-value"
    title = "value"
    question = "does forward agree with the reference?"
    order = 20
    needs_reference = True
    also = (LONG, TIES)
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
        observed = yield from agreement(
            case, np.asarray(answer.output), expected, expected, magnitude,
            lambda moved: Call("forward", moved.inputs),
            lambda reply: reply.output,
            lambda moved: case.subject.show_output(moved.output),
        )  # fmt: skip
        if observed.verdict == "right" and any(inside_logarithms(variant.options)):
            return [self._remark(case, observed)]
        return [observed]

    @staticmethod
    def _remark(case: Case, observed: Observation) -> Observation:
        component, variant = case.subject.component, case.subject.variant
        plain = component.without(variant, [c.name for c in (ADDED, FIRST, SECOND)])
        textbook = component.forward(case.example.inputs, plain)
        size = float(np.max(np.abs(case.example.output - textbook), initial=0.0))
        first, second = inside_logarithms(variant.options)
        where = {"p": first, "1 - p": second}
        apart = " and ".join(f"{e:g} inside that of {p}" for p, e in where.items() if e)
        added = (
            f"{first:g} is added inside the logarithm"
            if first == second
            else f"to the logarithms is added {apart}"
        )
        return Observation(
            "remark",
            message=f"{added}: the value differs from the textbook's by up to {size:.2g}",
            evidence=EPSILON,
            bound=observed.bound,
            method="reference",
            details={"size": size},
        )


CHECK = ForwardValue()
