"""A plain recurrent network through time."""

from __future__ import annotations

from typing import ClassVar

from gradcheck.component import Array, Variant
from gradcheck.components._recurrent import (
    COLUMNS,
    DICT_KEYS,
    FEW,
    ONE,
    TURNED,
    VECTOR,
    Recurrent,
    with_zero_starts,
)
from gradcheck.presentation import Layout
from gradcheck_reference import recurrent

TIME_FIRST = {"x": "second-first"}


class Rnn(Recurrent):
    """h_t = tanh(x_t Wx + h_(t-1) Wh + b) for t = 1 … T, with the same weights."""

    id = "rnn"
    title = "recurrent network through time"
    names = ("rnn", "vanilla_rnn", "simple_rnn", "rnn_sequence", "rnn_layer", "elman_rnn",
             "recurrent_layer")  # fmt: skip
    sizes = ("N", "T", "D", "M")
    choices: ClassVar = {"N": FEW, "T": (3, 4), "D": (3, 5, 7), "M": FEW}
    is_sequence = True
    dict_keys = DICT_KEYS
    variants = with_zero_starts(Recurrent.variants)
    layouts = (
        Layout("rows", "x (N, T, D), Wx (D, M)"),
        Layout("rows-W-turned", "x (N, T, D), Wx (M, D)", TURNED),
        Layout("time-first", "x (T, N, D), Wx (D, M)", TIME_FIRST, "second-first"),
        Layout("time-first-W-turned", "x (T, N, D), Wx (M, D)", TIME_FIRST | TURNED,
               "second-first"),
        Layout("columns-time-last", "examples in columns, x (D, N, T), Wx (M, D), b (M, 1)",
               COLUMNS | {"x": "third-first"}, "third-first"),
        Layout("one-sequence", "one sequence at a time, x (T, D), Wx (M, D)", VECTOR | TURNED,
               "first-row", ONE),
        Layout("one-sequence-W", "one sequence at a time, x (T, D), Wx (D, M)", VECTOR,
               "first-row", ONE),
    )  # fmt: skip

    def value(self, arrays: tuple[Array, ...], variant: Variant) -> Array:
        """Return the reference's h (N, T, M)."""
        x, h, Wx, Wh, b = arrays
        return recurrent.rnn(x, h, Wx, Wh, b)

    def gradients(
        self, upstream: Array, arrays: tuple[Array, ...], variant: Variant
    ) -> tuple[Array, ...]:
        """Return the reference's dx, dh0, dWx, dWh, db."""
        x, h, Wx, Wh, b = arrays
        return recurrent.rnn_backward(upstream, x, h, Wx, Wh, b)


COMPONENT = Rnn()
