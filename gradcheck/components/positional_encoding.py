"""Sinusoidal positions: the table alone, or added to a sequence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from gradcheck.component import Array, Component, Inputs, Variable, Variant
from gradcheck.constants import Constant
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import positions

LENGTH_ALIASES = ("maxlen", "maxseqlen", "seqlen", "length", "maxlength", "maxposition", "position",
                  "positions", "t", "n", "maxsequencelength", "sequencelength", "numpositions",
                  "contextlength", "blocksize", "maxpos", "npos", "pos")  # fmt: skip
WIDTH_ALIASES = ("dmodel", "embeddim", "dim", "d", "e", "depth", "embedsize", "hiddensize", "width",
                 "embeddingdim", "dembed", "modeldim", "nembd", "embsize", "channels", "hiddendim",
                 "embdim")  # fmt: skip
X = Variable("x", "the vectors x", ("N", "T", "E"),
             aliases=("x", "input", "inputs", "embeddings", "embedding", "emb", "tokens",
                      "seq"))  # fmt: skip
LENGTH = Variable("length", "the number of positions", (), role="constant",
                  aliases=LENGTH_ALIASES, is_differentiable=False)  # fmt: skip
WIDTH = Variable("width", "the width of a vector", (), role="constant", aliases=WIDTH_ALIASES,
                 is_differentiable=False)  # fmt: skip
BASE = Constant("base", "base {:g}", usual=(10000.0, 1000.0), low=2.0, high=1e6,
                aliases=("base", "n", "wavelength", "maxwavelength", "maxtimescale",
                         "theta"))  # fmt: skip
ORDERS = {
    "interleaved": "sines and cosines in turn",
    "halves": "all sines before all cosines",
}
FORMS = {
    "added": "x + P",
    "scaled": "√E x + P",
    "table": "the table P of so many positions and so wide",
}
SIZES = {"length": "number", "width": "number"}


class PositionalEncoding(Component):
    """out = x + P with P[t] = sin(t / 10000^(2k/E)), cos(t / 10000^(2k/E)), k = 0 … E/2 - 1.

    The base is 10000 unless the code names another: it is never fitted, as a mistake in the
    exponent is much like another base.
    """

    id = "positional-encoding"
    title = "positional encoding (sinusoidal)"
    kind = "layer"
    needs_name = True
    names = ("positional_encoding", "position_encoding", "sinusoidal_positional_encoding", "pe",
             "sinusoidal_encoding", "sinusoidal_position_encoding", "pos_encoding", "pos_enc",
             "sinusoidal_positional_embedding", "sinusoidal_position_embedding",
             "sinusoidal_embedding", "positional_encodings", "add_positional_encoding",
             "sinusoid_table", "sinusoidal_table", "positional_encoding_table",
             "position_encoding_table", "sinusoid_encoding_table", "positional_encoding_matrix",
             "make_positional_encoding", "create_positional_encoding",
             "generate_positional_encoding", "build_positional_encoding")  # fmt: skip
    sizes = ("N", "T", "D")
    choices: ClassVar = {"N": (2, 3, 5), "T": (3, 4, 7), "D": (2, 3, 5)}
    size_names: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "E": WIDTH_ALIASES, "T": LENGTH_ALIASES,
    }  # fmt: skip
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "large-batch", "square")
    domain = "finite reals; an even width; positions counted from 0"
    constants: ClassVar = (BASE,)
    variants = tuple(
        Variant(f"{form}-{order}", f"{said}, {told}",
                {"form": form, "order": order, "base": BASE.usual[0]})
        for form, said in FORMS.items() for order, told in ORDERS.items()
    )  # fmt: skip
    layouts = (
        Layout("sequences", "x (N, T, E), the table (T, E)", SIZES),
        Layout("time-first", "x (T, N, E)", {"x": "second-first"}, "axes-swapped"),
        Layout("one-sequence", "one sequence at a time, x (T, E)", {"x": "first-row"},
               "first-row", {"N": 1}),
        Layout("one-more-axis", "the table (1, T, E)", SIZES, "row"),
    )  # fmt: skip

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return x (N, T, E), or for the table alone its two sizes."""
        return (LENGTH, WIDTH) if variant.options["form"] == "table" else (X,)

    def fitted_sizes(self, sizes: Mapping[str, int], variant: Variant) -> dict[str, int]:
        """Return the sizes with E, an even width."""
        return {**sizes, "E": 2 * sizes["D"]}

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw x, or the table's sizes."""
        if variant.options["form"] == "table":
            return {"length": np.asarray(sizes["T"]), "width": np.asarray(sizes["E"])}
        return {"x": source.reals((sizes["N"], sizes["T"], sizes["E"]))}

    def _options(self, variant: Variant) -> dict[str, Any]:
        return {"base": self.constant(variant, "base"), "order": variant.options["order"]}

    @staticmethod
    def _scale(inputs: Inputs, variant: Variant) -> float:
        is_scaled = variant.options["form"] == "scaled"
        return float(np.sqrt(inputs["x"].shape[-1])) if is_scaled else 1.0

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's out (N, T, E) or P (T, E)."""
        options = self._options(variant)
        if variant.options["form"] == "table":
            length, width = int(inputs["length"]), int(inputs["width"])
            return positions.positional_table(length, width, **options)
        return positions.add_positions(
            inputs["x"], scale=self._scale(inputs, variant), **options
        )

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dx; a table has no gradient."""
        if variant.options["form"] == "table":
            return {}
        scale = self._scale(inputs, variant)
        return {"x": positions.add_positions_backward(upstream, inputs["x"], scale=scale)}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the terms: an angle of t loses as many digits as t has."""
        if variant.options["form"] == "table":
            return max(1.0, float(inputs["length"]))
        return max(float(inputs["x"].shape[1]), super().output_magnitude(inputs, variant))


COMPONENT = PositionalEncoding()
