"""A network of three layers that tells classes apart."""

from __future__ import annotations

from gradcheck.component import Variant
from gradcheck.components._classifier import PENALTIES, REDUCTIONS, DeepClassifier, layer_pairs
from gradcheck.presentation import Layout

WIDTHS = ("D", "H1", "H2", "K")
"""Of three layers: code that loops over its layers shows all of itself there."""
HIDDEN = {"relu": "ReLU", "sigmoid": "sigmoid", "tanh": "tanh"}


def _layout(identifier: str, title: str, weights: str, bias: str, **others: str) -> Layout:
    of = dict(others)
    for k in range(1, len(WIDTHS)):
        of |= {f"W{k}": weights, f"b{k}": bias}
    return Layout(identifier, title, of)


class SoftmaxNetwork(DeepClassifier):
    """C = mean or sum of cross-entropy, z = f(f(X W1 + b1) W2 + b2) W3 + b3; reg sum of W^2."""

    id = "softmax-network"
    title = "deep network with softmax"
    names = ("softmax_network", "deep_softmax_network", "deep_classifier", "three_layer_softmax",
             "three_layer_classifier", "softmax_mlp", "mlp_classifier")  # fmt: skip
    sizes = ("N", *WIDTHS)
    kink_convention = "ReLU layers: any slope in [0, 1] where z = 0"
    pairs = layer_pairs(WIDTHS)
    variants = tuple(
        Variant(f"{name}-{summed}{penalty}", f"{words} inside, {over}{told}",
                {"hidden": name, "penalty": penalty, **reduced})
        for summed, (over, reduced) in REDUCTIONS.items()
        for name, words in HIDDEN.items()
        for penalty, told in PENALTIES.items()
    )  # fmt: skip
    layouts = (
        _layout("rows", "examples in rows, W (in, out), integer labels", "same", "same"),
        _layout("rows-one-hot", "examples in rows, W (in, out), one-hot labels", "same", "same",
                y="one-hot"),
        _layout("rows-b-row", "examples in rows, W (in, out), b (1, out), integer labels", "same",
                "row"),
        _layout("rows-b-row-one-hot", "examples in rows, W (in, out), b (1, out), one-hot labels",
                "same", "row", y="one-hot"),
        _layout("columns", "examples in columns, W (out, in), b (out, 1), one-hot labels",
                "transpose", "column", X="transpose", y="one-hot-columns"),
        _layout("columns-labels", "examples in columns, W (out, in), b (out, 1), integer labels",
                "transpose", "column", X="transpose"),
        _layout("rows-into-columns", "examples in rows, W (out, in), b (out, 1), one-hot labels",
                "transpose", "column", y="one-hot"),
    )  # fmt: skip


COMPONENT = SoftmaxNetwork()
