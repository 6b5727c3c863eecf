"""An affine layer and the activation after it, in one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from gradcheck.component import Array, Component, Inputs, Variable, Variant, interval_at_kinks
from gradcheck.components import _chain
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import layers

WORDS = {
    "affine-relu": ("relu", "ReLU", "Relu"), "affine-sigmoid": ("sigmoid", "Sigmoid"),
    "affine-tanh": ("tanh", "Tanh"),
}  # fmt: skip
X = Variable("x", "the input x", ("N", "D"),
             aliases=("x", "input", "inputs", "aprev", "data", "a"),
             weak=("a0", "z", "h", "prev", "features"))  # fmt: skip
W = Variable("W", "the weights W", ("D", "M"), role="parameter",
             aliases=("w", "weight", "weights", "theta", "kernel", "wcurr"))  # fmt: skip
B = Variable("b", "the bias b", ("M",), role="parameter",
             aliases=("b", "bias", "biases", "bcurr"))  # fmt: skip
COLUMNS = {"x": "transpose", "W": "transpose", "b": "column"}
SHARPNESS = 1.5


class Activated(Component):
    """out = f(x W + b)."""

    kind = "layer"
    function: ClassVar[str]
    """f, by its name in the reference."""
    sizes = ("N", "D", "M")
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "large-batch", "square")
    convention = "forward-backward"
    branches: ClassVar[Mapping[str, tuple[str, ...]]] = WORDS
    layouts = (
        Layout("rows", "examples in rows, W (D, M), b (M,)"),
        Layout("rows-b-row", "examples in rows, W (D, M), b (1, M)", {"b": "row"}),
        Layout("rows-W-turned", "examples in rows, W (M, D), b (M,)", {"W": "transpose"}),
        Layout("columns", "examples in columns, W (M, D), b (M, 1)", COLUMNS, "transpose"),
    )

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return x (N, D), W (D, M), b (M,)."""
        return (X, W, B)

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw x, and W and b that keep z moderate."""
        n, d, m = sizes["N"], sizes["D"], sizes["M"]
        W, b = source.reals((d, m), SHARPNESS / np.sqrt(d)), source.reals((m,), 0.5)
        return {"x": source.reals((n, d)), "W": W, "b": b}

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's out (N, M)."""
        return _chain.activate(self.function, layers.affine(*_arrays(inputs)))

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dx, dW, db."""
        return _passed_on(inputs, upstream * self._slope(inputs))

    def _slope(self, inputs: Inputs) -> Array:
        return _chain.slope(self.function, layers.affine(*_arrays(inputs)))

    def interval(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return both ends; random signals don't meet the kink of a ReLU."""
        gradient = self.backward(inputs, upstream, variant)
        return interval_at_kinks(gradient, gradient)

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the sizes of the sums of absolute terms, with every slope 1."""
        absolute = {name: np.abs(value) for name, value in inputs.items()}
        terms = _passed_on(absolute, np.abs(upstream))
        return {name: float(np.max(term, initial=0.0)) for name, term in terms.items()}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of z's terms, at least 1."""
        total = np.abs(inputs["x"]) @ np.abs(inputs["W"]) + np.abs(inputs["b"])
        return max(1.0, float(np.max(total, initial=0.0)))


def _arrays(inputs: Inputs) -> tuple[Array, Array, Array]:
    return inputs["x"], inputs["W"], inputs["b"]


def _passed_on(inputs: Inputs, dz: Array) -> dict[str, Array]:
    """Return dx, dW and db from dz."""
    dx, dW, db = layers.affine_backward(dz, *_arrays(inputs))
    return {"x": dx, "W": dW, "b": db}
