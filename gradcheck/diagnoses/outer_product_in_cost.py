"""An outer product in the cost: every label meets every prediction."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses._penalties import without_penalty
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

FOLLOWING = frozenset({"forward-value", "gradient-consistency", "loss-decrease", "stability"})
CROSS_ENTROPY = "binary-cross-entropy"


CLASSES = frozenset({"cross-entropy", "softmax-regression"})
AXES = (0, 1)
"""Of examples and classes: which of them is summed over twice."""


def _of_classes(trial: Trial, axis: int) -> Array:
    """Return a cross-entropy of classes that pairs all examples, or all classes of an example."""
    example = trial.example
    inputs, options = example.inputs, example.variant.options
    is_model = example.component.id == "softmax-regression"
    if example.output.ndim:
        return example.output  # nothing to tell
    z = inputs["X"] @ inputs["W"] + inputs.get("b", 0.0) if is_model else inputs["prediction"]
    y = inputs["y"] if is_model else inputs["target"]
    y = y if y.shape == z.shape else np.eye(z.shape[1])[y]
    with np.errstate(all="ignore"):
        is_probability = not is_model and options.get("input") != "logits"
        logs = np.log(z) if is_probability else z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
        plain = float(np.sum(y * logs))
        paired = float(np.sum(y.sum(axis=axis) * logs.sum(axis=axis)))
        bare = without_penalty(trial)
        cost = example.output if bare is None else bare
        return np.asarray(cost / plain * paired + (example.output - cost))


def _value(trial: Trial) -> Array:
    """Return the cost with sums over all pairs, by the factor of the reduction that it has."""
    example = trial.example
    if len(example.inputs) != 2 or example.output.ndim:
        return example.output  # nothing to tell
    a, y = example.inputs["prediction"], example.inputs["target"]
    with np.errstate(all="ignore"):
        logs, others = np.log(a), np.log(1 - a)
        plain = float(np.sum(y * logs + (1 - y) * others))
        paired = float(y.sum() * logs.sum() + (1 - y).sum() * others.sum())
        return np.asarray(example.output / plain * paired)


class OuterProductInCost(Diagnosis):
    """np.sum(Y.T @ log(A)) for np.sum(Y * log(A))."""

    id = "outer-product-in-cost"
    title = "the cost has an outer product"
    specificity = 68
    page = Page(
        wrong="cost = -np.sum(Y.T @ np.log(A) + (1 - Y).T @ np.log(1 - A)) / m   # Y, A (1, m)",
        right="cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m",
        derivation=(
            "1. Y and A are (1, m): Yᵀ ln A is (m, 1) @ (1, m) = (m, m)\n"
            "2. its entry i, j is y_i ln a_j: example i's label with example j's prediction\n"
            "3. the cost pairs each label with its own prediction: the diagonal alone\n"
            "Y @ np.log(A).T is (1, 1): that sum is the right one."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the value is that over all pairs."""
        if evidence.component.id in CLASSES:
            agrees = any(evidence.output_agrees(lambda t, a=a: _of_classes(t, a)) for a in AXES)  # type: ignore[misc]
        else:
            agrees = evidence.component.id == CROSS_ENTROPY and evidence.output_agrees(_value)
        if not agrees:
            return None
        return Explanation(
            frozenset(), "the cost sums over all pairs of a label and a prediction (an outer "
            "product), not over each label with its own", "multiply entry by entry: Y * np.log(A)",
            checks=FOLLOWING,
        )  # fmt: skip


DIAGNOSIS = OuterProductInCost()
