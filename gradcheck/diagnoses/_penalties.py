"""The part of a gradient that a penalty makes, for diagnoses of wrong penalties."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array, Variant
from gradcheck.diagnoses.base import Trial

__all__ = ["penalty_gradient", "without_penalty"]

REG = "reg"


def penalty_gradient(trial: Trial, variable: str) -> Array | None:
    """Return what a penalty adds to a gradient; None where there is none, or nothing else."""
    example = trial.example
    if example.component.kind != "model" or variable not in example.gradients:
        return None
    without = _without(trial)
    if without is None:
        return None
    plain = example.component.backward(example.inputs, example.upstream, without)[variable]
    added = np.asarray(example.gradients[variable] - plain)
    return added if np.any(added != 0.0) else None


def without_penalty(trial: Trial) -> Array | None:
    """Return the cost without its penalty; None where there is none."""
    without = _without(trial)
    if without is None:
        return None
    return np.asarray(trial.example.component.forward(trial.example.inputs, without))


def _without(trial: Trial) -> Variant | None:
    """Return the variant without its penalty; None where there is none."""
    component, variant = trial.example.component, trial.example.variant
    has_one = any(c.name == REG for c in component.constants)
    if not has_one or component.constant(variant, REG) == 0.0:
        return None
    return component.with_constants(variant, {REG: 0.0})
