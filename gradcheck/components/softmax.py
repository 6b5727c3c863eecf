"""The softmax activation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from gradcheck.component import Array, Component, Inputs, Variable, Variant
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import activations

X = Variable(
    "x",
    "the logits",
    ("N", "K"),
    aliases=("x", "z", "logits", "scores", "input", "inputs", "s", "t"),
    weak=("a", "h", "v", "cache", "data", "arr", "out"),
)


class Softmax(Component):
    """a_k = e^(z_k) / sum_j e^(z_j), one row an example."""

    id = "softmax"
    title = "softmax"
    kind = "activation"
    names = ("softmax", "soft_max", "softmax_activation")
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
        return {"x": source.reals((sizes["N"], sizes["K"]), scale=1.5)}

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's probabilities (N, K)."""
        return activations.softmax(inputs["x"])

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dx (N, K)."""
        return {"x": activations.softmax_backward(upstream, inputs["x"])}

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the upstream's size."""
        return {"x": float(np.max(np.abs(upstream), initial=0.0))}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return 1: probabilities."""
        return 1.0


COMPONENT = Softmax()
