"""Softmax regression: affine, softmax, cross-entropy."""

from __future__ import annotations

from gradcheck.component import Variable, Variant
from gradcheck.components import _chain
from gradcheck.components._classifier import PENALTIES, REDUCTIONS, Classifier
from gradcheck.presentation import Layout

W = Variable("W", "the weights W", ("D", "K"), role="parameter", aliases=_chain.WEIGHT_ALIASES)
B = Variable("b", "the bias b", ("K",), role="parameter", aliases=_chain.BIAS_ALIASES)
ONE_HOT = {"y": "one-hot"}
COLUMNS = {"X": "transpose", "W": "transpose", "b": "column"}


class SoftmaxRegression(Classifier):
    """C(W, b) = -(1/N) sum ln softmax(X W + b)[label] + reg sum W^2, perhaps without the 1/N."""

    id = "softmax-regression"
    title = "softmax regression"
    names = ("softmax_regression", "softmax_loss_vectorized", "softmax_loss_naive",
             "softmax_classifier", "multinomial_logistic_regression", "softmax_regression_loss",
             "softmax_model", "softmax_regression_cost", "multinomial_regression",
             "multiclass_logistic_regression", "maximum_entropy")  # fmt: skip
    sizes = ("N", "D", "K")
    factors = frozenset({"dz-dw"})
    pairs = ((W, B),)
    variants = tuple(
        Variant(f"{start}{summed}{penalty}", f"{words}{over}{told}",
                {"has_bias": not start, "penalty": penalty, **reduced})
        for summed, (over, reduced) in REDUCTIONS.items()
        for start, words in {"": "", "without-bias-": "no bias, "}.items()
        for penalty, told in PENALTIES.items()
    )  # fmt: skip
    layouts = (
        Layout("rows", "examples in rows, W (D, K), integer labels"),
        Layout("rows-one-hot", "examples in rows, W (D, K), one-hot labels", ONE_HOT),
        Layout("rows-b-row", "examples in rows, W (D, K), b (1, K), integer labels",
               {"b": "row"}),
        Layout("rows-b-row-one-hot", "examples in rows, W (D, K), b (1, K), one-hot labels",
               {"b": "row"} | ONE_HOT),
        Layout("columns", "examples in columns, W (K, D), b (K, 1), one-hot labels",
               COLUMNS | {"y": "one-hot-columns"}),
        Layout("columns-integers", "examples in columns, W (K, D), b (K, 1), integer labels",
               COLUMNS),
        Layout("rows-W-turned", "examples in rows, W (K, D), integer labels", {"W": "transpose"}),
    )  # fmt: skip


COMPONENT = SoftmaxRegression()
