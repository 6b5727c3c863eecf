"""Value and derivative come from different formulas of nearly the same function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import erf, pi, sqrt

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

CUBE = 0.044715
"""Of the tanh approximation of GELU."""
QUICK = 1.702
"""Of GELU's approximation by x sigmoid(1.702 x)."""


def _exact(x: Array) -> Array:
    cdf = np.asarray([0.5 * (1 + erf(v / sqrt(2))) for v in x.ravel()]).reshape(x.shape)
    return np.asarray(cdf + x * np.exp(-(x**2) / 2) / sqrt(2 * pi))


def _by_tanh(x: Array) -> Array:
    inner = sqrt(2 / pi) * (x + CUBE * x**3)
    t = np.tanh(inner)
    slope = sqrt(2 / pi) * (1 + 3 * CUBE * x**2)
    return np.asarray(0.5 * (1 + t) + 0.5 * x * (1 - t**2) * slope)


def _quick(x: Array) -> Array:
    s = 1 / (1 + np.exp(-QUICK * x))
    return np.asarray(s + QUICK * x * s * (1 - s))


ERF, TANH, SIGMOID = "the exact GELU (erf)", "the tanh approximation", "x σ(1.702 x)"
OTHERS: Mapping[str, tuple[str, tuple[tuple[Callable[[Array], Array], str], ...]]] = {
    "gelu": (ERF, ((_by_tanh, TANH), (_quick, SIGMOID))),
    "gelu-tanh": (TANH, ((_exact, ERF), (_quick, SIGMOID))),
}


class FormulaMismatch(Diagnosis):
    """The tanh GELU with the gradient of the exact one."""

    id = "formula-mismatch"
    title = "value and derivative are of different formulas"
    specificity = 74
    page = Page(
        wrong="value: tanh approximation; gradient: cdf(x) + x * density(x)",
        right="the derivative of the formula that the value has",
        derivation=(
            "1. GELU is x Φ(x); 0.5 x (1 + tanh(...)) is an approximation, off by up to 5e-4\n"
            "2. each has a derivative of its own; they differ by up to 9e-4\n"
            "3. backward must be the derivative of the forward that was computed: else every "
            "gradient check fails, and training follows another function"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the derivative of the other formula agrees."""
        own, others = OTHERS.get(evidence.component.id, ("", ()))
        for slope, told in others:

            def hypothesis(
                trial: Trial, variable: str, slope: Callable[[Array], Array] = slope
            ) -> Array:
                (x,) = trial.example.inputs.values()
                return np.asarray(trial.show(variable, trial.example.upstream * slope(x)))

            if variables := evidence.agreeing(hypothesis):
                return Explanation(
                    variables, f"the value is that of {own}, the derivative that of {told}",
                    "derive the formula that forward has",
                )  # fmt: skip
        return None


DIAGNOSIS = FormulaMismatch()
