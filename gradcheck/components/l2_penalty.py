"""The L2 penalty."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array, Inputs, Variant
from gradcheck.components._penalty import Penalty
from gradcheck_reference import penalties

HALF = 0.5


class L2Penalty(Penalty):
    """C = strength * sum of w^2, or half of it."""

    id = "l2-penalty"
    title = "L2 penalty"
    names = ("l2_penalty", "l2_regularization", "l2_reg", "l2_regularisation", "ridge",
             "weight_decay", "l2_regularizer", "ridge_penalty", "l2_reg_loss", "reg_l2",
             "l2_regularization_loss", "weight_penalty", "frobenius_penalty")  # fmt: skip
    variants = (
        Variant("whole", "the whole square", {"factor": 1.0}),
        Variant("half", "half the square", {"factor": HALF}),
    )

    def _strength(self, variant: Variant) -> float:
        factor: float = variant.options["factor"]
        return factor * self.constant(variant, "strength")

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's cost."""
        return np.asarray(penalties.l2_penalty(inputs["W"], strength=self._strength(variant)))

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dW."""
        strength = self._strength(variant)
        return {"W": upstream * penalties.l2_penalty_backward(inputs["W"], strength=strength)}


COMPONENT = L2Penalty()
