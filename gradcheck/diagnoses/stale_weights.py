"""The weights are updated before the gradient of the input is taken with them."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial
from gradcheck.template import RATE


def _with_the_new(trial: Trial, variable: str) -> Array | None:
    """Return dx by the weights after the step that the harness has the layer take."""
    if variable != "x":
        return None
    example = trial.example
    after = example.inputs["W"] - RATE * example.gradients["W"]
    return np.asarray(trial.show("x", example.upstream @ after.T))


class StaleWeights(Diagnosis):
    """dout (W - rate dW)^T for dout W^T."""

    id = "stale-weights"
    title = "the weights are updated before they are used"
    specificity = 75
    page = Page(
        wrong="self.W -= rate * dW; return dout @ self.W.T",
        right="dx = dout @ self.W.T; self.W -= rate * dW; return dx",
        derivation=(
            "out = x W + b\n"
            "1. dC/dx = dout W^T, with the W that made this out\n"
            "2. after W <- W - rate dW that W is gone: dout (W - rate dW)^T belongs to no forward\n"
            "3. the error grows with the rate, and deeper layers get more of it: take all "
            "gradients first, then step"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the gradient by the updated weights agrees."""
        if evidence.component.id != "affine":
            return None
        variables = evidence.agreeing(_with_the_new)
        if not variables:
            return None
        return Explanation(
            variables,
            "the weights are updated first, and the gradient of the input is taken with the new "
            "ones",
            "take dx before the step: dx = dout @ W.T",
        )


DIAGNOSIS = StaleWeights()
