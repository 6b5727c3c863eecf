"""The SiLU activation, also called Swish."""

from __future__ import annotations

from gradcheck.component import Array, Inputs, Variant
from gradcheck.components._elementwise import Tuned
from gradcheck.constants import Constant
from gradcheck_reference import rectifiers

BETA = Constant(
    "beta", "beta {:g}", usual=(1.0, 1.702, 1.5, 2.0, 0.5, 0.1), low=1e-2, high=20.0,
    aliases=("beta", "b", "c"), chosen=(1.3,),
)  # fmt: skip
"""1 is the SiLU, another one Swish; at 1 a forgotten beta doesn't show."""
STEEPEST = 1.1


class Silu(Tuned):
    """a = z sigmoid(beta z)."""

    id = "silu"
    title = "SiLU (Swish)"
    names = ("silu", "swish", "si_lu", "sigmoid_linear_unit", "sigmoid_weighted_linear_unit",
             "swish1", "swish_1", "swish_beta")  # fmt: skip
    lookalikes = ("hardswish", "hardsilu")
    largest_slope = STEEPEST
    constants = (BETA,)

    def value(self, x: Array, **constants: float) -> Array:
        """Return the reference's value."""
        return rectifiers.silu(x, **constants)

    def gradient(self, upstream: Array, x: Array, **constants: float) -> Array:
        """Return the reference's gradient."""
        return rectifiers.silu_backward(upstream, x, **constants)

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the upstream's size times the largest term: beta z s (1 - s) has digits of z."""
        size = super().magnitude(inputs, upstream, variant)["x"]
        return {"x": size * max(1.0, self.constant(variant, "beta"))}


COMPONENT = Silu()
