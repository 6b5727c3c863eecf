"""Three layers of sigmoids: a_l = σ(a_{l−1} W_l + b_l), binary cross-entropy on top."""

import numpy as np


def sigmoid(z):
    """Return 1 / (1 + e^(−z))."""
    return 1 / (1 + np.exp(-z))


def network(W1, b1, W2, b2, W3, b3, X, y):
    """The cost and the gradient with respect to every parameter; examples are rows of X."""
    n = len(X)
    a1 = sigmoid(X @ W1 + b1)
    a2 = sigmoid(a1 @ W2 + b2)
    z3 = a2 @ W3 + b3
    C = np.mean(np.logaddexp(0, z3) - y * z3)

    dC_dz3 = (sigmoid(z3) - y) / n
    dC_dW3 = a2.T @ dC_dz3
    dC_db3 = np.sum(dC_dz3, axis=0)

    dC_dz2 = dC_dz3 @ W3.T * a2 * (1 - a2)
    dC_dW2 = a1.T @ dC_dz2
    dC_db2 = np.sum(dC_dz2, axis=0)

    dC_dz1 = dC_dz2 @ W2.T * a1 * (1 - a1)
    dC_dW1 = X.T @ dC_dz1
    dC_db1 = np.sum(dC_dz1, axis=0)
    return C, (dC_dW1, dC_db1, dC_dW2, dC_db2, dC_dW3, dC_db3)
