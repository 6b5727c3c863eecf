"""One neuron: o = max(0, Xw + b), C = (1/N) Σ (o − y)²."""

import numpy as np


def neuron_cost(w, b, X, y):
    """Mean squared error of the neuron; w (D,), b scalar, X (N, D), y (N,)."""
    o = np.maximum(0, X @ w + b)
    return np.mean((o - y) ** 2)


def neuron_cost_grad(w, b, X, y):
    """∂C/∂w (D,) and ∂C/∂b: only examples with z > 0 count."""
    z = X @ w + b
    o = np.maximum(0, z)
    dC_do = 2 * (o - y) / len(y)
    dC_dz = dC_do * (z > 0)
    return X.T @ dC_dz, np.sum(dC_dz)
