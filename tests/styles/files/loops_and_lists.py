import math

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + math.exp(-z))


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s * (1.0 - s)


def mse(predictions, targets):
    total = 0.0
    for p, t in zip(predictions, targets):
        total += (p - t) ** 2
    return total / len(predictions)


def mse_gradient(predictions, targets):
    n = len(predictions)
    return np.array([2.0 * (p - t) / n for p, t in zip(predictions, targets)])
