"""The derivative of a part of the function only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import erf, pi, sqrt

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

BINARY = "binary-cross-entropy"
Part = Callable[[Array, Mapping[str, float]], Array]


def _cdf(x: Array) -> Array:
    return np.asarray([0.5 * (1 + erf(v / sqrt(2))) for v in x.ravel()]).reshape(x.shape)


def _density(x: Array) -> Array:
    return np.asarray(np.exp(-(x**2) / 2) / sqrt(2 * pi))


def _inner(x: Array) -> Array:
    return np.asarray(sqrt(2 / pi) * (x + CUBIC * x**3))


def _inner_slope(x: Array) -> Array:
    return np.asarray(sqrt(2 / pi) * (1 + 3 * CUBIC * x**2))


def _sigmoid(x: Array, c: Mapping[str, float]) -> Array:
    return np.asarray(1 / (1 + np.exp(-c.get("beta", 1.0) * x)))


CUBIC = 0.044715
PRODUCT = "only one term of the product rule is there: {} is missing"
PARTS: Mapping[str, tuple[tuple[Part, str], ...]] = {
    "gelu": (
        (lambda x, _: _cdf(x), PRODUCT.format("x Φ'(x)")),
        (lambda x, _: x * _density(x), PRODUCT.format("Φ(x)")),
        (lambda x, _: _density(x), "the derivative is that of Φ(x) alone, not of x Φ(x)"),
    ),
    "gelu-tanh": (
        (lambda x, _: 0.5 * (1 + np.tanh(_inner(x))), PRODUCT.format("x Φ'(x)")),
        (lambda x, _: 0.5 * x * (1 - np.tanh(_inner(x)) ** 2) * _inner_slope(x),
         PRODUCT.format("Φ(x)")),
        (lambda x, _: 0.5 * (1 + np.tanh(_inner(x))) + 0.5 * x * (1 - np.tanh(_inner(x)) ** 2),
         "the derivative of what stands inside tanh is missing"),
    ),
    "silu": (
        (_sigmoid, PRODUCT.format("x σ'(x)")),
        (lambda x, c: c.get("beta", 1.0) * x * _sigmoid(x, c) * (1 - _sigmoid(x, c)),
         PRODUCT.format("σ(x)")),
        (lambda x, c: _sigmoid(x, c) * (1 - _sigmoid(x, c)),
         "the derivative is that of σ(x) alone, not of x σ(x)"),
    ),
    "softmax": (
        (lambda x, _: np.exp(x), "the derivative is that of e^z alone, not of e^z / Σ e^z"),
        (lambda x, _: np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True),
         "the derivative is that of the numerator alone: the sum below depends on z, too"),
    ),
    "softplus": (
        (lambda x, _: 1 / (1 + np.exp(x)), "the inner derivative of ln(1 + e^x) is missing"),
        (lambda x, _: np.exp(x), "the derivative is that of 1 + e^x alone, not of its logarithm"),
    ),
    "softsign": (
        (lambda x, _: 1 / (1 + np.abs(x)), PRODUCT.format("that of the denominator")),
    ),
}  # fmt: skip


class PartialDerivativeOfAPart(Diagnosis):
    """d·exp(z) for softmax, Φ(x) for (x Φ(x))'."""

    id = "partial-derivative-of-a-part"
    title = "only a part of the function is derived"
    specificity = 57
    page = Page(
        wrong="dx = dout * cdf(x)                      # of x * cdf(x)",
        right="dx = dout * (cdf(x) + x * density(x))",
        derivation=(
            "f(x) = x Φ(x), and Φ' = φ\n"
            "1. product rule: (u v)' = u' v + u v'\n"
            "2. u = x, u' = 1; v = Φ(x), v' = φ(x)\n"
            "3. f' = Φ(x) + x φ(x): two terms, since x is in both factors\n"
            "Quotients likewise: z is in the numerator e^z and in the sum below it."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the derivative of a part agrees."""
        for part, sentence in PARTS.get(evidence.component.id, ()):

            def hypothesis(trial: Trial, variable: str, part: Part = part) -> Array:
                example = trial.example
                (x,) = example.inputs.values()
                constants = {c.name: example.component.constant(example.variant, c.name)
                             for c in example.component.constants}  # fmt: skip
                found = example.upstream * part(x, constants)
                return np.asarray(trial.show(variable, found))

            if variables := evidence.agreeing(hypothesis):
                return Explanation(variables, sentence, "derive the whole: add the missing term")
        return _of_one_label(evidence)


def _of_one_label(evidence: Evidence) -> Explanation | None:
    """Return that only one of the two terms of a binary cross-entropy is derived."""
    options = evidence.variant.options
    if evidence.component.id != BINARY or options.get("input") == "logits":
        return None
    for is_one in (True, False):

        def hypothesis(trial: Trial, variable: str, is_one: bool = is_one) -> Array | None:
            gradient = trial.example.gradients.get(variable)
            if variable != "prediction" or gradient is None:
                return None
            y = trial.example.inputs["target"]
            return np.asarray(trial.show(variable, gradient * (y if is_one else 1 - y)))

        if variables := evidence.agreeing(hypothesis):
            left = "(1 - y) ln(1 - q)" if is_one else "y ln q"
            return Explanation(variables, f"the derivative of {left} is missing",
                               "derive the whole: add the missing term")  # fmt: skip
    return None


DIAGNOSIS = PartialDerivativeOfAPart()
