"""Self-attention with several heads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from gradcheck.component import Array, Component, Inputs, Variable, Variant
from gradcheck.constants import Constant
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference.attention import (
    multi_head_attention,
    multi_head_attention_backward,
)

X = Variable("x", "the input x", ("N", "T", "E"), aliases=("x", "input", "inputs", "seq"))
WEIGHTS = tuple(
    Variable(f"W{part}", f"the weights W{part}", ("E", "E"), role="parameter", aliases=aliases)
    for part, aliases in (
        ("q", ("wq", "wquery", "wqueries", "queryweight")),
        ("k", ("wk", "wkey", "wkeys", "keyweight")),
        ("v", ("wv", "wvalue", "wvalues", "valueweight")),
        ("o", ("wo", "wout", "wproj", "woutput", "outweight", "w0", "proj")),
    )
)
HEADS = Constant("heads", "{:d} heads", usual=(2, 4, 1, 8, 3), low=1, high=16, is_integer=True,
                 chosen=(2,), aliases=("heads", "numheads", "nheads", "nhead", "h", "nhds",
                                       "head"))  # fmt: skip


class MultiHeadAttention(Component):
    """out = [A_1 … A_h] Wo, each A_k the attention of its columns of x Wq, x Wk, x Wv."""

    id = "multi-head-attention"
    title = "multi-head attention"
    kind = "layer"
    names = ("multi_head_attention", "multihead_attention", "mha", "multi_head_self_attention",
             "multihead", "multi_head", "multihead_self_attention")  # fmt: skip
    sizes = ("N", "T", "D")
    choices: ClassVar = {"N": (2, 3, 5), "T": (3, 4), "D": (2, 3, 5)}
    size_names: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "E": ("dmodel", "embeddim", "embedsize", "dim", "d", "e", "hiddensize", "width", "hidden",
              "nembd", "dembed", "modeldim", "size"),
    }  # fmt: skip
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "large-batch", "square")
    domain = "finite reals; the width is a multiple of the heads; no biases"
    constants: ClassVar = (HEADS,)
    variants = (
        Variant("plain", "every place sees every other", {"mask": "none"}),
        Variant("causal", "no place sees a later one", {"mask": "causal"}, ("causal", "masked")),
    )
    layouts = (
        Layout("sequences", "x (N, T, E), Wq (E, E)"),
        Layout("sequences-W-turned", "x (N, T, E), weights as in x Wqᵀ",
               dict.fromkeys(("Wq", "Wk", "Wv", "Wo"), "transpose")),
        Layout("one-sequence", "one sequence at a time, x (T, E)", {"x": "first-row"}, "first-row",
               {"N": 1}),
    )  # fmt: skip

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return x (N, T, E), Wq, Wk, Wv, Wo (E, E)."""
        return (X, *WEIGHTS)

    def fitted_sizes(self, sizes: Mapping[str, int], variant: Variant) -> dict[str, int]:
        """Return the sizes with E, the width of all heads of D numbers each."""
        return {**sizes, "E": sizes["D"] * int(self.constant(variant, "heads"))}

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw all; the weights keep the scores moderate."""
        width = sizes["E"]
        scale = 1.0 / np.sqrt(width)
        found = {w.name: source.reals((width, width), scale) for w in WEIGHTS}
        return {"x": source.reals((sizes["N"], sizes["T"], width)), **found}

    def _options(self, variant: Variant) -> tuple[int, bool]:
        heads = int(self.constant(variant, "heads"))
        return heads, bool(variant.options["mask"] == "causal")

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's out (N, T, E)."""
        heads, is_causal = self._options(variant)
        x, Wq, Wk, Wv, Wo = (inputs[v.name] for v in self.variables(variant))
        return multi_head_attention(
            x, Wq, Wk, Wv, Wo, heads=heads, is_causal=is_causal
        )

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dx, dWq, dWk, dWv, dWo."""
        heads, is_causal = self._options(variant)
        x, Wq, Wk, Wv, Wo = (inputs[v.name] for v in self.variables(variant))
        found = multi_head_attention_backward(
            upstream, x, Wq, Wk, Wv, Wo, heads=heads, is_causal=is_causal
        )
        return {v.name: g for v, g in zip(self.variables(variant), found, strict=True)}

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return bounds of the sums of absolute terms."""
        x, Wq, Wk, Wv, Wo = (inputs[v.name] for v in self.variables(variant))
        n, t, width = x.shape
        q, k, v = (_most(x) * _most(W, 0) for W in (Wq, Wk, Wv))
        u = _most(upstream)
        out = u * _most(Wo, 1)
        score = 2.0 * out * v * width
        dq, dk, dv = score * k, score * q * t, out * t
        total = n * t * _most(x)
        exact = super().magnitude(inputs, upstream, variant)
        bounds = {
            "x": dq * _most(Wq, 1) + dk * _most(Wk, 1) + dv * _most(Wv, 1), "Wq": total * dq,
            "Wk": total * dk, "Wv": total * dv, "Wo": n * t * v * u,
        }  # fmt: skip
        return {name: max(bounds[name], size) for name, size in exact.items()}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return a bound of the sums of absolute terms."""
        v = np.max(np.abs(inputs["x"]) @ np.abs(inputs["Wv"]))
        return float(v * np.max(np.sum(np.abs(inputs["Wo"]), axis=0)))


def _most(a: Array, axis: int | None = None) -> float:
    """Return the largest absolute entry, or the largest sum of them along an axis."""
    sizes = np.abs(a) if axis is None else np.sum(np.abs(a), axis=axis)
    return float(np.max(sizes, initial=0.0))


COMPONENT = MultiHeadAttention()
