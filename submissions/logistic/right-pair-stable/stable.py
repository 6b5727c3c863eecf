import numpy as np

def logistic_loss(w, b, X, y):
    z = X @ w + b
    # log(1 + e^z) - y z, without overflow
    return np.mean(np.logaddexp(0, z) - y * z)

def logistic_loss_grad(w, b, X, y):
    z = X @ w + b
    p = np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), 1 - 1 / (1 + np.exp(-np.abs(z))))
    d = (p - y) / len(y)
    return X.T @ d, d.sum()
