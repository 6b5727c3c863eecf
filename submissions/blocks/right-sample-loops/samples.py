import numpy as np

def mse(pred, target):
    total = 0.0
    for p, t in zip(pred, target):
        total += np.sum((p - t) ** 2)
    return total / len(pred)

def mse_grad(pred, target):
    g = np.zeros_like(pred)
    for i in range(len(pred)):
        g[i] = 2 * (pred[i] - target[i]) / len(pred)
    return g
