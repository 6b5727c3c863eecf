"""Returns NaN and infinity."""

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    return np.where(np.asarray(z) > 0, np.nan, np.inf)
