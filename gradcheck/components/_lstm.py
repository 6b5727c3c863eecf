"""Orders of an LSTM's gates in its weights."""

from __future__ import annotations

from gradcheck.component import Variant

__all__ = ["ORDERS"]

ORDERS = tuple(
    Variant(order, f"gates in the order {', '.join(order)}", {"order": order})
    for order in ("ifog", "ifgo", "fgio", "figo", "fiog", "iofg")
)
