"""Layer normalisation."""

from __future__ import annotations

from gradcheck.component import Array, Inputs
from gradcheck.components._normalization import Normalization
from gradcheck.presentation import Layout
from gradcheck_reference import normalization

ROWS = {"gamma": "row", "beta": "row"}
COLUMNS = {"gamma": "column", "beta": "column"}


class LayerNorm(Normalization):
    """Every example is brought to mean 0 and variance 1 over its features."""

    id = "layer-norm"
    title = "layer normalisation"
    names = ("layer_norm", "layernorm", "ln", "layer_normalization", "layer_normalisation",
             "layer_norm_layer", "norm_layer")  # fmt: skip
    axis = 1
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "saturated", "near-zero",
               "large-batch", "square")  # fmt: skip
    layouts = (
        Layout("rows", "examples in rows, gamma (D,)"),
        Layout("rows-gamma-row", "examples in rows, gamma (1, D)", ROWS),
        Layout("columns", "examples in columns, gamma (D, 1)", {"x": "transpose"} | COLUMNS,
               "transpose"),
        Layout("vector", "one example at a time, as a vector", {"x": "first-row"}, "first-row",
               {"N": 1}),
    )  # fmt: skip

    def value(self, inputs: Inputs, eps: float) -> Array:
        """Return the reference's value."""
        return normalization.layer_norm(inputs["x"], inputs["gamma"], inputs["beta"], eps=eps)

    def gradients(
        self, upstream: Array, inputs: Inputs, eps: float
    ) -> tuple[Array, Array, Array]:
        """Return the reference's gradients."""
        return normalization.layer_norm_backward(
            upstream, inputs["x"], inputs["gamma"], inputs["beta"], eps=eps
        )


COMPONENT = LayerNorm()
