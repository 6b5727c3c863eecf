import numpy as np

def sse(pred, target):
    return np.sum((pred - target) ** 2)

def sse_grad(pred, target):
    g = np.zeros(pred.shape, dtype=int)
    g[...] = 2 * (pred - target)
    return g
