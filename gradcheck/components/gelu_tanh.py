"""The GELU activation in its tanh approximation: another function, with another gradient.

Students call both forms ``gelu``. Which one a submission means is told by its value; a value of
one form with the gradient of the other is 2e-4 off, and wrong.
"""

from __future__ import annotations

import math

from gradcheck.component import Array
from gradcheck.components._elementwise import Tuned
from gradcheck.constants import Constant
from gradcheck_reference import activations

ROOT = Constant(
    "root", "{:.10g} for sqrt(2/pi)",
    usual=(math.sqrt(2 / math.pi), 0.7978845608, 0.79788456, 0.797885, 0.79788, 0.7979, 0.798),
    low=0.7975, high=0.7985,
)  # fmt: skip
"""People write it down in three to ten digits: another value, with its own gradient."""
CUBIC = Constant(
    "cubic", "{:g} z^3", usual=(0.044715, 0.04472, 0.0447), low=0.0446, high=0.0448,
)  # fmt: skip


class GeluTanh(Tuned):
    """a = z/2 (1 + tanh(sqrt(2/pi) (z + 0.044715 z^3)))."""

    id = "gelu-tanh"
    title = "GELU (tanh approximation)"
    names = ("gelu_tanh", "gelu", "tanh_gelu", "gelu_approx", "gelu_approximate", "approx_gelu",
             "gelu_approximation", "gelu_new", "fast_gelu", "gelu_fast", "ge_lu",
             "gaussian_error_linear_unit")  # fmt: skip
    largest_slope = 1.13
    constants = (ROOT, CUBIC)

    def value(self, x: Array, **constants: float) -> Array:
        """Return the reference's value."""
        return activations.gelu_tanh(x, **constants)

    def gradient(self, upstream: Array, x: Array, **constants: float) -> Array:
        """Return the reference's gradient."""
        return activations.gelu_tanh_backward(upstream, x, **constants)


COMPONENT = GeluTanh()
