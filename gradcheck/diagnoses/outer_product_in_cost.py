"""An outer product in the cost: every label meets every prediction."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

FOLLOWING = frozenset({"forward-value", "gradient-consistency", "loss-decrease", "stability"})
CROSS_ENTROPY = "binary-cross-entropy"


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
        if evidence.component.id != CROSS_ENTROPY or not evidence.output_agrees(_value):
            return None
        return Explanation(
            frozenset(), "the cost sums over all pairs of a label and a prediction (an outer "
            "product), not over the examples", "multiply entry by entry: Y * np.log(A)",
            checks=FOLLOWING,
        )  # fmt: skip


DIAGNOSIS = OuterProductInCost()
