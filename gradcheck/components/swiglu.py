"""The SwiGLU activation: a value times the SiLU of a gate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from gradcheck.component import Array, Component, Inputs, Variable, Variant
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import affine_backward, gating

X_ALIASES = ("x", "z", "input", "inputs", "xs", "data", "h", "inp")
X_WEAK = ("a", "u", "v", "arr", "t", "cache")
HALVES = Variable("x", "the input x", ("N", "D2"), aliases=X_ALIASES, weak=X_WEAK)
X = Variable("x", "the input x", ("N", "D"), aliases=X_ALIASES, weak=X_WEAK)
GATE = Variable("gate", "the gate", ("N", "D"), aliases=("gate", "g", "xgate", "gates", "w1x"),
                weak=("a", "x1", "z1", "u", "xw", "b", "x2", "z2"))  # fmt: skip
VALUE = Variable("value", "the value", ("N", "D"),
                 aliases=("value", "v", "up", "xvalue", "val", "values", "linear"),
                 weak=("b", "x2", "z2", "x", "xv", "a", "x1", "z1", "u"))  # fmt: skip
W = Variable("W", "the gate's weights W", ("D", "M"), role="parameter",
             aliases=("w", "wg", "wgate", "w1", "gateweights", "wgt"))  # fmt: skip
V = Variable("V", "the value's weights V", ("D", "M"), role="parameter",
             aliases=("v", "wv", "wup", "w2", "wu", "wvalue", "valueweights", "w3"))  # fmt: skip
STEEPEST = 1.1


class Swiglu(Component):
    """out = silu(gate) value, with both in a row, apart, or affine in x."""

    id = "swiglu"
    title = "SwiGLU"
    kind = "activation"
    names = ("swiglu", "swi_glu", "swish_glu", "silu_glu", "swiglu_activation")
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "saturated", "near-zero",
               "large-batch", "square")  # fmt: skip
    domain = "finite reals; x with an even number of columns, of which one half is the gate"
    variants = (
        Variant("halves-gate-first", "the first half of x is the gate",
                {"input": "halves", "gate": 0}),
        Variant("halves-gate-last", "the second half of x is the gate",
                {"input": "halves", "gate": 1}),
        Variant("apart-gate-first", "gate and value apart, the gate first", {"input": "apart"}),
        Variant("apart-gate-last", "gate and value apart, the gate last", {"input": "apart-last"}),
        Variant("weights", "silu(x W) times x V", {"input": "weights"}),
    )  # fmt: skip
    layouts = (
        Layout("rows", "examples in rows"),
        Layout("vector", "one example at a time, as a vector",
               {"x": "first-row", "gate": "first-row", "value": "first-row"}, "first-row",
               {"N": 1}),
    )  # fmt: skip
    inputs_of: ClassVar[Mapping[str, tuple[Variable, ...]]] = {
        "halves": (HALVES,), "apart": (GATE, VALUE), "apart-last": (VALUE, GATE),
        "weights": (X, W, V),
    }  # fmt: skip

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return x (N, 2D), or gate and value (N, D), or x (N, D), W, V (D, M)."""
        return self.inputs_of[variant.options["input"]]

    def sizes_of(self, variant: Variant) -> tuple[str, ...]:
        """Return N and D, and M where there are weights."""
        return (*self.sizes, "M") if variant.options["input"] == "weights" else self.sizes

    def fitted_sizes(self, sizes: Mapping[str, int], variant: Variant) -> dict[str, int]:
        """Return the sizes with that of both halves together."""
        return {**sizes, "D2": 2 * sizes["D"]}

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw every input."""
        shapes = {v.name: tuple(sizes[d] for d in v.dims) for v in self.variables(variant)}
        return {name: source.reals(shape) for name, shape in shapes.items()}

    def _parts(self, inputs: Inputs, variant: Variant) -> tuple[Array, Array]:
        """Return gate and value."""
        match variant.options["input"]:
            case "halves":
                first, last = np.split(inputs["x"], 2, axis=-1)
                return (last, first) if variant.options["gate"] else (first, last)
            case "apart" | "apart-last":
                return inputs["gate"], inputs["value"]
            case _:
                return inputs["x"] @ inputs["W"], inputs["x"] @ inputs["V"]

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's out."""
        return gating.swiglu(*self._parts(inputs, variant))

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's gradient of every input."""
        d_gate, d_value = gating.swiglu_backward(upstream, *self._parts(inputs, variant))
        match variant.options["input"]:
            case "halves":
                both = (d_value, d_gate) if variant.options["gate"] else (d_gate, d_value)
                return {"x": np.concatenate(both, axis=-1)}
            case "apart" | "apart-last":
                return {"gate": d_gate, "value": d_value}
            case _:
                return self._through_weights(inputs, d_gate, d_value)

    @staticmethod
    def _through_weights(inputs: Inputs, d_gate: Array, d_value: Array) -> dict[str, Array]:
        none = np.zeros(inputs["W"].shape[1])
        of_gate, dW, _ = affine_backward(d_gate, inputs["x"], inputs["W"], none)
        of_value, dV, _ = affine_backward(d_value, inputs["x"], inputs["V"], none)
        return {"x": of_gate + of_value, "W": dW, "V": dV}

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the sizes of the sums of absolute terms."""
        gate, value = self._sizes(inputs, variant)
        u = np.abs(upstream)
        of_gate, of_value = STEEPEST * u * np.maximum(value, 1e-300), u * np.maximum(gate, 1e-300)
        match variant.options["input"]:
            case "halves":
                return {"x": float(max(np.max(of_gate), np.max(of_value)))}
            case "apart" | "apart-last":
                return {"gate": float(np.max(of_gate)), "value": float(np.max(of_value))}
            case _:
                sizes = {name: np.abs(array) for name, array in inputs.items()}
                terms = self._through_weights(sizes, of_gate, of_value)
                return {name: float(np.max(term)) for name, term in terms.items()}

    def _sizes(self, inputs: Inputs, variant: Variant) -> tuple[Array, Array]:
        """Return the sizes of gate and value, as sums of absolute terms."""
        sizes = {name: np.abs(array) for name, array in inputs.items()}
        return self._parts(sizes, variant)

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the product, as sums of absolute terms."""
        gate, value = self._sizes(inputs, variant)
        return float(np.max(gate * value, initial=0.0))


COMPONENT = Swiglu()
