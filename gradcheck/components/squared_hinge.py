"""The squared hinge cost of targets -1 and 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcheck.component import Array, Inputs, Variant
from gradcheck.components._margin import Margin
from gradcheck_reference import margins


class SquaredHinge(Margin):
    """C = reduction of max(0, margin - y s)^2."""

    id = "squared-hinge"
    title = "squared hinge"
    names = ("squared_hinge", "squared_hinge_loss", "hinge_squared", "l2_hinge", "l2_svm",
             "sq_hinge", "quadratic_hinge", "hinge2", "square_hinge")  # fmt: skip

    def value(self, prediction: Array, target: Array, **options: Any) -> Array:
        """Return the reference's cost."""
        return np.asarray(margins.squared_hinge(prediction, target, **options))

    def gradient(self, prediction: Array, target: Array, **options: Any) -> Array:
        """Return the reference's d_prediction."""
        return margins.squared_hinge_backward(prediction, target, **options)

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the size of the terms that margin - y s is made of."""
        largest = 2 * (float(np.max(np.abs(inputs["prediction"]))) +
                       self.constant(variant, "margin"))  # fmt: skip
        weight = self.weight(variant, len(inputs["prediction"]))
        return {"prediction": largest * weight * float(np.max(np.abs(upstream)))}


COMPONENT = SquaredHinge()
