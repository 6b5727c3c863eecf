"""What pooling layers share: one input x (N, C, H, W), a square window, a stride."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from gradcheck.component import Array, Component, Inputs, Variable, Variant
from gradcheck.components._images import ONE_IMAGE, POOL_STRIDE, WINDOW, X, fitted
from gradcheck.constants import Constant
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import pooling

FEW = (2, 3, 5)


class Pool(Component):
    """A layer that makes one number of each window of each channel."""

    kind = "layer"
    sizes = ("N", "C", "OH", "OW")
    choices = {"N": FEW, "C": FEW, "OH": (2, 4), "OW": (3, 5)}
    constants: ClassVar[tuple[Constant, ...]] = (WINDOW, POOL_STRIDE)
    branches: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "max-pool": ("max", "MAX", "maximum"), "average-pool": ("average", "avg", "mean", "AVG"),
    }  # fmt: skip
    domain = (
        "finite reals; windows are square, and the last one ends where the image ends: H - window "
        "is a multiple of the stride; without a stride windows lie side by side"
    )
    variants = (Variant("plain", "square windows, no padding"),)
    layouts = (
        Layout("nchw", "x (N, C, H, W)"),
        Layout("nhwc", "x (N, H, W, C)", {"x": "nhwc"}, "nhwc"),
        Layout("chw", "one image at a time (C, H, W)", {"x": "first-row"}, "first-row", ONE_IMAGE),
        Layout("hwc", "one image at a time (H, W, C)", {"x": "hwc"}, "hwc", ONE_IMAGE),
        Layout("one-channel", "one image at a time (H, W)", {"x": "image"}, "image",
               ONE_IMAGE | {"C": 1}),
    )  # fmt: skip

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return the only input, x (N, C, H, W)."""
        return (X,)

    def constant(self, variant: Variant, name: str) -> float:
        """Return the value of a constant; a stride that nobody names is the window's side."""
        is_side_by_side = name == "stride" and name not in variant.options
        return super().constant(variant, "window" if is_side_by_side else name)

    def window_and_stride(self, variant: Variant) -> dict[str, int]:
        """Return both constants, as the reference takes them."""
        return {name: int(self.constant(variant, name)) for name in ("window", "stride")}

    def fitted_sizes(self, sizes: Mapping[str, int], variant: Variant) -> dict[str, int]:
        """Return the sizes with H and W that the windows cover to the last entry."""
        return fitted(dict(sizes), **self.window_and_stride(variant))

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw x (N, C, H, W)."""
        return {"x": source.reals(tuple(sizes[d] for d in X.dims))}

    def covered(self, inputs: Inputs, upstream: Array, variant: Variant) -> Array:
        """Return the sum of the upstream gradients of the windows that hold an entry."""
        constants = self.window_and_stride(variant)
        shared = pooling.average_pool_backward(upstream, inputs["x"], **constants)
        return np.asarray(shared * constants["window"] ** 2)
