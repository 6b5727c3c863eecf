"""The affine layer (fully connected, dense, linear)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from gradcheck.component import Array, Component, Factor, Inputs, Site, Variable, Variant
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import layers

X = Variable("x", "the input x", ("N", "D"),
             aliases=("x", "input", "inputs", "aprev", "data", "a"),
             weak=("a0", "z", "h", "prev", "features"))  # fmt: skip
W = Variable("W", "the weights W", ("D", "M"), role="parameter",
             aliases=("w", "weight", "weights", "theta", "kernel", "wt"))  # fmt: skip
B = Variable("b", "the bias b", ("M",), role="parameter",
             aliases=("b", "bias", "biases"))  # fmt: skip

ROW_B = {"b": "row"}
TURNED_W = {"W": "transpose"}
COLUMNS = {"x": "transpose", "W": "transpose"}
ONE = {"N": 1}

STEPS, SIX = {"x": "steps"}, {"N": 6}
"""Two sequences of three steps: for code that takes three axes only."""


class Affine(Component):
    """out = x W + b, one example a row."""

    id = "affine"
    title = "affine layer"
    kind = "layer"
    names = ("affine", "linear", "dense", "fully_connected", "fc", "affine_layer", "linear_layer",
             "dense_layer", "fc_layer", "fully_connected_layer", "layer_linear", "layer_dense",
             "linear_transform", "affine_transform")  # fmt: skip
    sizes = ("N", "D", "M")
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "near-zero", "large-batch",
               "square")  # fmt: skip
    layouts = (
        Layout("rows", "examples in rows, W (D, M), b (M,)"),
        Layout("rows-b-row", "examples in rows, W (D, M), b (1, M)", ROW_B),
        Layout("rows-W-turned", "examples in rows, W (M, D), b (M,)", TURNED_W),
        Layout("rows-W-turned-b-row", "examples in rows, W (M, D), b (1, M)", TURNED_W | ROW_B),
        Layout("columns", "examples in columns, W (M, D), b (M, 1)", COLUMNS | {"b": "column"},
               "transpose"),
        Layout("rows-b-column", "examples in rows, W (D, M), b (M, 1)", {"b": "column"}),
        Layout("rows-W-turned-b-column", "examples in rows, W (M, D), b (M, 1)",
               TURNED_W | {"b": "column"}),
        Layout("columns-b-vector", "examples in columns, W (M, D), b (M,)", COLUMNS, "transpose"),
        Layout("columns-W-turned", "examples in columns, W (D, M), b (M, 1)",
               {"x": "transpose", "b": "column"}, "transpose"),
        Layout("vector", "one example at a time, W (M, D), b (M,)",
               {"x": "first-row"} | TURNED_W, "first-row", ONE),
        Layout("vector-W-turned", "one example at a time, W (D, M), b (M,)",
               {"x": "first-row"}, "first-row", ONE),
        Layout("vector-column", "one example at a time as a column, W (M, D), b (M, 1)",
               {"x": "transpose", "W": "transpose", "b": "column"}, "transpose", ONE),
        Layout("vector-row", "one example at a time as a row, W (D, M), b (1, M)", ROW_B,
               sizes=ONE),
        Layout("sequences", "sequences (N, T, D), W (D, M), b (M,)", STEPS, "steps", SIX),
        Layout("sequences-b-row", "sequences (N, T, D), W (D, M), b (1, M)", STEPS | ROW_B,
               "steps", SIX),
        Layout("sequences-W-turned", "sequences (N, T, D), W (M, D), b (M,)", STEPS | TURNED_W,
               "steps", SIX),
    )  # fmt: skip
    elsewhere: ClassVar = {
        plain.id: (Layout("images", "examples of more than one axis",
                          {**plain.of, "x": "last-axis"}, plain.output),)
        for plain in layouts[:4]
    }  # fmt: skip
    """What flattens its input itself takes it in any shape."""
    is_one_elsewhere = True
    factors = frozenset({"dz-dw", "dz-da"})

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return x (N, D), W (D, M), b (M,)."""
        return (X, W, B)

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw x (N, D), W (D, M), b (M,)."""
        n, d, m = sizes["N"], sizes["D"], sizes["M"]
        return {"x": source.reals((n, d)), "W": source.reals((d, m)), "b": source.reals((m,))}

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's out (N, M)."""
        return layers.affine(inputs["x"], inputs["W"], inputs["b"])

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dx, dW, db."""
        dx, dW, db = layers.affine_backward(upstream, inputs["x"], inputs["W"], inputs["b"])
        return {"x": dx, "W": dW, "b": db}

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the sizes of the sums of absolute terms."""
        sizes = np.abs(upstream)
        terms = {
            "x": sizes @ np.abs(inputs["W"]).T,
            "W": np.abs(inputs["x"]).T @ sizes,
            "b": sizes.sum(axis=0),
        }
        return {name: float(np.max(term, initial=0.0)) for name, term in terms.items()}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the sums of absolute terms."""
        total = np.abs(inputs["x"]) @ np.abs(inputs["W"]) + np.abs(inputs["b"])
        return float(np.max(total, initial=0.0))

    def rederive(
        self, inputs: Inputs, upstream: Array, variant: Variant, wrong: Mapping[str, Factor]
    ) -> dict[str, Array]:
        """Return the gradient with a mistaken dz/dw (N, D) or dz/da (D, M)."""
        x, weights, b = inputs["x"], inputs["W"], inputs["b"]
        z = layers.affine(x, weights, b)
        site = Site(1, 1, z, z, x, weights, b, None, (x, z))
        dz_dw = wrong["dz-dw"](site) if "dz-dw" in wrong else x
        dz_da = wrong["dz-da"](site) if "dz-da" in wrong else weights
        return {"x": upstream @ dz_da.T, "W": dz_dw.T @ upstream, "b": upstream.sum(axis=0)}


COMPONENT = Affine()
