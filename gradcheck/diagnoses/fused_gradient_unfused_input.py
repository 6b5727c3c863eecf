"""p - y where the input is a probability: the fused gradient without the fusion."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses._chain_mistake import error, is_cross_entropy
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Hypothesis, Page, Trial


def _p_minus_y(trial: Trial, variable: str) -> Array:
    p, labels = trial.example.inputs["prediction"], trial.example.inputs["target"]
    indicator = labels if labels.shape == p.shape else np.eye(p.shape[1])[labels]
    weight = trial.example.component.weight(trial.example.variant, p.shape[0])
    return np.asarray(trial.show(variable, weight * (p - indicator)))


def _passed_through(trial: Trial, variable: str) -> Array:
    return np.asarray(trial.show(variable, trial.example.upstream))


class FusedGradientUnfusedInput(Diagnosis):
    """p - y is dC/dz of sigmoid or softmax with cross-entropy, not dC/dp."""

    id = "fused-gradient-unfused-input"
    title = "p − y is the gradient for logits, not for probabilities"
    specificity = 60
    page = Page(
        wrong="def bce_grad(p, y): return (p - y) / N",
        right="def bce_grad(p, y): return (-y / p + (1 - y) / (1 - p)) / N",
        derivation=(
            "L = -(y ln p + (1 - y) ln(1 - p)), p = σ(z)\n"
            "1. dL/dp = -y/p + (1 - y)/(1 - p) = (p - y) / (p (1 - p))\n"
            "2. dp/dz = p (1 - p)\n"
            "3. dL/dz = dL/dp · dp/dz = p - y: the two p (1 - p) cancel\n"
            "So p - y is the gradient with respect to z, for sigmoid and cross-entropy fused into "
            "one step. A function that takes p must return step 1, and the sigmoid's backward "
            "multiplies by step 2. With softmax it is the same."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where p − y is returned, or used, as the gradient of a probability."""
        for hypothesis, sentence in _forms(evidence):
            variables = evidence.agreeing(hypothesis)
            if variables:
                return Explanation(
                    variables, sentence, "give each step its own derivative, or fuse both"
                )
        if is_cross_entropy(evidence):
            variables = evidence.rederived({"cost-slope": error})
            if variables:
                return Explanation(
                    variables,
                    "a − y is dC/dz already, sigmoid and cross-entropy together: it is multiplied "
                    "by the slope a(1 − a) as if it were dC/da",
                    "take dz = a - y at the output, without the slope",
                )
        return None


def _forms(evidence: Evidence) -> Iterator[tuple[Hypothesis, str]]:
    component, options = evidence.component, evidence.variant.options
    is_entropy = component.id in {"binary-cross-entropy", "cross-entropy"}
    if is_entropy and options.get("input") == "probabilities":
        yield (
            _p_minus_y,
            "p − y is the gradient with respect to the logits; this cost takes probabilities, "
            "where the derivative still has p below",
        )
    if component.id == "softmax":
        yield (
            _passed_through,
            "softmax's backward passes the upstream gradient through: right only where softmax "
            "and cross-entropy are fused",
        )


DIAGNOSIS = FusedGradientUnfusedInput()
