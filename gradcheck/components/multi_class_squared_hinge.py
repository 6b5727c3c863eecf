"""The squared hinge cost of a multi-class support vector machine."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.component import Array, Inputs, Variable, Variant
from gradcheck.components import _cost
from gradcheck.components._labelled import BATCHES, LABELS, ONE_INTEGER, REDUCTIONS
from gradcheck.constants import Constant
from gradcheck.strategies.source import Source
from gradcheck_reference import margins


class MultiClassSquaredHinge(_cost.Cost):
    """C = reduction of sum over j != y of max(0, s_j - s_y + margin)^2."""

    id = "multi-class-squared-hinge"
    title = "squared hinge (multi-class SVM)"
    names = ("multi_class_squared_hinge", "multiclass_squared_hinge", "squared_hinge",
             "squared_hinge_loss", "hinge_squared", "l2_svm", "l2_svm_loss", "sq_hinge",
             "squared_svm", "svm_squared", "squared_svm_loss", "square_hinge")  # fmt: skip
    domain = "any scores; labels as integers or one-hot rows; a margin above 0"
    sizes = ("N", "K")
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "saturated", "large-batch", "square")
    variants = _cost.with_reductions("", "", {}, REDUCTIONS)
    constants = (
        Constant("margin", "margin {:g}", usual=(1.0, 0.5, 2.0, 0.1), low=1e-3, high=1e2,
                 aliases=("margin", "delta", "m", "d"), chosen=(1.5,)),
    )  # fmt: skip
    layouts = (*BATCHES, ONE_INTEGER)
    prediction = Variable(
        "prediction", "the scores", ("N", "K"),
        aliases=(*_cost.LOGIT_ALIASES, *_cost.PREDICTION_ALIASES), weak=_cost.PREDICTION_WEAK,
    )  # fmt: skip
    target = LABELS

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw prediction (N, K) and labels (N,)."""
        n, k = sizes["N"], sizes["K"]
        return {"prediction": source.reals((n, k)), "target": source.integers((n,), k)}

    def _options(self, variant: Variant) -> tuple[float, str]:
        return self.constant(variant, "margin"), variant.options["reduction"]

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's cost."""
        margin, reduction = self._options(variant)
        cost = margins.multi_class_squared_hinge(
            inputs["prediction"], inputs["target"], margin=margin, reduction=reduction
        )
        return np.asarray(cost)

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's gradient (N, K)."""
        margin, reduction = self._options(variant)
        gradient = margins.multi_class_squared_hinge_backward(
            inputs["prediction"], inputs["target"], margin=margin, reduction=reduction
        )
        return {"prediction": upstream * gradient}

    def _largest(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of a lead's terms."""
        size = float(np.max(np.abs(inputs["prediction"])))
        return 2 * size + self.constant(variant, "margin")

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the weight of an example times the leads that may add up."""
        n, k = inputs["prediction"].shape
        size = 2 * max(1, k - 1) * self._largest(inputs, variant)
        return {"prediction": size * self.weight(variant, n) * abs(float(upstream))}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the squares that add up, at least 1."""
        n, k = inputs["prediction"].shape
        square = float(self._largest(inputs, variant) ** 2)
        return max(1.0, float(n * k * self.weight(variant, n) * square))


COMPONENT = MultiClassSquaredHinge()
