"""The Huber cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gradcheck.component import Array, Inputs, Variant
from gradcheck.components._cost import with_reductions
from gradcheck.components._entrywise import REDUCTIONS, Entrywise
from gradcheck.constants import Constant
from gradcheck.strategies.source import Source
from gradcheck_reference import robust

DELTA = Constant(
    "delta", "delta {:g}", usual=(1.0, 1.35, 1.345, 0.5, 2.0, 1.5, 0.1, 5.0, 10.0), low=1e-2,
    high=1e2, aliases=("delta", "d", "beta", "threshold", "thresh", "k", "c", "tau"),
    chosen=(0.7,),
)  # fmt: skip
"""At 1 a forgotten delta doesn't show: the caller's choice is another."""
NEAR, FAR = 0.3, 2.0
GAP = 0.05
"""Errors keep this part of delta from it: the slope of the slope jumps there."""


class Huber(Entrywise):
    """C = reduction of e^2 / 2 for |e| <= delta and delta (|e| - delta / 2) beyond.

    The smooth L1 cost is that over delta: e^2 / (2 delta), and |e| - delta / 2 beyond.
    """

    id = "huber"
    title = "Huber"
    names = ("huber", "huber_loss", "smooth_l1", "smooth_l1_loss", "pseudo_l1", "huber_cost",
             "smooth_mae", "smoothl1")  # fmt: skip
    lookalikes = ("pseudohuber", "pseudohuberloss")
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "large-batch", "square")
    domain = "finite reals; delta above 0"
    constants = (DELTA,)
    variants = (
        *Entrywise.variants,
        *with_reductions("smooth-", "smooth L1 (over delta), ", {"is_smooth": True}, REDUCTIONS),
    )

    def value(self, prediction: Array, target: Array, **options: Any) -> Array:
        """Return the reference's cost."""
        return np.asarray(robust.huber(prediction, target, **options))

    def gradient(self, prediction: Array, target: Array, **options: Any) -> Array:
        """Return the reference's d_prediction."""
        return robust.huber_backward(prediction, target, **options)

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's cost, over delta if it is the smooth L1 cost."""
        return np.asarray(super().forward(inputs, variant) / self._divisor(variant))

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's d_prediction, over delta if it is that of smooth L1."""
        return super().backward(inputs, upstream / self._divisor(variant), variant)

    def _divisor(self, variant: Variant) -> float:
        return self.constant(variant, "delta") if variant.options.get("is_smooth") else 1.0

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw prediction and target (N, D) with errors on both sides of delta."""
        target = source.reals((sizes["N"], sizes["D"]))
        e = source.reals((sizes["N"], sizes["D"]))
        delta = self.constant(variant, "delta")
        turn = np.arange(e.size).reshape(e.shape) % 2
        error = delta * e * np.where(turn, NEAR, FAR)
        is_close = np.abs(np.abs(error) - delta) < GAP * delta
        error = np.where(is_close, np.sign(e) * delta * (1.0 + GAP), error)
        return {"prediction": target + error, "target": target}

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the gradient's size, at least delta times an example's weight."""
        size = super().magnitude(inputs, upstream, variant)["prediction"]
        largest = float(np.max(np.abs(inputs["prediction"])) + np.max(np.abs(inputs["target"])))
        ones = self.weight(variant, len(inputs["prediction"])) * float(np.max(np.abs(upstream)))
        return {"prediction": max(size, ones * largest)}


COMPONENT = Huber()
