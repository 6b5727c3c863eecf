"""A recurrent network that guesses each next token of a sequence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from gradcheck.component import Array, Inputs, Variable, Variant
from gradcheck.components import _chain
from gradcheck.components._model import Model
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import language

WEIGHTS = (
    Variable("Wx", "the weights of the input, Wx", ("K", "M"), role="parameter",
             aliases=("wxh", "wx", "wax", "wih", "u", "whx", "win", "wi", "wxs", "wihidden")),
    Variable("Wh", "the weights of the state, Wh", ("M", "M"), role="parameter",
             aliases=("whh", "wh", "waa", "w", "wrec", "wr", "wss")),
    Variable("b", "the bias of the state, b", ("M",), role="parameter",
             aliases=("bh", "b", "ba", "bhh", "bxh", "bhidden")),
    Variable("Wy", "the weights of the output, Wy", ("M", "K"), role="parameter",
             aliases=("why", "wy", "wya", "v", "who", "wout", "wo", "wyh", "wsy")),
    Variable("by", "the bias of the output, by", ("K",), role="parameter",
             aliases=("by", "bo", "bout", "c", "bhy", "bq")),
)  # fmt: skip
TOKENS = Variable("x", "the tokens x", ("T",), aliases=(*_chain.INPUT_ALIASES, "tokens", "seq"),
                  is_differentiable=False)  # fmt: skip
FOLLOWING = Variable("y", "the tokens that follow, y", ("T",), role="target",
                     aliases=_chain.TARGET_ALIASES, is_differentiable=False)  # fmt: skip
STATE = Variable("h", "the state before, h", ("M",), is_differentiable=False,
                 aliases=("hprev", "h", "h0", "aprev", "a0", "prevh", "hidden", "state",
                          "prevhidden", "hiddenprev", "hinit", "memory"))  # fmt: skip
TURNED = dict.fromkeys(("Wx", "Wh", "Wy"), "transpose")
SMALLEST_CLIP = 4.5
"""Gradients stay below it: widespread code clips them to [-5, 5] before it returns them."""
SCALES = {"Wx": 0.8, "Wh": 0.5, "Wy": 0.7, "b": 0.5, "by": 0.5, "h": 0.5}
STARTS = {"": (True, ""), "from-zero-": (False, "the first state is 0, ")}
BIASES = {"": (True, ""), "unbiased-": (False, "no biases, ")}
REDUCTIONS = {"sum": "sum over the steps", "mean": "mean over the steps"}


class LanguageModel(Model):
    """C = -sum over t of ln softmax(h_t Wy + by)[y_t], h_t = tanh(Wx[x_t] + h_(t-1) Wh + b)."""

    id = "language-model"
    title = "recurrent language model"
    names = ("language_model", "char_rnn", "rnn_language_model", "character_rnn",
             "char_level_rnn", "rnn_lm", "recurrent_language_model")  # fmt: skip
    sizes = ("T", "K", "M")
    choices: ClassVar = {"T": (3, 4), "K": (5, 7), "M": (2, 3, 5)}
    size_names: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "K": ("vocabsize", "vocab", "worddim", "inputsize", "inputdim", "vocabularysize", "nchars",
              "datadim", "numchars", "v", "outputsize", "outputdim", "alphabetsize", "charcount",
              "vocablen", "vocabularylength", "dictsize", "nx", "ny", "nvocab"),
        "M": ("hiddensize", "hiddendim", "nhidden", "h", "hidden", "units", "na", "nh", "hdim",
              "numhidden", "hiddenunits", "statesize"),
        "T": ("seqlength", "seqlen", "sequencelength", "seqsize", "steps", "timesteps", "t"),
    }  # fmt: skip
    regimes = ("ordinary", "negative", "square")
    domain = "finite reals; tokens as integers; gradients below the usual clips of 5"
    dict_keys: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "Wx": ("Wx", "Wax", "Wxh", "U"), "Wh": ("Wh", "Waa", "Whh", "W"),
        "b": ("b", "ba", "bh"), "Wy": ("Wy", "Wya", "Why", "V"), "by": ("by", "c"),
    }  # fmt: skip
    variants = tuple(
        Variant(f"{bias}{start}{name}", f"{said}{told}{words}",
                {"has_bias": has_bias, "has_state": has_state, "reduced": name})
        for bias, (has_bias, said) in BIASES.items()
        for start, (has_state, told) in STARTS.items()
        for name, words in REDUCTIONS.items()
    )  # fmt: skip
    layouts = (
        Layout("columns", "Wx (M, K), Wy (K, M), states and biases as columns (M, 1)",
               TURNED | {"b": "column", "by": "column", "h": "column"}),
        Layout("rows", "Wx (K, M), Wy (M, K), b (M,)"),
        Layout("rows-W-turned", "Wx (M, K), Wy (K, M), b (M,)", TURNED),
        Layout("rows-b-row", "Wx (K, M), Wy (M, K), states and biases as rows (1, M)",
               {"b": "row", "by": "row", "h": "row"}),
    )  # fmt: skip

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return Wx, Wh, b, Wy, by (or the weights alone), x (T,), y (T,) and perhaps h (M,)."""
        has_bias = variant.options["has_bias"]
        weights = [w for w in WEIGHTS if has_bias or len(w.dims) > 1]
        return (*weights, TOKENS, FOLLOWING, *((STATE,) if variant.options["has_state"] else ()))

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw all; the output's weights so small that no gradient is as large as usual clips."""
        drawn: dict[str, Array] = {}
        for variable in self.variables(variant):
            shape = tuple(sizes[d] for d in variable.dims)
            if variable.dims == ("T",):
                drawn[variable.name] = source.integers(shape, sizes["K"])
                continue
            width = shape[0] if variable.name in {"Wh", "Wy"} else 1
            drawn[variable.name] = source.reals(shape, SCALES[variable.name] / np.sqrt(width))
        if self._largest(drawn, variant) > SMALLEST_CLIP:
            drawn |= {name: drawn[name] / 8 for name in ("Wy", "Wh")}
        return drawn

    def _largest(self, inputs: Inputs, variant: Variant) -> float:
        found = self.backward(inputs, np.ones(()), variant)
        return max(float(np.max(np.abs(g))) for g in found.values())

    def _arguments(self, inputs: Inputs) -> tuple[list[Array], Array, Array, Array]:
        rows, width = inputs["Wx"].shape
        nothing = {"b": np.zeros(width), "by": np.zeros(rows), "h": np.zeros(width)}
        weights = [inputs.get(w.name, nothing.get(w.name, np.zeros(()))) for w in WEIGHTS]
        return weights, inputs["x"], inputs["y"], inputs.get("h", nothing["h"])

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's cost."""
        return language.next_token_cost(
            *self._arguments(inputs), reduction=variant.options["reduced"]
        )

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's gradients of the weights and biases."""
        found = language.next_token_gradient(
            *self._arguments(inputs), reduction=variant.options["reduced"]
        )
        named = {w.name: upstream * g for w, g in zip(WEIGHTS, found, strict=True)}
        return {name: g for name, g in named.items() if name in inputs}


COMPONENT = LanguageModel()
