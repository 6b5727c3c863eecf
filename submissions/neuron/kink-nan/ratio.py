import numpy as np

def neuron_cost_and_gradient(w, b, X, y):
    z = X @ w + b
    o = np.maximum(z, 0)
    slope = o / z
    d = 2 * (o - y) * slope / len(y)
    return np.mean((o - y) ** 2), X.T @ d, d.sum()
