"""An affine layer with a ReLU after it."""

from __future__ import annotations

from gradcheck.components._activated import Activated


class AffineRelu(Activated):
    """out = max(0, x W + b)."""

    id = "affine-relu"
    title = "affine layer with ReLU"
    names = ("affine_relu", "linear_relu", "dense_relu", "fc_relu")
    function = "relu"
    kink_convention = "inputs keep away from z = 0; any slope in [0, 1] is right there"


COMPONENT = AffineRelu()
