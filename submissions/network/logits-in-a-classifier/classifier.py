import numpy as np


def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def softmax_regression(W, b, X, Y, reg):
    """One-hot Y. Returns the cost and (dW, db)."""
    n = X.shape[0]
    P = softmax(X @ W + b)
    data = -np.sum(Y * np.log(P)) / n
    cost = data + reg * np.sum(W * W)
    G = (X @ W + b - Y) / n
    dW = X.T @ G + 2 * reg * W
    db = np.sum(G, axis=0)
    return cost, (dW, db)
