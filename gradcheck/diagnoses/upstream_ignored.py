"""The upstream gradient is not used."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial


def _with_ones(trial: Trial, variable: str) -> Array | None:
    example = trial.example
    if example.component.mode_kind == "mask":
        return _slope_of_mask(trial, variable)
    if trial.is_local or not example.output.ndim:
        return None
    ones = np.ones_like(example.upstream)
    gradients = example.component.backward(example.inputs, ones, example.variant)
    return np.asarray(trial.show(variable, gradients[variable]))


def _slope_of_mask(trial: Trial, variable: str) -> Array | None:
    """Return what the value multiplies each entry by: a mask and a factor."""
    x = np.asarray(trial.show(variable, trial.example.inputs[variable]))
    if trial.output is None or trial.output.shape != x.shape or not np.all(x):
        return None
    return np.asarray(trial.output / x)


class UpstreamIgnored(Diagnosis):
    """backward returns its local derivative: the upstream gradient was taken as ones."""

    id = "upstream-ignored"
    title = "the upstream gradient is not used"
    specificity = 50
    page = Page(
        wrong="def backward(self, dout): return self.a * (1 - self.a)",
        right="def backward(self, dout): return dout * self.a * (1 - self.a)",
        derivation=(
            "x -> this layer -> a -> the rest of the network -> C\n"
            "1. dout = dC/da: how the cost changes with what this layer puts out\n"
            "2. da/dx: how its output changes with its input, the local derivative\n"
            "3. chain rule: dC/dx = dC/da · da/dx = dout · da/dx\n"
            "Without dout the layer answers as if the rest of the network were the identity."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the gradient for an upstream of ones agrees."""
        variables = evidence.agreeing(_with_ones)
        if not variables:
            return None
        return Explanation(
            variables,
            "the upstream gradient is not used: yours is the gradient for an upstream of ones",
            "multiply by the upstream gradient (dout)",
        )


DIAGNOSIS = UpstreamIgnored()
