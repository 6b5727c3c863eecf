import numpy as np

def relu(x):
    return np.maximum(x, 0)

def relu_prime(x):
    return [[1.0 if v > 0 else 0.0 for v in row] for row in x]
