"""What elementwise activations share: one input, any shape, a slope per entry."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from gradcheck.component import (
    Array,
    Component,
    Factor,
    Inputs,
    Site,
    Variable,
    Variant,
    interval_at_kinks,
)
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source

X = Variable(
    "x",
    "the input",
    ("N", "D"),
    aliases=("x", "z", "input", "inputs", "preactivation", "arr", "array", "v", "t", "s", "n"),
    weak=("a", "data", "scores", "u", "val", "value", "values", "net", "h", "cache", "out", "y"),
)

LAYOUTS = (
    Layout("array", "arrays of any shape"),
    Layout("vector", "one example at a time, as a vector", {"x": "first-row"}, "first-row",
           {"N": 1}),
    Layout("number", "one number at a time", {"x": "single-number"}, "single-number",
           {"N": 1, "D": 1}),
)  # fmt: skip
ELSEWHERE = {"array": (
    Layout("one-axis", "arrays of one axis", {"x": "first-row"}, "first-row", {"N": 1}),
    Layout("three-axes", "arrays of three axes", {"x": "middle-axis"}, "middle-axis"),
)}  # fmt: skip


class Elementwise(Component):
    """An activation a = f(z) whose Jacobian is diagonal: dz = upstream * f'(z)."""

    kind = "activation"
    layouts = LAYOUTS
    elsewhere = ELSEWHERE
    is_one_elsewhere = True
    largest_slope: ClassVar[float] = 1.0
    factors: ClassVar[frozenset[str]] = frozenset({"activation-slope"})

    @abstractmethod
    def value(self, x: Array) -> Array:
        """Return f(x)."""

    @abstractmethod
    def gradient(self, upstream: Array, x: Array) -> Array:
        """Return upstream * f'(x)."""

    def slopes_at_kinks(self, x: Array) -> tuple[Array, Array]:
        """Return the lowest and highest accepted slope of each entry."""
        slope = self.gradient(np.ones_like(x), x)
        return slope, slope

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return the only input, x (N, D)."""
        return (X,)

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw x (N, D)."""
        return {"x": source.reals((sizes["N"], sizes["D"]), scale=1.5)}

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return f(x), of x's shape."""
        return self.value(inputs["x"])

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return dx, of x's shape."""
        return {"x": self.gradient(upstream, inputs["x"])}

    def interval(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return both ends of the accepted gradient."""
        low, high = self.slopes_at_kinks(inputs["x"])
        return interval_at_kinks({"x": upstream * low}, {"x": upstream * high})

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the upstream's size times the largest slope: of order 1 for activations."""
        return {"x": self.largest_slope * float(np.max(np.abs(upstream), initial=0.0))}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the values, at least 1."""
        return max(1.0, super().output_magnitude(inputs, variant))

    def rederive(
        self, inputs: Inputs, upstream: Array, variant: Variant, wrong: Mapping[str, Factor]
    ) -> dict[str, Array]:
        """Return upstream times a mistaken slope."""
        x = inputs["x"]

        def slope_at(place: Array) -> Array:
            return self.backward({"x": place}, np.ones_like(place), variant)["x"]

        a = self.forward(inputs, variant)
        site = Site(1, 1, x, a, None, None, None, None, (x, a), (slope_at(x),), (x,), upstream,
                    slope_at)  # fmt: skip
        return {"x": upstream * wrong["activation-slope"](site)}


class Tuned(Elementwise):
    """An elementwise activation with constants, which the reference takes as keywords."""

    @abstractmethod
    def value(self, x: Array, **constants: float) -> Array:
        """Return f(x) with these constants, the commonest by default."""

    @abstractmethod
    def gradient(self, upstream: Array, x: Array, **constants: float) -> Array:
        """Return upstream * f'(x) with these constants."""

    def constants_of(self, variant: Variant) -> dict[str, float]:
        """Return the values that the constants have in a variant."""
        return {c.name: self.constant(variant, c.name) for c in self.constants}

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return f(x) with the variant's constants."""
        return self.value(inputs["x"], **self.constants_of(variant))

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return dx with the variant's constants."""
        return {"x": self.gradient(upstream, inputs["x"], **self.constants_of(variant))}

    def interval(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return the gradient with the variant's constants twice: no kinks, unless overridden."""
        gradient = self.backward(inputs, upstream, variant)
        return gradient, gradient
