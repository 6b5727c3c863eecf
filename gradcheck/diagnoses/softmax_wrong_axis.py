"""Softmax over the batch instead of the classes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial


def _over(axis: int | None, shift: int | None) -> Callable[[Trial], Array]:
    def value(trial: Trial) -> Array:
        z = trial.example.inputs["x"]
        e = np.exp(z - z.max(axis=shift, keepdims=True))
        p = e / e.sum(axis=axis, keepdims=True)
        return np.asarray(trial.layout.of_output.present(p, {}))

    return value


class SoftmaxWrongAxis(Diagnosis):
    """The sum runs over the examples, or over the whole array."""

    id = "softmax-wrong-axis"
    title = "softmax over the wrong axis"
    specificity = 70
    page = Page(
        wrong="e = np.exp(z); p = e / e.sum()",
        right="e = np.exp(z); p = e / e.sum(axis=1, keepdims=True)",
        derivation=(
            "z has the shape (N, K): one row for each example, one column for each class\n"
            "1. each example has its own probabilities: p_ik = e^(z_ik) / sum over k of e^(z_ik)\n"
            "2. the sum runs over the classes k: axis=1, so that every row of p adds up to 1\n"
            "3. keepdims=True keeps the shape (N, 1), so that the division goes row by row\n"
            "e.sum() adds up the whole batch, e.sum(axis=0) the examples: either mixes examples "
            "that have nothing to do with each other."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the value is a softmax over axis 0 or over everything."""
        if evidence.component.id != "softmax":
            return None
        forms = ((None, "over the whole batch"), (0, "over the examples"))
        for (axis, words), shift in product(forms, (None, 1)):
            if evidence.output_agrees(_over(axis, shift)):
                return Explanation(
                    frozenset(),
                    f"the sum runs {words}, not over the classes of each example: the rows don't "
                    "add up to 1",
                    "sum over the axis of the classes, with keepdims=True",
                    checks=frozenset({"forward-value", "batch-permutation"}),
                )
        return None


DIAGNOSIS = SoftmaxWrongAxis()
