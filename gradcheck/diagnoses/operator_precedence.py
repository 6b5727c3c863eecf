"""Parentheses are missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

FOLLOWING = frozenset({"forward-value", "gradient-consistency", "loss-decrease", "stability"})
Value = Callable[[Array, Mapping[str, float]], Array]


def _negative(x: Array, value: Array) -> Array:
    return np.asarray(np.where(x > 0, x, value))


VALUES: Mapping[str, tuple[tuple[Value, str, str], ...]] = {
    "elu": (
        (lambda x, c: _negative(x, c["alpha"] * np.exp(x) - 1), "alpha * exp(z) - 1",
         "alpha * (exp(z) - 1)"),
    ),
    "sigmoid": (
        (lambda x, _: 1 / 1 + np.exp(-x), "1 / 1 + exp(-z)", "1 / (1 + exp(-z))"),
    ),
    "tanh": (
        (lambda x, _: np.exp(x) - np.exp(-x) / np.exp(x) + np.exp(-x),
         "e^z - e^-z / e^z + e^-z", "(e^z - e^-z) / (e^z + e^-z)"),
        (lambda x, _: (np.exp(x) - np.exp(-x)) / np.exp(x) + np.exp(-x),
         "(e^z - e^-z) / e^z + e^-z", "(e^z - e^-z) / (e^z + e^-z)"),
    ),
    "silu": (
        (lambda x, _: x / 1 + np.exp(-x), "x / 1 + exp(-x)", "x / (1 + exp(-x))"),
    ),
    "softsign": (
        (lambda x, _: x / 1 + np.abs(x), "x / 1 + |x|", "x / (1 + |x|)"),
    ),
}  # fmt: skip
COSTS = frozenset({"squared-error", "cross-entropy", "binary-cross-entropy", "absolute-error"})


class OperatorPrecedence(Diagnosis):
    """alpha * exp(z) - 1 for alpha * (exp(z) - 1)."""

    id = "operator-precedence"
    title = "parentheses are missing"
    specificity = 66
    page = Page(
        wrong="a = 1 / 1 + np.exp(-z)",
        right="a = 1 / (1 + np.exp(-z))",
        derivation=(
            "1. * and / come before + and -: 1 / 1 + e is (1 / 1) + e\n"
            "2. a fraction's bar holds its numerator and denominator together; / doesn't\n"
            "3. so numerator and denominator with more than one term need parentheses\n"
            "The same in gradients: (a - y) / n isn't a - y / n."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where value or gradient are those of the formula without parentheses."""
        for value, wrong, right in VALUES.get(evidence.component.id, ()):
            if evidence.output_agrees(lambda t, value=value: _shown(t, value)):  # type: ignore[misc]
                return Explanation(
                    frozenset(), f"parentheses are missing: the value is that of {wrong}",
                    f"write {right}", checks=FOLLOWING,
                )  # fmt: skip
        if evidence.component.id not in COSTS or evidence.has("value", "forward-value"):
            return None
        variables = evidence.agreeing(_undivided)
        if not variables:
            return None
        return Explanation(
            variables, "parentheses are missing: only the target is divided, as in a - y / n",
            "write (a - y) / n",
        )  # fmt: skip


def _shown(trial: Trial, value: Value) -> Array:
    example = trial.example
    (x,) = example.inputs.values()
    constants = {c.name: example.component.constant(example.variant, c.name)
                 for c in example.component.constants}  # fmt: skip
    with np.errstate(all="ignore"):
        return np.asarray(trial.layout.of_output.present(value(x, constants), {}))


def _undivided(trial: Trial, variable: str) -> Array | None:
    """Return a - y c where the gradient is (a - y) c, with one c for all entries."""
    a, y = (trial.example.inputs.get(n) for n in ("prediction", "target"))
    gradient = trial.example.gradients.get(variable)
    if a is None or y is None or gradient is None or not a.shape == y.shape == gradient.shape:
        return None
    place = np.unravel_index(int(np.argmax(np.abs(a - y))), a.shape)
    c = gradient[place] / (a - y)[place]
    if not np.allclose(gradient, c * (a - y)) or c == 1:
        return None
    return np.asarray(trial.show(variable, a - y * c))


DIAGNOSIS = OperatorPrecedence()
