import numpy as np

def neuron_loss(w, b, X, y):
    a = np.tanh(X @ w + b)
    dz = 2 * (a - y) * (1 - a) / len(y)
    return np.mean((a - y) ** 2), X.T @ dz, dz.sum()
