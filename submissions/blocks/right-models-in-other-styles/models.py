import numpy as np


def compute_linear_regression_cost(X, y, theta):
    m = len(y)
    return np.sum((X.dot(theta) - y) ** 2) / (2 * m)


def linear_regression_gradient(X, y, theta):
    m = len(y)
    return X.T.dot(X.dot(theta) - y) / m


def softmax_regression(W, b, X, Y):
    """One-hot labels."""
    z = X @ W + b
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    n = X.shape[0]
    loss = -np.sum(Y * np.log(p)) / n
    return loss, X.T @ (p - Y) / n, (p - Y).sum(axis=0) / n


def two_layer_net(params, X, Y):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    a1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
    z2 = a1 @ W2 + b2
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    n = len(X)
    cost = -np.sum(Y * np.log(p + 1e-7)) / n
    dz2 = (p - Y) / n
    dz1 = (dz2 @ W2.T) * a1 * (1 - a1)
    return cost, {"W1": X.T @ dz1, "b1": dz1.sum(0), "W2": a1.T @ dz2, "b2": dz2.sum(0)}
