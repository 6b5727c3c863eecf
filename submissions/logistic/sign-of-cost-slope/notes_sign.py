import numpy as np

def logistic_cost_and_gradient(w, b, X, y):
    n = len(y)
    q = 1 / (1 + np.exp(-(X @ w + b)))
    C = -(y * np.log(q) + (1 - y) * np.log(1 - q)).sum() / n
    dC_dq = (y / q - (1 - y) / (1 - q)) / n
    dC_dz = dC_dq * q * (1 - q)
    return C, (X.T @ dC_dz, dC_dz.sum())
