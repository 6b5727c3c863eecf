import numpy as np

def neuron_cost_and_gradient(w, b, X, y):
    z = X @ w + b
    o = np.maximum(z, 0)
    d = 3 * (o - y) * (z > 0) / len(y)
    return np.mean((o - y) ** 2), X.T @ d, d.sum()
