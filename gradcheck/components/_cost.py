"""What costs share: a prediction, a target and a reduction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from gradcheck.component import Array, Component, Inputs, Variable, Variant

PREDICTION_ALIASES = (
    "prediction", "predictions", "pred", "preds", "yhat", "ypred", "ypredicted", "yprediction",
    "predicted", "q", "o", "al", "out", "output", "outputs", "probs", "probabilities", "prob",
    "yp", "estimate", "hypothesis", "ouput", "yout", "ypreds", "yprob", "yprobs", "pk", "phat",
    "a1", "a2", "a3", "aout",
    "previsao", "prediccion", "predicho", "predicha", "saida", "salida", "previsto", "predizione",
    "uscita", "sortie", "vorhersage", "ausgabe", "estimado", "estimada",
)  # fmt: skip
PREDICTION_WEAK = ("p", "a", "h", "x", "z", "y", "input", "inputs", "activation", "logits", "s")
LOGIT_ALIASES = ("logits", "logit", "scores", "z", "x", "s", "ylogits", "o", "out", "output")
TARGET_ALIASES = (
    "target", "targets", "t", "ytrue", "label", "labels", "truth", "groundtruth", "gt", "actual",
    "ytarget", "yactual", "expected", "yreal", "yt", "ylabel", "ytest", "ytrain", "onehot",
    "yonehot", "correct", "d",
    "alvo", "esperado", "esperada", "objetivo", "etiqueta", "etiquetas", "real", "reais", "reales",
    "rotulo", "rotulos", "atteso", "etichetta", "cible", "cibles", "verite", "attendu", "ziel",
    "sollwert", "zielwert", "ywahr",
)  # fmt: skip
TARGET_WEAK = ("y", "yi", "b")
INSIDE = 0.5
"""How much of the way to the edge of the domain a step may go."""
SUMS = frozenset({"sum", "half-sum", "none", "half-none"})


class Cost(Component):
    """A cost of a prediction against a target."""

    kind = "cost"
    sizes: ClassVar[tuple[str, ...]] = ("N",)
    prediction: Variable
    target: Variable

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return the prediction and the target."""
        return (self.prediction, self.target)

    def is_scalar(self, variant: Variant) -> bool:
        """Whether the variant reduces to one number."""
        return variant.options["reduction"] not in {"none", "half-none"}

    def weight(self, variant: Variant, n_examples: int) -> float:
        """Return 1/N for means over the examples, 1 for sums."""
        return 1.0 if variant.options["reduction"] in SUMS else 1.0 / n_examples

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the gradient's size, at least one example's weight."""
        largest = super().magnitude(inputs, upstream, variant)
        floor = self.weight(variant, inputs[self.prediction.name].shape[0])
        floor *= float(np.max(np.abs(upstream), initial=0.0))
        return {name: max(size, floor) for name, size in largest.items()}

    def largest_step(self, inputs: Inputs, variant: Variant) -> float:
        """Return a step that keeps probabilities inside (0, 1)."""
        if variant.options.get("input") != "probabilities":
            return super().largest_step(inputs, variant)
        q = inputs[self.prediction.name]
        return float(min(q.min(), (1 - q).min())) * INSIDE

    def is_inside(self, inputs: Inputs, variant: Variant) -> bool:
        """Return whether probabilities are inside (0, 1)."""
        q = inputs[self.prediction.name]
        is_probability = variant.options.get("input") == "probabilities"
        return not is_probability or bool(np.all((q > 0) & (q < 1)))

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the cost's size, at least 1."""
        return max(1.0, super().output_magnitude(inputs, variant))


def with_reductions(
    stem: str, title: str, options: Mapping[str, Any], reductions: Mapping[str, str],
    hints: tuple[str, ...] = (),
) -> tuple[Variant, ...]:  # fmt: skip
    """Return one variant a reduction."""
    return tuple(
        Variant(
            f"{stem}{reduction}",
            f"{title}{words}",
            {**options, "reduction": reduction},
            hints,
        )
        for reduction, words in reductions.items()
    )
