"""One step of a gated recurrent unit."""

from __future__ import annotations

from itertools import product
from typing import Any, ClassVar

from gradcheck.component import Array, Variant
from gradcheck.components._gates import Gates
from gradcheck.components._recurrent import COLUMNS, FEW, ONE, TURNED, VECTOR, Recurrent
from gradcheck.presentation import Layout
from gradcheck_reference import recurrent

KEEPS = {"1-z": "h = (1 - z) h_prev + z n", "z": "h = z h_prev + (1 - z) n"}
GATES = Gates({
    "z": ("z", "u"), "r": ("r",), "n": ("n", "h", "c", "g", "cand", "hat", "tilde", "hcand"),
})  # fmt: skip
RESETS = {"before": "r before the product", "after": "r after the product"}


class GruCell(Recurrent):
    """h = (1 - z) ⊙ h_prev + z ⊙ n, with n = tanh(x Wn + (r ⊙ h_prev) Un + bn)."""

    id = "gru-cell"
    title = "step of a gated recurrent unit"
    names = ("gru_cell", "gru_step", "gru_unit", "gru", "gated_recurrent_unit")
    sizes = ("N", "D", "M")
    choices: ClassVar = {"N": FEW, "D": (3, 5, 7), "M": FEW}
    gates = 3
    letters = GATES
    dict_keys = GATES.keys()
    variants = (*(
        Variant(f"{order}-{keeps}-{resets}",
                f"gates in the order {', '.join(order)}, {KEEPS[keeps]}, {RESETS[resets]}",
                {"order": order, "keeps": keeps, "resets": resets})
        for resets, keeps, order in product(RESETS, KEEPS, ("zrn", "rzn"))
    ), *(
        v for resets, keeps in product(RESETS, KEEPS)
        for v in GATES.variants({"keeps": keeps, "resets": resets},
                                f", {KEEPS[keeps]}, {RESETS[resets]}")
    ))  # fmt: skip
    layouts = (
        Layout("rows", "examples in rows, Wx (D, 3 M)"),
        Layout("rows-W-turned", "examples in rows, Wx (3 M, D)",
               TURNED | GATES.turned("transpose", "same")),
        Layout("columns", "examples in columns, Wx (3 M, D), b (3 M, 1)",
               COLUMNS | GATES.turned("transpose", "column"), "transpose"),
        Layout("vector", "one example at a time, Wx (3 M, D)",
               VECTOR | TURNED | GATES.turned("transpose", "same"),
               "first-row", ONE),
    )

    def value(self, arrays: tuple[Array, ...], variant: Variant) -> Array:
        """Return the reference's h (N, M)."""
        x, h, Wx, Wh, b = arrays
        return recurrent.gru_cell(x, h, Wx, Wh, b, **_forms(variant))

    def gradients(
        self, upstream: Array, arrays: tuple[Array, ...], variant: Variant
    ) -> tuple[Array, ...]:
        """Return the reference's dx, dh, dWx, dWh, db."""
        x, h, Wx, Wh, b = arrays
        return recurrent.gru_cell_backward(upstream, x, h, Wx, Wh, b, **_forms(variant))


def _forms(variant: Variant) -> dict[str, Any]:
    return {name: variant.options[name] for name in ("order", "keeps", "resets")}


COMPONENT = GruCell()
