import numpy as np

def neuron_cost_and_gradient(w, b, X, y):
    o = np.maximum(X @ w + b, 0)
    dz = 2 * (o - y) / y.size
    dz[y <= 0] = 0
    return np.mean((o - y) ** 2), X.T @ dz, dz.sum()
