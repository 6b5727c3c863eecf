"""Names as they stand in the notes: dC/dq and da/dz."""

import numpy as np


def binary_cross_entropy(q, y):
    n = y.shape[0]
    return -(1 / n) * np.sum(y * np.log(q) + (1 - y) * np.log(1 - q))


def dC_dq(q, y):
    n = y.shape[0]
    return (1 / n) * (-y / q + (1 - y) / (1 - q))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def da_dz(z):
    a = sigmoid(z)
    return a * (1 - a)
