"""Rows that are taken several times get only one of their gradients."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

TABLE, INDICES = "W", "indices"


class RepeatedIndex(Diagnosis):
    """dW[indices] += dout: NumPy writes each row once, with its last gradient."""

    id = "repeated-index"
    title = "of a row that is taken twice, only one gradient is kept"
    specificity = 70
    page = Page(
        wrong="dW[indices] += dout",
        right="np.add.at(dW, indices, dout)",
        derivation=(
            "1. out_i = W[k_i]: each example takes a row, and several may take the same one\n"
            "2. so dC/dW[k] is the sum of dout_i over all examples i with k_i = k\n"
            "3. dW[indices] += dout reads all rows, adds, and writes them back: of a row that "
            "occurs twice the last sum overwrites the first\n"
            "np.add.at adds one after another."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where each row's gradient is that of the last example that took it."""
        variables = evidence.agreeing(_last)
        if not variables:
            return None
        return Explanation(
            variables, "of a row that is taken several times only the last gradient is kept: "
            "d[indices] += ... writes each row once", "use np.add.at(dW, indices, dout)",
        )  # fmt: skip


def _last(trial: Trial, variable: str) -> Array | None:
    example = trial.example
    if variable != TABLE or INDICES not in example.inputs:
        return None
    table = np.zeros_like(example.inputs[TABLE])
    table[example.inputs[INDICES]] = example.upstream
    return np.asarray(trial.show(variable, table))


DIAGNOSIS = RepeatedIndex()
