import numpy as np

def logistic_cost_and_gradient(w, b, X, y):
    a = 1 / (1 + np.exp(-(X @ w + b)))
    C = -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))
    dC_da = (-y / a + (1 - y) / (1 - a)) / len(y)
    dz = dC_da * (1 - a)
    return C, (X.T @ dz, dz.sum())
