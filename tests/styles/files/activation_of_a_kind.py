"""Activations by a word: as a table, by comparison, and with a flag; what has no word is linear."""

import numpy as np


def activate(z, kind="sigmoid"):
    if kind == "sigmoid":
        a = 1 / (1 + np.exp(-z))
    elif kind == "tanh":
        a = np.tanh(z)
    elif kind in ("relu", "ReLU"):
        a = np.maximum(0, z)
    else:
        a = z
    return a


def activate_prime(z, kind="sigmoid"):
    if kind == "sigmoid":
        slope = activate(z, "sigmoid") * (1 - activate(z, "sigmoid"))
    elif kind == "tanh":
        slope = 1 - np.tanh(z) ** 2
    elif kind in ("relu", "ReLU"):
        slope = np.where(z > 0, 1.0, 0.0)
    else:
        slope = np.ones_like(z)
    return slope
