"""Returns a view of eight terabytes."""

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    return np.broadcast_to(np.zeros(1), (2**40,))
