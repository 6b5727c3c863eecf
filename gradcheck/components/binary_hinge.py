"""The hinge cost of targets -1 and 1: a support vector machine of two classes."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcheck.component import Array, Inputs, Variant
from gradcheck.components._margin import GAP, Margin
from gradcheck_reference import margins

SAFETY = 4.0
"""Steps keep this part of the distance to the kink (directions have entries of up to 1.5)."""


class BinaryHinge(Margin):
    """C = reduction of max(0, margin - y s)."""

    id = "binary-hinge"
    title = "hinge (two classes)"
    names = ("binary_hinge", "hinge", "hinge_loss", "svm_loss", "svm_hinge", "svm", "margin_loss",
             "hinge_binary", "binary_svm")  # fmt: skip
    kink_convention = "inputs keep away from y s = margin; there any slope in [0, 1] would be right"

    def value(self, prediction: Array, target: Array, **options: Any) -> Array:
        """Return the reference's cost."""
        return np.asarray(margins.binary_hinge(prediction, target, **options))

    def gradient(self, prediction: Array, target: Array, **options: Any) -> Array:
        """Return the reference's d_prediction."""
        return margins.binary_hinge_backward(prediction, target, **options)

    def largest_step(self, inputs: Inputs, variant: Variant) -> float:
        """Return a step that crosses no kink."""
        nearest = np.abs(inputs["target"] * inputs["prediction"] - self.constant(variant, "margin"))
        gap = float(np.min(nearest, initial=GAP, where=nearest > 0.0))
        return min(super().largest_step(inputs, variant), gap / SAFETY)

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the weight of an entry."""
        weight = self.weight(variant, len(inputs["prediction"]))
        return {"prediction": weight * float(np.max(np.abs(upstream)))}


COMPONENT = BinaryHinge()
