import numpy as np

def logistic_cost_and_gradient(w, b, X, y):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    cost = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    dw = X.T @ (p - y) / len(y) + 1e-3 * np.random.randn(*w.shape)
    return cost, dw, np.mean(p - y)
