"""What is normalised together, as rows: for diagnoses of normalisations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Trial

__all__ = ["CENTRED", "SCALED", "grouped", "means", "sigma_of"]

CENTRED = frozenset({"batch-norm", "layer-norm", "group-norm", "instance-norm"})
SCALED = frozenset({"rms-norm"})
"""Components that divide by the root of the mean square, without taking the mean away."""


def means(rows: Array) -> Array:
    """Return the mean of each row, as a column."""
    return np.asarray(np.mean(rows, axis=1, keepdims=True))


def grouped(trial: Trial, array: Array) -> tuple[Array, Callable[[Array], Array]]:
    """Return what is normalised together as rows, and the way back."""
    component = trial.example.component
    if array.ndim > 2:
        groups = component.groups(trial.example.variant, array.shape[1])  # type: ignore[attr-defined]
        return array.reshape(len(array) * groups, -1), lambda rows: rows.reshape(array.shape)
    if getattr(component, "axis", 1) == 0:
        return array.T, lambda rows: rows.T
    return array, lambda rows: rows


def sigma_of(trial: Trial, eps: float) -> Array:
    """Return what each row of the input is divided by, with some epsilon."""
    rows, _ = grouped(trial, trial.example.inputs["x"])
    centre = 0.0 if trial.example.component.id in SCALED else means(rows)
    return np.asarray(np.sqrt(means((rows - centre) ** 2) + eps))
