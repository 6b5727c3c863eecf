import numpy as np

# everything link by link, as in the lecture

def logistic_cost_and_gradient(w, b, X, y):
    n = len(y)
    z = X @ w + b
    q = 1.0 / (1.0 + np.exp(-z))
    L = -(y * np.log(q) + (1 - y) * np.log(1 - q))
    C = L.sum() / n
    dC_dq = (-y / q + (1 - y) / (1 - q)) / n
    dq_dz = np.exp(-z) / (1 + np.exp(-z)) ** 2
    dC_dz = dC_dq * dq_dz
    dC_dw = X.T @ dC_dz
    dC_db = dC_dz.sum()
    return C, (dC_dw, dC_db)
