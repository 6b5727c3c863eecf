"""A step of gradient descent that goes uphill."""

from __future__ import annotations

from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page


class SignFlippedStep(Diagnosis):
    """w + learning_rate * dw."""

    id = "sign-flipped-step"
    title = "the step goes uphill"
    specificity = 70
    parents = ("sign-flipped",)
    page = Page(
        wrong="w = w + learning_rate * dw",
        right="w = w - learning_rate * dw",
        derivation=(
            "1. for a small step s, C(w + s) ≈ C(w) + dw · s\n"
            "2. with s = -η dw this is C(w) - η |dw|²: lower\n"
            "3. with s = +η dw it is C(w) + η |dw|²: higher\n"
            "The gradient points uphill; descent subtracts it."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the new parameter is w + η dw."""
        if evidence.component.id != "gradient-descent" or not evidence.output_agrees(
            lambda trial: 2 * trial.example.inputs["w"] - trial.expected_output
        ):
            return None
        return Explanation(
            frozenset(),
            "the step is added where it must be subtracted: it goes uphill",
            "use w - learning_rate * dw",
            checks=frozenset({"forward-value", "loss-decrease"}),
        )


DIAGNOSIS = SignFlippedStep()
