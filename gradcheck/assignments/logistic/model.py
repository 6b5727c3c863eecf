"""Logistic regression: q = σ(Xw + b), C = −mean(y ln q + (1 − y) ln(1 − q))."""

import numpy as np


def logistic_cost_and_gradient(w, b, X, y):
    """The cost and its gradient; w (D,), b scalar, X (N, D), y (N,) of zeros and ones."""
    n = len(y)
    z = X @ w + b
    # ln(1 + e^z) − yz is the cross-entropy from z: no logarithm of zero
    C = np.mean(np.logaddexp(0, z) - y * z)
    q = 1 / (1 + np.exp(-z))
    dC_dz = (q - y) / n  # ∂C/∂q · ∂q/∂z: the slope q(1 − q) cancels
    return C, (X.T @ dC_dz, np.sum(dC_dz))
