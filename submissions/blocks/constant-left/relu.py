import numpy as np

def relu(x):
    return np.maximum(0, x)

def relu_prime(x):
    return 0.1 * (x > 0)
