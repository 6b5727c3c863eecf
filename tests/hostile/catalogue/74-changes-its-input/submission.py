"""Overwrites its input."""

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    z[...] = 0.0
    s = sigmoid(z)
    return s * (1.0 - s)
