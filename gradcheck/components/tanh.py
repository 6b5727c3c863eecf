"""The tanh activation."""

from __future__ import annotations

from gradcheck.component import Array
from gradcheck.components._elementwise import Elementwise
from gradcheck_reference import activations


class Tanh(Elementwise):
    """a = (e^z - e^(-z)) / (e^z + e^(-z))."""

    id = "tanh"
    title = "tanh"
    names = ("tanh", "hyperbolic_tangent", "tan_h")

    def value(self, x: Array) -> Array:
        """Return the reference's value."""
        return activations.tanh(x)

    def gradient(self, upstream: Array, x: Array) -> Array:
        """Return the reference's gradient."""
        return activations.tanh_backward(upstream, x)


COMPONENT = Tanh()
