"""The L1 penalty."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array, Inputs, Variant
from gradcheck.components._penalty import Penalty
from gradcheck_reference import penalties


class L1Penalty(Penalty):
    """C = strength * sum of |w|."""

    id = "l1-penalty"
    title = "L1 penalty"
    names = ("l1_penalty", "l1_regularization", "l1_reg", "l1_regularisation", "lasso",
             "l1_regularizer", "lasso_penalty", "l1_norm", "l1_reg_loss", "reg_l1",
             "l1_regularization_loss")  # fmt: skip
    regimes = ("ordinary", "negative", "kink", "square")
    kink_convention = (
        "where a weight is 0 any slope between -strength and strength is right; the reference "
        "takes 0"
    )

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's cost."""
        strength = self.constant(variant, "strength")
        return np.asarray(penalties.l1_penalty(inputs["W"], strength=strength))

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dW."""
        strength = self.constant(variant, "strength")
        return {"W": upstream * penalties.l1_penalty_backward(inputs["W"], strength=strength)}

    def interval(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return both signs where a weight is 0."""
        gradient = self.backward(inputs, upstream, variant)["W"]
        largest = np.abs(upstream) * self.constant(variant, "strength")
        is_zero = inputs["W"] == 0
        low, high = np.where(is_zero, -largest, gradient), np.where(is_zero, largest, gradient)
        return {"W": low}, {"W": high}


COMPONENT = L1Penalty()
