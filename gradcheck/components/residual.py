"""The residual connection: what a branch has made of x is added to x."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.component import Array, Component, Inputs, Variable, Variant, interval_at_kinks
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import activations, reshaping

X = Variable("x", "the shortcut x", ("N", "D"),
             aliases=("x", "shortcut", "skip", "identity", "inputs", "input", "residual", "a"),
             weak=("h", "z", "x1", "u"))  # fmt: skip
F = Variable("f", "the branch's value f", ("N", "D"),
             aliases=("f", "fx", "branch", "out", "y", "sublayer", "sublayeroutput", "b", "main",
                      "fofx", "transformed"),
             weak=("x2", "v", "residual", "block", "o"))  # fmt: skip
BOTH = ("x", "f")


class Residual(Component):
    """out = x + f, or the ReLU of it."""

    id = "residual"
    title = "residual connection"
    kind = "layer"
    needs_name = True
    names = ("residual", "residual_add", "skip_connection", "residual_connection", "shortcut",
             "add_residual", "residual_sum", "skip_add", "shortcut_connection",
             "residual_layer", "skip")  # fmt: skip
    sizes = ("N", "D")
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "kink", "large-batch", "square")
    domain = "finite reals; the branch's value is given, its own gradient isn't part of this"
    kink_convention = "with a ReLU, where x + f is 0 any slope in [0, 1] is right"
    variants = (
        Variant("add", "x + f", {"relu": False}),
        Variant("relu", "the ReLU of x + f", {"relu": True}),
    )
    layouts = (
        Layout("rows", "arrays of any shape"),
        Layout("vector", "one example at a time, as vectors", dict.fromkeys(BOTH, "first-row"),
               "first-row", {"N": 1}),
    )  # fmt: skip

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return x and f (N, D)."""
        return (X, F)

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw both; the sum is away from 0, but in the regime ``kink``."""
        shape = (sizes["N"], sizes["D"])
        x, total = source.reals(shape), source.reals(shape)
        if source.regime == "plain":
            return {"x": x, "f": np.where(x + total == 0, x, total)}
        return {"x": x, "f": total - x if source.regime != "kink" else _at_kink(x, total)}

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's out."""
        out = reshaping.residual(inputs["x"], inputs["f"])
        return activations.relu(out) if variant.options["relu"] else out

    def _gradient(self, upstream: Array, inputs: Inputs) -> dict[str, Array]:
        dx, df = reshaping.residual_backward(upstream, inputs["x"], inputs["f"])
        return {"x": dx, "f": df}

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dx and df."""
        if variant.options["relu"]:
            total = reshaping.residual(inputs["x"], inputs["f"])
            upstream = activations.relu_backward(upstream, total)
        return self._gradient(upstream, inputs)

    def interval(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return [0, 1] times the upstream where a ReLU's input is 0."""
        low = self.backward(inputs, upstream, variant)
        if not variant.options["relu"]:
            return low, low
        is_on = inputs["x"] + inputs["f"] >= 0
        return interval_at_kinks(low, self._gradient(upstream * is_on, inputs))

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the upstream's size."""
        return dict.fromkeys(BOTH, float(np.max(np.abs(upstream), initial=0.0)))

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of both terms."""
        return float(np.max(np.abs(inputs["x"]) + np.abs(inputs["f"]), initial=0.0))


def _at_kink(x: Array, total: Array) -> Array:
    """Return f with x + f = 0 exactly where a kink is wanted."""
    return np.where(total == 0, -x, total)


COMPONENT = Residual()
