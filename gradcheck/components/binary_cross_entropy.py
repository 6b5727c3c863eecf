"""Binary cross-entropy, from probabilities or from logits."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.component import (
    Array,
    Factor,
    Inputs,
    Site,
    Variable,
    Variant,
)
from gradcheck.components import _chain, _cost
from gradcheck.constants import inside_logarithms, slopes
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import costs

REDUCTIONS = {
    "mean": "mean over the examples",
    "sum": "sum over the examples",
    "none": "example by example, not reduced",
}
BOTH = ("prediction", "target")
LOGIT_HINTS = ("logits", "logit")


class BinaryCrossEntropy(_cost.Cost):
    """C = reduction of -(y ln q + (1 - y) ln(1 - q))."""

    id = "binary-cross-entropy"
    title = "binary cross-entropy"
    names = ("binary_cross_entropy", "bce", "binary_crossentropy", "bce_loss", "log_loss",
             "logloss", "logistic_loss", "binary_cross_entropy_loss", "bce_cost", "bin_ce",
             "cross_entropy_binary", "bce_with_logits", "binary_log_loss",
             "cross_entropy", "crossentropy", "cross_entropy_loss", "ce", "ce_loss",
             "xent")  # fmt: skip
    takes_logarithms = True
    has_two_logarithms = True
    domain = "predictions inside (0, 1), or any logits; targets 0 and 1"
    regimes = ("ordinary", "batch-of-one", "saturated", "large-batch")
    variants = (
        *_cost.with_reductions("probabilities-", "from probabilities, ",
                               {"input": "probabilities"}, REDUCTIONS),
        *_cost.with_reductions("logits-", "from logits, ", {"input": "logits"}, REDUCTIONS,
                               LOGIT_HINTS),
    )  # fmt: skip
    layouts = (
        Layout("vector", "vectors, one entry an example"),
        Layout("column", "columns (N, 1)", dict.fromkeys(BOTH, "column"), "column"),
        Layout("row", "rows (1, N): examples in columns", dict.fromkeys(BOTH, "row"), "row"),
        Layout("number", "one number at a time", dict.fromkeys(BOTH, "vector-number"),
               "vector-number", {"N": 1}),
    )  # fmt: skip
    factors = frozenset({"cost-slope"})
    prediction = Variable(
        "prediction", "the prediction", ("N",),
        aliases=(*_cost.PREDICTION_ALIASES, *_cost.LOGIT_ALIASES), weak=_cost.PREDICTION_WEAK,
    )  # fmt: skip
    target = Variable(
        "target", "the target", ("N",), role="target",
        aliases=_cost.TARGET_ALIASES, weak=_cost.TARGET_WEAK, is_differentiable=False,
    )  # fmt: skip

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw prediction and target (N,)."""
        shape = (sizes["N"],)
        is_logit = variant.options["input"] == "logits"
        prediction = source.reals(shape, 2.0) if is_logit else source.probabilities(shape)
        return {"prediction": prediction, "target": source.binary(shape)}

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's cost."""
        q, y, reduction = inputs["prediction"], inputs["target"], variant.options["reduction"]
        if variant.options["input"] == "logits":
            return np.asarray(costs.binary_cross_entropy_from_logits(q, y, reduction=reduction))
        first, second = inside_logarithms(variant.options)
        if not first and not second:
            return np.asarray(costs.binary_cross_entropy(q, y, reduction=reduction))
        losses = -(y * np.log(q + first) + (1 - y) * np.log(1 - q + second))
        return np.asarray(
            {"mean": losses.mean(), "sum": losses.sum(), "none": losses}[reduction]
        )

    def _textbook(self, inputs: Inputs, upstream: Array, variant: Variant) -> Array:
        is_logit = variant.options["input"] == "logits"
        backward = (
            costs.binary_cross_entropy_from_logits_backward
            if is_logit
            else costs.binary_cross_entropy_backward
        )
        return upstream * backward(
            inputs["prediction"], inputs["target"], reduction=variant.options["reduction"]
        )

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the textbook's gradient (N,)."""
        return {"prediction": self._textbook(inputs, upstream, variant)}

    def is_stabilisable(self, variant: Variant) -> bool:
        """Return whether there are probabilities: from logits there is nothing to add to."""
        return bool(variant.options["input"] == "probabilities")

    def accepted(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], ...]:
        """Return the textbook's gradient and, with epsilons, that of the student's cost."""
        own = (
            self.rederive(inputs, upstream, variant, {"cost-slope": _chain.stabilised_slope(s)})
            for s in slopes(variant.options)
        )
        return self.backward(inputs, upstream, variant), *own

    def rederive(
        self, inputs: Inputs, upstream: Array, variant: Variant, wrong: Mapping[str, Factor]
    ) -> dict[str, Array]:
        """Return the gradient with a mistaken dC/dq of each example."""
        if variant.options["input"] == "logits":
            raise NotImplementedError("from logits the slope of the cost is fused")
        q, y = inputs["prediction"], inputs["target"]
        site = Site(1, 1, q, q, None, None, None, y, (q,))
        weight = self.weight(variant, q.shape[0])
        return {"prediction": upstream * weight * wrong["cost-slope"](site)}


COMPONENT = BinaryCrossEntropy()
