"""The hard sigmoid: three straight pieces."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.component import Array, Inputs, Variant, interval_at_kinks
from gradcheck.components._elementwise import Tuned
from gradcheck.constants import Constant
from gradcheck.strategies.source import Source
from gradcheck_reference import squashing

SLOPE = Constant(
    "slope", "slope {:g} in the middle", usual=(0.2, 1 / 6, 0.5, 0.25, 0.1), low=0.05, high=1.0,
    aliases=("slope", "alpha", "a", "k", "m"), chosen=(0.25,),
)  # fmt: skip
GAP = 0.1
"""Distance that inputs keep from both kinks, but in the regime ``kink``."""
UNITS = 8
"""Units of rounding within which slope · z counts as exactly 1/2: z may be written (z + 3)/6."""
EDGE = 0.5


class HardSigmoid(Tuned):
    """a = slope z + 1/2, cut off at 0 and 1."""

    id = "hard-sigmoid"
    title = "hard sigmoid"
    names = ("hard_sigmoid", "hardsigmoid", "h_sigmoid", "hsigmoid", "hard_sig")
    domain = "finite reals; the middle piece goes through (0, 1/2)"
    kink_convention = "at slope · z = ±1/2 any slope between 0 and that of the middle is right"
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "saturated", "kink", "large-batch",
               "square")  # fmt: skip
    constants = (SLOPE,)

    def value(self, x: Array, **constants: float) -> Array:
        """Return the reference's value."""
        return squashing.hard_sigmoid(x, **constants)

    def gradient(self, upstream: Array, x: Array, **constants: float) -> Array:
        """Return the reference's gradient."""
        return squashing.hard_sigmoid_backward(upstream, x, **constants)

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw x (N, D) on all three pieces; in the regime ``kink`` partly on their edges."""
        x = source.reals((sizes["N"], sizes["D"]), scale=2.5)
        edge = EDGE / self.constant(variant, "slope")
        if source.regime == "kink":
            signs = np.where(np.arange(x.size).reshape(x.shape) % 2, -1.0, 1.0)
            return {"x": np.where(x == 0, signs * edge, x)}
        outward = np.sign(x) * (edge + GAP)
        return {"x": np.where(np.abs(np.abs(x) - edge) < GAP, outward, x)}

    def interval(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return 0 and the middle's slope at both edges."""
        x, slope = inputs["x"], self.constant(variant, "slope")
        slack = UNITS * np.finfo(np.float64).eps
        is_edge = np.abs(np.abs(slope * x) - EDGE) <= slack
        gradient = self.backward(inputs, upstream, variant)["x"]
        low, high = (np.where(is_edge, end, gradient) for end in (0.0 * upstream, slope * upstream))
        return interval_at_kinks({"x": low}, {"x": high})


COMPONENT = HardSigmoid()
