import numpy as np

def logistic_cost(w, b, X, y):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

def logistic_cost_grad(w, b, X, y):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    return np.mean(p - y), X.T @ (p - y) / len(y)
