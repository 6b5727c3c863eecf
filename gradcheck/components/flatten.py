"""The flattening layer."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array, Inputs, Variant
from gradcheck.components._images import ONE_IMAGE
from gradcheck.components._whole_image import WholeImage
from gradcheck.presentation import Layout
from gradcheck_reference import reshaping


class Flatten(WholeImage):
    """Every example becomes one row, its last axis running fastest."""

    id = "flatten"
    title = "flattening layer"
    needs_name = True
    names = ("flatten", "flatten_layer", "flattening", "flat", "flattener", "reshape",
             "reshape_layer", "flatten_batch")  # fmt: skip
    domain = "finite reals; examples of three axes, of which the last runs fastest"
    layouts = (
        Layout("rows", "x (N, ., ., .), out (N, D)"),
        Layout("columns", "x (N, ., ., .), out (D, N)", output="transpose"),
        Layout("one-channel", "x (N, ., .), out (N, D)", {"x": "without-channel"},
               sizes={"C": 1}),
        Layout("single", "one example at a time, out (D,)", {"x": "first-row"}, "first-row",
               ONE_IMAGE),
        Layout("single-row", "one example at a time, out (1, D)", {"x": "first-row"},
               sizes=ONE_IMAGE),
        Layout("single-column", "one example at a time, out (D, 1)", {"x": "first-row"},
               "first-row-column", ONE_IMAGE),
    )  # fmt: skip

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
