"""The penalty is missing in the cost or in the gradient, or divided by N."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses._penalties import penalty_gradient, without_penalty
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

FOLLOWING = frozenset({"forward-value", "gradient-consistency", "loss-decrease"})


def _gradient(trial: Trial, variable: str, part: float = 0.0) -> Array | None:
    own = penalty_gradient(trial, variable)
    if own is None:
        return None
    rest = trial.example.gradients[variable] - (1.0 - part) * own
    return np.asarray(trial.show(variable, rest))


def _value(trial: Trial) -> Array:
    value = without_penalty(trial)
    return trial.example.output if value is None else value


class RegularisationMissing(Diagnosis):
    """dW without 2 reg W."""

    id = "regularisation-missing"
    title = "the penalty is missing in the cost or in the gradient"
    specificity = 64
    page = Page(
        wrong="cost = data + reg * np.sum(W ** 2); ...; dW = X.T @ ds / n",
        right="cost = data + reg * np.sum(W ** 2); ...; dW = X.T @ ds / n + 2 * reg * W",
        derivation=(
            "1. the derivative of a sum is the sum of the derivatives\n"
            "2. cost = data(W) + reg Σ W², so dcost/dW = ddata/dW + 2 reg W\n"
            "3. the mean over the examples is the data's: the penalty isn't divided by n"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where value or gradient are those without the penalty, or with 1/N in it."""
        if evidence.output_agrees(_value):
            return Explanation(frozenset(), "the penalty isn't in the cost",
                               "add reg times the sum of squares", checks=FOLLOWING)  # fmt: skip
        if variables := evidence.agreeing(_gradient):
            return Explanation(variables, "the penalty isn't in the gradient", "add its derivative")
        variables = evidence.agreeing(
            lambda t, v: _gradient(t, v, 1.0 / t.example.sizes.get("N", 1))
        )
        if not variables:
            return None
        return Explanation(variables, "the penalty's gradient is divided by N, too",
                           "divide the data's part only")  # fmt: skip


DIAGNOSIS = RegularisationMissing()
