"""The scaled exponential linear unit."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array, Inputs, Variant, interval_at_kinks
from gradcheck.components._elementwise import Tuned
from gradcheck.constants import Constant
from gradcheck_reference import rectifiers

ALPHA = Constant(
    "alpha", "alpha {:g}", usual=(rectifiers.SELU_ALPHA, 1.67326, 1.6733, 1.673, 1.67, 1.7581),
    low=1.6, high=1.8, aliases=("alpha", "a", "alp"),
)  # fmt: skip
SCALE = Constant(
    "scale", "scale {:g}", usual=(rectifiers.SELU_SCALE, 1.0507, 1.051, 1.05),
    low=1.0, high=1.1, aliases=("scale", "lambda", "lam", "lamb", "lmbda", "lambd", "lbd", "l",
                                "s"),
)  # fmt: skip
"""The paper's two numbers, and what is left of them in fewer digits; no others are the SELU."""


class Selu(Tuned):
    """a = scale z for z > 0, scale alpha (e^z - 1) otherwise."""

    id = "selu"
    title = "SELU"
    names = ("selu", "scaled_elu", "scaled_exponential_linear_unit", "se_lu",
             "self_normalizing_elu")  # fmt: skip
    largest_slope = 2.0
    domain = "finite reals; alpha 1.6733 and scale 1.0507, to as many digits as somebody keeps"
    kink_convention = "at z = 0 any slope between scale and scale · alpha is right"
    constants = (ALPHA, SCALE)

    def value(self, x: Array, **constants: float) -> Array:
        """Return the reference's value."""
        return rectifiers.selu(x, **constants)

    def gradient(self, upstream: Array, x: Array, **constants: float) -> Array:
        """Return the reference's gradient."""
        return rectifiers.selu_backward(upstream, x, **constants)

    def interval(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return both slopes at 0."""
        left = self.backward(inputs, upstream, variant)["x"]
        right = np.where(inputs["x"] == 0, upstream * self.constant(variant, "scale"), left)
        return interval_at_kinks({"x": left}, {"x": right})

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the values, at least the depth of the left side."""
        return max(self.largest_slope, super().output_magnitude(inputs, variant))


COMPONENT = Selu()
