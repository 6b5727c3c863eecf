"""Cross-entropy over classes, from logits or from probabilities."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.component import Array, Inputs, Variable, Variant
from gradcheck.components import _cost
from gradcheck.components._labelled import LABELS, LAYOUTS, REDUCTIONS
from gradcheck.constants import inside_logarithms, slopes
from gradcheck.strategies.source import Source
from gradcheck_reference import activations, costs

LOSSES = {**REDUCTIONS, "none": "one loss an example"}
TAME = 0.4
"""Saturated logits stay where probabilities are above 1e-6: clips at 1e-7 don't show."""


class CrossEntropy(_cost.Cost):
    """C = reduction of -ln p[label], with p = softmax(z) when it starts from logits."""

    id = "cross-entropy"
    title = "cross-entropy"
    names = ("cross_entropy", "softmax_cross_entropy", "softmax_ce", "ce", "softmax_loss",
             "crossentropy", "categorical_cross_entropy", "cross_entropy_loss", "ce_loss",
             "softmax_crossentropy", "categorical_crossentropy", "cce", "xent", "softmax_xent",
             "cross_entropy_with_logits", "softmax_cross_entropy_with_logits",
             "cross_entropy_from_logits", "sparse_categorical_cross_entropy",
             "softmax_cross_entropy_loss", "cross_entropy_error", "softmax_with_loss",
             "softmax_nll")  # fmt: skip
    takes_logarithms = True
    domain = "any logits, or rows of probabilities; labels as integers or one-hot rows"
    sizes = ("N", "K")
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "saturated", "large-batch", "square")
    variants = (
        *_cost.with_reductions("logits-", "from logits, ", {"input": "logits"}, LOSSES,
                               ("logits", "softmax")),
        *_cost.with_reductions("probabilities-", "from probabilities, ",
                               {"input": "probabilities"}, LOSSES),
    )  # fmt: skip
    layouts = LAYOUTS
    prediction = Variable(
        "prediction", "the prediction", ("N", "K"),
        aliases=(*_cost.LOGIT_ALIASES, *_cost.PREDICTION_ALIASES), weak=_cost.PREDICTION_WEAK,
    )  # fmt: skip
    target = LABELS

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw prediction (N, K) and labels (N,)."""
        tame = TAME if source.regime == "saturated" else 1.0
        z = source.reals((sizes["N"], sizes["K"]), tame)
        labels = source.integers((sizes["N"],), sizes["K"])
        is_logit = variant.options["input"] == "logits"
        return {"prediction": z if is_logit else activations.softmax(z), "target": labels}

    def _loss(self, inputs: Inputs, variant: Variant) -> Array:
        p, labels = inputs["prediction"], inputs["target"]
        if variant.options["input"] == "logits":
            p = activations.softmax(p)
        right = p[np.arange(len(labels)), labels]
        losses = -np.log(right + inside_logarithms(variant.options)[0])
        if not self.is_scalar(variant):
            return np.asarray(losses)
        return np.asarray(losses.sum() * self.weight(variant, len(labels)))

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's cost."""
        if any(inside_logarithms(variant.options)):
            return self._loss(inputs, variant)
        is_logit = variant.options["input"] == "logits"
        cost = costs.cross_entropy_from_logits if is_logit else costs.cross_entropy
        prediction, labels = inputs["prediction"], inputs["target"]
        return np.asarray(cost(prediction, labels, reduction=variant.options["reduction"]))

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the textbook's gradient (N, K)."""
        is_logit = variant.options["input"] == "logits"
        backward = (
            costs.cross_entropy_from_logits_backward if is_logit else costs.cross_entropy_backward
        )
        gradient = backward(
            inputs["prediction"], inputs["target"], reduction=variant.options["reduction"]
        )
        return {"prediction": upstream[..., None] * gradient}

    def is_stabilisable(self, variant: Variant) -> bool:
        """Return True: a softmax, too, may be followed by log(p + eps)."""
        return True

    def accepted(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], ...]:
        """Return the textbook's gradient and, with epsilons, that of the student's cost."""
        textbook = self.backward(inputs, upstream, variant)
        p, labels = inputs["prediction"], inputs["target"]
        rows = np.arange(len(labels))
        is_logit = variant.options["input"] == "logits"
        right = (activations.softmax(p) if is_logit else p)[rows, labels]
        found = [textbook]
        for slope in slopes(variant.options):
            own = textbook["prediction"].copy()
            share = right / (right + slope.first)
            if is_logit:
                own *= share[:, None]
            else:
                own[rows, labels] *= share
            found.append({"prediction": own})
        return tuple(found)


COMPONENT = CrossEntropy()
