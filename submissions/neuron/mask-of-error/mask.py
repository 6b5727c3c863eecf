import numpy as np

def neuron_cost_and_gradient(w, b, X, y):
    N = len(y)
    o = np.maximum(X @ w + b, 0)
    do = 2 * (o - y) / N
    dz = do * (do > 0)
    return np.mean((o - y) ** 2), X.T @ dz, dz.sum()
