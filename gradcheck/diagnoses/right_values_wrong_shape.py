"""The right numbers in another shape."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial


def _same_order(trial: Trial, variable: str) -> Array | None:
    expected, actual = trial.expected[variable], trial.actual[variable]
    if actual.size != expected.size or actual.shape == expected.shape:
        return None
    return expected.reshape(actual.shape)


BIAS = "bias-not-summed"
"""What a bias's gradient without its axis counts as, too."""


class RightValuesWrongShape(Diagnosis):
    """(M,) for (1, M), (D, 1) for (D,), (1,) for a number."""

    id = "right-values-wrong-shape"
    title = "the values are right, the shape isn't"
    specificity = 28
    page = Page(
        wrong="db = dout.sum(axis=0)                    # b is (1, M), db comes out as (M,)",
        right="db = dout.sum(axis=0, keepdims=True)     # (1, M), like b",
        derivation=(
            "1. a gradient has one entry for each entry of its variable, so it has its shape\n"
            "2. sum(axis=0) drops the axis: (N, M) becomes (M,); keepdims=True keeps it: (1, M)\n"
            "3. b - rate * db works by broadcasting even so, until it doesn't: (D, 1) minus (D,) "
            "is a (D, D) matrix\n"
            "4. write assert db.shape == b.shape"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the same numbers come in the same order in another shape."""
        variables = evidence.agreeing(_same_order)
        if not variables:
            return None
        name = sorted(variables)[0]
        trial = evidence.trials[0]
        found, wanted = trial.actual[name].shape, np.shape(trial.expected[name])
        return Explanation(
            variables,
            f"the values are right, the shape isn't: an axis was dropped or added (for {name} "
            f"{found} where {wanted} belongs)",
            "keep the axis with keepdims=True, or give it the variable's shape by reshape",
            related=(BIAS,) if all(v[0] == "b" for v in variables) else (),
        )


DIAGNOSIS = RightValuesWrongShape()
