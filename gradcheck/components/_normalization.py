"""What layer and batch normalisation share: an input, a scale, a shift and an epsilon."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from gradcheck.component import LARGEST_STEP, Array, Component, Inputs, Variable, Variant
from gradcheck.constants import Constant
from gradcheck.strategies.source import Source

X = Variable("x", "the input x", ("N", "D"), aliases=("x", "input", "inputs", "data", "z", "h"),
             weak=("a", "features", "activations", "prev"))  # fmt: skip
GAMMA = Variable("gamma", "the scale gamma", ("D",), role="parameter",
                 aliases=("gamma", "g", "scale", "weight", "w", "a", "gain", "bw"))  # fmt: skip
BETA = Variable("beta", "the shift beta", ("D",), role="parameter",
                aliases=("beta", "b", "bias", "shift", "offset", "bb"))  # fmt: skip
EPS = Constant("eps", "eps {:g} beside the variance",
               usual=(1e-5, 1e-8, 1e-6, 1e-7, 1e-3, 1e-12), low=0.0, high=0.1,
               aliases=("eps", "epsilon", "e"))  # fmt: skip
NEARLY_CONSTANT = 1e-6
"""Spread of the group in which the epsilon outweighs the variance (regime near-zero)."""


class Normalization(Component):
    """out = gamma x_hat + beta, with x_hat = (x - mean) / sqrt(variance + eps) along an axis."""

    kind = "layer"
    sizes = ("N", "D")
    constants = (EPS,)
    domain = "finite reals that aren't all equal where eps is 0; the variance divides by n"
    axis: ClassVar[int]
    """Over which mean and variance are taken."""

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return x (N, D), gamma (D,), beta (D,)."""
        return (X, GAMMA, BETA)

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw the three; in the regime near-zero one group is constant but for a millionth."""
        n, d = sizes["N"], sizes["D"]
        x = source.reals((n, d), scale=1.5)
        if source.regime == "near-zero":
            first = np.moveaxis(x, self.axis, -1)[0]
            first[:] = NEARLY_CONSTANT * (first + np.arange(len(first)))
        return {"x": x, "gamma": source.reals((d,)), "beta": source.reals((d,))}

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the sizes of the terms: each is as uncertain as x - mean is beside sigma."""
        x_hat, sigma, loss = self._scales(inputs, variant)
        g = np.max(np.abs(upstream * inputs["gamma"]), axis=self.axis, keepdims=True)
        terms = {
            "x": g / sigma * (1.0 + np.max(x_hat**2, axis=self.axis, keepdims=True)) * loss,
            "gamma": np.sum(np.abs(upstream) * (np.abs(x_hat) + loss), axis=0),
            "beta": np.sum(np.abs(upstream), axis=0),
        }
        return {name: float(np.max(term, initial=0.0)) for name, term in terms.items()}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the terms of the value."""
        x_hat, _, loss = self._scales(inputs, variant)
        terms = np.abs(inputs["gamma"]) * (np.abs(x_hat) + loss) + np.abs(inputs["beta"])
        return float(np.max(terms, initial=0.0))

    def largest_step(self, inputs: Inputs, variant: Variant) -> float:
        """Return a step that is small beside every sigma."""
        _, sigma, _ = self._scales(inputs, variant)
        return LARGEST_STEP * min(1.0, float(np.min(sigma)))

    def is_inside(self, inputs: Inputs, variant: Variant) -> bool:
        """Return whether no sigma is 0."""
        _, sigma, _ = self._scales(inputs, variant)
        return bool(np.all(sigma > 0))

    def _scales(self, inputs: Inputs, variant: Variant) -> tuple[Array, Array, Array]:
        """Return x_hat, sigma, and by how much x - mean loses digits beside sigma (at least 1)."""
        x = inputs["x"]
        sigma = np.sqrt(x.var(axis=self.axis, keepdims=True) + self.constant(variant, "eps"))
        largest = np.max(np.abs(x), axis=self.axis, keepdims=True)
        with np.errstate(all="ignore"):
            x_hat = (x - x.mean(axis=self.axis, keepdims=True)) / sigma
            loss = np.maximum(1.0, largest / sigma)
        return x_hat, sigma, loss
