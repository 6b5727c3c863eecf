"""The squared hinge cost of targets -1 and 1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gradcheck.component import Array, Inputs, Variable, Variant
from gradcheck.components import _cost
from gradcheck.components._entrywise import Entrywise
from gradcheck.constants import Constant
from gradcheck.strategies.source import Source
from gradcheck_reference import margins

GAP = 0.05
"""Distance that y s keeps from the margin: the slope of the slope jumps there."""


class SquaredHinge(Entrywise):
    """C = reduction of max(0, margin - y s)^2."""

    id = "squared-hinge"
    title = "squared hinge"
    names = ("squared_hinge", "squared_hinge_loss", "hinge_squared", "l2_hinge", "l2_svm",
             "sq_hinge", "quadratic_hinge", "hinge2", "square_hinge")  # fmt: skip
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "large-batch", "square")
    domain = "any scores; targets -1 and 1; a margin above 0"
    constants = (
        Constant("margin", "margin {:g}", usual=(1.0, 0.5, 2.0, 0.1), low=1e-3, high=1e2,
                 aliases=("margin", "delta", "m", "d")),
    )  # fmt: skip
    prediction = Variable(
        "prediction", "the scores", ("N", "D"),
        aliases=(*_cost.LOGIT_ALIASES, *_cost.PREDICTION_ALIASES), weak=_cost.PREDICTION_WEAK,
    )  # fmt: skip

    def value(self, prediction: Array, target: Array, **options: Any) -> Array:
        """Return the reference's cost."""
        return np.asarray(margins.squared_hinge(prediction, target, **options))

    def gradient(self, prediction: Array, target: Array, **options: Any) -> Array:
        """Return the reference's d_prediction."""
        return margins.squared_hinge_backward(prediction, target, **options)

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw scores and targets (N, D), with y s on both sides of the margin."""
        shape = (sizes["N"], sizes["D"])
        scores, target = source.reals(shape, 1.5), 2.0 * source.binary(shape) - 1.0
        margin = self.constant(variant, "margin")
        is_close = np.abs(target * scores - margin) < GAP
        return {
            "prediction": np.where(is_close, target * (margin + GAP), scores), "target": target
        }  # fmt: skip

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the size of the terms that margin - y s is made of."""
        largest = 2 * (float(np.max(np.abs(inputs["prediction"]))) +
                       self.constant(variant, "margin"))  # fmt: skip
        weight = self.weight(variant, len(inputs["prediction"]))
        return {"prediction": largest * weight * float(np.max(np.abs(upstream)))}


COMPONENT = SquaredHinge()
