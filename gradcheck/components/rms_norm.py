"""Root-mean-square normalisation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.component import LARGEST_STEP, Array, Component, Inputs, Variable, Variant
from gradcheck.components._normalization import EPS, GAMMA, X
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import normalization

TINY = 1e-3
"""Size of the row in which the epsilon is as large as the mean square (regime near-zero)."""


class RmsNorm(Component):
    """out = gamma x / sqrt(mean of x^2 + eps), by row."""

    id = "rms-norm"
    title = "root-mean-square normalisation"
    kind = "layer"
    names = ("rms_norm", "rmsnorm", "root_mean_square_norm", "rms_normalization",
             "rms_normalisation", "rms_layer_norm", "rmsnorm_layer",
             "root_mean_square_layer_norm")  # fmt: skip
    sizes = ("N", "D")
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "saturated", "near-zero",
               "large-batch", "square")  # fmt: skip
    constants = (EPS,)
    domain = "finite reals, no row of zeros where eps is 0"
    variants = (
        Variant("scaled", "with a scale gamma", {"scale": True}),
        Variant("plain", "without a scale", {"scale": False}),
    )
    layouts = (
        Layout("rows", "examples in rows, gamma (D,)"),
        Layout("rows-gamma-row", "examples in rows, gamma (1, D)", {"gamma": "row"}),
        Layout("columns", "examples in columns, gamma (D, 1)",
               {"x": "transpose", "gamma": "column"}, "transpose"),
        Layout("vector", "one example at a time, as a vector", {"x": "first-row"}, "first-row",
               {"N": 1}),
    )  # fmt: skip

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return x (N, D), and gamma (D,) where there is one."""
        return (X, GAMMA) if variant.options["scale"] else (X,)

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw x and gamma; in the regime near-zero the first row is tiny."""
        x = source.reals((sizes["N"], sizes["D"]), scale=1.5)
        if source.regime == "near-zero":
            x[0] = TINY * np.where(x[0] < 0, -1.0, 1.0)
        found = {"x": x}
        if variant.options["scale"]:
            found["gamma"] = source.reals((sizes["D"],))
        return found

    @staticmethod
    def _gamma(inputs: Inputs) -> Array:
        return inputs["gamma"] if "gamma" in inputs else np.ones(inputs["x"].shape[1])

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's out (N, D)."""
        eps = self.constant(variant, "eps")
        return normalization.rms_norm(inputs["x"], self._gamma(inputs), eps=eps)

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dx, and dgamma where there is one."""
        dx, dgamma = normalization.rms_norm_backward(
            upstream, inputs["x"], self._gamma(inputs), eps=self.constant(variant, "eps")
        )
        return {"x": dx, "gamma": dgamma} if "gamma" in inputs else {"x": dx}

    def _root(self, inputs: Inputs, variant: Variant) -> Array:
        square = np.mean(inputs["x"] ** 2, axis=1, keepdims=True)
        return np.asarray(np.sqrt(square + self.constant(variant, "eps")))

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the sizes of the sums of absolute terms."""
        root = self._root(inputs, variant)
        x_hat = np.abs(inputs["x"]) / root
        g = np.max(np.abs(upstream * self._gamma(inputs)), axis=1, keepdims=True)
        terms = {"x": g / root * (1.0 + np.max(x_hat, axis=1, keepdims=True) ** 2)}
        if "gamma" in inputs:
            terms["gamma"] = np.sum(np.abs(upstream) * x_hat, axis=0)
        return {name: float(np.max(term, initial=0.0)) for name, term in terms.items()}

    def largest_step(self, inputs: Inputs, variant: Variant) -> float:
        """Return a step that is small beside every root."""
        return LARGEST_STEP * min(1.0, float(np.min(self._root(inputs, variant))))

    def is_inside(self, inputs: Inputs, variant: Variant) -> bool:
        """Return whether no root is 0."""
        return bool(np.all(self._root(inputs, variant) > 0))


COMPONENT = RmsNorm()
