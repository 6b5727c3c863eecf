"""The hinge cost of a multi-class support vector machine."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.component import Array, Inputs, Variable, Variant
from gradcheck.components import _cost
from gradcheck.components._labelled import LABELS, LAYOUTS, REDUCTIONS
from gradcheck.constants import Constant
from gradcheck.strategies.source import Source
from gradcheck_reference import costs

GRID = 16
"""At the kink scores are sixteenths, so that every order of adding up meets it exactly."""
UNITS = 16
"""Units of rounding of the scores within which a lead counts as exactly the margin."""


class Hinge(_cost.Cost):
    """C = reduction of sum over j != y of max(0, s_j - s_y + margin)."""

    id = "hinge"
    title = "hinge (multi-class SVM)"
    names = ("hinge", "svm_loss", "hinge_loss", "multiclass_svm", "multiclass_hinge",
             "multi_class_svm", "multi_class_hinge", "svm", "multiclass_hinge_loss",
             "multiclass_svm_loss", "multi_margin_loss", "margin_loss", "svm_hinge",
             "categorical_hinge", "max_margin", "max_margin_loss")  # fmt: skip
    domain = "any scores; labels as integers or one-hot rows; a margin above 0"
    kink_convention = (
        "where the label leads by exactly the margin any slope in [0, 1] of that term is right; "
        "the reference takes 0"
    )
    sizes = ("N", "K")
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "saturated", "near-zero", "kink",
               "large-batch", "square")  # fmt: skip
    variants = _cost.with_reductions("", "", {}, REDUCTIONS)
    constants = (
        Constant("margin", "margin {:g}", usual=(1.0, 0.5, 0.1, 0.2, 2.0, 10.0), low=1e-6,
                 high=1e3, aliases=("margin", "delta", "m", "d"), chosen=(1.5,)),
    )  # fmt: skip
    layouts = LAYOUTS
    prediction = Variable(
        "prediction", "the scores", ("N", "K"),
        aliases=(*_cost.LOGIT_ALIASES, *_cost.PREDICTION_ALIASES), weak=_cost.PREDICTION_WEAK,
    )  # fmt: skip
    target = LABELS

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw prediction (N, K) and labels (N,); at the kink each row has an exact one."""
        n, k = sizes["N"], sizes["K"]
        scores, labels = source.reals((n, k)), source.integers((n,), k)
        if source.regime == "kink":
            scores, rows = np.round(scores * GRID) / GRID, np.arange(n)
            lead = scores[rows, labels] - self.constant(variant, "margin")
            scores[rows, (labels + 1) % k] = lead
        return {"prediction": scores, "target": labels}

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's cost."""
        return np.asarray(costs.hinge(inputs["prediction"], inputs["target"],
                                      margin=self.constant(variant, "margin"),
                                      reduction=variant.options["reduction"]))  # fmt: skip

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's gradient (N, K)."""
        gradient = costs.hinge_backward(inputs["prediction"], inputs["target"],
                                        margin=self.constant(variant, "margin"),
                                        reduction=variant.options["reduction"])  # fmt: skip
        return {"prediction": upstream * gradient}

    def interval(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return both ends of each entry: the label's column counts every term at its kink."""
        s, labels, margin = inputs["prediction"], inputs["target"], self.constant(variant, "margin")
        rows = np.arange(len(labels))
        leads = s - s[rows, labels][:, None] + margin
        size = np.abs(s) + np.abs(s[rows, labels])[:, None] + margin
        slack = UNITS * np.finfo(np.float64).eps * size
        ends = []
        for is_active in (leads > slack, leads >= -slack):
            slopes = is_active.astype(np.float64)
            slopes[rows, labels] = 0.0
            slopes[rows, labels] = -slopes.sum(axis=1)
            ends.append(upstream * slopes * self.weight(variant, len(labels)))
        return ({"prediction": np.minimum(*ends)}, {"prediction": np.maximum(*ends)})

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the weight of an example times the number of classes that may add up."""
        n, k = inputs["prediction"].shape
        return {"prediction": max(1, k - 1) * self.weight(variant, n) * abs(float(upstream))}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the sum of absolute terms."""
        s, labels = inputs["prediction"], inputs["target"]
        right = np.abs(s[np.arange(len(labels)), labels])[:, None]
        terms = np.abs(s) + right + self.constant(variant, "margin")
        return float(terms.sum()) * self.weight(variant, len(labels))


COMPONENT = Hinge()
