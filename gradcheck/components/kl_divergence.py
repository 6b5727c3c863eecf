"""The Kullback-Leibler divergence of a target from a prediction, both rows of probabilities."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.component import Array, Inputs, Variable, Variant
from gradcheck.components import _cost
from gradcheck.constants import inside_logarithms, slopes
from gradcheck.numerics.compare import ROUNDING
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import activations, divergences, stable

REDUCTIONS = {
    "batch-mean": "mean over the examples",
    "sum": "sum over the examples",
    "mean": "mean over all entries",
    "none": "one divergence an example",
    "entries": "its terms, not added up",
}
UNREDUCED = {"none": -1, "entries": ()}
"""The axes over which the terms are added up where no cost comes of them."""
BOTH = ("prediction", "target")
LOGS = "log-probabilities"
PRECISION = ROUNDING[np.dtype(np.float64)] * float(np.finfo(np.float64).eps)
TAME = 0.4
"""Saturated rows stay where probabilities are above 1e-6: clips at 1e-7 don't show."""


class KlDivergence(_cost.Cost):
    """C = reduction of p ln(p / q), p the target and q the prediction."""

    id = "kl-divergence"
    title = "Kullback-Leibler divergence"
    names = ("kl_divergence", "kl", "kl_div", "kld", "kullback_leibler", "kl_loss", "kldiv",
             "kullback_leibler_divergence", "kl_divergence_loss", "kldivergence", "kl_div_loss",
             "relative_entropy", "kld_loss")  # fmt: skip
    foreign = frozenset({"rho", "rhohat", "rhoj", "mean", "means", "std", "logstd", "var"})
    takes_logarithms = True
    domain = "rows of probabilities above 0, of prediction (or its logarithms) and target"
    sizes = ("N", "K")
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "saturated", "large-batch", "square")
    variants = (
        *_cost.with_reductions("", "", {"input": "probabilities"}, REDUCTIONS),
        *_cost.with_reductions("logs-", "from log-probabilities, ", {"input": LOGS}, REDUCTIONS,
                               ("log",)),
    )  # fmt: skip
    layouts = (
        Layout("rows", "one distribution a row"),
        Layout("columns", "one distribution a column", dict.fromkeys(BOTH, "transpose")),
        Layout("vector", "one pair of distributions at a time, as vectors",
               dict.fromkeys(BOTH, "first-row"), sizes={"N": 1}),
    )  # fmt: skip
    prediction = Variable(
        "prediction", "the prediction", ("N", "K"),
        aliases=(*_cost.PREDICTION_ALIASES, "qk", "qs", "logq", "logprobs", "logp", "logqs", "lq"),
        weak=_cost.PREDICTION_WEAK,
    )  # fmt: skip
    target = Variable(
        "target", "the target", ("N", "K"), role="target",
        aliases=(*_cost.TARGET_ALIASES, "p", "ptrue", "ps"), weak=_cost.TARGET_WEAK,
        is_differentiable=False,
    )  # fmt: skip

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw both as softmaxes of reals (N, K)."""
        tame = TAME if source.regime == "saturated" else 1.0
        shape = (sizes["N"], sizes["K"])
        z, p = source.reals(shape, tame), activations.softmax(source.reals(shape, tame))
        is_log = variant.options["input"] == LOGS
        return {"prediction": (stable.log_softmax if is_log else activations.softmax)(z),
                "target": p}  # fmt: skip

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's cost; an epsilon stands beside both probabilities."""
        q, p = inputs["prediction"], inputs["target"]
        epsilon, _ = inside_logarithms(variant.options)
        if not self.is_scalar(variant):
            logs = q if variant.options["input"] == LOGS else np.log(q + epsilon)
            axes = UNREDUCED[variant.options["reduction"]]
            return np.asarray((p * (np.log(p + epsilon) - logs)).sum(axis=axes))
        if variant.options["input"] == LOGS:
            cost = divergences.kl_divergence_from_logs
            return np.asarray(cost(q, p, reduction=variant.options["reduction"]))
        if epsilon:
            losses = p * (np.log(p + epsilon) - np.log(q + epsilon))
            return np.asarray(losses.sum() / self._divisor(q, variant))
        return np.asarray(divergences.kl_divergence(q, p, reduction=variant.options["reduction"]))

    def is_scalar(self, variant: Variant) -> bool:
        """Whether the variant reduces to one number."""
        return variant.options["reduction"] not in UNREDUCED

    @staticmethod
    def _divisor(q: Array, variant: Variant) -> int:
        return {"batch-mean": len(q), "mean": q.size}.get(variant.options["reduction"], 1)

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the textbook's gradient (N, K)."""
        is_log = variant.options["input"] == LOGS
        backward = (divergences.kl_divergence_from_logs_backward if is_log
                    else divergences.kl_divergence_backward)  # fmt: skip
        reduction = variant.options["reduction"] if self.is_scalar(variant) else "sum"
        gradient = backward(inputs["prediction"], inputs["target"], reduction=reduction)
        spread = upstream[..., None] if variant.options["reduction"] == "none" else upstream
        return {"prediction": spread * gradient}

    def weight(self, variant: Variant, n_examples: int) -> float:
        """Return 1/N for means over the examples, 1 where nothing is divided."""
        return super().weight(variant, n_examples) if self.is_scalar(variant) else 1.0

    def is_stabilisable(self, variant: Variant) -> bool:
        """Whether it takes logarithms of the prediction."""
        return bool(variant.options["input"] != LOGS)

    def accepted(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], ...]:
        """Return the textbook's gradient and, with epsilons, that of the student's cost."""
        textbook, q = self.backward(inputs, upstream, variant), inputs["prediction"]
        own = (textbook["prediction"] * (q / (q + s.first)) for s in slopes(variant.options))
        return textbook, *({"prediction": g} for g in own)

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the terms p ln p and p ln q, at least 1."""
        q, p = inputs["prediction"], inputs["target"]
        with np.errstate(all="ignore"):
            logs = q if variant.options["input"] == LOGS else np.log(q)
            terms = np.abs(p * np.log(p)) + np.abs(p * logs)
        size = max(1.0, float(terms.sum() / self._divisor(q, variant)))
        return size + self._of_target(q, variant)

    def _of_target(self, q: Array, variant: Variant) -> float:
        """Return the size that explains an epsilon beside q that isn't there beside p.

        p ln(p + eps) - p ln p is eps at most, so the values of both forms are that near; which of
        them the code has can't be told from one that small.
        """
        epsilon = abs(inside_logarithms(variant.options)[0])
        return epsilon * q.size / self._divisor(q, variant) / PRECISION


COMPONENT = KlDivergence()
