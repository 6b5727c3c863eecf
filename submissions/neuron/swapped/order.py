import numpy as np

def neuron_cost_and_gradient(w, b, X, y):
    z = X @ w + b
    o = np.maximum(z, 0)
    d = 2 * (o - y) * (z > 0) / len(y)
    grads = {"db": X.T @ d, "dw": d.sum()}
    return np.mean((o - y) ** 2), grads
