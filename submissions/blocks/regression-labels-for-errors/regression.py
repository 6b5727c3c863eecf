import numpy as np


def mean(X, w, b, y):
    return np.mean((X @ w + b - y) ** 2)


def mean_grad(X, w, b, y):
    m = len(y)
    error = X @ w + b - y
    scaled = 2 * y / m
    dw = X.T @ scaled
    db = np.sum(scaled)
    return dw, db
