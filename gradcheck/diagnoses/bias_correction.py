"""Adam's means aren't corrected for their start at 0, or by a count that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

NEVER = 10**9
"""After so many steps nothing is left to correct."""
WRONG: Mapping[str, Callable[[int], int]] = {
    "the running means aren't corrected for their start at 0": lambda t: NEVER,
    "the count of the correction is one too high: the first step takes t = 2": lambda t: t + 1,
    "the count of the correction never grows: every step takes t = 1": lambda t: 1,
}


class BiasCorrection(Diagnosis):
    """m and v begin at 0: m / (1 - beta1^t) and v / (1 - beta2^t) make up for it."""

    id = "bias-correction"
    title = "the correction of Adam's first steps is missing or miscounted"
    specificity = 70
    page = Page(
        wrong="w -= lr * m / (np.sqrt(v) + eps)",
        right="w -= lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)",
        derivation=(
            "1. m starts at 0: after t steps with one gradient g, m = (1 - beta1^t) g\n"
            "2. so m / (1 - beta1^t) is g again, and v / (1 - beta2^t) is g²\n"
            "3. without it the first step is (1 - beta1) / sqrt(1 - beta2) of what it should be: "
            "about 3 times too long for 0.9 and 0.999\n"
            "t is 1 at the first step, and grows by 1 before each."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the steps are those with another count."""
        for sentence, count in WRONG.items():
            if evidence.output_agrees(lambda t, count=count: _value(t, count)):  # type: ignore[misc]
                return Explanation(
                    frozenset(), sentence,
                    "divide m by 1 - beta1**t and v by 1 - beta2**t, with t = 1 at the first step",
                    checks=frozenset({"forward-value"}),
                )  # fmt: skip
        return None


def _value(trial: Trial, count: Callable[[int], int]) -> Array:
    example = trial.example
    try:
        value = example.component.counted(example.inputs, example.variant, count)
    except NotImplementedError:
        return np.asarray(np.nan)
    return np.asarray(trial.layout.of_output.present(value, example.sizes))


DIAGNOSIS = BiasCorrection()
