"""One function for three activations and their derivatives: a flag and a word."""

import numpy as np


def sigma(z, deriv=False, kind="tanh"):
    if kind == "tanh":
        return 1 - np.tanh(z) ** 2 if deriv else np.tanh(z)
    if kind == "relu":
        return (z > 0) * 1.0 if deriv else np.maximum(z, 0)
    s = 1 / (1 + np.exp(-z))
    if kind == "sigmoid":
        return s * (1 - s) if deriv else s
    raise ValueError(kind)
