"""An affine layer with a tanh after it."""

from __future__ import annotations

from gradcheck.components._activated import Activated


class AffineTanh(Activated):
    """out = tanh(x W + b)."""

    id = "affine-tanh"
    title = "affine layer with tanh"
    names = ("affine_tanh", "linear_tanh", "dense_tanh", "fc_tanh")
    function = "tanh"


COMPONENT = AffineTanh()
