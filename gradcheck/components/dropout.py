"""Dropout, in training and in test, judged with the mask that the code draws itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from gradcheck.component import Array, Component, Inputs, Variable, Variant
from gradcheck.constants import Constant
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import reshaping

X = Variable("x", "the input x", ("N", "D"),
             aliases=("x", "input", "inputs", "a", "h", "z", "activations", "layer", "data"),
             weak=("out", "y", "prev", "arr", "d"))  # fmt: skip
RATE = Constant(
    "p", "p {:g} where the code asks for it", usual=(0.5, 0.2, 0.8), low=0.0, high=1.0,
    aliases=("p", "rate", "keepprob", "dropprob", "dropoutrate", "keep", "dropoutratio", "ratio",
             "dropoutprob", "prob", "probability", "keeprate", "droprate", "q", "pdrop", "pkeep",
             "dropout", "keepratio"),
    chosen=(0.6,), neutral=(0.0, 1.0),
)  # fmt: skip
"""Whether it is the probability to keep or to drop doesn't matter here: 0 or 1 drops nothing."""


class Dropout(Component):
    """out = x mask / keep, the mask unknown.

    Nobody can say beforehand which entries a mask keeps, but it doesn't depend on x: as NumPy's
    global generator and Python's are set back before every call, code that draws from them keeps
    the same entries again, and its value is a function of x that has a derivative. So backward is
    judged by the derivative of the code's own value: a mask drawn anew, a factor 1/keep left out,
    no mask at all are seen. The value itself isn't judged. Code that draws from a generator of its
    own without a seed has other values at each call: its gradient's values can't be judged.

    In test nothing may be dropped: x as it is where training divides by keep, x times keep where
    it doesn't (see the check ``inference``).
    """

    id = "dropout"
    title = "dropout (training and test)"
    kind = "layer"
    needs_name = True
    names = ("dropout", "drop_out", "inverted_dropout", "dropout_layer", "dropout_train",
             "dropout_mask", "apply_dropout")  # fmt: skip
    has_reference: ClassVar[bool] = False
    is_random: ClassVar[bool] = True
    mode_kind = "mask"
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "large-batch", "square")
    constants = (RATE,)
    extras: ClassVar[Mapping[str, str | float]] = {"mode": "train", "seed": 7}
    domain = "finite reals; random numbers of NumPy's global generator, or of a seeded one"
    variants = (
        Variant("training", "in training, with the code's own mask: judged by the derivative of "
                            "its own value only (consistency)"),
    )  # fmt: skip
    layouts = (
        Layout("array", "arrays of any shape"),
        Layout("vector", "one example at a time, as a vector", {"x": "first-row"}, "first-row",
               {"N": 1}),
    )  # fmt: skip

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return the only input, x (N, D)."""
        return (X,)

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw x (N, D)."""
        return {"x": source.reals((sizes["N"], sizes["D"]), scale=1.5)}

    @staticmethod
    def _mask(x: Array) -> Array:
        """Return some mask, which nobody's code has: every other entry."""
        return np.arange(x.size, dtype=np.float64).reshape(x.shape) % 2

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's out (N, D) with some mask: only shape and size are compared."""
        return reshaping.dropout(inputs["x"], self._mask(inputs["x"]))

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dx (N, D) with the same mask."""
        return {"x": reshaping.dropout_backward(upstream, inputs["x"], self._mask(inputs["x"]))}

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the upstream's size, as large as a division by a small keep makes it."""
        return {"x": 2.0 * float(np.max(np.abs(upstream), initial=0.0))}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the values."""
        return 2.0 * float(np.max(np.abs(inputs["x"]), initial=0.0))


COMPONENT = Dropout()
