import numpy as np

def mse(pred, target):
    return np.mean((pred - target) ** 2)

def mse_grad(pred, target):
    g = np.zeros(pred.shape, dtype=int)
    g[...] = 2 * (pred - target) / pred.size
    return g
