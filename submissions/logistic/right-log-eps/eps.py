import numpy as np

def logistic_cost_and_gradient(w, b, X, y):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    cost = -np.mean(y * np.log(p + 1e-8) + (1 - y) * np.log(1 - p + 1e-8))
    return cost, X.T @ (p - y) / len(y), np.mean(p - y)
