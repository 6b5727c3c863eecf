"""Softmax without the exponential."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial


def _without_exp(trial: Trial) -> Array:
    z = trial.example.inputs["x"]
    return np.asarray(trial.layout.of_output.present(z / z.sum(axis=1, keepdims=True), {}))


class MissingExp(Diagnosis):
    """z / sum z for e^z / sum e^z."""

    id = "missing-exp"
    title = "softmax without exp"
    specificity = 70
    page = Page(
        wrong="p = z / z.sum(axis=1, keepdims=True)",
        right="e = np.exp(z - z.max(axis=1, keepdims=True)); p = e / e.sum(axis=1, keepdims=True)",
        derivation=(
            "1. probabilities have to be positive and to add up to 1\n"
            "2. z may be negative; e^z never is\n"
            "3. p_k = e^(z_k) / (e^(z_1) + ... + e^(z_K)): positive, and the sum is 1\n"
            "4. z_k / (z_1 + ... + z_K) adds up to 1 too, but may be negative or divide by 0"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the value is z over its sum."""
        if evidence.component.id != "softmax" or not evidence.output_agrees(_without_exp):
            return None
        return Explanation(
            frozenset(),
            "the exponential is missing: the value is z / Σz where e^z / Σe^z belongs",
            "apply np.exp to z first",
            checks=frozenset({"forward-value"}),
        )


DIAGNOSIS = MissingExp()
