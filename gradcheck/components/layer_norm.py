"""Layer normalisation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gradcheck.component import Array, Inputs, Variant
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
        Layout("sequences", "sequences (N, T, D), gamma (D,)", {"x": "steps"}, "steps", {"N": 6}),
    )  # fmt: skip

    variants = (
        Variant("inside", "eps under the root", {"place": "inside"}),
        Variant("outside", "eps beside the root", {"place": "outside"}),
    )

    def fitted_sizes(self, sizes: Mapping[str, int], variant: Variant) -> dict[str, int]:
        """Return the sizes; a lone feature has a root of 0, which eps beside it doesn't mend."""
        least = 1 if variant.options["place"] == "inside" else 2
        return {**sizes, "D": max(least, sizes["D"])}

    def _options(self, variant: Variant) -> dict[str, Any]:
        return {"eps": self.constant(variant, "eps"), "place": variant.options["place"]}

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's out (N, D)."""
        return normalization.layer_norm(
            inputs["x"], inputs["gamma"], inputs["beta"], **self._options(variant)
        )

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dx, dgamma, dbeta."""
        dx, dgamma, dbeta = normalization.layer_norm_backward(
            upstream, inputs["x"], inputs["gamma"], inputs["beta"], **self._options(variant)
        )
        return {"x": dx, "gamma": dgamma, "beta": dbeta}

    def _scales(self, inputs: Inputs, variant: Variant) -> tuple[Array, Array, Array]:
        """Return x_hat, what the terms are divided by, and how much x - mean loses beside it."""
        x_hat, sigma, loss = super()._scales(inputs, variant)
        if variant.options["place"] == "inside":
            return x_hat, sigma, loss
        x = inputs["x"]
        root = x.std(axis=1, keepdims=True)
        with np.errstate(all="ignore"):
            loss = np.maximum(1.0, np.max(np.abs(x), axis=1, keepdims=True) / root)
        return x_hat, np.asarray(root), loss


COMPONENT = LayerNorm()
