"""What recurrent layers share: an input, one or two states, and weights of both with a bias."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from gradcheck.component import Array, Component, Inputs, Variable, Variant
from gradcheck.components._gates import Gates
from gradcheck.strategies.source import Source

INPUT_ALIASES = ("x", "xt", "input", "inputs", "xs", "data")
X = Variable("x", "the input x", ("N", "D"), aliases=INPUT_ALIASES)
SEQUENCE = Variable("x", "the inputs x", ("N", "T", "D"), aliases=INPUT_ALIASES)
STATE_ALIASES = ("prevh", "hprev", "h", "h0", "aprev", "a0", "hidden", "prevhidden", "hiddenprev",
                 "hprevious", "state", "prevstate", "ht1", "hinit", "hold", "hp",
                 "hiddenstate")  # fmt: skip
H = Variable("h", "the state before, h", ("N", "M"), aliases=STATE_ALIASES, weak=("a", "s"))
C = Variable("c", "the cell's state before, c", ("N", "M"),
             aliases=("prevc", "cprev", "c", "c0", "cell", "prevcell", "cellprev", "cprevious",
                      "ct1", "cold", "cellstate", "cp"))  # fmt: skip
WX = Variable("Wx", "the weights of the input, Wx", ("D", "G"), role="parameter",
              aliases=("wx", "wxh", "wih", "wax", "weightih", "wi", "win", "wxi", "winput",
                       "kernel", "u"), weak=("w",))  # fmt: skip
WH = Variable("Wh", "the weights of the state, Wh", ("M", "G"), role="parameter",
              aliases=("wh", "whh", "waa", "weighthh", "wr", "wrec", "recurrentkernel",
                       "whidden", "wha"), weak=("w", "v", "u"))  # fmt: skip
B = Variable("b", "the bias b", ("G",), role="parameter", aliases=("b", "bias", "bh", "ba"))

TURNED = {"Wx": "transpose", "Wh": "transpose"}
COLUMNS = {"x": "transpose", "h": "transpose", "b": "column"} | TURNED
ONE = {"N": 1}
DICT_KEYS = {
    "Wx": ("Wx", "Wax", "Wxh"),
    "Wh": ("Wh", "Waa", "Whh", "Wya", "Why"),  # the last two make a prediction of the state
    "b": ("b", "ba", "bh", "by"),
}
VECTOR = {"x": "first-row", "h": "first-row"}
FEW = (2, 3, 5)
FROM_ZERO = "from-zero"


def with_zero_starts(variants: Sequence[Variant]) -> tuple[Variant, ...]:
    """Return the variants, and each once more with a first state of zeros that nobody passes."""
    return (*variants, *(
        Variant(f"{v.id}-{FROM_ZERO}", f"{v.title}, h starting at 0",
                {**v.options, FROM_ZERO: True}, v.hints, is_rarer=True)
        for v in variants
    ))  # fmt: skip


class Recurrent(Component):
    """One step, or T of them, of a cell whose gates' weights lie side by side."""

    kind = "layer"
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "large-batch", "square")
    size_names: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "D": ("inputsize", "inputdim", "nin", "d", "din", "indim", "nx", "insize", "inputs"),
        "M": ("hiddensize", "hiddendim", "nhidden", "h", "hidden", "units", "dh", "na", "nh", "m",
              "hdim"),
    }  # fmt: skip
    gates: ClassVar[int] = 1
    is_sequence: ClassVar[bool] = False
    has_cell: ClassVar[bool] = False
    letters: ClassVar[Gates | None] = None
    """The gates' letters, where each may have weights of its own (variants with a form)."""

    @abstractmethod
    def value(self, arrays: tuple[Array, ...], variant: Variant) -> Array:
        """Return the reference's value."""

    @abstractmethod
    def gradients(
        self, upstream: Array, arrays: tuple[Array, ...], variant: Variant
    ) -> tuple[Array, ...]:
        """Return the reference's gradients, in the order of the variables."""

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return x, the states before, Wx (D, G), Wh (M, G), b (G,), G being all gates' width.

        Where each gate has weights of its own, these stand in place of the last three.
        """
        states = (H, C) if self.has_cell else () if variant.options.get(FROM_ZERO) else (H,)
        form = variant.options.get("form")
        weights = self.letters.variables(form) if self.letters and form else (WX, WH, B)
        return (SEQUENCE if self.is_sequence else X, *states, *weights)

    def fitted_sizes(self, sizes: Mapping[str, int], variant: Variant) -> dict[str, int]:
        """Return the sizes with G, the width of all gates, and P, that of [h, x]."""
        return {**sizes, "G": self.gates * sizes["M"], "P": sizes["M"] + sizes["D"]}

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw all; the weights are small, so that no gate is saturated."""
        scales = {"D": 1.0 / np.sqrt(sizes["D"]), "M": 0.5 / np.sqrt(sizes["M"]),
                  "P": 1.0 / np.sqrt(sizes["P"])}  # fmt: skip
        return {
            v.name: source.reals(
                tuple(sizes[d] for d in v.dims),
                1.0 if v.role == "data" else scales[v.dims[0]] if len(v.dims) > 1 else 0.5,
            )
            for v in self.variables(variant)
        }

    def _joined(self, inputs: Inputs, variant: Variant) -> Inputs:
        """Return the inputs with the gates' weights side by side, and a first state."""
        form = variant.options.get("form")
        if variant.options.get(FROM_ZERO):
            x, bias = inputs["x"], next(v for n, v in inputs.items() if n[0] == "b")
            width = len(bias) if form else len(bias) // self.gates
            inputs = {**inputs, "h": np.zeros((len(x), width), x.dtype)}
        return self.letters.joined(inputs, form) if self.letters and form else inputs

    def _arrays(self, inputs: Inputs, variant: Variant) -> tuple[Array, ...]:
        """Return x, the states, Wx, Wh and b."""
        joined = self._joined(inputs, variant)
        return tuple(joined[name] for name in self._names)

    @property
    def _names(self) -> tuple[str, ...]:
        """What the reference takes."""
        return ("x", "h", *(("c",) if self.has_cell else ()), "Wx", "Wh", "b")

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's value."""
        return self.value(self._arrays(inputs, variant), variant)

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's gradients."""
        found = self.gradients(upstream, self._arrays(inputs, variant), variant)
        named = dict(zip(self._names, found, strict=True))
        form = variant.options.get("form")
        named = self.letters.parted(named, form) if self.letters and form else named
        return {n: g for n, g in named.items() if n != "h" or not variant.options.get(FROM_ZERO)}

    def step_by_step(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> dict[str, Array]:
        """Return the gradients of each step alone, added up where they are of the same thing.

        A cell's state is no output, so that it isn't known where each step of it begins.
        """
        if not self.is_sequence or self.has_cell or self.letters:
            return super().step_by_step(inputs, upstream, variant)
        x, h, *weights = self._arrays(inputs, variant)
        states = self.value((x, h, *weights), variant)
        before = [h, *(states[:, t] for t in range(x.shape[1] - 1))]
        steps = [
            self.gradients(
                upstream[:, t : t + 1], (x[:, t : t + 1], start, *weights), variant
            )
            for t, start in enumerate(before)
        ]  # fmt: skip
        dx = np.concatenate([step[0] for step in steps], axis=1)
        summed = [sum(parts) for parts in zip(*(step[2:] for step in steps), strict=True)]
        found = dict(zip(self._names, (dx, steps[0][1], *summed), strict=True))
        return {n: np.asarray(g) for n, g in found.items() if n in inputs}

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return bounds of the sums of absolute terms, with every slope 1."""
        exact = super().magnitude(inputs, upstream, variant)
        form = variant.options.get("form")
        inputs = self._joined(inputs, variant)
        u = float(np.max(np.abs(upstream), initial=0.0))
        states = [float(np.max(np.abs(inputs[n]), initial=1.0)) for n in ("h", "c") if n in inputs]
        through = {n: float(np.max(np.sum(np.abs(inputs[n]), axis=1))) for n in ("Wx", "Wh")}
        count, times = inputs["x"].shape[0], 1
        if self.is_sequence:
            times = inputs["x"].shape[1]
        # what reaches a gate: the upstream of this step, and what later steps carry back
        largest = max(states)
        reaching = u * largest * (1.0 + through["Wh"]) ** (times - 1)
        summed = reaching * count * times
        bounds = {
            "x": reaching * through["Wx"], "h": reaching * max(1.0, through["Wh"]), "c": reaching,
            "Wx": summed * float(np.max(np.abs(inputs["x"]), initial=0.0)),
            "Wh": summed * largest, "b": summed,
        }  # fmt: skip
        if self.letters and form:
            bounds = self.letters.bounds(bounds, form)
        return {name: max(bounds[name], size) for name, size in exact.items()}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the states, at least 1."""
        return max(1.0, super().output_magnitude(inputs, variant))
