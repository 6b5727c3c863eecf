"""The squared error, in all its reductions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.component import Array, Inputs, Variable, Variant
from gradcheck.components import _cost
from gradcheck.components._entrywise import ELSEWHERE
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import costs

REDUCTIONS = {
    "mean": "mean over all entries",
    "batch-mean": "sum over an example's outputs, mean over the examples",
    "half-mean": "half the mean over all entries",
    "half-batch-mean": "half the mean over the examples",
    "sum": "sum",
    "half-sum": "half the sum",
    "none": "entry by entry, not reduced",
    "half-none": "half, entry by entry, not reduced",
}
BOTH = ("prediction", "target")


class SquaredError(_cost.Cost):
    """C = reduction of (prediction - target)^2."""

    id = "squared-error"
    title = "squared error"
    names = ("mse", "squared_error", "mean_squared_error", "mse_loss", "l2_loss", "sse", "se",
             "quadratic_cost", "squared_loss", "half_mse", "mean_square_error", "quadratic",
             "sum_squared_error", "mean_squared", "square_error", "sum_of_squares")  # fmt: skip
    sizes = ("N", "D")
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "large-batch", "square")
    variants = _cost.with_reductions("", "", {}, REDUCTIONS)
    layouts = (
        Layout("rows", "examples in rows"),
        Layout("columns", "examples in columns", dict.fromkeys(BOTH, "transpose"), "transpose"),
        Layout("vector", "one output per example, as vectors",
               dict.fromkeys(BOTH, "squeeze-column"), "squeeze-column", {"D": 1}),
        Layout("column-and-vector", "one output per example: predictions (N, 1), targets (N,)",
               {"target": "squeeze-column"}, sizes={"D": 1}),
        Layout("number", "one number at a time", dict.fromkeys(BOTH, "single-number"),
               "single-number", {"N": 1, "D": 1}),
    )  # fmt: skip
    elsewhere = ELSEWHERE
    prediction = Variable(
        "prediction", "the prediction", ("N", "D"),
        aliases=_cost.PREDICTION_ALIASES, weak=_cost.PREDICTION_WEAK,
    )  # fmt: skip
    target = Variable(
        "target", "the target", ("N", "D"), role="target",
        aliases=_cost.TARGET_ALIASES, weak=_cost.TARGET_WEAK, is_differentiable=False,
    )  # fmt: skip

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw prediction and target (N, D)."""
        shape = (sizes["N"], sizes["D"])
        return {"prediction": source.reals(shape), "target": source.reals(shape)}

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's cost."""
        cost = costs.squared_error(
            inputs["prediction"], inputs["target"], reduction=variant.options["reduction"]
        )
        return np.asarray(cost)

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's d_prediction (N, D)."""
        gradient = costs.squared_error_backward(
            inputs["prediction"], inputs["target"], reduction=variant.options["reduction"]
        )
        return {"prediction": upstream * gradient}


COMPONENT = SquaredError()
