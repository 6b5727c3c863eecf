"""The absolute error, in all its reductions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.component import Array, Inputs, Variable, Variant
from gradcheck.components import _cost
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import costs

REDUCTIONS = {
    "mean": "mean over all entries",
    "batch-mean": "sum over an example's outputs, mean over the examples",
    "sum": "sum",
    "none": "entry by entry, not reduced",
}
BOTH = ("prediction", "target")
BESIDE_THE_TARGET = frozenset({"kink", "near-zero"})


class AbsoluteError(_cost.Cost):
    """C = reduction of |prediction - target|."""

    id = "absolute-error"
    title = "absolute error"
    names = ("mae", "absolute_error", "mean_absolute_error", "mae_loss", "l1_loss", "l1", "sae",
             "absolute_loss", "mean_abs_error", "abs_error", "sum_absolute_error", "mean_absolute",
             "absolute_difference", "mean_absolute_loss", "sum_of_absolute_errors")  # fmt: skip
    sizes = ("N", "D")
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "near-zero", "kink", "large-batch",
               "square")  # fmt: skip
    kink_convention = (
        "where the prediction meets the target any slope in [-1, 1] is right; the reference takes 0"
    )
    variants = _cost.with_reductions("", "", {}, REDUCTIONS)
    layouts = (
        Layout("rows", "examples in rows"),
        Layout("columns", "examples in columns", dict.fromkeys(BOTH, "transpose"), "transpose"),
        Layout("vector", "one output per example, as vectors",
               dict.fromkeys(BOTH, "squeeze-column"), "squeeze-column", {"D": 1}),
        Layout("number", "one number at a time", dict.fromkeys(BOTH, "single-number"),
               "single-number", {"N": 1, "D": 1}),
    )  # fmt: skip
    prediction = Variable(
        "prediction", "the prediction", ("N", "D"),
        aliases=_cost.PREDICTION_ALIASES, weak=_cost.PREDICTION_WEAK,
    )  # fmt: skip
    target = Variable(
        "target", "the target", ("N", "D"), role="target",
        aliases=_cost.TARGET_ALIASES, weak=_cost.TARGET_WEAK, is_differentiable=False,
    )  # fmt: skip

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw prediction and target (N, D); beside a kink half the entries meet or nearly do."""
        shape = (sizes["N"], sizes["D"])
        target, prediction = source.reals(shape), source.reals(shape)
        if source.regime in BESIDE_THE_TARGET:
            prediction = target + prediction
        return {"prediction": prediction, "target": target}

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's cost."""
        cost = costs.absolute_error(
            inputs["prediction"], inputs["target"], reduction=variant.options["reduction"]
        )
        return np.asarray(cost)

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's d_prediction (N, D)."""
        gradient = costs.absolute_error_backward(
            inputs["prediction"], inputs["target"], reduction=variant.options["reduction"]
        )
        return {"prediction": upstream * gradient}

    def interval(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return [-1, 1] times the weight of an entry where it meets its target."""
        gradient = self.backward(inputs, upstream, variant)["prediction"]
        ones = {"prediction": np.ones_like(gradient), "target": np.zeros_like(gradient)}
        largest = np.abs(self.backward(ones, upstream, variant)["prediction"])
        is_met = inputs["prediction"] == inputs["target"]
        low, high = np.where(is_met, -largest, gradient), np.where(is_met, largest, gradient)
        return {"prediction": low}, {"prediction": high}


COMPONENT = AbsoluteError()
