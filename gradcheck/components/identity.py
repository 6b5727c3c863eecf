"""The identity activation."""

from __future__ import annotations

from gradcheck.component import Array
from gradcheck.components._elementwise import Elementwise
from gradcheck_reference import activations


class Identity(Elementwise):
    """a = z."""

    id = "identity"
    title = "identity"
    names = ("identity", "linear_activation", "identity_activation", "linear")
    foreign = frozenset({"n", "size", "dim", "k", "m"})  # identity(n) is a matrix

    def value(self, x: Array) -> Array:
        """Return the reference's value."""
        return activations.identity(x)

    def gradient(self, upstream: Array, x: Array) -> Array:
        """Return the reference's gradient."""
        return activations.identity_backward(upstream, x)


COMPONENT = Identity()
