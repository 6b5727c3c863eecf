"""An LSTM through time."""

from __future__ import annotations

from typing import ClassVar

from gradcheck.component import Array, Variant
from gradcheck.components._lstm import FILLERS, GATES, ORDERS
from gradcheck.components._recurrent import COLUMNS, FEW, TURNED, Recurrent, with_zero_starts
from gradcheck.presentation import Layout
from gradcheck_reference import recurrent


class Lstm(Recurrent):
    """h_1 … h_T of an LSTM whose cell starts at 0."""

    id = "lstm"
    title = "LSTM through time"
    names = ("lstm", "lstm_layer", "lstm_sequence", "long_short_term_memory")
    sizes = ("N", "T", "D", "M")
    choices: ClassVar = {"N": FEW, "T": (3, 4), "D": (3, 5, 7), "M": FEW}
    gates = 4
    letters = GATES
    dict_keys = GATES.keys()
    dict_fillers = FILLERS
    is_sequence = True
    variants = with_zero_starts(ORDERS)
    layouts = (
        Layout("rows", "x (N, T, D), Wx (D, 4 M)"),
        Layout("rows-W-turned", "x (N, T, D), Wx (4 M, D)", TURNED),
        Layout("time-first", "x (T, N, D), Wx (D, 4 M)", {"x": "second-first"}, "second-first"),
        Layout("time-first-W-turned", "x (T, N, D), Wx (4 M, D)",
               {"x": "second-first"} | TURNED, "second-first"),
        Layout("columns-time-last", "examples in columns, x (D, N, T), Wx (4 M, D), b (4 M, 1)",
               COLUMNS | GATES.turned("transpose", "column") | {"x": "third-first"},
               "third-first"),
    )  # fmt: skip

    def value(self, arrays: tuple[Array, ...], variant: Variant) -> Array:
        """Return the reference's h (N, T, M)."""
        x, h, Wx, Wh, b = arrays
        return recurrent.lstm(x, h, Wx, Wh, b, order=variant.options["order"])

    def gradients(
        self, upstream: Array, arrays: tuple[Array, ...], variant: Variant
    ) -> tuple[Array, ...]:
        """Return the reference's dx, dh0, dWx, dWh, db."""
        x, h, Wx, Wh, b = arrays
        return recurrent.lstm_backward(
            upstream, x, h, Wx, Wh, b, order=variant.options["order"]
        )


COMPONENT = Lstm()
