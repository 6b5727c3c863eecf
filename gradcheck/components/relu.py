"""The ReLU activation."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.components._elementwise import Elementwise
from gradcheck_reference import activations


class Relu(Elementwise):
    """a = max(0, z)."""

    id = "relu"
    title = "ReLU"
    names = ("relu", "rectifier", "rectified_linear", "rectified_linear_unit", "re_lu")
    lookalikes = ("relu6", "relu2", "squaredrelu", "thresholdedrelu", "crelu")
    kink_convention = "at z = 0 any slope in [0, 1] is right; the reference takes 0"

    def value(self, x: Array) -> Array:
        """Return the reference's value."""
        return activations.relu(x)

    def gradient(self, upstream: Array, x: Array) -> Array:
        """Return the reference's gradient."""
        return activations.relu_backward(upstream, x)

    def slopes_at_kinks(self, x: Array) -> tuple[Array, Array]:
        """Return [0, 1] at 0."""
        return np.where(x > 0, 1.0, 0.0), np.where(x >= 0, 1.0, 0.0)


COMPONENT = Relu()
