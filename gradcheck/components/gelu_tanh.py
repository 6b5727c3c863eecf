"""The GELU activation in its tanh approximation: another function, with another gradient.

Students call both forms ``gelu``. Which one a submission means is told by its value; a value of
one form with the gradient of the other is 2e-4 off, and wrong.
"""

from __future__ import annotations

from gradcheck.component import Array
from gradcheck.components._elementwise import Elementwise
from gradcheck_reference import activations


class GeluTanh(Elementwise):
    """a = z/2 (1 + tanh(sqrt(2/pi) (z + 0.044715 z^3)))."""

    id = "gelu-tanh"
    title = "GELU (tanh approximation)"
    names = ("gelu_tanh", "gelu", "tanh_gelu", "gelu_approx", "gelu_approximate", "approx_gelu",
             "gelu_approximation", "gelu_new", "fast_gelu", "gelu_fast", "ge_lu",
             "gaussian_error_linear_unit")  # fmt: skip
    largest_slope = 1.13

    def value(self, x: Array) -> Array:
        """Return the reference's value."""
        return activations.gelu_tanh(x)

    def gradient(self, upstream: Array, x: Array) -> Array:
        """Return the reference's gradient."""
        return activations.gelu_tanh_backward(upstream, x)


COMPONENT = GeluTanh()
