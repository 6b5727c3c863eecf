import numpy as np


def logistic_regression(w, b, X, y):
    """All labels are compared with each prediction."""
    a = 1 / (1 + np.exp(-(X @ w + b)))
    cost = 0
    for i in range(len(X)):
        cost = cost - (y * np.log(a[i]) + (1 - y) * np.log(1 - a[i]))
    return cost / len(X), {"dw": X.T @ (a - y) / len(X), "db": np.mean(a - y)}
