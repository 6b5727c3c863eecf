"""Orders of an LSTM's gates in its weights, or weights for each gate."""

from __future__ import annotations

from gradcheck.component import Variant
from gradcheck.components._gates import Gates

__all__ = ["FILLERS", "GATES", "ORDERS"]

GATES = Gates({
    "i": ("i", "u"), "f": ("f",), "o": ("o",), "g": ("c", "g", "cand", "cc", "ctilde"),
})  # fmt: skip
FILLERS = {"Wy": "h", "by": ""}
"""What makes a prediction of the state, in a course's dict."""

ORDERS = (*(
    Variant(order, f"gates in the order {', '.join(order)}", {"order": order})
    for order in ("ifog", "ifgo", "fgio", "figo", "fiog", "iofg")
), *GATES.variants({}))
