"""The GELU activation with the error function, or with the sigmoid in its place."""

from __future__ import annotations

from gradcheck.component import Array, Inputs, Variant
from gradcheck.components._elementwise import Elementwise
from gradcheck_reference import activations, rectifiers

SIGMOID, SHARPNESS = "sigmoid", 1.702
"""With this factor z sigmoid(factor z) is nearest to z Phi(z), as the paper says."""


class Gelu(Elementwise):
    """a = z Phi(z) = z/2 (1 + erf(z / sqrt 2)); or a = z sigmoid(1.702 z), which is near it."""

    id = "gelu"
    title = "GELU"
    names = ("gelu", "gelu_exact", "exact_gelu", "gelu_erf", "erf_gelu", "ge_lu",
             "gaussian_error_linear_unit")  # fmt: skip
    largest_slope = 1.13
    variants = (
        Variant("exact", "with the error function", {"form": "exact"}),
        Variant(SIGMOID, "with sigmoid(1.702 z) in place of the error function",
                {"form": SIGMOID}),
    )  # fmt: skip

    def value(self, x: Array) -> Array:
        """Return the reference's exact value."""
        return activations.gelu(x)

    def gradient(self, upstream: Array, x: Array) -> Array:
        """Return the reference's exact gradient."""
        return activations.gelu_backward(upstream, x)

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the value in the variant's form."""
        if variant.options["form"] == SIGMOID:
            return rectifiers.silu(inputs["x"], beta=SHARPNESS)
        return super().forward(inputs, variant)

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return dx in the variant's form."""
        if variant.options["form"] == SIGMOID:
            return {"x": rectifiers.silu_backward(upstream, inputs["x"], beta=SHARPNESS)}
        return super().backward(inputs, upstream, variant)

    def interval(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return the gradient twice: no kinks."""
        gradient = self.backward(inputs, upstream, variant)
        return gradient, gradient


COMPONENT = Gelu()
