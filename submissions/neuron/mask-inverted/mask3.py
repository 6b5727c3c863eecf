import numpy as np

def neuron_cost_and_gradient(w, b, X, y):
    z = X @ w + b
    o = np.maximum(z, 0)
    dz = 2 * (o - y) / y.size
    dz[z > 0] = 0
    return np.mean((o - y) ** 2), X.T @ dz, dz.sum()
