"""The logarithm of the softmax."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from gradcheck.component import Array, Component, Inputs, Variable, Variant
from gradcheck.constants import inside_logarithms, slopes
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import activations, stable

X = Variable(
    "x",
    "the logits",
    ("N", "K"),
    aliases=("x", "z", "logits", "scores", "input", "inputs", "s", "t"),
    weak=("a", "h", "v", "cache", "data", "arr", "out"),
)
TAME = 0.4
"""Saturated logits stay where probabilities are above 1e-6: clips at 1e-7 don't show."""


class LogSoftmax(Component):
    """l_k = z_k - ln sum_j e^(z_j), one row an example."""

    id = "log-softmax"
    title = "log-softmax"
    kind = "activation"
    names = ("log_softmax", "logsoftmax", "log_soft_max", "log_softmax_activation")
    takes_logarithms = True
    sizes = ("N", "K")
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "saturated", "near-zero",
               "large-batch", "square")  # fmt: skip
    layouts = (
        Layout("rows", "one example a row"),
        Layout("columns", "one example a column", {"x": "transpose"}, "transpose"),
        Layout("vector", "one example at a time, as a vector", {"x": "first-row"}, "first-row",
               {"N": 1}),
        Layout("vector-column", "one example at a time, as a column", {"x": "transpose"},
               "transpose", {"N": 1}),
    )  # fmt: skip
    elsewhere: ClassVar = {"rows": (
        Layout("one-axis", "one example as a vector", {"x": "first-row"}, "first-row", {"N": 1}),
    )}  # fmt: skip

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return the only input, x (N, K)."""
        return (X,)

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw x (N, K)."""
        scale = TAME if source.regime == "saturated" else 1.5
        return {"x": source.reals((sizes["N"], sizes["K"]), scale)}

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's logarithms (N, K)."""
        epsilon, _ = inside_logarithms(variant.options)
        if epsilon:
            return np.asarray(np.log(activations.softmax(inputs["x"]) + epsilon))
        return stable.log_softmax(inputs["x"])

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dx (N, K)."""
        return {"x": activations.log_softmax_backward(upstream, inputs["x"])}

    def is_stabilisable(self, variant: Variant) -> bool:
        """Return True: a softmax may be followed by log(p + eps)."""
        return True

    def accepted(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], ...]:
        """Return the textbook's gradient and, with epsilons, that of the student's value."""
        p = activations.softmax(inputs["x"])
        own = (
            activations.softmax_backward(upstream / (p + slope.first), inputs["x"])
            for slope in slopes(variant.options)
        )
        return self.backward(inputs, upstream, variant), *({"x": g} for g in own)

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the size of the largest sum over a row's upstream."""
        return {"x": float(np.max(np.abs(upstream).sum(axis=1), initial=0.0))}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the values, at least 1, and of the logits that they are made of."""
        largest = float(np.max(np.abs(inputs["x"]), initial=1.0))
        return max(largest, super().output_magnitude(inputs, variant))


COMPONENT = LogSoftmax()
