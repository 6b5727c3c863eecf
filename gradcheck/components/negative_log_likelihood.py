"""The negative log-likelihood of labels, from log-probabilities."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.component import Array, Inputs, Variable, Variant
from gradcheck.components import _cost
from gradcheck.components._labelled import LABELS, LAYOUTS, REDUCTIONS
from gradcheck.strategies.source import Source
from gradcheck_reference import divergences, stable

LOSSES = {**REDUCTIONS, "none": "one loss an example"}


class NegativeLogLikelihood(_cost.Cost):
    """C = reduction of -l[label], with the log-probabilities l of a log-softmax."""

    id = "negative-log-likelihood"
    title = "negative log-likelihood"
    names = ("nll", "nll_loss", "negative_log_likelihood", "nlll", "neg_log_likelihood",
             "negative_log_likelihood_loss", "neg_log_like", "nll_cost",
             "categorical_nll")  # fmt: skip
    needs_name = True
    domain = "any log-probabilities; labels as integers or one-hot rows"
    sizes = ("N", "K")
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "saturated", "large-batch", "square")
    variants = _cost.with_reductions("", "", {"input": "log-probabilities"}, LOSSES)
    layouts = LAYOUTS
    prediction = Variable(
        "prediction", "the log-probabilities", ("N", "K"),
        aliases=("logprobs", "logp", "logprobabilities", "logprob", "logq", "logps", "lp",
                 "logsoftmax", "logits", *_cost.PREDICTION_ALIASES),
        weak=_cost.PREDICTION_WEAK,
    )  # fmt: skip
    target = LABELS

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw log-probabilities (N, K) and labels (N,)."""
        z = source.reals((sizes["N"], sizes["K"]))
        labels = source.integers((sizes["N"],), sizes["K"])
        return {"prediction": stable.log_softmax(z), "target": labels}

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's cost."""
        labels = inputs["target"]
        if not self.is_scalar(variant):
            return np.asarray(-inputs["prediction"][np.arange(len(labels)), labels])
        cost = divergences.negative_log_likelihood
        return np.asarray(cost(inputs["prediction"], inputs["target"],
                               reduction=variant.options["reduction"]))  # fmt: skip

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's gradient (N, K)."""
        reduction = variant.options["reduction"] if self.is_scalar(variant) else "sum"
        gradient = divergences.negative_log_likelihood_backward(
            inputs["prediction"], inputs["target"], reduction=reduction
        )
        return {"prediction": upstream[..., None] * gradient}


COMPONENT = NegativeLogLikelihood()
