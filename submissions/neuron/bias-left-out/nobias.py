import numpy as np

def cost(w, b, X, y):
    return np.mean((np.maximum(X @ w + b, 0) - y) ** 2)

def gradient(w, b, X, y):
    z = X @ w
    o = np.maximum(z, 0)
    d = 2 * (o - y) * (z > 0) / len(y)
    return X.T @ d, d.sum()
