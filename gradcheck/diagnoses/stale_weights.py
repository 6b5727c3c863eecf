"""The weights are updated before backward has used them."""

from __future__ import annotations

import numpy as np

from gradcheck.calls.template import RATE
from gradcheck.component import Array, Site
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial


def _after(trial: Trial, variable: str) -> Array | None:
    """Return a gradient that is taken with the parameters after the update."""
    example = trial.example
    gradients = example.gradients
    parameters = {v.name for v in example.component.variables(example.variant)
                  if v.role == "parameter" and v.name in gradients}  # fmt: skip
    moved = {n: v - RATE * gradients[n] if n in parameters else v
             for n, v in example.inputs.items()}  # fmt: skip
    found = example.component.backward(moved, example.upstream, example.variant)
    return None if variable in parameters else np.asarray(trial.show(variable, found[variable]))


def _updated(site: Site) -> Array:
    """Return a layer's weights after the update by its own gradient."""
    assert site.W is not None
    if site.da is None or site.a_prev is None:
        return site.W
    return np.asarray(site.W - RATE * site.a_prev.T @ (site.da * site.slope))


class StaleWeights(Diagnosis):
    """W -= lr dW, then dx = dout @ W.T."""

    id = "stale-weights"
    title = "the weights are updated before they are used"
    specificity = 70
    page = Page(
        wrong="W -= lr * x.T @ dout\nreturn dout @ W.T",
        right="dx = dout @ W.T\nW -= lr * x.T @ dout\nreturn dx",
        derivation=(
            "y = x W, and dx = dout Wᵀ\n"
            "1. the W in it is the one that forward multiplied x with\n"
            "2. after W -= lr dW the line gives dout (W - lr dW)ᵀ: the gradient of another layer\n"
            "3. so first take all gradients, then update all weights"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where a gradient is that of the weights after the update."""
        if evidence.component.kind not in {"layer", "model"}:
            return None
        variables = evidence.agreeing(_after) | evidence.rederived({"dz-da": _updated})
        if not variables:
            return None
        return Explanation(
            variables, "the weights are updated first, and the gradient takes the new ones",
            "take the gradient before the update",
        )  # fmt: skip


DIAGNOSIS = StaleWeights()
