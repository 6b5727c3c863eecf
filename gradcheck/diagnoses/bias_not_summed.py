"""The bias gradient isn't summed over the batch."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial


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


def _unsummed(trial: Trial, variable: str) -> Array | None:
    if np.squeeze(trial.expected[variable]).ndim > 1:
        return None
    rows, actual = per_example(trial, variable), trial.actual[variable]
    if rows is None or rows.size != actual.size or actual.shape == trial.expected[variable].shape:
        return None
    if actual.shape == rows.T.shape:
        return rows.T
    is_fit = actual.shape == rows.shape or rows.shape[1] == 1
    return rows.reshape(actual.shape) if is_fit else None


class BiasNotSummed(Diagnosis):
    """db is dz itself, one row for each example."""

    id = "bias-not-summed"
    title = "the bias gradient isn't summed over the batch"
    specificity = 50
    page = Page(
        wrong="db = dout",
        right="db = dout.sum(axis=0)",
        derivation=(
            "out = x W + b: (N, M) plus (M,), so b is added to every row\n"
            "1. out_ik = ... + b_k for each of the N examples i: dout_ik/db_k = 1\n"
            "2. b_k acts on C along N ways, and their effects add up: "
            "dC/db_k = sum over i of dout_ik\n"
            "3. db = dout.sum(axis=0), of the shape (M,), like b\n"
            "What is broadcast in forward is summed in backward."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where one row an example comes back in place of their sum."""
        variables = evidence.agreeing(_unsummed)
        if not variables:
            return None
        return Explanation(
            variables,
            "the gradient isn't summed over the batch: yours has one entry for each example",
            "sum over the axis of the examples",
        )


DIAGNOSIS = BiasNotSummed()
