import numpy as np


def forward(X, w, b):
    # X: (m, n)
    return X @ w + b


def cost(X, y, w, b):
    return np.sum((forward(X, w, b) - y) ** 2) / (2 * len(y))


def gradients(X, y, w, b):
    m = len(y)
    err = forward(X, w, b) - y
    dw = X.T @ err / m
    db = np.sum(err) / m
    return dw, db
