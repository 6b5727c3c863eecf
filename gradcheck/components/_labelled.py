"""What costs of predictions (N, K) against labels (N,) share."""

from __future__ import annotations

from gradcheck.component import Variable
from gradcheck.components import _cost
from gradcheck.presentation import Layout

__all__ = ["BATCHES", "LABELS", "LAYOUTS", "ONE_INTEGER", "REDUCTIONS"]

REDUCTIONS = {"mean": "mean over the examples", "sum": "sum over the examples"}
BATCHES = (
    Layout("rows-integers", "examples in rows, integer labels"),
    Layout("rows-one-hot", "examples in rows, one-hot labels", {"target": "one-hot"}),
    Layout("columns-one-hot", "examples in columns, one-hot labels",
           {"prediction": "transpose", "target": "one-hot-columns"}),
    Layout("columns-integers", "examples in columns, integer labels",
           {"prediction": "transpose"}),
)  # fmt: skip
ONE_INTEGER = Layout("vector-integer", "one example at a time, integer label",
                     {"prediction": "first-row", "target": "vector-number"},
                     sizes={"N": 1})  # fmt: skip
LAYOUTS = (
    *BATCHES,
    Layout("vector-one-hot", "one example at a time, one-hot label",
           {"prediction": "first-row", "target": "one-hot-vector"}, sizes={"N": 1}),
    ONE_INTEGER,
)  # fmt: skip
LABELS = Variable("target", "the labels", ("N",), role="target", aliases=_cost.TARGET_ALIASES,
                  weak=_cost.TARGET_WEAK, is_differentiable=False)  # fmt: skip
