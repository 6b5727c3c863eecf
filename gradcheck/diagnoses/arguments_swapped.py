"""Prediction and target are swapped."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

PREDICTION, TARGET = "prediction", "target"
VALUE = frozenset({"forward-value"})


def _swapped(trial: Trial) -> Array:
    example = trial.example
    inputs = {**example.inputs, PREDICTION: example.inputs[TARGET],
              TARGET: example.inputs[PREDICTION]}  # fmt: skip
    with np.errstate(all="ignore"):
        return np.asarray(example.component.forward(inputs, example.variant))


class ArgumentsSwapped(Diagnosis):
    """The cost of the target, given the prediction."""

    id = "arguments-swapped"
    title = "prediction and target are swapped"
    specificity = 75
    page = Page(
        wrong="kl = np.sum(q * np.log(q / p))    # p: the target, q: the prediction",
        right="kl = np.sum(p * np.log(p / q))",
        derivation=(
            "1. cross-entropy and divergence weight with the target: sum of p ln(.../q)\n"
            "2. swapped, they measure something else: D(p|q) isn't D(q|p)\n"
            "3. a squared error doesn't show it in its value, but in the sign of its gradient"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the value with both swapped agrees."""
        variables = {v.name: v for v in evidence.component.variables(evidence.variant)}
        if not {PREDICTION, TARGET} <= set(variables):
            return None
        if variables[PREDICTION].dims != variables[TARGET].dims:
            return None
        if not evidence.output_agrees(_swapped):
            return None
        return Explanation(
            frozenset(), "prediction and target are swapped: the value is that of the target, "
            "given the prediction", "swap the two", checks=VALUE,
        )  # fmt: skip


DIAGNOSIS = ArgumentsSwapped()
