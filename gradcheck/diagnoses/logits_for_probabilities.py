"""Raw logits in the fused gradient."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses._penalties import penalty_gradient
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

MODELS = frozenset({"softmax-regression", "logistic-regression"})
SENTENCE = "the raw logits z stand where the probabilities p belong: z − y for p − y"
MEND = "apply sigmoid or softmax to the logits first"


def _of_model(trial: Trial, variable: str) -> Array | None:
    """Return the gradient of a classifier whose last error is z - y."""
    example = trial.example
    weights = "w" if "w" in example.inputs else "W"
    X, y = example.inputs["X"], example.inputs["y"]
    if variable not in {weights, "b"}:
        return None
    z = X @ example.inputs[weights] + example.inputs.get("b", 0.0)
    indicator = y if y.shape == z.shape else np.eye(z.shape[1])[y] if z.ndim > 1 else None
    if indicator is None:
        return None
    error = example.component.weight(example.variant, len(X)) * (z - indicator)
    found = X.T @ error if variable == weights else np.sum(error, axis=0)
    added = penalty_gradient(trial, variable)
    return np.asarray(trial.show(variable, found + (0.0 if added is None else added)))


def _log_minus_y(trial: Trial, variable: str) -> Array | None:
    """Return (ln p - y) of classes."""
    z, labels = trial.example.inputs["prediction"], trial.example.inputs["target"]
    if trial.example.component.id != "cross-entropy":
        return None
    shifted = z - np.max(z, axis=1, keepdims=True)
    logs = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    indicator = labels if labels.shape == z.shape else np.eye(z.shape[1])[labels]
    weight = trial.example.component.weight(trial.example.variant, z.shape[0])
    return np.asarray(trial.show(variable, weight * (logs - indicator)))


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
        if evidence.component.id in MODELS:
            variables = evidence.agreeing(_of_model)
            return Explanation(variables, SENTENCE, MEND) if variables else None
        is_logit = evidence.variant.options.get("input") == "logits"
        if not is_logit or evidence.component.id not in {"binary-cross-entropy", "cross-entropy"}:
            return None
        variables = evidence.agreeing(_z_minus_y)
        if variables:
            return Explanation(variables, SENTENCE, MEND)
        variables = evidence.agreeing(_log_minus_y)
        if not variables:
            return None
        return Explanation(
            variables, "the logarithms of the probabilities stand where these belong: ln p − y "
            "for p − y", "take exp of them first",
        )  # fmt: skip


DIAGNOSIS = LogitsForProbabilities()
