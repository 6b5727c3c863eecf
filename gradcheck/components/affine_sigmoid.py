"""An affine layer with a sigmoid after it."""

from __future__ import annotations

from gradcheck.components._activated import Activated


class AffineSigmoid(Activated):
    """out = sigmoid(x W + b)."""

    id = "affine-sigmoid"
    title = "affine layer with sigmoid"
    names = ("affine_sigmoid", "linear_sigmoid", "dense_sigmoid", "fc_sigmoid")
    function = "sigmoid"


COMPONENT = AffineSigmoid()
