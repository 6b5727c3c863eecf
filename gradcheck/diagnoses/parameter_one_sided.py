"""A parameter used in forward only, or in the gradient only."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

FOLLOWING = frozenset({"forward-value", "gradient-consistency", "loss-decrease"})


def _without(trial: Trial) -> dict[str, Array]:
    return {n: np.zeros_like(v) if n[0] == "b" else v for n, v in trial.example.inputs.items()}


def _gradient(trial: Trial, variable: str) -> Array:
    example = trial.example
    found = example.component.backward(_without(trial), example.upstream, example.variant)
    return np.asarray(trial.show(variable, found[variable]))


class ParameterOneSided(Diagnosis):
    """The bias is left out of forward, or out of the z that backward uses."""

    id = "parameter-one-sided"
    title = "the bias is used on one side only"
    specificity = 55
    page = Page(
        wrong="z = X @ w + b; cost = ...      # in the gradient: z = X @ w",
        right="z = X @ w + b                  # in both",
        derivation=(
            "1. forward: z = X w + b, a = f(z)\n"
            "2. backward needs f'(z) and a at this same z: with b\n"
            "3. computed once more without b, it is the slope of another function\n"
            "Compute z once and use it in both, or keep it in a cache."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where gradient or value are those of the model without bias."""
        if evidence.component.kind not in {"model", "layer"}:
            return None
        if evidence.output_agrees(
            lambda trial: trial.layout.of_output.present(
                trial.example.component.forward(_without(trial), trial.example.variant), {}
            )
            if trial.expected_output.ndim
            else trial.example.component.forward(_without(trial), trial.example.variant)
        ):
            return Explanation(
                evidence.agreeing(_gradient),
                "the bias isn't used in forward: the value is that of b = 0",
                "add b to z",
                checks=FOLLOWING,
            )
        variables = evidence.agreeing(_gradient)
        if not variables:
            return None
        return Explanation(
            variables,
            "the bias isn't used in backward: the gradient is taken at z without b",
            "use the z of forward, with b",
        )


DIAGNOSIS = ParameterOneSided()
