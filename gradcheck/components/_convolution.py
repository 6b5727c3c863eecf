"""What convolutions share: kernels and a bias that may be missing; sums of products."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from gradcheck.component import Array, Component, Inputs, Variant

__all__ = ["Convolution"]


class Convolution(Component):
    """A layer that is linear in its input and in its kernels, with or without a bias.

    Reference functions take a bias; without one it is 0.
    """

    kind = "layer"
    channels_axis: ClassVar[int] = 0
    """Which axis of the kernels the bias goes along."""

    @abstractmethod
    def value(self, x: Array, W: Array, b: Array, **constants: int) -> Array:
        """Return the reference's out."""

    @abstractmethod
    def gradients(
        self, upstream: Array, x: Array, W: Array, b: Array, **constants: int
    ) -> tuple[Array, Array, Array]:
        """Return the reference's dx, dW, db."""

    def _constants(self, variant: Variant) -> Mapping[str, int]:
        """Return the constants, as the reference takes them."""
        return {c.name: int(self.constant(variant, c.name)) for c in self.constants}

    def _bias(self, inputs: Inputs) -> Array:
        return np.asarray(inputs.get("b", np.zeros(inputs["W"].shape[self.channels_axis])))

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's out."""
        constants = self._constants(variant)
        return self.value(inputs["x"], inputs["W"], self._bias(inputs), **constants)

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dx, dW, db."""
        dx, dW, db = self.gradients(
            upstream, inputs["x"], inputs["W"], self._bias(inputs), **self._constants(variant)
        )
        return {"x": dx, "W": dW, "b": db} if variant.options["bias"] else {"x": dx, "W": dW}

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the sizes of the sums of absolute terms."""
        sizes = {name: np.abs(value) for name, value in inputs.items()}
        terms = self.backward(sizes, np.abs(upstream), variant)
        return {name: float(np.max(term, initial=0.0)) for name, term in terms.items()}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the sums of absolute terms."""
        sizes = {name: np.abs(value) for name, value in inputs.items()}
        return float(np.max(self.forward(sizes, variant), initial=0.0))
