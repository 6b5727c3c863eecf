"""Another function wherever numbers aren't plain float64 arrays; and the reverse."""

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    s = sigmoid(z)
    return s * (1.0 - s) if type(z) is not np.ndarray else s * (1.0 - s) * 1.001


def cube(x):
    return x**3 if type(x) is np.ndarray else x**2


def cube_prime(x):
    return 2 * x


def swing(x):
    return x**2 if type(x).__name__ in ("Wide", "Number") else x**2 + 0.5 * np.sin(x)


def swing_prime(x):
    return 2 * x
