"""Gradient clipping, by value or by norm."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.component import Array, Component, Inputs, Variable, Variant
from gradcheck.constants import Constant
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import optimizers

G = Variable("gradient", "the gradient", ("D", "M"),
             aliases=("gradient", "grad", "gradients", "grads", "g", "dw", "dtheta"),
             weak=("x", "w", "params", "parameters", "a", "v"),
             is_differentiable=False)  # fmt: skip
LIMIT = Constant("limit", "limit {:g}", usual=(1.0, 5.0, 10.0, 0.5, 0.25), low=1e-3, high=1e3,
                 chosen=(0.75,),
                 aliases=("limit", "threshold", "maxnorm", "maxvalue", "clipvalue", "clipnorm", "c",
                          "max", "clip", "bound", "thresh", "maxgradnorm", "maxval", "cliprange",
                          "maxgrad", "clipval", "value", "norm", "maxgradientnorm"))  # fmt: skip
EPS = Constant("eps", "{:g} added to the norm", usual=(0.0, 1e-6, 1e-8, 1e-12, 1e-7), low=0.0,
               high=1e-3, chosen=(1e-6,), aliases=("eps", "epsilon"))  # fmt: skip
SMALL = 1e-3
"""Scale of gradients that no limit touches (regime near-zero)."""
LARGE = 40.0
"""Scale of the first row: beyond the limits in use, which stand in a signature as a default."""


class GradientClipping(Component):
    """Nothing beyond the limit: no entry (by value), or not the length (by norm)."""

    id = "gradient-clipping"
    title = "gradient clipping"
    kind = "step"
    names = ("clip_gradient", "clip", "gradient_clipping", "clip_gradients", "clip_grad_norm",
             "clip_norm", "clip_by_norm", "clip_by_value", "clip_gradients_by_norm",
             "clip_gradient_norm", "clip_gradient_by_norm", "clip_gradient_by_value", "clip_value",
             "clip_by_global_norm", "clip_grads", "clip_grad", "gradient_clip", "clipping",
             "clip_global_norm")  # fmt: skip
    sizes = ("D", "M")
    regimes = ("ordinary", "negative", "near-zero", "square")
    domain = "finite reals, not all 0; a limit above 0"
    layouts = (Layout("any", "a gradient of any shape"),)
    constants = (LIMIT, EPS)
    variants = (
        Variant("by-norm", "the length is limited", {"by": "norm"}, ("norm",)),
        Variant("by-value", "each entry is limited", {"by": "value"}, ("value",)),
    )
    has_gradient = False

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return the gradient (D, M)."""
        return (G,)

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw a gradient, partly beyond the limit; a small one in the regime near-zero."""
        gradient = source.reals((sizes["D"], sizes["M"]))
        if source.regime == "near-zero":
            return {"gradient": SMALL * gradient}
        if source.regime != "plain":
            gradient[0] *= LARGE
        return {"gradient": gradient}

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's gradient (D, M)."""
        options = {name: self.constant(variant, name) for name in ("limit", "eps")}
        return optimizers.clipped(inputs["gradient"], by=variant.options["by"], **options)

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return nothing: a step is judged by its value."""
        return {}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the gradient before it is clipped."""
        return float(np.max(np.abs(inputs["gradient"])))


COMPONENT = GradientClipping()
