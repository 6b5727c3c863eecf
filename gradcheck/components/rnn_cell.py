"""One step of a plain recurrent network."""

from __future__ import annotations

from gradcheck.component import Array, Variant
from gradcheck.components._recurrent import COLUMNS, DICT_KEYS, ONE, TURNED, VECTOR, Recurrent
from gradcheck.presentation import Layout
from gradcheck_reference import recurrent


class RnnCell(Recurrent):
    """h = tanh(x Wx + h_prev Wh + b)."""

    id = "rnn-cell"
    title = "step of a recurrent network"
    names = ("rnn_cell", "rnn_step", "vanilla_rnn_step", "vanilla_rnn_cell", "rnn_unit",
             "recurrent_step", "recurrent_cell", "elman_cell", "elman_step", "rnn")  # fmt: skip
    sizes = ("N", "D", "M")
    dict_keys = DICT_KEYS
    layouts = (
        Layout("rows", "examples in rows, Wx (D, M)"),
        Layout("rows-W-turned", "examples in rows, Wx (M, D)", TURNED),
        Layout("rows-b-row", "examples in rows, b (1, M)", {"b": "row"}),
        Layout("columns", "examples in columns, Wx (M, D), b (M, 1)", COLUMNS, "transpose"),
        Layout("vector", "one example at a time, Wx (M, D)", VECTOR | TURNED, "first-row", ONE),
        Layout("vector-W", "one example at a time, Wx (D, M)", VECTOR, "first-row", ONE),
    )

    def value(self, arrays: tuple[Array, ...], variant: Variant) -> Array:
        """Return the reference's h (N, M)."""
        x, h, Wx, Wh, b = arrays
        return recurrent.rnn_cell(x, h, Wx, Wh, b)

    def gradients(
        self, upstream: Array, arrays: tuple[Array, ...], variant: Variant
    ) -> tuple[Array, ...]:
        """Return the reference's dx, dh, dWx, dWh, db."""
        x, h, Wx, Wh, b = arrays
        return recurrent.rnn_cell_backward(upstream, x, h, Wx, Wh, b)


COMPONENT = RnnCell()
