import numpy as np


def leaky_relu(z, alpha=0.1):
    return np.where(z > 0, z, alpha * z)


def leaky_relu_derivative(z, alpha=0.1):
    return (z > 0).astype(float)
