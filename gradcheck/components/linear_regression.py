"""Linear regression: affine, squared error."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array, Inputs, Variant
from gradcheck.components._chain import Net
from gradcheck.components._unit import BIASES, Unit
from gradcheck_reference import models

REDUCTIONS = {
    "mean": "mean", "half-mean": "half the mean", "sum": "sum", "half-sum": "half the sum",
}  # fmt: skip


class LinearRegression(Unit):
    """C(w, b) = (1/N) sum (X w + b - y)^2."""

    id = "linear-regression"
    title = "linear regression"
    lookalikes = ("linear", "linearactivation", "linearlayer", "lineartransform")
    names = ("linear_regression", "linreg", "linear_regression_cost", "lin_reg", "least_squares",
             "linear_regression_loss", "linear_model", "linear_cost", "ordinary_least_squares",
             "linear_regression_cost_and_gradient", "linear_loss")  # fmt: skip
    variants = tuple(
        Variant(f"{start}{reduction}", f"{words}squared error, {how}",
                {"reduction": reduction, "has_bias": not start})
        for start, words in BIASES.items()
        for reduction, how in REDUCTIONS.items()
    )  # fmt: skip
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "large-batch", "square")

    def net(self, variant: Variant) -> Net:
        """Return no activation with squared error."""
        return Net(("identity",), "squared-error", variant.options["reduction"])

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the cost; for the mean by the reference's own derivation."""
        if variant.id == "mean":
            return models.linear_cost(inputs["w"], inputs["b"], inputs["X"], inputs["y"])
        return super().forward(inputs, variant)

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return dw and db; for the mean by the reference's own derivation."""
        if variant.id != "mean":
            return super().backward(inputs, upstream, variant)
        dw, db = models.linear_gradient(inputs["w"], inputs["b"], inputs["X"], inputs["y"])
        return {"w": upstream * dw, "b": np.asarray(upstream * db)}

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the gradients' sizes, at least those of one example with an error of 1."""
        weight = self.weight(variant, inputs["X"].shape[0])
        floors = {"w": weight * float(np.max(np.abs(inputs["X"]), initial=0.0)), "b": weight}
        found = self.backward(inputs, upstream, variant)
        return {n: max(float(np.max(np.abs(g))), floors[n]) for n, g in found.items()}


COMPONENT = LinearRegression()
