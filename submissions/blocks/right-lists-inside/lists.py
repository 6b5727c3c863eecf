import numpy as np

def relu(x):
    return np.array([[max(0.0, v) for v in row] for row in x])

def relu_derivative(x):
    return np.array([[1.0 if v > 0 else 0.0 for v in row] for row in x])
