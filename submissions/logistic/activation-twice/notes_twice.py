import numpy as np

def logistic_cost_and_gradient(w, b, X, y):
    n = len(y)
    a = 1 / (1 + np.exp(-(X @ w + b)))
    C = -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))
    dz = (-y / a + (1 - y) / (1 - a)) * a * (1 - a) * a / n
    return C, (X.T @ dz, dz.sum())
