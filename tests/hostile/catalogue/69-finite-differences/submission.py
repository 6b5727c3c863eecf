"""Differences in place of a derivative."""

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    step = 1e-6
    return (sigmoid(z + step) - sigmoid(z - step)) / (2 * step)
