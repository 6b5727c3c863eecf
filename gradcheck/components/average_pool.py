"""The average-pooling layer."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array, Inputs, Variant
from gradcheck.components._pool import Pool
from gradcheck_reference import pooling


class AveragePool(Pool):
    """The mean of each window."""

    id = "average-pool"
    title = "average pooling"
    names = ("average_pool", "avg_pool", "average_pooling", "avg_pooling", "mean_pool",
             "mean_pooling", "average_pool2d", "avg_pool2d", "average_pooling2d", "mean_pool2d",
             "avgpool", "avgpool2d", "avg_pooling2d", "average_pool_layer", "pool_average",
             "pool_avg", "pool", "pooling", "pool2d", "pooling2d", "pool_layer")  # fmt: skip
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "near-zero", "large-batch",
               "square")  # fmt: skip

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's out (N, C, OH, OW)."""
        return pooling.average_pool(inputs["x"], **self.window_and_stride(variant))

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dx."""
        constants = self.window_and_stride(variant)
        return {"x": pooling.average_pool_backward(upstream, inputs["x"], **constants)}

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the size of the sum of absolute terms."""
        terms = self.backward(inputs, np.abs(upstream), variant)["x"]
        return {"x": float(np.max(terms, initial=0.0))}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the sum of absolute terms."""
        return float(np.max(self.forward({"x": np.abs(inputs["x"])}, variant), initial=0.0))


COMPONENT = AveragePool()
