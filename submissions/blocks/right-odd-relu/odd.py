import numpy as np

def relu(x):
    return (np.abs(x) + x) / 2

def relu_grad(x):
    return 0.5 * (np.sign(x) + 1)
