"""Each example's part of a gradient, for diagnoses of sums that are missing."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Trial

__all__ = ["WEIGHTS", "per_example", "unsummed"]

WEIGHTS = frozenset({"w", "W"})
"""Of a single unit: their parts are products with the inputs."""


def per_example(trial: Trial, variable: str) -> Array | None:
    """Return each example's part of a parameter's gradient, one a row: (N, size)."""
    example = trial.example
    component, variant = example.component, example.variant
    variables = {v.name: v for v in component.variables(variant)}
    if variables[variable].role != "parameter" or "N" not in example.sizes:
        return None  # one sequence has no examples that could be summed over
    count = example.sizes["N"]
    weight = component.weight(variant, count) / component.weight(variant, 1)
    rows = []
    for row in range(count):
        inputs = {
            n: value[row : row + 1] if variables[n].is_batch else value
            for n, value in example.inputs.items()
        }
        upstream = example.upstream[row : row + 1] if example.upstream.ndim else example.upstream
        gradient = component.backward(inputs, upstream, variant)[variable]
        rows.append(weight * np.ravel(gradient))
    return np.array(rows)


def unsummed(trial: Trial, variable: str) -> Array | None:
    """Return the parts as the gradient, in the shape that came back; None if it isn't theirs."""
    if np.squeeze(trial.expected[variable]).ndim > 1:
        return None
    rows, actual = per_example(trial, variable), trial.actual[variable]
    if rows is None or rows.size != actual.size or actual.shape == trial.expected[variable].shape:
        return None
    if actual.shape == rows.T.shape:
        return rows.T
    is_fit = actual.shape == rows.shape or rows.shape[1] == 1
    return rows.reshape(actual.shape) if is_fit else None
