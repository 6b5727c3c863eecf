import numpy as np

def bce(q, y):
    return -np.mean(y * np.log(q) + (1 - y) * np.log(1 - q))

def bce_grad(q, y):
    return (-y / (q + 1e-3) + (1 - y) / (1 - q + 1e-3)) / len(y)
