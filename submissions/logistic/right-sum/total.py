import numpy as np

def logistic_cost(w, b, X, y):
    p = 1 / (1 + np.exp(-X @ w - b))
    return -(y @ np.log(p) + (1 - y) @ np.log(1 - p))

def logistic_cost_gradient(w, b, X, y):
    p = 1 / (1 + np.exp(-X @ w - b))
    return X.T @ (p - y), np.sum(p - y)
