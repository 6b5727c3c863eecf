"""What penalties share: weights of any shape and a strength."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from gradcheck.component import Array, Component, Inputs, Variable, Variant
from gradcheck.constants import Constant
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source

W = Variable("W", "the weights W", ("D", "M"),
             aliases=("w", "weights", "weight", "theta", "params", "x", "coef", "beta", "kernel",
                      "wts"),
             weak=("v", "a", "p", "param", "z"))  # fmt: skip
STRENGTH = Constant(
    "strength", "strength {:g}",
    usual=(0.01, 1.0, 0.5, 0.1, 0.001, 1e-4, 0.005, 0.05, 1e-5, 2.0, 10.0), low=1e-7, high=1e3,
    aliases=("strength", "lam", "lambd", "lambda", "lmbda", "reg", "l1", "l2", "alpha",
             "weightdecay", "wd", "decay", "c", "regstrength", "l", "lamda", "regularization",
             "lambdaparam", "rate", "coefficient", "regparam", "regularizationstrength", "lda"),
    chosen=(0.3,),
)  # fmt: skip


class Penalty(Component):
    """A scalar cost of weights alone; there are no examples, so nothing is averaged."""

    kind = "cost"
    needs_name = True
    sizes = ("D", "M")
    constants = (STRENGTH,)
    regimes: ClassVar[tuple[str, ...]] = ("ordinary", "negative", "square")
    layouts = (
        Layout("matrix", "weights of any shape"),
        Layout("vector", "a vector of weights", {"W": "squeeze-column"}, sizes={"M": 1}),
    )  # fmt: skip

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return the weights W (D, M)."""
        return (W,)

    def is_scalar(self, variant: Variant) -> bool:
        """Return True."""
        return True

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw W (D, M)."""
        return {"W": source.reals((sizes["D"], sizes["M"]))}

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the gradient's size, at least the strength."""
        size = super().magnitude(inputs, upstream, variant)["W"]
        least = self.constant(variant, "strength") * float(np.max(np.abs(upstream)))
        return {"W": max(size, least)}
