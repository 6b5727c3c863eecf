"""The derivative of a part of the formula only."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial


def _numerator(trial: Trial, variable: str) -> Array:
    example = trial.example
    return np.asarray(trial.show(variable, example.upstream * np.exp(example.inputs[variable])))


class PartialDerivativeOfAPart(Diagnosis):
    """exp(z) for the whole quotient."""

    id = "partial-derivative-of-a-part"
    title = "only a part of the formula is differentiated"
    specificity = 60
    page = Page(
        wrong="dz = dout * np.exp(z)",
        right="dz = s * (dout - np.sum(dout * s, axis=1, keepdims=True))",
        derivation=(
            "s_k = e^(z_k) / S, with S = e^(z_1) + ... + e^(z_K)\n"
            "1. e^(z_k) is the derivative of the numerator alone\n"
            "2. the quotient rule: ds_k/dz_j = ([k = j] e^(z_k) S - e^(z_k) e^(z_j)) / S²\n"
            "3. = s_k ([k = j] - s_j): S depends on every z\n"
            "4. so dz_j = s_j (dout_j - sum_k dout_k s_k)"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the numerator's derivative agrees."""
        if evidence.component.id != "softmax":
            return None
        variables = evidence.agreeing(_numerator)
        if not variables:
            return None
        return Explanation(
            variables,
            "only the numerator e^z of the softmax is differentiated: the sum below depends on z, "
            "too",
            "use s * (dout - np.sum(dout * s, axis=1, keepdims=True))",
        )


DIAGNOSIS = PartialDerivativeOfAPart()
