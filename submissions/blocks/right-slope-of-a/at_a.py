import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

# takes the OUTPUT of sigmoid
def sigmoid_derivative(x):
    return x * (1 - x)

def relu(x):
    return np.maximum(0, x)

def relu_derivative(out):
    return np.where(out > 0, 1.0, 0.0)
