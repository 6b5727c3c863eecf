"""The bias gradient summed over the wrong axis."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial, same

UNITS = 1
"""The axis of a layer's output that has one bias an entry."""


def _everything(trial: Trial, variable: str) -> Array | None:
    expected, actual = trial.expected[variable], trial.actual[variable]
    if np.squeeze(expected).ndim > 1 or actual.size != 1 or variable[0] != "b":
        return None
    return np.full(actual.shape, expected.sum())


def _across(trial: Trial, variable: str) -> Array | None:
    example, actual = trial.example, trial.actual[variable]
    if example.component.kind != "layer" or variable != "b" or example.upstream.ndim < 2:
        return None
    axes = range(example.upstream.ndim)
    for kept in (axis for axis in axes if axis != UNITS):
        across = example.upstream.sum(axis=tuple(a for a in axes if a != kept))
        if across.size == actual.size and same(actual, across.reshape(actual.shape)):
            return np.asarray(across.reshape(actual.shape))
    return None


def _with_inputs(trial: Trial, variable: str) -> Array | None:
    """Return the weights' gradient of a single unit added up: the error times the inputs."""
    weights = trial.expected.get("w")
    if variable != "b" or weights is None:
        return None
    return np.full(trial.actual[variable].shape, weights.sum())


class BiasOverWrongAxis(Diagnosis):
    """db summed over the units, or over everything."""

    id = "bias-over-wrong-axis"
    title = "the bias gradient is summed over the wrong axis"
    specificity = 50
    page = Page(
        wrong="db = np.sum(dout)",
        right="db = np.sum(dout, axis=0)",
        derivation=(
            "out = x W + b, shapes (N, M): N examples, M units; b has one entry for each unit\n"
            "1. b_k is added to column k of every row\n"
            "2. dC/db_k = sum over the examples i of dout_ik: down the rows, axis=0\n"
            "3. the result has the shape (M,), like b\n"
            "axis=1 adds up the units of an example, np.sum without axis adds up everything."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the sum runs over everything, or over the units."""
        forms = (
            (_everything, "over everything, the units too"),
            (_across, "over the units, not over the examples"),
        )
        if variables := evidence.agreeing(_with_inputs):
            return Explanation(
                variables, "the bias gradient is multiplied by the inputs, and summed over the "
                "features", "sum the error itself over the examples: dz/db = 1",
            )  # fmt: skip
        for hypothesis, words in forms:
            variables = evidence.agreeing(hypothesis)
            if variables:
                return Explanation(
                    variables,
                    f"the bias gradient is summed {words}",
                    "sum over the axis of the examples only",
                )
        return None


DIAGNOSIS = BiasOverWrongAxis()
