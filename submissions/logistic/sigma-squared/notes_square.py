import numpy as np

def logistic_cost_and_gradient(w, b, X, y):
    n = len(y)
    z = X @ w + b
    q = 1 / (1 + np.exp(-z))
    C = -(y * np.log(q) + (1 - y) * np.log(1 - q)).sum() / n
    dC_dq = (-y / q + (1 - y) / (1 - q)) / n
    dq_dz = (1 / (1 + np.exp(-z))) ** 2
    return C, (X.T @ (dC_dq * dq_dz), np.sum(dC_dq * dq_dz))
