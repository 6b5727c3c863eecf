"""The softsign activation."""

from __future__ import annotations

from gradcheck.component import Array
from gradcheck.components._elementwise import Elementwise
from gradcheck_reference import squashing


class Softsign(Elementwise):
    """a = z / (1 + |z|)."""

    id = "softsign"
    title = "softsign"
    names = ("softsign", "soft_sign")

    def value(self, x: Array) -> Array:
        """Return the reference's value."""
        return squashing.softsign(x)

    def gradient(self, upstream: Array, x: Array) -> Array:
        """Return the reference's gradient."""
        return squashing.softsign_backward(upstream, x)


COMPONENT = Softsign()
