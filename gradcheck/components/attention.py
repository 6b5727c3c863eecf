"""Scaled dot-product attention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from gradcheck.component import Array, Component, Inputs, Variable, Variant
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference.attention import attention, attention_backward

Q = Variable("Q", "the queries Q", ("N", "T", "D"), aliases=("q", "query", "queries"))
K = Variable("K", "the keys K", ("N", "S", "D"), aliases=("k", "key", "keys"))
V = Variable("V", "the values V", ("N", "S", "M"), aliases=("v", "value", "values"))
CAUSAL_K = Variable("K", K.title, ("N", "T", "D"), aliases=K.aliases)
CAUSAL_V = Variable("V", V.title, ("N", "T", "M"), aliases=V.aliases)
ONE = {"Q": "first-row", "K": "first-row", "V": "first-row"}
PLAIN = Variant("plain", "every query sees every key", {"mask": "none", "input": "plain"})
CAUSAL = Variant("causal", "no query sees a later key", {"mask": "causal", "input": "causal"},
                 ("causal", "masked"))  # fmt: skip


class Attention(Component):
    """out = softmax(Q Kᵀ / sqrt(D)) V."""

    id = "attention"
    title = "scaled dot-product attention"
    kind = "layer"
    names = ("attention", "scaled_dot_product_attention", "dot_product_attention", "sdpa",
             "scaled_dot_product", "causal_attention", "masked_attention", "attention_head",
             "self_attention", "causal_self_attention", "single_head_attention",
             "scaled_attention")  # fmt: skip
    sizes = ("N", "T", "D", "M")
    choices: ClassVar = {"N": (2, 3, 5), "T": (3, 4), "D": (2, 5, 7), "M": (2, 3, 5), "S": (2, 5)}
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "large-batch", "square")
    domain = "finite reals; a causal mask needs as many keys as queries"
    variants = (PLAIN, CAUSAL)
    layouts = (
        Layout("sequences", "Q (N, T, D)"),
        Layout("one-sequence", "one sequence at a time, Q (T, D)", ONE, "first-row", {"N": 1}),
    )

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return Q (N, T, D), K (N, S, D), V (N, S, M); S = T with a causal mask."""
        return (Q, CAUSAL_K, CAUSAL_V) if _is_causal(variant) else (Q, K, V)

    def sizes_of(self, variant: Variant) -> tuple[str, ...]:
        """Return N, T, D, M, and S where it is another."""
        return self.sizes if _is_causal(variant) else (*self.sizes, "S")

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw all three."""
        return {v.name: source.reals(tuple(sizes[d] for d in v.dims))
                for v in self.variables(variant)}  # fmt: skip

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's out (N, T, M)."""
        return attention(
            inputs["Q"], inputs["K"], inputs["V"], is_causal=_is_causal(variant)
        )

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dQ, dK, dV."""
        dQ, dK, dV = attention_backward(
            upstream, inputs["Q"], inputs["K"], inputs["V"], is_causal=_is_causal(variant)
        )
        return {"Q": dQ, "K": dK, "V": dV}

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return bounds of the sums of absolute terms."""
        u, q, k, v = (float(np.max(np.abs(a), initial=0.0))
                      for a in (upstream, inputs["Q"], inputs["K"], inputs["V"]))  # fmt: skip
        _, queries, width = upstream.shape
        score = 2.0 * u * v * width  # of dS: P sums to 1, and both its terms are this at most
        exact = super().magnitude(inputs, upstream, variant)
        bounds = {"Q": score * k, "K": score * q * queries, "V": u * queries}
        return {name: max(bounds[name], size) for name, size in exact.items()}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the values."""
        return float(np.max(np.abs(inputs["V"]), initial=0.0))


def _is_causal(variant: Variant) -> bool:
    return bool(variant.options["mask"] == "causal")


COMPONENT = Attention()
