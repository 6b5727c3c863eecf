"""The embedding layer: rows of a table, taken by index."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.component import Array, Component, Inputs, Variable, Variant
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import layers

W = Variable("W", "the table W", ("V", "D"), role="parameter",
             aliases=("w", "weight", "weights", "table", "embedding", "embeddings", "emb", "embed",
                      "we", "wembed", "lookup", "lookuptable", "matrix", "e", "params",
                      "embeddingmatrix", "vectors"))  # fmt: skip
INDEX_ALIASES = ("x", "idx", "index", "indices", "indexes", "ids", "tokens", "tokenids", "words",
                 "wordids", "input", "inputs", "ix", "inputids", "i", "ind", "inds")  # fmt: skip
INDEX_WEAK = ("data", "a", "seq", "sequence", "labels", "t", "n")
FLAT = Variable("indices", "the indices", ("N",), aliases=INDEX_ALIASES, weak=INDEX_WEAK,
                is_differentiable=False)  # fmt: skip
SEQUENCES = Variable("indices", "the indices", ("N", "T"), aliases=INDEX_ALIASES, weak=INDEX_WEAK,
                     is_differentiable=False)  # fmt: skip


class Embedding(Component):
    """out_i = W[indices_i]; a row that is taken twice gets the sum of both gradients."""

    id = "embedding"
    title = "embedding layer"
    kind = "layer"
    names = ("embedding", "word_embedding", "embed", "embedding_layer", "token_embedding",
             "embedding_lookup", "lookup_table", "embeddings", "emb", "lookup")  # fmt: skip
    domain = "a table of finite reals; integer indices of its rows"
    sizes = ("N", "V", "D")
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "near-zero", "large-batch", "square")
    variants = (
        Variant("flat", "one index an example", {"input": "flat"}),
        Variant("sequences", "a row of T indices an example", {"input": "sequences"}),
    )
    layouts = (
        Layout("rows", "W (V, D)"),
        Layout("W-turned", "W (D, V)", {"W": "transpose"}),
    )  # fmt: skip

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return W (V, D) and the indices, (N,) or (N, T)."""
        return (W, SEQUENCES if variant.options["input"] == "sequences" else FLAT)

    def sizes_of(self, variant: Variant) -> tuple[str, ...]:
        """Return N, V, D, and T for sequences."""
        is_long = variant.options["input"] == "sequences"
        return (*self.sizes, "T") if is_long else self.sizes

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw W (V, D) and indices that repeat and leave a row out, where there is room."""
        v = sizes["V"]
        shape = tuple(sizes[d] for d in self.variables(variant)[1].dims)
        n_rows = max(1, min(v - 1, int(np.prod(shape)) // 2))
        first = source.integers((1,), v)
        indices = (first + source.integers(shape, n_rows)) % v
        return {"W": source.reals((v, sizes["D"])), "indices": indices}

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's rows, (N, D) or (N, T, D)."""
        return layers.embedding(inputs["W"], inputs["indices"])

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dW (V, D)."""
        return {"W": layers.embedding_backward(upstream, inputs["W"], inputs["indices"])}

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the size of the sums of absolute terms."""
        terms = layers.embedding_backward(np.abs(upstream), inputs["W"], inputs["indices"])
        return {"W": float(np.max(terms, initial=0.0))}


COMPONENT = Embedding()
