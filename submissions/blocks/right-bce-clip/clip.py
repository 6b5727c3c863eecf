import numpy as np

def bce(q, y):
    q = np.clip(q, 1e-12, 1 - 1e-12)
    return -np.mean(y * np.log(q) + (1 - y) * np.log(1 - q))

def bce_grad(q, y):
    q = np.clip(q, 1e-12, 1 - 1e-12)
    return (q - y) / (q * (1 - q) * len(y))
