"""The GELU activation, exact: with the error function."""

from __future__ import annotations

from gradcheck.component import Array
from gradcheck.components._elementwise import Elementwise
from gradcheck_reference import activations


class Gelu(Elementwise):
    """a = z Phi(z) = z/2 (1 + erf(z / sqrt 2))."""

    id = "gelu"
    title = "GELU"
    names = ("gelu", "gelu_exact", "exact_gelu", "gelu_erf", "erf_gelu", "ge_lu",
             "gaussian_error_linear_unit")  # fmt: skip
    largest_slope = 1.13

    def value(self, x: Array) -> Array:
        """Return the reference's value."""
        return activations.gelu(x)

    def gradient(self, upstream: Array, x: Array) -> Array:
        """Return the reference's gradient."""
        return activations.gelu_backward(upstream, x)


COMPONENT = Gelu()
