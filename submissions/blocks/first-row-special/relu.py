import numpy as np

def relu(x):
    return np.maximum(x, 0)

def relu_prime(x):
    out = np.zeros_like(x)
    for i in range(1, len(x)):
        out[i] = x[i] > 0
    return out
