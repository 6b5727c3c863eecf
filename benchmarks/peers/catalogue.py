"""The functions that are compared: how each is called, and at what inputs.

``functions/`` holds right ones, written as students write; :mod:`mistakes` makes the wrong ones
of them. gradcheck is given the file and nothing else; its peers take callables and arrays, and
this table says which.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

FUNCTIONS = Path(__file__).parent / "functions"
SATURATED = 30.0
REGIMES = ("ordinary", "saturated", "kink")
SIZES = {"N": 5, "D": 4, "M": 3, "K": 6, "B": 2, "C": 2, "F": 3, "H": 4, "W": 6, "R": 3, "S": 2}
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Entry:
    """How a file's function is called.

    ``form`` is one of ``cache`` (out, cache; dout, cache), ``args`` (dout, inputs),
    ``local`` (a derivative at the inputs), ``both`` (value and gradient at once) and ``class``.
    ``inputs`` are ``name:kind:dims``; those of a kind in ``FIXED`` have no gradient.
    ``sizes`` stand for those of ``SIZES``.
    """

    file: str
    form: str
    forward: str
    backward: str
    inputs: str
    sizes: tuple[tuple[str, int], ...] = ()

    @property
    def kinds(self) -> list[str]:
        return [word.split(":")[1] for word in self.inputs.split()]

    @property
    def wrt(self) -> list[int]:
        """Places of the inputs that have a gradient."""
        return [place for place, kind in enumerate(self.kinds) if kind not in FIXED]

    def draw(self, seed: int, regime: str = "ordinary") -> list[Array]:
        """Return inputs: N(0, 1); times 30; or with exact zeros and 1e-9 among them."""
        rng = np.random.default_rng([seed, REGIMES.index(regime)])
        sizes, found = {**SIZES, **dict(self.sizes)}, []
        for word in self.inputs.split():
            _, kind, dims = word.split(":")
            found.append(KINDS[kind](rng, tuple(sizes[d] for d in dims), regime))
        return found

    @property
    def source(self) -> str:
        return (FUNCTIONS / f"{self.file}.py").read_text(encoding="utf-8")


def real(rng: np.random.Generator, shape: tuple[int, ...], regime: str) -> Array:
    value = rng.normal(size=shape)
    if regime == "saturated":
        value *= SATURATED
    if regime == "kink":
        flat = value.reshape(-1)
        flat[::3], flat[1::6], flat[4::6] = 0.0, 1e-9, -1e-9
    return value


def probability(rng: np.random.Generator, shape: tuple[int, ...], regime: str) -> Array:
    value = rng.uniform(0.05, 0.95, shape)
    return value**SATURATED if regime == "saturated" else value


def rows(rng: np.random.Generator, shape: tuple[int, ...], regime: str) -> Array:
    value = probability(rng, shape, regime)
    return np.asarray(value / value.sum(axis=1, keepdims=True))


def binary(rng: np.random.Generator, shape: tuple[int, ...], regime: str) -> Array:
    return rng.integers(0, 2, shape).astype(float)


def labels(rng: np.random.Generator, shape: tuple[int, ...], regime: str) -> Array:
    return rng.integers(0, SIZES["M"], shape)


def one_hot(rng: np.random.Generator, shape: tuple[int, ...], regime: str) -> Array:
    return np.eye(shape[1])[rng.integers(0, shape[1], shape[0])]


KINDS: dict[str, Callable[[np.random.Generator, tuple[int, ...], str], Array]] = {
    "real": real, "probability": probability, "rows": rows, "binary": binary, "labels": labels,
    "target": real, "one-hot": one_hot,
}  # fmt: skip
FIXED = frozenset({"binary", "labels", "target", "one-hot"})

X, PAIR = "x:real:ND", "pred:real:ND target:target:ND"
AFFINE, NORM = "x:real:ND w:real:DM b:real:M", "x:real:ND gamma:real:D beta:real:D"
CONV, IMAGE = "x:real:BCHW w:real:FCRS b:real:F", "x:real:BCHW"
ENTRIES = {
    entry.file: entry
    for entry in (
        Entry("relu", "args", "relu", "relu_backward", X),
        Entry("relu_buffer", "cache", "relu_forward", "relu_backward", X),
        Entry("leaky_relu_float32", "args", "leaky_relu", "leaky_relu_backward", X),
        Entry("sigmoid_branches", "local", "sigmoid", "sigmoid_prime", X),
        Entry("sigmoid_math", "args", "sigmoid", "sigmoid_backward", X),
        Entry("tanh_vectorize", "cache", "tanh_forward", "tanh_backward", X),
        Entry("tanh_class", "class", "Tanh", "", X),
        Entry("softplus_star", "args", "softplus", "softplus_backward", X),
        Entry("elu", "cache", "elu_forward", "elu_backward", X),
        Entry("swish", "args", "swish", "swish_backward", X),
        Entry("gelu_tanh", "args", "gelu", "gelu_backward", X),
        Entry("gelu_erf", "args", "gelu", "gelu_backward", X),
        Entry("softsign", "cache", "softsign_forward", "softsign_backward", X),
        Entry("mish", "cache", "mish_forward", "mish_backward", X),
        Entry("activation_table", "cache", "sigmoid_forward", "sigmoid_backward", X),
        Entry("affine", "cache", "affine_forward", "affine_backward", AFFINE),
        Entry("affine_loops", "cache", "affine_forward", "affine_backward", AFFINE),
        Entry("affine_lists", "cache", "affine_forward", "affine_backward", AFFINE),
        Entry("affine_einsum", "class", "Dense", "W b", AFFINE),
        Entry("softmax_naive", "args", "softmax", "softmax_backward", X),
        Entry("softmax_jacobian", "cache", "softmax_forward", "softmax_backward", X),
        Entry("log_softmax", "args", "log_softmax", "log_softmax_backward", X),
        Entry("log_softmax_rows", "cache", "log_softmax_forward", "log_softmax_backward", X),
        Entry("cross_entropy_clip", "local", "cross_entropy", "cross_entropy_grad",
              "p:rows:NM y:one-hot:NM"),
        Entry("softmax_loss", "both", "softmax_loss", "", "x:real:NM y:labels:N"),
        Entry("bce_eps", "local", "binary_cross_entropy", "binary_cross_entropy_grad",
              "p:probability:NM y:binary:NM"),
        Entry("bce_logits", "local", "bce_with_logits", "bce_with_logits_grad",
              "z:real:NM y:binary:NM"),
        Entry("mse_loops", "local", "mse", "mse_grad", PAIR),
        Entry("absolute_error", "local", "mae", "mae_grad", PAIR),
        Entry("hinge", "both", "hinge_loss", "", "scores:real:NM y:labels:N"),
        Entry("huber", "args", "huber", "huber_backward", PAIR),
        Entry("logcosh", "local", "logcosh", "logcosh_grad", PAIR),
        Entry("layer_norm", "cache", "layernorm_forward", "layernorm_backward", NORM),
        Entry("batch_norm", "cache", "batchnorm_forward", "batchnorm_backward", NORM),
        Entry("rms_norm", "cache", "rms_norm_forward", "rms_norm_backward", "x:real:ND g:real:D"),
        Entry("unit_rows", "cache", "unit_rows_forward", "unit_rows_backward", X),
        Entry("conv_loops", "cache", "conv_forward", "conv_backward", CONV),
        Entry("conv_windows", "cache", "conv2d_forward", "conv2d_backward", CONV),
        Entry("max_pool", "cache", "max_pool_forward", "max_pool_backward", IMAGE),
        Entry("average_pool", "cache", "avg_pool_forward", "avg_pool_backward", IMAGE),
        Entry("embedding", "cache", "embedding_forward", "embedding_backward",
              "ids:labels:N W:real:MD"),
        Entry("attention", "cache", "attention_forward", "attention_backward",
              "q:real:ND k:real:KD v:real:KM"),
        Entry("recurrent_step", "cache", "step_forward", "step_backward",
              "x:real:ND h:real:NM Wx:real:DM Wh:real:MM b:real:M"),
        Entry("two_layers", "cache", "two_layers_forward", "two_layers_backward",
              "x:real:ND W1:real:DK W2:real:KM"),
        Entry("gated", "cache", "gated_forward", "gated_backward", "a:real:ND g:real:ND"),
        Entry("cosine", "cache", "cosine_forward", "cosine_backward", "a:real:ND b:real:ND"),
        Entry("wave", "cache", "wave_forward", "wave_backward", X),
        Entry("running_sum", "cache", "running_sum_forward", "running_sum_backward", X),
        Entry("scale_shift", "cache", "scale_shift_forward", "scale_shift_backward", NORM),
        Entry("sorted_rows", "cache", "sorted_rows_forward", "sorted_rows_backward", X),
    )
}  # fmt: skip
