import numpy as np

def neuron_cost(w, b, X, y):
    return np.mean((np.maximum(X @ w + b, 0) - y) ** 2)

def neuron_cost_grad(w, b, X, y):
    z = X @ w + b
    if z > 0:
        d = 2 * (z - y) / len(y)
    else:
        d = np.zeros_like(y)
    return X.T @ d, d.sum()
