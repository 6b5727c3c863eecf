"""One neuron: affine, activation, squared error (system A, with its usual relatives)."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array, Inputs, Variant
from gradcheck.components._chain import Net
from gradcheck.components._unit import Unit
from gradcheck_reference import chain

REDUCTIONS = {
    "mean": "mean", "half-mean": "half the mean", "sum": "sum", "half-sum": "half the sum",
}  # fmt: skip
ACTIVATIONS = {
    "relu": "ReLU", "sigmoid": "sigmoid", "tanh": "tanh", "identity": "no activation",
}  # fmt: skip


class Neuron(Unit):
    """C(w, b) = (1/N) sum (y - max(0, w·x + b))^2."""

    id = "neuron"
    title = "neuron"
    names = ("neuron", "neuron_cost", "neuron_loss", "relu_neuron", "single_neuron", "perceptron",
             "neuron_cost_and_gradient", "neuron_mse", "relu_mse", "unit")  # fmt: skip
    kink_convention = "ReLU: at w·x + b = 0 any slope in [0, 1] is right"
    variants = tuple(
        Variant(f"{name}-{reduction}", f"{words}, squared error, {how}",
                {"activation": name, "reduction": reduction}, (name,))
        for name, words in ACTIVATIONS.items()
        for reduction, how in REDUCTIONS.items()
    )  # fmt: skip

    def net(self, variant: Variant) -> Net:
        """Return the variant's activation with squared error."""
        options = variant.options
        return Net((options["activation"],), "squared-error", options["reduction"])

    def _is_system_a(self, variant: Variant) -> bool:
        return variant.id == "relu-mean"

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the cost; for ReLU and mean by the reference's own derivation."""
        if self._is_system_a(variant):
            return np.asarray(chain.neuron_cost(*_in_order(inputs)))
        return super().forward(inputs, variant)

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return dw and db; for ReLU and mean by the reference's own derivation."""
        if self._is_system_a(variant):
            dw, db = chain.neuron_gradient(*_in_order(inputs))
            return {"w": upstream * dw, "b": upstream * np.asarray(db)}
        return super().backward(inputs, upstream, variant)


def _in_order(inputs: Inputs) -> tuple[Array, Array, Array, Array]:
    return inputs["w"], inputs["b"], inputs["X"], inputs["y"]


COMPONENT = Neuron()
