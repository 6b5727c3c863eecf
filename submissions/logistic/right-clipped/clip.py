import numpy as np

def logistic_cost_and_gradient(w, b, X, y):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    p = np.clip(p, 1e-12, 1 - 1e-12)
    cost = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    return cost, X.T @ (p - y) / len(y), np.mean(p - y)
