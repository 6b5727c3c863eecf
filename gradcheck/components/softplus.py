"""The softplus activation."""

from __future__ import annotations

from gradcheck.component import Array
from gradcheck.components._elementwise import Elementwise
from gradcheck_reference import activations


class Softplus(Elementwise):
    """a = ln(1 + e^z)."""

    id = "softplus"
    title = "softplus"
    takes_logarithms = True
    names = ("softplus", "soft_plus")

    def value(self, x: Array) -> Array:
        """Return the reference's value."""
        return activations.softplus(x)

    def gradient(self, upstream: Array, x: Array) -> Array:
        """Return the reference's gradient."""
        return activations.softplus_backward(upstream, x)


COMPONENT = Softplus()
