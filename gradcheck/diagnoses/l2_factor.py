"""The penalty's factor 2 is missing in the gradient, or doubled."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses._penalties import penalty_gradient
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

PENALTY = "l2-penalty"
"""The component that is nothing but the penalty."""
FACTORS = {
    0.5: ("the factor 2 of the penalty's square is missing in the gradient",
          "the derivative of reg * W² is 2 * reg * W"),
    2.0: ("the penalty's gradient has a factor 2 too many",
          "the derivative of reg / 2 * W² is reg * W"),
}  # fmt: skip


def scaled_penalty(factor: float) -> Callable[[Trial, str], Array | None]:
    """Return the hypothesis that the penalty's part of a gradient has a factor."""

    def hypothesis(trial: Trial, variable: str) -> Array | None:
        own = penalty_gradient(trial, variable)
        if own is None:
            return None
        return np.asarray(trial.show(variable, trial.example.gradients[variable]
                                     + (factor - 1.0) * own))  # fmt: skip

    return hypothesis


def _scaled(factor: float) -> Callable[[Trial, str], Array | None]:
    """Return the hypothesis that the gradient of a penalty alone has a factor."""
    return lambda trial, variable: factor * trial.expected[variable]


class L2Factor(Diagnosis):
    """reg * W for 2 * reg * W."""

    id = "l2-factor"
    title = "the penalty's factor 2 is missing or doubled"
    specificity = 64
    page = Page(
        wrong="cost += reg * np.sum(W ** 2); ...; dW += reg * W",
        right="cost += reg * np.sum(W ** 2); ...; dW += 2 * reg * W",
        derivation=(
            "1. d/dW of W² is 2 W\n"
            "2. reg W² has 2 reg W, (reg/2) W² has reg W\n"
            "3. both costs are in use; what matters is that value and gradient have the same one"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the gradient with half or twice the penalty's part agrees."""
        is_alone = evidence.component.id == PENALTY
        for factor, (sentence, mend) in FACTORS.items():
            hypothesis = _scaled(factor) if is_alone else scaled_penalty(factor)
            if variables := evidence.agreeing(hypothesis):
                return Explanation(variables, sentence, mend)
        return None


DIAGNOSIS = L2Factor()
