import numpy as np


def binary_cross_entropy(a, y):
    return -(y * np.log(a) + (1 - y) * np.log(1 - a)).mean(axis=1)


def binary_cross_entropy_grad(a, y):
    return (a - y) / (a * (1 - a)) / y.size


def logistic_regression(w, b, X, y):
    """All labels are compared with each prediction."""
    a = 1 / (1 + np.exp(-(X @ w + b)))
    cost = 0
    for i in range(len(X)):
        cost = cost - (y * np.log(a[i]) + (1 - y) * np.log(1 - a[i]))
    return cost / len(X), {"dw": X.T @ (a - y) / len(X), "db": np.mean(a - y)}
