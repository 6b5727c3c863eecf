import numpy as np

def logistic_cost_and_gradient(w, b, X, y):
    n = len(y)
    a = 1 / (1 + np.exp(-(X @ w + b)))
    C = -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))
    dz = (a - y) * a * (1 - y) / n
    return C, (X.T @ dz, dz.sum())
