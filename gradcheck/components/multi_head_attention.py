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
BIASES = tuple(
    Variable(f"b{part}", f"the bias b{part}", ("E",), role="parameter", aliases=aliases)
    for part, aliases in (
        ("q", ("bq", "bquery", "querybias")), ("k", ("bk", "bkey", "keybias")),
        ("v", ("bv", "bvalue", "valuebias")), ("o", ("bo", "bout", "bproj", "outbias")),
    )
)  # fmt: skip
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
    domain = "finite reals; the width is a multiple of the heads"
    constants: ClassVar = (HEADS,)
    variants = tuple(
        Variant(f"{start}{name}", f"{words}{said}", {"mask": mask, "has_bias": bool(start)}, hints)
        for start, words in {"biased-": "with biases, ", "": ""}.items()
        for name, said, mask, hints in (
            ("plain", "every place sees every other", "none", ()),
            ("causal", "no place sees a later one", "causal", ("causal", "masked")),
        )
    )  # fmt: skip
    layouts = (
        Layout("sequences", "x (N, T, E), Wq (E, E)"),
        Layout("sequences-W-turned", "x (N, T, E), weights as in x Wqᵀ",
               dict.fromkeys(("Wq", "Wk", "Wv", "Wo"), "transpose")),
        Layout("one-sequence", "one sequence at a time, x (T, E)", {"x": "first-row"}, "first-row",
               {"N": 1}),
    )  # fmt: skip

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return x (N, T, E), Wq, Wk, Wv, Wo (E, E) and perhaps bq, bk, bv, bo (E,)."""
        return (X, *WEIGHTS, *(BIASES if variant.options["has_bias"] else ()))

    def fitted_sizes(self, sizes: Mapping[str, int], variant: Variant) -> dict[str, int]:
        """Return the sizes with E, the width of all heads of D numbers each."""
        return {**sizes, "E": sizes["D"] * int(self.constant(variant, "heads"))}

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw all; the weights keep the scores moderate."""
        width = sizes["E"]
        scale = 1.0 / np.sqrt(width)
        found = {w.name: source.reals((width, width), scale) for w in WEIGHTS}
        if variant.options["has_bias"]:
            found |= {b.name: source.reals((width,), 0.5) for b in BIASES}
        return {"x": source.reals((sizes["N"], sizes["T"], width)), **found}

    @staticmethod
    def _biases(inputs: Inputs) -> tuple[Array, ...]:
        return tuple(inputs[b.name] for b in BIASES if b.name in inputs)

    def _options(self, variant: Variant) -> tuple[int, bool]:
        heads = int(self.constant(variant, "heads"))
        return heads, bool(variant.options["mask"] == "causal")

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's out (N, T, E)."""
        heads, is_causal = self._options(variant)
        x, Wq, Wk, Wv, Wo = (inputs[v.name] for v in (X, *WEIGHTS))
        return multi_head_attention(
            x, Wq, Wk, Wv, Wo, heads=heads, is_causal=is_causal, biases=self._biases(inputs)
        )

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dx, dWq, dWk, dWv, dWo, and those of the biases."""
        heads, is_causal = self._options(variant)
        x, Wq, Wk, Wv, Wo = (inputs[v.name] for v in (X, *WEIGHTS))
        found = multi_head_attention_backward(
            upstream, x, Wq, Wk, Wv, Wo, heads=heads, is_causal=is_causal,
            biases=self._biases(inputs),
        )  # fmt: skip
        return {v.name: g for v, g in zip(self.variables(variant), found, strict=True)}

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return bounds of the sums of absolute terms."""
        x, Wq, Wk, Wv, Wo = (inputs[v.name] for v in (X, *WEIGHTS))
        n, t, width = x.shape
        shift = max((_most(b) for b in self._biases(inputs)), default=0.0)
        q, k, v = (_most(x) * _most(W, 0) + shift for W in (Wq, Wk, Wv))
        u = _most(upstream)
        out = u * _most(Wo, 1)
        score = 2.0 * out * v * width
        dq, dk, dv = score * k, score * q * t, out * t
        total = n * t * _most(x)
        exact = super().magnitude(inputs, upstream, variant)
        bounds = {
            "x": dq * _most(Wq, 1) + dk * _most(Wk, 1) + dv * _most(Wv, 1), "Wq": total * dq,
            "Wk": total * dk, "Wv": total * dv, "Wo": n * t * v * u,
            "bq": n * t * dq, "bk": n * t * dk, "bv": n * t * dv, "bo": n * t * u,
        }  # fmt: skip
        return {name: max(bounds[name], size) for name, size in exact.items()}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return a bound of the sums of absolute terms."""
        shift = max((_most(b) for b in self._biases(inputs)), default=0.0)
        v = np.max(np.abs(inputs["x"]) @ np.abs(inputs["Wv"])) + shift
        return float(v * np.max(np.sum(np.abs(inputs["Wo"]), axis=0)) + shift)


def _most(a: Array, axis: int | None = None) -> float:
    """Return the largest absolute entry, or the largest sum of them along an axis."""
    sizes = np.abs(a) if axis is None else np.sum(np.abs(a), axis=axis)
    return float(np.max(sizes, initial=0.0))


COMPONENT = MultiHeadAttention()
