import numpy as np

def logistic_cost_and_gradient(w, b, X, y):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    cost = -np.mean(y * np.log10(p) + (1 - y) * np.log10(1 - p))
    return cost, X.T @ (p - y) / len(y), np.mean(p - y)
