"""Only the diagonal of softmax's Jacobian."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial


def _diagonal(trial: Trial, variable: str) -> Array:
    s = trial.example.output
    return np.asarray(trial.show(variable, trial.example.upstream * s * (1 - s)))


class SoftmaxDiagonalOnly(Diagnosis):
    """s(1 - s)·d for s(d - Σ s d)."""

    id = "softmax-diagonal-only"
    title = "only the diagonal of softmax's Jacobian"
    specificity = 60
    page = Page(
        wrong="dz = dout * s * (1 - s)",
        right="dz = s * (dout - np.sum(dout * s, axis=1, keepdims=True))",
        derivation=(
            "s_k = e^(z_k) / S, with S = e^(z_1) + ... + e^(z_K)\n"
            "1. z_k is above and below: ds_k/dz_k = s_k - s_k² = s_k (1 - s_k)\n"
            "2. every other z_j is below: ds_k/dz_j = -s_k s_j, which isn't 0\n"
            "3. dC/dz_j = sum over k of dout_k · ds_k/dz_j = s_j dout_j - s_j sum_k (dout_k s_k)\n"
            "4. = s_j (dout_j - sum_k dout_k s_k)\n"
            "Each output depends on all inputs: raising one probability lowers the others."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where s(1 − s)·d agrees."""
        if evidence.component.id != "softmax":
            return None
        variables = evidence.agreeing(_diagonal)
        if not variables:
            return None
        return Explanation(
            variables,
            "only the diagonal s(1 − s) of softmax's Jacobian is there: the terms −s_k·s_j "
            "between the classes are missing",
            "use s * (dout - np.sum(dout * s, axis=1, keepdims=True))",
        )


DIAGNOSIS = SoftmaxDiagonalOnly()
