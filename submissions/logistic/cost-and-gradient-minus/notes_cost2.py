import numpy as np

def logistic_cost_and_gradient(w, b, X, y):
    q = 1 / (1 + np.exp(-(X @ w + b)))
    cost = np.mean(y * np.log(q) + (1 - y) * np.log(1 - q))
    d = (y - q) / len(y)
    return cost, (X.T @ d, d.sum())
