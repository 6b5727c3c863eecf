"""Another constant factor, the same on all sizes."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses._factors import combinations
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

SMALLEST = 1e-12
DIGITS = 7
POWERS = {1: "{}", 2: "{}²", -1: "1/{}", -2: "1/{}²"}
"""Of a constant that the caller chooses: a pool's window, and the number of its entries."""


class LeftOverFactor(Diagnosis):
    """The gradient is exactly c times the right one, whatever the sizes."""

    id = "left-over-factor"
    title = "a constant factor is left over"
    specificity = 5
    page = Page(
        wrong="dW2 = 3 * (a1.T @ dz2)",
        right="dW2 = a1.T @ dz2",
        derivation=(
            "1. z2 = a1 W2 + b2, so dz2/dW2 = a1: no number stands there\n"
            "2. dC/dW2 = a1.T @ dz2\n"
            "3. every number in a gradient comes from a number in the cost or in an activation: "
            "the 2 of a square, the 1/N of a mean, the slope 0.01 of a leaky ReLU\n"
            "A factor that comes from nowhere is often left over from trying something out, or a "
            "learning rate that belongs to the update."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where one constant does for all trials and no named factor explains it."""
        text = _of_constants(evidence)
        if text:
            sentence = f"a factor is left over: yours is exactly {text} × the gradient"
            return Explanation(frozenset(evidence.failing), sentence, f"divide by {text}")
        found = {}
        for variable in evidence.failing:
            c = _ratio(evidence, variable)
            if c is None or variable in combinations(evidence):
                continue
            if evidence.agreeing(lambda t, v, c=c: c * t.expected[v]) & {variable}:  # type: ignore[misc]
                found[variable] = c
        if not found:
            return None
        texts = {v: f"{c:.{DIGITS}g}" for v, c in found.items()}
        if len(set(texts.values())) == 1:
            text = next(iter(texts.values()))
            sentence = f"a constant factor is left over: yours is exactly {text} × the gradient"
            return Explanation(frozenset(found), sentence, f"divide by {text}", f"({{}}) / {text}")
        each = ", ".join(f"{text} × the one for {v}" for v, text in texts.items())
        return Explanation(
            frozenset(found), f"constant factors are left over: yours are exactly {each}",
            "take them away",
        )  # fmt: skip


def _of_constants(evidence: Evidence) -> str:
    """Return the constant, or its power, that every failing gradient is too large by."""
    component = evidence.component
    for constant in component.constants:
        values = {component.constant(t.example.variant, constant.name) for t in evidence.trials}
        if not constant.is_integer or len(values) < 2:  # one value is a mere number
            continue
        for power, text in POWERS.items():

            def scaled(
                t: Trial, v: str, name: str = constant.name, power: int = power
            ) -> Array | None:
                value = float(component.constant(t.example.variant, name))
                return value**power * t.expected[v] if value else None

            if evidence.agreeing(scaled) >= frozenset(evidence.failing):
                return text.format(constant.name)
    return ""


def _ratio(evidence: Evidence, variable: str) -> float | None:
    """Return actual over expected at the largest expected entry of the first trial."""
    for trial in evidence.trials:
        expected, actual = trial.expected[variable], trial.actual.get(variable)
        if actual is None or actual.shape != expected.shape or not expected.size:
            return None
        place = int(np.argmax(np.abs(expected)))
        if abs(expected.flat[place]) > SMALLEST:
            ratio = float(actual.flat[place] / expected.flat[place])
            return ratio if np.isfinite(ratio) and abs(ratio) > SMALLEST else None
    return None


DIAGNOSIS = LeftOverFactor()
