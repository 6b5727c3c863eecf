"""A network of two layers that tells classes apart: affine, activation, affine, softmax."""

from __future__ import annotations

from gradcheck.component import Variant
from gradcheck.components._classifier import PENALTIES, REDUCTIONS, DeepClassifier, layer_pairs
from gradcheck.presentation import Layout

WIDTHS = ("D", "H1", "K")
PAIRS = layer_pairs(WIDTHS)
HIDDEN = {"relu": "ReLU", "sigmoid": "sigmoid", "tanh": "tanh"}
ROWS = {"b1": "row", "b2": "row"}
COLUMNS = {"X": "transpose", "W1": "transpose", "W2": "transpose", "b1": "column",
           "b2": "column"}  # fmt: skip


class TwoLayerNetwork(DeepClassifier):
    """C = mean or sum of the cross-entropy of softmax(f(X W1 + b1) W2 + b2), and reg sum of W^2."""

    id = "two-layer-network"
    title = "two-layer network with softmax"
    names = ("two_layer_network", "two_layer_net", "two_layer_classifier", "two_layer_softmax",
             "two_layer_nn", "two_layer_neural_network", "two_layer_neural_net",
             "softmax_neural_network")  # fmt: skip
    sizes = ("N", *WIDTHS)
    kink_convention = "ReLU layers: any slope in [0, 1] where z = 0"
    pairs = PAIRS
    variants = tuple(
        Variant(f"{name}-{summed}{penalty}", f"{words} inside, {over}{told}",
                {"hidden": name, "penalty": penalty, **reduced})
        for summed, (over, reduced) in REDUCTIONS.items()
        for name, words in HIDDEN.items()
        for penalty, told in PENALTIES.items()
    )  # fmt: skip
    layouts = (
        Layout("rows", "examples in rows, W (in, out), integer labels"),
        Layout("rows-one-hot", "examples in rows, W (in, out), one-hot labels", {"y": "one-hot"}),
        Layout("rows-b-row", "examples in rows, W (in, out), b (1, out), integer labels", ROWS),
        Layout("rows-b-row-one-hot", "examples in rows, W (in, out), b (1, out), one-hot labels",
               ROWS | {"y": "one-hot"}),
        Layout("columns", "examples in columns, W (out, in), b (out, 1), one-hot labels",
               COLUMNS | {"y": "one-hot-columns"}),
        Layout("rows-into-columns", "examples in rows, W (out, in), b (out, 1), one-hot labels",
               {**COLUMNS, "X": "same", "y": "one-hot"}),
        Layout("columns-labels", "examples in columns, W (out, in), b (out, 1), integer labels",
               COLUMNS),
    )  # fmt: skip


COMPONENT = TwoLayerNetwork()
