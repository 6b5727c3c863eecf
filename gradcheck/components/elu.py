"""The exponential linear unit."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array, Inputs, Variant, interval_at_kinks
from gradcheck.components._elementwise import Tuned
from gradcheck.constants import Constant
from gradcheck_reference import rectifiers

ALPHA = Constant(
    "alpha",
    "alpha {:g}",
    usual=(1.0, 0.5, 0.1, 0.2, 1.5, 2.0, 0.3, 0.01),
    low=1e-3,
    high=10.0,
    aliases=("alpha", "a", "alp", "coef", "coefficient", "c", "k", "scale"),
    chosen=(0.7,),
)  # fmt: skip
"""At 1 there is no kink and a forgotten alpha doesn't show: the caller's choice is another."""


class Elu(Tuned):
    """a = z for z > 0, alpha (e^z - 1) otherwise."""

    id = "elu"
    title = "ELU"
    names = ("elu", "exponential_linear_unit", "exponential_linear", "e_lu", "exp_linear_unit")
    kink_convention = "at z = 0 any slope between alpha and 1 is right"
    constants = (ALPHA,)

    def value(self, x: Array, **constants: float) -> Array:
        """Return the reference's value."""
        return rectifiers.elu(x, **constants)

    def gradient(self, upstream: Array, x: Array, **constants: float) -> Array:
        """Return the reference's gradient."""
        return rectifiers.elu_backward(upstream, x, **constants)

    def interval(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return both slopes at 0."""
        left = self.backward(inputs, upstream, variant)["x"]
        right = np.where(inputs["x"] == 0, upstream, left)
        return interval_at_kinks({"x": left}, {"x": right})

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the upstream's size times the larger slope."""
        largest = max(1.0, self.constant(variant, "alpha"))
        return {"x": largest * float(np.max(np.abs(upstream), initial=0.0))}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the values, at least that of alpha, from which e^z is taken."""
        return max(self.constant(variant, "alpha"), super().output_magnitude(inputs, variant))


COMPONENT = Elu()
