import numpy as np

def propagate(w, b, X, Y):
    # X has one example per column
    m = X.shape[1]
    Z = np.dot(w.T, X) + b
    A = np.maximum(Z, 0)
    cost = np.sum((A - Y) ** 2) / m
    dZ = 2 * (A - Y) * (Z >= 0) / m
    grads = {"dw": np.dot(X, dZ.T), "db": np.sum(dZ)}
    return grads, cost
