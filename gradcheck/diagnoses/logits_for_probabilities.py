"""Raw logits in the fused gradient."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial


def _z_minus_y(trial: Trial, variable: str) -> Array:
    z, labels = trial.example.inputs["prediction"], trial.example.inputs["target"]
    indicator = labels if labels.shape == z.shape else np.eye(z.shape[1])[labels]
    weight = trial.example.component.weight(trial.example.variant, z.shape[0])
    return np.asarray(trial.show(variable, weight * (z - indicator)))


class LogitsForProbabilities(Diagnosis):
    """(z - y) / N for (σ(z) - y) / N."""

    id = "logits-for-probabilities"
    title = "raw logits where probabilities belong"
    specificity = 60
    page = Page(
        wrong="dz = (z - y) / N",
        right="dz = (sigmoid(z) - y) / N      # with classes: (softmax(z) - onehot) / N",
        derivation=(
            "L = -(y ln p + (1 - y) ln(1 - p)), p = σ(z)\n"
            "1. dL/dp = (p - y) / (p (1 - p))\n"
            "2. dp/dz = p (1 - p)\n"
            "3. dL/dz = p - y: the probability minus the label, not the logit\n"
            "4. check: it lies between -1 and 1; z - y can be anything"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where z stands for p in the fused gradient."""
        is_logit = evidence.variant.options.get("input") == "logits"
        if not is_logit or evidence.component.id not in {"binary-cross-entropy", "cross-entropy"}:
            return None
        variables = evidence.agreeing(_z_minus_y)
        if not variables:
            return None
        return Explanation(
            variables,
            "the raw logits z stand where the probabilities p belong: z − y for p − y",
            "apply sigmoid or softmax to the logits first",
        )


DIAGNOSIS = LogitsForProbabilities()
