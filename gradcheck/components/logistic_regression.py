"""Logistic regression: affine, sigmoid, binary cross-entropy."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array, Inputs, Variant
from gradcheck.components._chain import Net
from gradcheck.components._unit import BIASES, Unit
from gradcheck.constants import inside_logarithms
from gradcheck_reference import chain

REDUCTIONS = {"mean": "mean over the examples", "sum": "sum over the examples"}


class LogisticRegression(Unit):
    """C(w, b) = (1/N) sum of -(y ln a + (1 - y) ln(1 - a)), a = sigmoid(X w + b)."""

    id = "logistic-regression"
    title = "logistic regression"
    names = ("logistic_regression", "logistic", "logreg", "logistic_cost",
             "logistic_regression_cost", "log_reg", "logistic_regression_loss",
             "logistic_cost_and_gradient", "sigmoid_neuron", "logistic_model",
             "neuron")  # fmt: skip
    takes_logarithms = True
    has_two_logarithms = True
    domain = "finite reals; targets 0 and 1"
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "saturated", "large-batch",
               "square")  # fmt: skip
    variants = tuple(
        Variant(f"{start}{reduction}", f"{bias}sigmoid, binary cross-entropy, {words}",
                {"reduction": reduction, "has_bias": not start})
        for start, bias in BIASES.items()
        for reduction, words in REDUCTIONS.items()
    )  # fmt: skip

    def is_stabilisable(self, variant: Variant) -> bool:
        """Return True: the cost takes logarithms."""
        return True

    def net(self, variant: Variant) -> Net:
        """Return sigmoid with binary cross-entropy."""
        options = variant.options
        return Net(("sigmoid",), "binary-cross-entropy", options["reduction"],
                   inside_logarithms(options))  # fmt: skip

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the cost; for the mean by the reference's own derivation."""
        if variant.id == "mean":
            return np.asarray(
                chain.logistic_cost(inputs["w"], inputs["b"], inputs["X"], inputs["y"])
            )
        return super().forward(inputs, variant)

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return dw, and db where there is a bias, by the reference's own derivation."""
        if not variant.options["has_bias"]:
            return super().backward(inputs, upstream, variant)
        dw, db = chain.logistic_gradient(inputs["w"], inputs["b"], inputs["X"], inputs["y"])
        factor = upstream * self.weight(variant, len(inputs["y"])) * len(inputs["y"])
        return {"w": factor * dw, "b": factor * np.asarray(db)}


COMPONENT = LogisticRegression()
