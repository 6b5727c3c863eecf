"""The tanh activation."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array, Inputs, Variant
from gradcheck.components._elementwise import Elementwise
from gradcheck_reference import activations

HEIGHT, SHARPNESS = 1.7159, 2.0 / 3.0
"""LeCun's (Efficient BackProp): so that f(1) = 1, f(-1) = -1, and the slope there is largest."""
PLAIN, SCALED = (1.0, 1.0), (HEIGHT, SHARPNESS)


class Tanh(Elementwise):
    """a = (e^z - e^(-z)) / (e^z + e^(-z)); or LeCun's 1.7159 tanh(2/3 z)."""

    id = "tanh"
    title = "tanh"
    names = ("tanh", "hyperbolic_tangent", "tan_h")

    largest_slope = 1.15  # of both: 1.7159 * 2/3
    variants = (
        Variant("plain", "as in the textbook", {"scale": PLAIN}),
        Variant("lecun", "LeCun's 1.7159 tanh(2/3 z)", {"scale": SCALED}),
    )

    def value(self, x: Array) -> Array:
        """Return the reference's value."""
        return activations.tanh(x)

    def gradient(self, upstream: Array, x: Array) -> Array:
        """Return the reference's gradient."""
        return activations.tanh_backward(upstream, x)

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the value, scaled as the variant says."""
        height, sharpness = variant.options["scale"]
        return np.asarray(height * self.value(sharpness * inputs["x"]))

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return dx, scaled as the variant says."""
        height, sharpness = variant.options["scale"]
        scaled = self.gradient(upstream, sharpness * inputs["x"])
        return {"x": np.asarray(height * sharpness * scaled)}

    def interval(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return the gradient twice: no kinks."""
        gradient = self.backward(inputs, upstream, variant)
        return gradient, gradient


COMPONENT = Tanh()
