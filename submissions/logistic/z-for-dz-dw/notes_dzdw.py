import numpy as np

def logistic_cost_and_gradient(w, b, X, y):
    n = len(y)
    z = X @ w + b
    a = 1 / (1 + np.exp(-z))
    C = -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))
    dC_dz = (a - y) / n
    dz_dw = X @ w + b
    dw = np.full_like(w, dC_dz @ dz_dw)
    return C, (dw, dC_dz.sum())
