"""The leaky ReLU activation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.component import Array, Inputs, Variant, interval_at_kinks
from gradcheck.components._elementwise import Elementwise
from gradcheck.constants import Constant
from gradcheck_reference import activations

SLOPE = Constant(
    "slope",
    "slope {:g} for z < 0",
    usual=(0.01, 0.1, 0.2, 0.3, 0.05, 0.001, 0.02, 0.25, 0.5),
    low=1e-6,  # 0 is the plain ReLU, 1 the identity
    high=0.99,
    aliases=("slope", "alpha", "a", "leak", "negativeslope", "negslope", "leakiness", "leaky",
             "negative", "alp", "coef", "coefficient", "c", "k", "m", "factor", "leakrate"),
    chosen=(0.07,),
    keys=("negative_slope",),
)  # fmt: skip
"""The course's 0.01 first."""


class LeakyRelu(Elementwise):
    """a = z for z > 0, slope * z otherwise."""

    id = "leaky-relu"
    title = "leaky ReLU"
    names = ("leaky_relu", "lrelu", "leaky", "leaky_rectifier", "leaky_re_lu", "leakyrelu")
    kink_convention = "at z = 0 any slope between the two sides is right"
    constants = (SLOPE,)

    def value(self, x: Array) -> Array:
        """Return the reference's value at the default slope."""
        return activations.leaky_relu(x)

    def gradient(self, upstream: Array, x: Array) -> Array:
        """Return the reference's gradient at the default slope."""
        return activations.leaky_relu_backward(upstream, x)

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's value at the variant's slope."""
        return activations.leaky_relu(inputs["x"], slope=self.constant(variant, "slope"))

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's gradient at the variant's slope."""
        slope = self.constant(variant, "slope")
        return {"x": activations.leaky_relu_backward(upstream, inputs["x"], slope=slope)}

    def interval(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return [slope, 1] at 0."""
        x, slope = inputs["x"], self.constant(variant, "slope")
        low: Mapping[str, Array] = {"x": upstream * np.where(x > 0, 1.0, slope)}
        high: Mapping[str, Array] = {"x": upstream * np.where(x >= 0, 1.0, slope)}
        return interval_at_kinks(low, high)


COMPONENT = LeakyRelu()
