"""One step of an LSTM: two states in, two states out."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from gradcheck.component import Array, Variant
from gradcheck.components._lstm import FILLERS, GATES, ORDERS
from gradcheck.components._recurrent import COLUMNS, FEW, TURNED, Recurrent
from gradcheck.presentation import Layout
from gradcheck_reference import recurrent


class LstmCell(Recurrent):
    """c = f ⊙ c_prev + i ⊙ g and h = o ⊙ tanh(c)."""

    id = "lstm-cell"
    title = "step of an LSTM"
    names = ("lstm_cell", "lstm_step", "lstm_unit", "lstm_cell_step")
    sizes = ("N", "D", "M")
    choices: ClassVar = {"N": FEW, "D": (3, 5, 7), "M": FEW}
    outputs = ("h", "c")
    gates = 4
    letters = GATES
    dict_keys = GATES.keys()
    dict_fillers = FILLERS
    has_cell = True
    variants = ORDERS
    layouts = (
        Layout("rows", "examples in rows, Wx (D, 4 M)", output="second-first"),
        Layout("rows-W-turned", "examples in rows, Wx (4 M, D)",
               TURNED | GATES.turned("transpose", "same"), "second-first"),
        Layout("columns", "examples in columns, Wx (4 M, D), b (4 M, 1)",
               COLUMNS | GATES.turned("transpose", "column") | {"c": "transpose"},
               "second-first-turned"),
    )  # fmt: skip

    def value(self, arrays: tuple[Array, ...], variant: Variant) -> Array:
        """Return the reference's h and c as (N, 2, M)."""
        x, h, c, Wx, Wh, b = arrays
        both = recurrent.lstm_cell(x, h, c, Wx, Wh, b, order=variant.options["order"])
        return np.stack(both, axis=1)

    def gradients(
        self, upstream: Array, arrays: tuple[Array, ...], variant: Variant
    ) -> tuple[Array, ...]:
        """Return the reference's dx, dh, dc, dWx, dWh, db."""
        x, h, c, Wx, Wh, b = arrays
        return recurrent.lstm_cell_backward(
            upstream[:, 0], upstream[:, 1], x, h, c, Wx, Wh, b, order=variant.options["order"]
        )


COMPONENT = LstmCell()
