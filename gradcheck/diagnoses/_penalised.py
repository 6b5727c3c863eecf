"""What diagnoses of penalties share: the gradient with a part of the penalty's."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Hypothesis, Trial

__all__ = ["PENALTY", "with_part"]

PENALTY = "reg"


def with_part(factor: float) -> Hypothesis:
    """Return the gradient with the penalty's part taken so many times."""

    def wrong(trial: Trial, variable: str) -> Array | None:
        example = trial.example
        component = example.component
        variant = component.with_constants(
            component.without(example.variant, [PENALTY]), {PENALTY: 0.0}
        )
        without = component.backward(example.inputs, example.upstream, variant)[variable]
        found = without + factor * (example.gradients[variable] - without)
        return np.asarray(trial.show(variable, found))

    return wrong
