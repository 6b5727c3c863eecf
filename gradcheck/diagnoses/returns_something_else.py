"""What is returned is no gradient but an input, the upstream gradient or the value."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial


def _input(trial: Trial, variable: str) -> Array | None:
    if trial.is_local:
        return None
    return np.asarray(trial.show(variable, trial.example.inputs[variable]))


def _value(trial: Trial, variable: str) -> Array | None:
    if not trial.is_local:
        return trial.expected_output
    example = trial.example  # what is returned is multiplied by what arrives
    found = np.asarray(example.output * example.upstream)
    return found if not found.ndim else np.asarray(trial.show(variable, found))


def _sum(trial: Trial, variable: str) -> Array | None:
    """Return all entries of a gradient added up, where it isn't a parameter's."""
    roles = {v.name: v.role for v in trial.example.component.variables(trial.example.variant)}
    expected = trial.expected[variable]
    if roles.get(variable) == "parameter" or expected.size < FEWEST:
        return None
    scale = float(np.max(np.abs(expected)))
    actual = trial.actual[variable]
    total = np.asarray(expected.sum()).reshape(())
    is_zero = actual.size == 1 and abs(float(actual.ravel()[0]) - float(total)) <= ZERO * scale
    return actual if is_zero else total


FEWEST = 2
ZERO = 1e-12
"""Of a gradient's largest entry: what sums to nothing is no more."""


class ReturnsSomethingElse(Diagnosis):
    """backward returns the variable itself, or forward's value."""

    id = "returns-something-else"
    title = "what is returned is no gradient"
    specificity = 40
    page = Page(
        wrong="def backward(self, dout): self.dW = ...; return self.x",
        right="def backward(self, dout): self.dW = ...; return dout @ self.W.T",
        derivation=(
            "1. backward answers: how does the cost change when the input changes?\n"
            "2. that is dC/dx = dC/dout · dout/dx, here dout @ W.T\n"
            "3. it has the shape of x, but it isn't x: what is returned is passed on as the "
            "upstream gradient of the layer before"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the gradient is the variable itself or the value."""
        for hypothesis, what in (
            (_input, "the variable itself"), (_value, "forward's value"),
            (_sum, "one number, the sum of all entries,"),
        ):  # fmt: skip
            variables = evidence.agreeing(hypothesis)
            if variables:
                return Explanation(
                    variables,
                    f"{what} is returned where the gradient belongs",
                    "return the gradient",
                )
        return None


DIAGNOSIS = ReturnsSomethingElse()
