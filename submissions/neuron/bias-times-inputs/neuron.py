import numpy as np


def sigma(z):
    return 1 / (1 + np.exp(-z))


def sigma_prime(z):
    e = np.exp(-z)
    return e / (1 + e) ** 2


def neuron_cost(w, b, X, y):
    a = sigma(X @ w + b)
    return np.mean((a - y) ** 2)


def neuron_gradients(w, b, X, y):
    m = len(y)
    z = X @ w + b
    a = sigma(z)
    dC_da = 2 * (a - y) / m
    da_dz = sigma_prime(z)
    delta = dC_da * da_dz
    dw = X.T @ delta
    db = (X.T @ delta).sum()
    return dw, db
