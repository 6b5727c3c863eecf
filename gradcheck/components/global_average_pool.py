"""The global average-pooling layer."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array, Inputs, Variant
from gradcheck.components._images import ONE_IMAGE
from gradcheck.components._whole_image import WholeImage
from gradcheck.presentation import Layout
from gradcheck_reference import pooling


class GlobalAveragePool(WholeImage):
    """The mean of each channel of each image."""

    id = "global-average-pool"
    title = "global average pooling"
    names = ("global_average_pool", "global_avg_pool", "global_average_pooling", "gap",
             "global_avg_pooling", "global_average_pool2d", "global_avg_pool2d",
             "global_average_pooling2d", "global_mean_pool", "global_pool", "global_pooling",
             "globalavgpool", "globalavgpool2d", "globalaveragepooling",
             "globalaveragepooling2d")  # fmt: skip
    domain = "finite reals; images of any size"
    layouts = (
        Layout("nchw", "x (N, C, H, W), out (N, C)"),
        Layout("nchw-kept", "x (N, C, H, W), out (N, C, 1, 1)", output="one-pixel"),
        Layout("nhwc", "x (N, H, W, C), out (N, C)", {"x": "nhwc"}),
        Layout("nhwc-kept", "x (N, H, W, C), out (N, 1, 1, C)", {"x": "nhwc"}, "one-pixel-last"),
        Layout("chw", "one image at a time (C, H, W), out (C,)", {"x": "first-row"}, "first-row",
               ONE_IMAGE),
    )  # fmt: skip

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's out (N, C)."""
        return pooling.global_average_pool(inputs["x"])

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dx."""
        return {"x": pooling.global_average_pool_backward(upstream, inputs["x"])}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the sum of absolute terms."""
        return float(np.max(np.mean(np.abs(inputs["x"]), axis=(2, 3)), initial=0.0))


COMPONENT = GlobalAveragePool()
