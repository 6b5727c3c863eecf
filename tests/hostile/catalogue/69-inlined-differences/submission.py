"""Differences without a call, whose noise could pass for lost digits."""

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    h = 1e-8
    return (1.0 / (1.0 + np.exp(-(z + h))) - 1.0 / (1.0 + np.exp(-(z - h)))) / (2 * h)
