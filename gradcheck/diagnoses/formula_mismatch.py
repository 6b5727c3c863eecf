"""Value and derivative are of different formulas for nearly the same function."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.component import Array, Component
from gradcheck.components.gelu import COMPONENT as GELU
from gradcheck.components.gelu_tanh import COMPONENT as GELU_TANH
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

OTHER: Mapping[str, Component] = {GELU.id: GELU_TANH, GELU_TANH.id: GELU}
FORMULAS = {GELU.id: "the exact GELU (with erf)", GELU_TANH.id: "its approximation with tanh"}


def _of_the_other(trial: Trial, variable: str) -> Array:
    other = OTHER[trial.example.component.id]
    found = other.backward(trial.example.inputs, trial.example.upstream, other.variants[0])
    return np.asarray(trial.show(variable, found[variable]))


class FormulaMismatch(Diagnosis):
    """The value by the tanh approximation, the gradient by the exact formula."""

    id = "formula-mismatch"
    title = "value and derivative are of different formulas"
    specificity = 75
    page = Page(
        wrong="a = z/2 * (1 + np.tanh(c * (z + 0.044715 * z**3))); da_dz = cdf(z) + z * pdf(z)",
        right="t = np.tanh(u); da_dz = (1 + t) / 2 + z/2 * (1 - t**2) * du_dz",
        derivation=(
            "exact: a = z Phi(z), da/dz = Phi(z) + z phi(z)\n"
            "approximation: a = z/2 (1 + tanh u), u = sqrt(2/pi) (z + 0.044715 z^3)\n"
            "1. da/dz = (1 + tanh u)/2 + z/2 (1 - tanh^2 u) du/dz\n"
            "2. du/dz = sqrt(2/pi) (1 + 3 * 0.044715 z^2)\n"
            "3. the two values differ by up to 5e-4, and so do the derivatives: a gradient of the "
            "other formula is that of another function"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the gradient of the twin formula agrees."""
        identifier = evidence.component.id
        if identifier not in OTHER:
            return None
        variables = evidence.agreeing(_of_the_other)
        if not variables:
            return None
        value, gradient = FORMULAS[identifier], FORMULAS[OTHER[identifier].id]
        return Explanation(
            variables, f"the value is {value}, the derivative that of {gradient}",
            "differentiate the formula that the value uses",
        )  # fmt: skip


DIAGNOSIS = FormulaMismatch()
