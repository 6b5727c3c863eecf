"""All targets are multiplied with all predictions: an outer product in the cost."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array, Inputs
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

COST, MODEL = "binary-cross-entropy", "logistic-regression"
VALUE = frozenset({"forward-value"})


def _predictions(component: str, inputs: Inputs) -> tuple[Array, Array]:
    """Return the probabilities and the targets, both flat."""
    if component == COST:
        return np.ravel(inputs["prediction"]), np.ravel(inputs["target"])
    z = inputs["X"] @ inputs["w"] + inputs.get("b", 0.0)
    return np.ravel(1 / (1 + np.exp(-z))), np.ravel(inputs["y"])


def _outer(trial: Trial) -> Array:
    """Return the cost of which every target meets every prediction."""
    example = trial.example
    q, y = _predictions(example.component.id, example.inputs)
    weight = example.component.weight(example.variant, len(y))
    with np.errstate(all="ignore"):
        both = y.sum() * np.log(q).sum() + (1 - y).sum() * np.log(1 - q).sum()
    return np.asarray(-weight * both)


class OuterProductInCost(Diagnosis):
    """Y.T @ log(A) of rows, for the sum of y log(a)."""

    id = "outer-product-in-cost"
    title = "an outer product in the cost"
    specificity = 80
    page = Page(
        wrong="cost = -np.sum(np.dot(Y.T, np.log(A)) + np.dot(1 - Y.T, np.log(1 - A))) / m",
        right="cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m    # Y, A: (1, m)",
        derivation=(
            "1. Y.T is (m, 1), log A is (1, m): their product is (m, m), all y_i log a_j\n"
            "2. the cost needs the pairs with i = j only: the diagonal\n"
            "3. multiply entry by entry and add up, or take np.dot(Y, np.log(A).T), which is (1, 1)"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the value with all pairs agrees."""
        if evidence.component.id not in {COST, MODEL}:
            return None
        if evidence.variant.options.get("input") == "logits":
            return None
        if not evidence.output_agrees(_outer):
            return None
        return Explanation(
            frozenset(), "every target is multiplied with every prediction: an outer product "
            "stands where entry by entry is meant", "use * in place of the matrix product",
            checks=VALUE,
        )  # fmt: skip


DIAGNOSIS = OuterProductInCost()
