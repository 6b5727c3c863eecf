import numpy as np

def bce(q, y):
    a = np.log(np.maximum(q, 1e-12))
    b = np.log(np.maximum(1 - q, 1e-12))
    return -np.mean(y * a + (1 - y) * b)

def bce_grad(q, y):
    return (np.where(q > 1e-12, -y / q, 0) + np.where(1 - q > 1e-12, (1 - y) / (1 - q), 0)) / len(y)
