"""The sign is flipped."""

from __future__ import annotations

from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page


class SignFlipped(Diagnosis):
    """The gradient is exactly -1 times the right one."""

    id = "sign-flipped"
    title = "the sign is flipped"
    specificity = 10
    page = Page(
        wrong="dq = (y / q - (1 - y) / (1 - q)) / n",
        right="dq = (-y / q + (1 - y) / (1 - q)) / n",
        derivation=(
            "L(q, y) = -(y ln q + (1 - y) ln(1 - q))\n"
            "1. d/dq [-y ln q] = -y / q\n"
            "2. d/dq [-(1 - y) ln(1 - q)] = -(1 - y) · (-1) / (1 - q) = (1 - y) / (1 - q)\n"
            "3. dL/dq = -y / q + (1 - y) / (1 - q): negative where y = 1, since raising q "
            "lowers the cost there\n"
            "With the sign flipped, gradient descent climbs."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where yours = -1 × the gradient."""
        variables = evidence.agreeing(lambda trial, name: -trial.expected[name])
        if not variables:
            return None
        return Explanation(
            variables,
            "the sign is flipped: yours is exactly −1 × the gradient",
            "put a minus in front",
            "-({})",
        )


DIAGNOSIS = SignFlipped()
