"""The sigmoid activation."""

from __future__ import annotations

from gradcheck.component import Array
from gradcheck.components._elementwise import Elementwise
from gradcheck_reference import activations


class Sigmoid(Elementwise):
    """a = 1 / (1 + e^(-z))."""

    id = "sigmoid"
    title = "sigmoid"
    names = ("sigmoid", "logistic", "sigm", "sig", "sigmoid_function", "logistic_sigmoid", "expit")

    def value(self, x: Array) -> Array:
        """Return the reference's value."""
        return activations.sigmoid(x)

    def gradient(self, upstream: Array, x: Array) -> Array:
        """Return the reference's gradient."""
        return activations.sigmoid_backward(upstream, x)


COMPONENT = Sigmoid()
