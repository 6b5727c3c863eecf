"""What costs share that compare a prediction with a target entry by entry."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from gradcheck.component import Array, Inputs, Variable, Variant
from gradcheck.components import _cost
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source

BOTH = ("prediction", "target")
REDUCTIONS = {
    "mean": "mean over all entries",
    "batch-mean": "sum over an example's outputs, mean over the examples",
    "sum": "sum",
    "none": "entry by entry, not reduced",
}
LAYOUTS = (
    Layout("rows", "examples in rows"),
    Layout("columns", "examples in columns", dict.fromkeys(BOTH, "transpose"), "transpose"),
    Layout("vector", "one output per example, as vectors",
           dict.fromkeys(BOTH, "squeeze-column"), "squeeze-column", {"D": 1}),
    Layout("number", "one number at a time", dict.fromkeys(BOTH, "single-number"),
           "single-number", {"N": 1, "D": 1}),
)  # fmt: skip
ELSEWHERE = {"vector": (Layout("several", "several outputs per example", sizes={"D": 3}),)}
"""A mean over all entries and one over the examples are the same for one output per example."""


class Entrywise(_cost.Cost):
    """A cost of prediction and target (N, D) with constants, which the reference takes by name."""

    sizes: ClassVar[tuple[str, ...]] = ("N", "D")
    variants = _cost.with_reductions("", "", {}, REDUCTIONS)
    layouts = LAYOUTS
    elsewhere = ELSEWHERE
    prediction = Variable(
        "prediction", "the prediction", ("N", "D"),
        aliases=_cost.PREDICTION_ALIASES, weak=_cost.PREDICTION_WEAK,
    )  # fmt: skip
    target = Variable(
        "target", "the target", ("N", "D"), role="target",
        aliases=_cost.TARGET_ALIASES, weak=_cost.TARGET_WEAK, is_differentiable=False,
    )  # fmt: skip

    @abstractmethod
    def value(self, prediction: Array, target: Array, **options: float | str) -> Array:
        """Return the reference's cost."""

    @abstractmethod
    def gradient(self, prediction: Array, target: Array, **options: float | str) -> Array:
        """Return the reference's d_prediction."""

    def _constants(self, variant: Variant) -> dict[str, float]:
        return {c.name: self.constant(variant, c.name) for c in self.constants}

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw prediction and target (N, D)."""
        shape = (sizes["N"], sizes["D"])
        return {"prediction": source.reals(shape), "target": source.reals(shape)}

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's cost."""
        cost = self.value(
            inputs["prediction"], inputs["target"],
            reduction=variant.options["reduction"], **self._constants(variant),
        )  # fmt: skip
        return np.asarray(cost)

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's d_prediction (N, D)."""
        gradient = self.gradient(
            inputs["prediction"], inputs["target"],
            reduction=variant.options["reduction"], **self._constants(variant),
        )  # fmt: skip
        return {"prediction": upstream * gradient}
