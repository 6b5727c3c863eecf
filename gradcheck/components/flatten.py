"""The flattening layer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.component import Array, Component, Inputs, Variable, Variant
from gradcheck.components._images import ONE_IMAGE, X
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import reshaping

FEW = (2, 3, 5)


class Flatten(Component):
    """Every example becomes one row, its last axis running fastest."""

    id = "flatten"
    title = "flattening layer"
    kind = "layer"
    needs_name = True
    names = ("flatten", "flatten_layer", "flattening", "flat", "flattener", "reshape",
             "reshape_layer", "flatten_batch")  # fmt: skip
    sizes = ("N", "C", "OH", "OW")
    choices = {"N": FEW, "C": FEW, "OH": (2, 4), "OW": (3,)}
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "near-zero", "large-batch",
               "square")  # fmt: skip
    domain = "finite reals; examples of three axes, of which the last runs fastest"
    layouts = (
        Layout("rows", "x (N, ., ., .), out (N, D)"),
        Layout("columns", "x (N, ., ., .), out (D, N)", output="transpose"),
        Layout("one-channel", "x (N, ., .), out (N, D)", {"x": "without-channel"},
               sizes={"C": 1}),
        Layout("single", "one example at a time, out (D,)", {"x": "first-row"}, "first-row",
               ONE_IMAGE),
        Layout("single-column", "one example at a time, out (D, 1)", {"x": "first-row"},
               "first-row-column", ONE_IMAGE),
    )  # fmt: skip

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return the only input, x (N, C, H, W)."""
        return (X,)

    def fitted_sizes(self, sizes: Mapping[str, int], variant: Variant) -> dict[str, int]:
        """Return the sizes with those of the image."""
        return {**sizes, "H": sizes["OH"], "W": sizes["OW"]}

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw x (N, C, H, W)."""
        return {"x": source.reals(tuple(sizes[d] for d in X.dims))}

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's out (N, D)."""
        return reshaping.flatten(inputs["x"])

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dx."""
        return {"x": reshaping.flatten_backward(upstream, inputs["x"])}

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the upstream's size."""
        return {"x": float(np.max(np.abs(upstream), initial=0.0))}


COMPONENT = Flatten()
