import numpy as np


def sigmoid(z, deriv=False):
    s = 1 / (1 + np.exp(-z))
    return s * (1 - s) if deriv else s


def tanh(z, deriv=False):
    return 1 - np.tanh(z) ** 2 if deriv else np.tanh(z)
