"""One step of gradient descent."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.component import Array, Component, Inputs, Variable, Variant
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import optimizers

W = Variable("w", "the parameter w", ("D", "M"), role="parameter",
             aliases=("w", "weights", "weight", "parameter", "param", "theta", "params", "x", "p"),
             weak=("b", "value"))  # fmt: skip
DW = Variable("dw", "the gradient dw", ("D", "M"), role="data",
              aliases=("dw", "grad", "gradient", "grads", "g", "dtheta", "dparam", "dx", "gradw",
                       "dwdc", "dcdw"), is_differentiable=False)  # fmt: skip
RATE = Variable("learning_rate", "the learning rate", (), role="constant",
                aliases=("learningrate", "lr", "eta", "alpha", "rate", "step", "stepsize", "gamma"),
                is_differentiable=False)  # fmt: skip


class GradientDescent(Component):
    """w_new = w - learning_rate * dw."""

    id = "gradient-descent"
    title = "gradient descent"
    kind = "step"
    names = ("gradient_descent", "sgd", "gradient_descent_step", "sgd_step", "update",
             "update_parameters", "gd", "gd_step", "sgd_update", "gradient_step", "descent",
             "update_weights", "update_parameter", "gradient_descent_update",
             "update_params")  # fmt: skip
    sizes = ("D", "M")
    regimes = ("ordinary", "negative", "near-zero", "square")
    layouts = (Layout("any", "a parameter of any shape", {"learning_rate": "number"}),)
    has_gradient = False

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return w (D, M), dw (D, M), learning_rate ()."""
        return (W, DW, RATE)

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw w, dw and a positive learning rate."""
        shape = (sizes["D"], sizes["M"])
        rate = np.abs(source.real(0.1)) + 0.01
        return {"w": source.reals(shape), "dw": source.reals(shape), "learning_rate": rate}

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's new parameter (D, M)."""
        return optimizers.gradient_descent(
            inputs["w"], inputs["dw"], learning_rate=float(inputs["learning_rate"])
        )

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return nothing: a step is judged by its value."""
        return {}


COMPONENT = GradientDescent()
